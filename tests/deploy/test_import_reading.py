"""A list of members as people and Excel write it is read as it was meant, or refused by line."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.importing.cells import amount_of, cleaned, day_of, identity_number_of, phone_of
from deploy.importing.columns import COLUMNS, WrongHeader, header_of, template
from deploy.importing.faults import FAULTS, Unusable
from deploy.importing.reading import WrongFile, read

ROOT = Path(__file__).parents[2]
CODE = "31.72.02.1006"
SITI = "3172994101900001"
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()


def file_of(*lines: str, header: str = "nama;NIK;tanggal masuk;simpanan pokok") -> bytes:
    return "\r\n".join([header, *lines, ""]).encode()


def codes(content: bytes, cooperative: str | None = CODE) -> dict[int, str]:
    return {bad.number: bad.code for bad in read(content, cooperative).bad}


@pytest.mark.parametrize(
    ("written", "rupiah"),
    [
        ("50000", 50_000),
        ("50.000", 50_000),
        ("Rp 50.000", 50_000),
        ("Rp. 50.000,-", 50_000),
        ("Rp50.000,00", 50_000),
        ("rp 1.250.000", 1_250_000),
        ("50000.00", 50_000),
        ("50000,0", 50_000),
        ("'50000", 50_000),
        ("Rp -", 0),
        ("0", 0),
        ("1.000.000.000", 1_000_000_000),
    ],
)
def test_an_amount_is_whole_rupiah_however_it_is_written(written: str, rupiah: int) -> None:
    assert amount_of(cleaned(written, "x"), "x") == rupiah


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("50.000,50", "amount_fraction"),
        ("50000,5", "amount_fraction"),
        ("50000.25", "amount_fraction"),
        ("50,000", "amount_malformed"),  # fifty, or fifty thousand in English
        ("50.00", "amount_malformed"),
        ("1.50.000", "amount_malformed"),
        ("50rb", "amount_malformed"),
        ("lunas", "amount_malformed"),
        ("5E+05", "amount_rounded"),
        ("1,5E+06", "amount_rounded"),
        ("-50.000", "amount_negative"),
        ("(50.000)", "amount_negative"),
        ("1.000.000.001", "amount_too_large"),
        ("9" * 5000, "amount_too_large"),
    ],
)
def test_an_amount_that_is_not_certain_is_refused(written: str, code: str) -> None:
    with pytest.raises(Unusable, match=code):
        amount_of(cleaned(written, "simpanan_pokok"), "simpanan_pokok")


@given(st.integers(0, 1_000_000_000), st.sampled_from(["{}", "Rp {}", "Rp. {},-", "{},00", "'{}"]))
def test_whatever_amount_is_written_with_points_is_read_back(rupiah: int, form: str) -> None:
    written = form.format(f"{rupiah:_}".replace("_", "."))
    assert amount_of(cleaned(written, "x"), "x") == rupiah


@pytest.mark.parametrize(
    "written",
    [
        "03/05/2025",
        "3-5-2025",
        "3.5.2025",
        "2025-05-03",
        "2025/05/03",
        "2025-05-03 00:00:00",
        "3 Mei 2025",
        "03 mei 2025",
        "3-May-2025",
    ],
)
def test_a_day_is_the_same_however_it_is_written(written: str) -> None:
    assert day_of(cleaned(written, "x"), "x") == date(2025, 5, 3)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("03/05/25", "year_two_digits"),
        ("3 Mei 25", "year_two_digits"),
        ("45780", "date_serial"),
        ("2025", "date_serial"),
        ("31/02/2025", "date_impossible"),
        ("05/13/2025", "date_impossible"),
        ("29 Februari 2025", "date_impossible"),
        ("3 Mai 2025", "date_malformed"),
        ("Mei 2025", "date_malformed"),
        ("kemarin", "date_malformed"),
        ("2025-05-03T10:00:00", "date_malformed"),
    ],
)
def test_a_day_that_is_not_certain_is_refused(written: str, code: str) -> None:
    with pytest.raises(Unusable, match=code):
        day_of(cleaned(written, "tanggal_masuk"), "tanggal_masuk")


@given(st.dates(date(1900, 1, 1)), st.sampled_from("/-."))
def test_whatever_day_is_written_is_read_back(day: date, mark: str) -> None:
    assert day_of(day.isoformat(), "x") == day
    assert day_of(f"{day.day:02}{mark}{day.month:02}{mark}{day.year}", "x") == day
    assert day_of(f"{day.day} {MONTHS[day.month - 1]} {day.year}", "x") == day
    assert day_of(f"{day.day}-{MONTHS[day.month - 1][:3].upper()}-{day.year}", "x") == day


@pytest.mark.parametrize(
    "written", [SITI, f"'{SITI}", f'="{SITI}"', " 3172 9941 0190 0001 ", "317299.410190.0001"]
)
def test_an_identity_number_is_kept_whatever_stands_around_its_digits(written: str) -> None:
    assert identity_number_of(cleaned(written, "x"), "x") == SITI


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("3,17299E+15", "identity_number_rounded"),
        ("3.17299410190000E+15", "identity_number_rounded"),
        ("3172994101900000", "identity_number_rounded"),
        (f"{SITI}.0", "identity_number_decimal"),
        ("317299410190001", "identity_number_malformed"),
        ("317299410190000l", "identity_number_malformed"),
        ("belum ada", "identity_number_malformed"),
    ],
)
def test_an_identity_number_that_excel_damaged_is_told_as_such(written: str, code: str) -> None:
    with pytest.raises(Unusable, match=code):
        identity_number_of(cleaned(written, "nik_ktp"), "nik_ktp")


def test_ten_identity_numbers_that_all_end_with_0_were_rounded_by_excel() -> None:
    lines = [f"Warga {n};31729941019{n:02}010;1/6/2025;" for n in range(10)]
    assert codes(file_of(*lines)) == dict.fromkeys(range(2, 12), "identity_number_rounded")
    assert codes(file_of(*lines[:9])) == {}
    assert codes(file_of(*lines, f"Siti;{SITI};1/6/2025;")) == {}


@pytest.mark.parametrize(
    ("written", "phone"),
    [("0812-0000-0001", "0812-0000-0001"), ("'0812", None), ("81200000001", "081200000001"),
     ("+62 812 0000 0001", "+62 812 0000 0001"), ("8,12E+10", None), ("tidak ada", None)],
)  # fmt: skip
def test_a_telephone_number_gets_back_the_zero_that_excel_took(
    written: str, phone: str | None
) -> None:
    if phone is None:
        with pytest.raises(Unusable, match="phone_"):
            phone_of(written, "telepon")
    else:
        assert phone_of(written, "telepon") == phone


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Si\0ti", "control_character"),
        ("Si\x1fti", "control_character"),
        ("Si\u202eti", "control_character"),
        ("Si\ufffdti", "unreadable_text"),
        ("#REF!", "excel_error"),
        ("########", "excel_error"),
        ("=A1&B1", "formula"),
        ("\uff1dA1&B1", "formula"),
        ("@SUM(A1:A9)", "formula"),
        ("\uff20SUM(A1:A9)", "formula"),
        ("-Budi", "formula"),
        ("\uff0bBudi", "formula"),
        ("'+Budi", "formula"),
        ("x" * 40_000, "text_length"),
        ("12345", "no_name"),
        ("x" * 201, "text_length"),
        ("", "required"),
    ],
)
def test_a_name_that_nobody_has_is_refused(cell: str, code: str) -> None:
    assert codes(file_of(f"{cell};;1/6/2025;")) == {2: code}


HEADER = "nama{0}NIK / KTP{0}Tgl. Masuk{0}SIMPANAN  POKOK"


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separator_and_encoding_are_found_out(mark: str, encoding: str) -> None:
    text = f"{HEADER.format(mark)}\r\nNoël Anjani{mark}{SITI}{mark}3/5/2025{mark}50.000\r\n"
    found = read(text.encode(encoding), CODE)
    assert found.bad == ()
    (line,) = found.lines
    assert (line.number, line.cooperative) == (2, CODE)
    assert line.body == {
        "name": "Noël Anjani",
        "identity_number": SITI,
        "joined_on": "2025-05-03",
        "pokok": 50_000,
        "source": "Daftar anggota dalam CSV",
    }
    assert line.missing == ("telepon", "tanggal lahir", "alamat")


def test_a_broken_letter_in_utf_8_is_refused_and_not_guessed() -> None:
    content = "\ufeffnama;tanggal_masuk\n".encode() + b"Sit\xe9;1/6/2025\n"
    assert codes(content) == {2: "unreadable_text"}


def test_lines_are_counted_as_excel_counts_rows_and_empty_ones_are_skipped() -> None:
    content = file_of(
        '"Siti";;1/6/2025;',
        ";;;",
        "",
        '"Budi\r\nSantoso";;1/6/2025;',
        "Ani;;1/6/25;",
    )
    found = read(content, CODE)
    assert [line.number for line in found.lines] == [2, 5]
    assert found.lines[1].body["name"] == "Budi Santoso"
    assert [bad.number for bad in found.bad] == [6]


@pytest.mark.parametrize(
    ("source", "number", "code"),
    [
        ("Buku 2, halaman 17", "A.17/2025-3", None),
        ("-", "-", None),
        ("Buku", "A 17", "member_number_malformed"),
        ("Buku", "9" * 41, "member_number_malformed"),
        ("Kartu SITI KENARI", "", "source_names_somebody"),
        (f"KTP {SITI}", "", "source_names_somebody"),
        ("B", "", "text_length"),
    ],
)
def test_what_is_kept_in_clear_names_nobody(source: str, number: str, code: str | None) -> None:
    content = file_of(
        f"Siti Kenari;1/6/2025;{source};{number}", header="nama;tanggal_masuk;sumber;nomor_anggota"
    )
    assert codes(content) == ({2: code} if code else {})


def test_a_quote_that_is_not_closed_spoils_its_own_line_alone() -> None:
    header = "nama;alamat;tanggal_masuk"
    closed = 'Ani;"Gang 5";1/6/2025'
    for broken in ('Siti;"Gang 5;1/6/2025', 'Siti;"Gang ""5;1/6/2025'):
        assert codes(file_of(broken, closed, closed, header=header)) == {
            2: "quote_unclosed",
            4: "duplicate_line",
        }
    assert codes(file_of('Siti;Gang 5";1/6/2025', closed, header=header)) == {}


def test_a_separator_inside_an_address_is_noticed() -> None:
    content = file_of("Ani;1/6/2025;Jalan A; RT 1", header="nama;tanggal_masuk;alamat")
    assert codes(content) == {2: "too_many_cells"}


def test_of_two_identical_lines_the_second_is_a_duplicate_however_it_is_written() -> None:
    content = file_of(
        f"Siti;{SITI};3 Mei 2025;50.000", f" Siti ;'{SITI};2025-05-03;Rp 50000", "Ani;;1/6/2025;"
    )
    found = read(content, CODE)
    assert [line.number for line in found.lines] == [2, 4]
    assert [(bad.number, bad.code) for bad in found.bad] == [(3, "duplicate_line")]
    assert "baris 2" in found.bad[0].sentence


def test_one_identity_number_beside_different_names_holds_all_of_them_back() -> None:
    content = file_of(f"Siti;{SITI};3/5/2025;", f"Budi;{SITI};3/5/2025;", f"Siti;{SITI};3/5/2025;")
    assert codes(content) == {
        2: "duplicate_identity_number",
        3: "duplicate_identity_number",
        4: "duplicate_line",
    }


def test_one_number_of_the_book_beside_different_names_holds_both_back_in_one_cooperative() -> None:
    header = "nama;tanggal_masuk;nomor_anggota;kode_kelurahan"
    here, there = CODE, "31.72.02.1001"
    content = file_of(
        f"Siti;1/6/2025;017;{here}",
        f"Budi;1/6/2025;017;{here}",
        f"Siti;1/6/2025;017;{here}",
        f"Ani;1/6/2025;017;{there}",
        header=header,
    )
    found = read(content, None)
    assert {bad.number: bad.code for bad in found.bad} == {
        2: "duplicate_member_number",
        3: "duplicate_member_number",
        4: "duplicate_line",
    }
    assert "nomor_anggota sama dengan baris 3" in found.bad[0].sentence
    assert [line.number for line in found.lines] == [5]


def test_a_line_is_known_by_its_content_and_not_by_its_place() -> None:
    lines = [f"Warga {name};;{day}/6/2025;" for name in "ABC" for day in (1, 2)]
    keys = [line.key for line in read(file_of(*lines), CODE).lines]
    assert len(set(keys)) == 6
    assert [line.key for line in read(file_of(*lines[::-1]), CODE).lines] == keys[::-1]
    elsewhere = read(file_of(*lines), "31.72.02.1001").lines
    assert not {line.key for line in elsewhere} & set(keys)


def test_a_line_may_name_its_cooperative_which_the_command_line_must_not_deny() -> None:
    content = file_of(
        "Siti;1/6/2025;31.72.02.1001",
        "Budi;1/6/2025;",
        "Ani;1/6/2025;3172021006",
        header="nama;tanggal_masuk;Kode Kelurahan",
    )
    assert codes(content) == {2: "cooperative_other", 4: "cooperative_malformed"}
    assert codes(content, None) == {3: "cooperative_missing", 4: "cooperative_malformed"}


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("nama;tanggal masuk;agama", "kolom tidak dikenal: agama."),
        ("nama;alamat", "kolom wajib tidak ada: tanggal_masuk."),
        ("nama;Nama Lengkap;tanggal_masuk", "muncul lebih dari sekali: nama."),
        ("nama;tanggal_masuk;3172994101900001", "kolom tidak dikenal: kolom ke-3."),
        ("Siti Kenari;3172994101900001;1/6/2025", "baris pertama bukan judul kolom"),
    ],
)
def test_columns_that_are_not_known_are_named_with_those_that_are(header: str, said: str) -> None:
    with pytest.raises(WrongHeader) as refused:
        header_of(header)
    assert said in str(refused.value)
    assert all(column.title in str(refused.value) for column in COLUMNS)
    assert "Siti" not in str(refused.value)
    assert SITI not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "kosong"), (b";;\r\n", "kosong"), (b"PK\x03\x04...", "Excel"),
     (b"\xd0\xcf\x11\xe0...", "Excel")],
)  # fmt: skip
def test_a_file_that_is_no_list_is_told_as_such(content: bytes, said: str) -> None:
    with pytest.raises(WrongFile, match=said):
        read(content, CODE)


def test_the_template_has_every_column_and_can_be_read() -> None:
    (titles, example) = csv.reader(StringIO(template(), newline=""), delimiter=";")
    assert titles == [column.title for column in COLUMNS]
    assert "DATA CONTOH" in "".join(example)
    (line,) = read(f"sep=;\r\n{template()}".encode("utf-8-sig"), None).lines
    assert line.missing == ()
    assert line.body.keys() == {column.field for column in COLUMNS} - {"cooperative", "sukarela"}


@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_no_sentence_about_a_line_repeats_what_stands_in_it(cell: str) -> None:
    told = f"{cell}{SITI}"
    with_everywhere = {column.field: told for column in COLUMNS}
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(column.title for column in COLUMNS)
    writer.writerow(with_everywhere.values())
    writer.writerow([told, SITI, "", told, "", "1/6/2025", told, "", "", "", "", CODE])
    for bad in read(text.getvalue().encode(), None).bad:
        assert SITI not in bad.sentence


def test_the_page_names_every_column_and_every_code() -> None:
    page = (ROOT / "docs" / "importing.md").read_text()
    codes = {fault.code for fault in FAULTS}
    assert len(codes) == len(FAULTS)
    assert {code for code in codes if f"`{code}`" not in page} == set()
    assert [column.title for column in COLUMNS if f"`{column.title}`" not in page] == []


def test_the_example_can_be_loaded_and_is_about_nobody() -> None:
    found = read((ROOT / "deploy" / "importing" / "contoh.csv").read_bytes(), None)
    assert (len(found.lines), found.bad) == (12, ())
    assert {line.body["source"] for line in found.lines} == {"DATA CONTOH"}
    numbers = [str(line.body["identity_number"]) for line in found.lines if not line.missing]
    assert all(number.startswith("317299") for number in numbers)
    assert len({line.missing for line in found.lines}) > 1
