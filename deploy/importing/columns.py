"""The columns that a list of members may have, and how they are titled."""

import csv
import re
from dataclasses import dataclass
from io import StringIO


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that is known about a member: its field, its title, and other titles of it."""

    field: str
    title: str
    called: str
    example: str
    aliases: tuple[str, ...] = ()


COOPERATIVE = "cooperative"
COLUMNS = (
    Column("name", "nama", "nama", "Warga Contoh (DATA CONTOH)", (
        "nama_lengkap", "nama_anggota", "name",
    )),
    Column("identity_number", "nik_ktp", "NIK", "3172990101900001", (
        "nik", "no_nik", "nomor_nik", "ktp", "no_ktp", "nomor_ktp", "identity_number",
    )),
    Column("phone", "telepon", "telepon", "0812-0000-0001", (
        "telp", "no_telp", "no_telepon", "nomor_telepon", "hp", "no_hp", "nomor_hp", "wa",
        "no_wa", "whatsapp", "phone",
    )),
    Column("born_on", "tanggal_lahir", "tanggal lahir", "01/01/1990", (
        "tgl_lahir", "lahir", "born_on",
    )),
    Column("address", "alamat", "alamat", "Jalan Contoh 1, RT 001/RW 002", (
        "alamat_ktp", "alamat_lengkap", "alamat_rumah", "address",
    )),
    Column("joined_on", "tanggal_masuk", "tanggal masuk", "12/06/2025", (
        "tgl_masuk", "tanggal_bergabung", "tgl_bergabung", "tanggal_menjadi_anggota",
        "tgl_menjadi_anggota", "joined_on",
    )),
    Column("pokok", "simpanan_pokok", "simpanan pokok", "100.000", ("pokok",)),
    Column("wajib", "simpanan_wajib", "simpanan wajib", "50.000", ("wajib",)),
    Column("sukarela", "simpanan_sukarela", "simpanan sukarela", "0", ("sukarela",)),
    Column("number", "nomor_anggota", "nomor anggota", "A-0001", (
        "no_anggota", "nomor_induk_anggota", "no_induk_anggota", "niak", "number",
    )),
    Column("source", "sumber", "sumber", "Buku daftar anggota 2025", ("sumber_data", "source")),
    Column(COOPERATIVE, "kode_kelurahan", "kode kelurahan", "31.72.02.1006", (
        "kode_wilayah", "kode_koperasi", "cooperative", "code",
    )),
)  # fmt: skip
IGNORED = frozenset({"no", "nomor", "no_urut", "nomor_urut"})
"""The count of lines that a register begins with: nobody's, and the same line may have another."""
REQUIRED = ("name", "joined_on")
WANTED = ("identity_number", "phone", "born_on", "address", "pokok")
"""Without these a member is taken in all the same, and is said to be incomplete."""
SEPARATORS = ";,\t"
TITLES = {column.field: column.title for column in COLUMNS}
CALLED = {column.field: column.called for column in COLUMNS}
_BY_TITLE = {title: column.field for column in COLUMNS for title in (column.title, *column.aliases)}
_APART = re.compile(r"[\W_]+")


class WrongHeader(Exception):  # noqa: N818 - said of a file
    """The first line does not say which column is which; the message says what is known."""


@dataclass(frozen=True, slots=True)
class Header:
    """What each cell of a line is about, None where it is of no interest, and what parts cells."""

    fields: tuple[str | None, ...]
    separator: str


def known(title: str) -> str:
    """Return the field that a title means, whatever its case and spacing; else an empty text."""
    return _BY_TITLE.get(_plain(title), "")


def _plain(title: str) -> str:
    return _APART.sub("_", title.casefold()).strip("_")


def header_of(first: str) -> Header:
    """Find out what the first line says."""
    split = {mark: next(csv.reader([first], delimiter=mark)) for mark in SEPARATORS}
    mark, titles = max(split.items(), key=lambda one: sum(bool(known(cell)) for cell in one[1]))
    while titles and not titles[-1].strip():
        titles = titles[:-1]
    found = [known(title) for title in titles]
    if not any(found):
        raise WrongHeader(
            "baris pertama bukan judul kolom yang dikenal (isinya tidak ditampilkan). " + _KNOWN
        )
    unknown = [
        _shown(position, title)
        for position, (title, field) in enumerate(zip(titles, found, strict=True), 1)
        if not field and _plain(title) not in IGNORED
    ]
    twice = sorted({TITLES[field] for field in found if field and found.count(field) > 1})
    missing = [TITLES[field] for field in REQUIRED if field not in found]
    faults = [
        f"{what}: {', '.join(names)}."
        for what, names in (
            ("kolom tidak dikenal", unknown),
            ("kolom muncul lebih dari sekali", twice),
            ("kolom wajib tidak ada", missing),
        )
        if names
    ]
    if faults:
        raise WrongHeader(" ".join([*faults, _KNOWN]))
    return Header(tuple(field or None for field in found), mark)


def _shown(position: int, title: str) -> str:
    """A title in its own words, unless it may be somebody's number."""
    plain = " ".join(title.split())
    harmless = plain.replace(" ", "").replace("_", "").isalpha() and len(plain) < len(_KNOWN)
    return plain if harmless else f"kolom ke-{position}"


_KNOWN = (
    f"Yang dikenal: {', '.join(column.title for column in COLUMNS)}; wajib: "
    f"{' dan '.join(TITLES[field] for field in REQUIRED)}. Contoh: kkmp import template"
)


def template() -> str:
    """Return a list with one example line, as Excel in Indonesia reads it."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.title for column in COLUMNS)
    writer.writerow(column.example for column in COLUMNS)
    return text.getvalue()
