"""What is kept for integrators is what the code says, and nothing is written over a break."""

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
from deploy.contracts import files
from deploy.contracts.catalogue import versions


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files, up to date, to be spoilt."""
    copy = tmp_path / "contracts"
    shutil.copytree(files.FOLDER, copy)
    monkeypatch.setattr(files, "FOLDER", copy)
    assert files.write() == []
    return copy


def test_what_is_kept_is_what_the_code_says() -> None:
    assert files.check() == []


def test_a_file_that_is_out_of_date_fails_the_check_and_is_made_anew(kept: Path) -> None:
    (kept / "events.md").write_text("# Catatan lama\n")
    checked = CliRunner().invoke(app, ["contracts", "--check"])
    assert checked.exit_code == 1
    assert checked.stderr == (
        "docs/contracts/events.md is not what the code says: run `kkmp contracts`\n"
    )
    assert CliRunner().invoke(app, ["contracts"]).exit_code == 0
    assert CliRunner().invoke(app, ["contracts", "--check"]).exit_code == 0


def test_nothing_is_written_over_a_break_and_the_reader_is_named(kept: Path) -> None:
    (kept / "events.md").write_text("# Catatan lama\n")
    wanted = {
        "consumer": "Dinas contoh",
        "indonesian": "Contoh.",
        "english": "An example.",
        "reads": [
            {
                "event": "inventory.StockLow",
                "versions": [1],
                "fields": {"season": {"type": "string"}},
            }
        ],
    }
    (kept / "consumers" / "dinas.json").write_text(json.dumps(wanted))
    asked = CliRunner().invoke(app, ["contracts"])
    assert asked.exit_code == 1
    assert asked.stderr == "Dinas contoh reads inventory.StockLow v1: field season is gone\n"
    assert (kept / "events.md").read_text() == "# Catatan lama\n"


def test_the_page_of_events_shows_each_version_and_loads_nothing() -> None:
    page = (files.FOLDER / "events.html").read_text()
    sections = re.findall(r'<section id="([^"]+)">', page)
    assert sections == [f"{version.event}.v{version.number}" for version in versions()]
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|url\(|@import|https?:", page)
