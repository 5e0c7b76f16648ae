"""The page of features names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"`((?:tests/[\w/]+\.py)?(?:::(\w+))?)`")


def test_each_test_that_the_page_of_features_names_is_there() -> None:
    named = _NAMED.findall((ROOT / "docs/features.md").read_text())
    last, missing = "", list[str]()
    for whole, function in named:
        last = whole.partition("::")[0] or last
        file = ROOT / last
        if not file.is_file() or (function and f"def {function}(" not in file.read_text()):
            missing.append(f"{last}::{function}")
    assert missing == []
    assert len(named) > 40


def test_each_feature_flow_and_lesson_of_membership_has_a_line() -> None:
    page = (ROOT / "docs/features.md").read_text()
    expected = ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F20", "X2", "X4", "X5", "X12", "X13")
    for name in (*expected, "X14", "C8", "C9", "C10", "C11", "C12", "C14", "C15"):
        assert f"| {name} |" in page, name
