"""A line of a list: what is sent for it, or why it is not."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from pydantic import TypeAdapter, ValidationError

from deploy.importing.cells import (
    amount_of,
    cleaned,
    day_of,
    identity_number_of,
    member_number_of,
    name_of,
    phone_of,
    text_of,
)
from deploy.importing.columns import CALLED, COOPERATIVE, REQUIRED, TITLES, WANTED, Header
from deploy.importing.faults import (
    CODE_MALFORMED,
    CODE_MISSING,
    CODE_OTHER,
    DUPLICATE_LINE,
    DUPLICATE_MEMBER_NUMBER,
    DUPLICATE_NUMBER,
    SOURCE_NAMES_SOMEBODY,
    TOO_MANY_CELLS,
    Unusable,
)
from deploy.importing.faults import REQUIRED as EMPTY
from shared.codes import KelurahanCode

type Value = str | int
_CODE = TypeAdapter[str](KelurahanCode)
_OWN = ("name", "identity_number", "phone", "born_on", "address", "joined_on", "number")
_MANY_DIGITS = re.compile(r"\d{10}", re.ASCII)
_SOURCE = "Daftar anggota dalam CSV"
"""Where a line is from that does not say it: the same whatever the file is called."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be sent: the command, and how it is known again."""

    number: int
    cooperative: str
    body: dict[str, Value]

    @property
    def content(self) -> bytes:
        """The command's text: the same for the same content, however the line was written."""
        return json.dumps(self.body, sort_keys=True, ensure_ascii=False).encode()

    @property
    def key(self) -> str:
        """What names the request: the line's content, not its place in the file."""
        return f"import-{sha256(self.cooperative.encode() + b' ' + self.content).hexdigest()}"

    @property
    def missing(self) -> tuple[str, ...]:
        """What the cooperative has yet to find out about the member."""
        return tuple(CALLED[field] for field in WANTED if field not in self.body)

    @property
    def personal(self) -> tuple[str, ...]:
        """What must not be repeated anywhere."""
        return tuple(str(self.body[field]) for field in _OWN if field in self.body)


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is not sent: why, in words that hold nothing of it."""

    number: int
    code: str
    sentence: str

    @classmethod
    def of(cls, number: int, why: Unusable) -> "Bad":
        """Return line *number*, which is not usable."""
        return cls(number, why.code, why.sentence)


_READ: dict[str, Callable[[str, str], Value | date]] = {
    "name": name_of,
    "identity_number": identity_number_of,
    "phone": phone_of,
    "born_on": day_of,
    "address": lambda text, column: text_of(text, column, 3, 400),
    "joined_on": day_of,
    "pokok": amount_of,
    "wajib": amount_of,
    "sukarela": amount_of,
    "number": member_number_of,
    "source": lambda text, column: text_of(text, column, 3, 200),
}


def line_of(number: int, cells: Sequence[str], header: Header, cooperative: str | None) -> Line:
    """Return what the *cells* of line *number* say; raises `Unusable`.

    *cooperative* is that of a line that names none, and no line may name another.
    """
    if any(cell.strip() for cell in cells[len(header.fields) :]):
        raise Unusable(TOO_MANY_CELLS)
    told = {
        field: cleaned(cell, TITLES[field])
        for field, cell in zip(header.fields, cells, strict=False)
        if field is not None
    }
    code = _cooperative(told.pop(COOPERATIVE, ""), cooperative)
    for field in REQUIRED:
        if not told.get(field):
            raise Unusable(EMPTY, column=TITLES[field])
    body: dict[str, Value] = {"source": _SOURCE}
    for field, text in told.items():
        if not text:
            continue
        value = _READ[field](text, TITLES[field])
        if isinstance(value, date):
            body[field] = value.isoformat()
        elif value != 0:  # nothing paid is nothing to record
            body[field] = value
    _check_source(str(body["source"]), str(body["name"]))
    return Line(number, code, body)


def _check_source(source: str, name: str) -> None:
    """Hold back a line whose source, which is not sealed, says who the member is."""
    if says(source, name) or _MANY_DIGITS.search(source):
        raise Unusable(SOURCE_NAMES_SOMEBODY, column=TITLES["source"])


def says(text: str, value: str) -> bool:
    """Whether *value* stands in *text* as words of its own."""
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None


def _cooperative(text: str, given: str | None) -> str:
    column = TITLES[COOPERATIVE]
    if not text:
        if given is None:
            raise Unusable(CODE_MISSING, column=column)
        return given
    code = cooperative_code(text)
    if code is None:
        raise Unusable(CODE_MALFORMED, column=column)
    if given is not None and code != given:
        raise Unusable(CODE_OTHER, column=column)
    return code


def cooperative_code(text: str) -> str | None:
    """Return the code of a cooperative, if *text* is one."""
    try:
        return _CODE.validate_python(text)
    except ValidationError:
        return None


_ALIKE = {"number": DUPLICATE_MEMBER_NUMBER, "identity_number": DUPLICATE_NUMBER}


def duplicates(lines: Iterable[Line]) -> dict[int, Bad]:
    """Return the lines that must not be sent beside others of the same file, by their numbers.

    Of lines that say the same, the first is sent. Where the same identity number, or the same
    number of a cooperative's book, stands beside different things, none is: whichever came first,
    only a person knows which is right.
    """
    same: dict[str, int] = {}
    alike: dict[tuple[str, str, Value], list[Line]] = defaultdict(list)
    found: dict[int, Bad] = {}
    for line in lines:
        first = same.setdefault(line.key, line.number)
        if first != line.number:
            found[line.number] = Bad.of(line.number, Unusable(DUPLICATE_LINE, other=first))
            continue
        for field, place in (("number", line.cooperative), ("identity_number", "")):
            if field in line.body:
                alike[field, place, line.body[field]].append(line)
    for (field, _, _), group in sorted(alike.items(), key=lambda one: one[0][0] != "number"):
        for line in group if len(group) > 1 else ():
            other = next(one.number for one in group if one is not line)
            why = Unusable(_ALIKE[field], column=TITLES[field], other=other)
            found[line.number] = Bad.of(line.number, why)
    return found
