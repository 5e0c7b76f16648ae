"""Staff who open an answer in Excel read Indonesian, whichever service gave it."""

import csv
from collections.abc import Iterator
from inspect import signature
from io import StringIO

import pytest
from pydantic import BaseModel, Field

from deploy.dev import SERVICES
from services.membership.api.savings import BillAnswer
from services.membership.events.board import Organ, Seat
from services.membership.events.savings import Savings
from shared.http.answering import Page
from shared.http.app import application
from shared.http.door import routes, rule_of
from shared.http.indonesian import TITLES, WORDS
from shared.http.spreadsheet import as_csv, columns_of

_UNITS = {"g", "kg", "ml", "l", "butir", "tabung"}
_PRICES = {"HET", "HAP"}
_INDONESIAN = {*Savings, *Seat, *Organ, *_UNITS, *_PRICES}
"""The codes that are words of the trade themselves."""


def tabular() -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield path and model of every answer that is to be had as a table."""
    for service in SERVICES:
        for route in routes(application(service)):
            if (rule := rule_of(route)) and rule.tabular:
                yield route.path, signature(route.endpoint).return_annotation


each_answer = pytest.mark.parametrize(
    "form", [pytest.param(form, id=path) for path, form in tabular()]
)


@each_answer
def test_every_column_has_a_title_of_its_own_in_indonesian(form: type[BaseModel]) -> None:
    columns = columns_of(form)
    assert [one.name for one in columns if one.title == one.name] == []
    titles = [one.title for one in columns]
    assert len(titles) == len(set(titles)), titles


@each_answer
def test_every_code_of_a_closed_list_has_a_word(form: type[BaseModel]) -> None:
    codes = {code for column in columns_of(form) for code in column.codes}
    assert codes - WORDS.keys() - _INDONESIAN == set()


def test_no_title_and_no_word_is_kept_that_nothing_needs() -> None:
    columns = [column for _, form in tabular() for column in columns_of(form)]
    # no column is made of several today, so that the names are those of the fields
    assert TITLES.keys() - {one.name for one in columns} == set()
    assert WORDS.keys() - {code for one in columns for code in one.codes} == set()


def _bill() -> Page[BillAnswer]:
    bill = BillAnswer.model_validate(
        {
            "kind": "wajib",
            "period": "2026-01",
            "amount": 25_000,
            "due_on": "2026-01-31",
            "issued_at": "2026-01-01T17:00:00Z",
            "status": "due",
            "paid_by": 3,
            "paid": 75_000,
        }
    )
    return Page(items=[bill], next=None, position=7)


def test_excel_says_the_state_of_a_bill_in_indonesian() -> None:
    text = as_csv(_bill(), Page[BillAnswer], "excel-id").decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text), delimiter=";")
    assert row["Status"] == "jatuh tempo"
    assert row["Waktu penagihan (WIB)"] == "2026-01-02 00:00:00"


def test_a_program_still_reads_names_and_codes() -> None:
    (row,) = csv.DictReader(StringIO(as_csv(_bill(), Page[BillAnswer], None).decode()))
    assert (row["status"], row["issued_at"]) == ("due", "2026-01-01T17:00:00Z")


def test_a_text_that_is_the_same_as_a_code_stays_as_it_was_typed() -> None:
    class Remark(BaseModel):
        name: str = Field(title="Catatan")

    text = as_csv(Remark(name="open"), Remark, "excel-id").decode("utf-8-sig")
    assert text.splitlines() == ["Catatan", "open"]
