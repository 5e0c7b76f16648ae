"""What must be true of the repository itself."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_lock_names_public_registries_only() -> None:
    hosts = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text()))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
