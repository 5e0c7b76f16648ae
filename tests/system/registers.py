"""A register as a cooperative keeps it, with what people and Excel do to one (DATA CONTOH)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle

from deploy.seeds.people import Person, crowd

FOUNDED_ON = date(2025, 5, 31)
TITLES = (
    "No",
    "Nama Lengkap",
    "NIK",
    "No. HP",
    "Tanggal Lahir",
    "Alamat",
    "Tgl. Masuk",
    "Simpanan Pokok",
    "Simpanan Wajib",
    "Simpanan Sukarela",
    "Nomor Anggota",
    "Sumber",
    "Kode Kelurahan",
)
NAME, NIK, BORN, JOINED, POKOK, WAJIB, PLACE = 1, 2, 4, 6, 7, 8, 12
_MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()

type Row = tuple[str, str, int, int, int, str]
"""Number of a member, day of joining, paid pokok, wajib and sukarela, and what is missing."""


@dataclass
class Register:
    """A file, the code that each bad line of it is refused with, and the rows of its good ones."""

    content: bytes = b""
    count: int = 0
    bad: dict[int, str] = field(default_factory=dict[int, str])
    rows: list[Row] = field(default_factory=list[Row])
    personal: set[str] = field(default_factory=set[str])


def register(good: int, bad: int) -> Register:
    """Return a register of *good* lines, and *bad* ones of every kind in turn among them."""
    made, people, lines = Register(), crowd(41), [";".join(TITLES)]
    spoiled, every = _spoiled(people), good // bad
    for number in range(1, good + 1):
        person = next(people)
        cells = _cells(number, person)
        made.rows.append(_row(number))
        made.personal |= {person.name, *filter(None, cells[2:6])}
        lines.append(";".join(cells))
        if number % every == 0 and len(made.bad) < bad:
            code, other = next(spoiled)
            lines.append(";".join(other or cells))
            made.bad[len(lines)] = code
    assert list(made.bad.values()).count("duplicate_identity_number") % 2 == 0, "half of a pair"
    made.count = len(lines) - 1
    made.content = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    return made


def _cells(number: int, person: Person) -> list[str]:
    """Write a member as different hands do; every seventh has no NIK, every fifth no telephone."""
    _, joined_on, pokok, wajib, sukarela, _ = _row(number)
    born_on = person.born_on
    told = {
        "identity_number": f"'{person.identity_number}",
        "phone": person.phone,
        "born_on": f"{born_on.day} {_MONTHS[born_on.month - 1]} {born_on.year}",
        "address": f"Jalan Contoh {number}, RT 001/RW 002",
        "pokok": (f"Rp {pokok:_}", str(pokok), f"{pokok:_},00")[number % 3].replace("_", "."),
    }
    told |= dict.fromkeys(_missing(number), "")
    return [
        str(number),
        person.name,
        told["identity_number"],
        told["phone"],
        told["born_on"],
        told["address"],
        date.fromisoformat(joined_on).strftime("%d/%m/%Y") if number % 2 else joined_on,
        told["pokok"],
        str(wajib or "-"),
        f"{sukarela:_}".replace("_", "."),
        f"A-{number:05}",
        "DATA CONTOH",
        "",
    ]


def _missing(number: int) -> list[str]:
    """What nobody has written down of a member."""
    every = {"identity_number": 7, "phone": 5, "born_on": 11, "address": 3, "pokok": 13}
    return [field for field, turn in every.items() if number % turn == 0]


def _row(number: int) -> Row:
    joined_on = FOUNDED_ON + timedelta(days=1 + number % 150)
    missing = _missing(number)
    return (
        f"A-{number:05}",
        joined_on.isoformat(),
        0 if "pokok" in missing else 100_000,
        25_000 * (number % 4),
        1_000 * (number % 3),
        " ".join(missing),
    )


def _set(at: int, text: str) -> Callable[[list[str]], None]:
    return lambda cells: cells.__setitem__(at, text)


_SPOILED: tuple[tuple[str, Callable[[list[str]], None]], ...] = (
    ("identity_number_rounded", _set(NIK, "3,17299E+15")),
    ("identity_number_decimal", lambda cells: _set(NIK, f"{cells[NIK][1:]}.0")(cells)),
    ("identity_number_malformed", lambda cells: _set(NIK, cells[NIK][:-1])(cells)),
    ("required", _set(NAME, "  ")),
    ("required", _set(JOINED, "")),
    ("control_character", lambda cells: _set(NAME, f"{cells[NAME]}\0")(cells)),
    ("excel_error", _set(BORN, "########")),
    ("year_two_digits", _set(JOINED, "03/06/25")),
    ("date_impossible", _set(BORN, "31/02/1980")),
    ("date_serial", _set(BORN, "32874")),
    ("amount_fraction", _set(POKOK, "50.000,50")),
    ("amount_malformed", _set(WAJIB, "50,000")),
    ("amount_negative", _set(WAJIB, "-25.000")),
    ("too_many_cells", lambda cells: cells.append("RT 1")),
    ("cooperative_other", _set(PLACE, "31.72.02.1001")),
    # and what the door refuses
    ("applicant_too_young", _set(BORN, "01/01/2020")),
    ("before_cooperative", _set(JOINED, "30/05/2025")),
    ("day_ahead", _set(JOINED, "31/12/2199")),
)
KINDS = len({code for code, _ in _SPOILED}) + 2


def _spoiled(people: Iterator[Person]) -> Iterator[tuple[str, list[str] | None]]:
    """Yield bad lines of all kinds in turn; None is a copy of the line before."""
    yield "duplicate_line", None
    number = 1
    for code, spoil in cycle(_SPOILED):
        number += 3 * 5 * 7 * 11 * 13  # the one after it lacks nothing
        cells = _cells(number, next(people))
        spoil(cells)
        yield code, cells
        if code == "too_many_cells":
            twice = _cells(number, next(people))
            for name in ("Orang Lain", "Orang Ketiga"):
                yield "duplicate_identity_number", [*twice[:NAME], name, *twice[NAME + 1 :]]
            yield "duplicate_line", None
