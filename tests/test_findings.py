"""The page of findings names tests that are there, and leaves none open in silence."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
_ROW = re.compile(r"^\| ([A-Z][\w-]*) \| (.+) \| ([\w ]+) \| (.+) \|$", re.MULTILINE)
_TEST = re.compile(r"`((?:tests/[\w/]+\.py)?)(?:::(test_\w+))?`")
_ROWS: list[tuple[str, str, str, str]] = _ROW.findall((ROOT / "docs/findings.md").read_text())


def test_each_finding_is_named_once_and_says_where_it_stands() -> None:
    ids = [name for name, *_ in _ROWS]
    assert len(ids) == len(set(ids))
    assert {state for _, _, state, _ in _ROWS} <= {"mended", "open", "decided otherwise"}
    page = (ROOT / "docs/findings.md").read_text()
    rows = [row for row in page.splitlines() if row.startswith("| ")]
    assert len(rows) == len(_ROWS) + len([row for row in rows if row.startswith("| id |")])


def test_the_severe_and_the_middle_findings_are_all_there() -> None:
    numbers = {"C": 4, "H": 6, "M": 11, "A": 12, "E": 7}
    expected = {f"{kind}{n}" for kind, last in numbers.items() for n in range(1, last + 1)}
    assert expected <= {name for name, *_ in _ROWS}


def test_each_mended_finding_names_a_test() -> None:
    silent = [name for name, _, state, shown in _ROWS if state == "mended" and not _named(shown)]
    assert silent == []


def test_each_test_that_a_finding_names_is_there() -> None:
    missing = [
        f"{name}: {file}::{function}"
        for name, _, _, shown in _ROWS
        for file, function in _named(shown)
        if not (ROOT / file).is_file()
        or (function and f"def {function}(" not in (ROOT / file).read_text())
    ]
    assert missing == []


def _named(shown: str) -> list[tuple[str, str]]:
    """Each file and function that a row names; one without a file is of the file before."""
    last, found = "", list[tuple[str, str]]()
    for file, function in _TEST.findall(shown):
        last = file or last
        if last:
            found.append((last, function))
    return found
