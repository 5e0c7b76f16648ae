"""Reads a file as people and Excel write one: its letters, its separators, its lines."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO

from deploy.importing.columns import SEPARATORS, TITLES, header_of
from deploy.importing.faults import NUMBER_ROUNDED, QUOTE_UNCLOSED, Unusable
from deploy.importing.lines import Bad, Line, duplicates, line_of

_BREAK = re.compile(r"\r\n|\r|\n")
MOST_BYTES = 200_000_000
_UTF8 = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MOST_LINES_IN_A_CELL = 20
_ENOUGH_NUMBERS = 10
"""As many identity numbers that all end with 0 are no chance: Excel keeps fifteen digits."""


class WrongFile(Exception):  # noqa: N818 - said of a file
    """This is not a list of members; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: every line that is not empty is in one of the two."""

    lines: tuple[Line, ...]
    bad: tuple[Bad, ...]

    @property
    def count(self) -> int:
        """How many lines are not empty."""
        return len(self.lines) + len(self.bad)


def read(content: bytes, cooperative: str | None) -> Read:
    """Read a whole file; raises `WrongFile` or `WrongHeader` when none of it can be understood."""
    written = _BREAK.split(_text_of(content))
    begin = next((at for at, text in enumerate(written) if _says_something(text)), len(written))
    if begin == len(written):
        raise WrongFile("berkas kosong. Contoh isinya: kkmp import template")
    header = header_of(written[begin])
    found: list[Line] = []
    bad: list[Bad] = []
    for number, cells in _rows(written, begin + 1, header.separator):
        if cells is None:
            bad.append(Bad.of(number, Unusable(QUOTE_UNCLOSED)))
            continue
        try:
            found.append(line_of(number, cells, header, cooperative))
        except Unusable as why:
            bad.append(Bad.of(number, why))
    held = duplicates(found) | _rounded(found)
    lines = tuple(line for line in found if line.number not in held)
    return Read(lines, tuple(sorted([*bad, *held.values()], key=lambda one: one.number)))


def _says_something(text: str) -> bool:
    """Whether a line is neither empty nor the one in which Excel is told the separator."""
    return bool(text.strip(SEPARATORS + " ")) and not text.lower().startswith("sep=")


def _text_of(content: bytes) -> str:
    """Decode a file: UTF-8, and Windows-1252 where a line is not that."""
    if len(content) > MOST_BYTES:
        raise WrongFile(f"berkas lebih dari {MOST_BYTES // 1_000_000} MB. Bagi menjadi beberapa.")
    if content.startswith(_WORKBOOKS):
        raise WrongFile(
            "ini buku kerja Excel, bukan CSV. Di Excel: Simpan Sebagai, CSV UTF-8 (*.csv)"
        )
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    if content.startswith(_UTF8):
        return content.removeprefix(_UTF8).decode("utf-8", errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(map(_line_text, content.splitlines(keepends=True)))


def _line_text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _rows(written: list[str], at: int, mark: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each row with its number, counted as Excel does; None when its cells have no end.

    A row goes on over several lines inside quotes. Quotes that are never closed, or only by those
    of another row, would swallow that: then the line stands alone, and is none that can be read.
    """
    number = at
    while at < len(written):
        number += 1
        text, lines = written[at], 1
        while _open(text, mark) and lines < _MOST_LINES_IN_A_CELL and at + lines < len(written):
            text = f"{text}\n{written[at + lines]}"
            lines += 1
        cells = None if _open(text, mark) else _cells(text, mark, strict=lines > 1)
        at += 1 if cells is None else lines
        if cells is None or any(cell.strip() for cell in cells):
            yield number, cells


def _open(text: str, mark: str) -> bool:
    """Whether *text* ends inside the quotes of a cell."""
    return '"' in text and bool(_opening(mark).search(_quoted(mark).sub("", text)))


@cache
def _quoted(mark: str) -> re.Pattern[str]:
    return re.compile(rf'(?:^|{mark})"(?:[^"]|"")*"(?!")')


@cache
def _opening(mark: str) -> re.Pattern[str]:
    return re.compile(rf'(?:^|{mark})"')


def _cells(text: str, mark: str, *, strict: bool) -> list[str] | None:
    try:
        return next(csv.reader(StringIO(text, newline=""), delimiter=mark, strict=strict))
    except StopIteration:
        return []
    except csv.Error:
        return None


def _rounded(lines: Sequence[Line]) -> dict[int, Bad]:
    """Return the lines with an identity number, if their last digits betray that Excel took them.

    Of a number of sixteen digits it keeps fifteen, and shows the last one as 0.
    """
    having = [line for line in lines if "identity_number" in line.body]
    if len(having) < _ENOUGH_NUMBERS or any(
        not str(line.body["identity_number"]).endswith("0") for line in having
    ):
        return {}
    why = Unusable(NUMBER_ROUNDED, column=TITLES["identity_number"])
    return {line.number: Bad.of(line.number, why) for line in having}
