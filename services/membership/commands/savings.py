"""What may be asked about savings."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.membership.events.savings import Billed
from shared.calendar import Day
from shared.messages import Command, Whole, example

MOST_RUPIAH = 1_000_000_000

type Rupiah = Annotated[Whole, Field(gt=0, le=MOST_RUPIAH, examples=[50_000])]
type Balance = Annotated[Whole, Field(ge=0, le=MOST_RUPIAH, examples=[50_000])]

_MONTH = re.compile(r"(19|20)\d{2}-(0[1-9]|1[0-2])", re.ASCII)


def _month(text: str) -> str:
    if not _MONTH.fullmatch(text):
        raise PydanticCustomError("month_malformed", "Not a month such as 2026-01.")
    return text


type Month = Annotated[
    str,
    Field(max_length=7, examples=["2026-01"], json_schema_extra={"pattern": f"^{_MONTH.pattern}$"}),
    AfterValidator(_month),
]


class IssueSavingsBill(Command):
    """Bill the savings of a month to all members."""

    model_config = example(kind="wajib", period="2026-01", amount=25_000, due_on="2026-01-31")

    kind: Billed
    """Which savings: owed each month (wajib), or asked for (sukarela)."""
    period: Month
    """The month."""
    amount: Rupiah
    """How much each member pays, in whole rupiah."""
    due_on: Day
    """The last day on which it is paid in time; it may be still to come."""


class CancelSavingsBill(Command):
    """Withdraw a bill that has not fallen due."""

    model_config = example(reason="Rapat anggota menunda iuran bulan ini")

    reason: Annotated[str, Field(min_length=3, max_length=500)]
    """Why, in words that name nobody: they stay readable in the log."""


@dataclass(frozen=True, slots=True)
class Billing:
    """A bill, since when the cooperative exists, and the day on which it is issued."""

    asked: IssueSavingsBill
    founded_on: date | None
    today: date


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The withdrawal of one bill."""

    kind: Billed
    period: str
    asked: CancelSavingsBill


@dataclass(frozen=True, slots=True)
class FallDue:
    """Note which bills were to be paid before *day* (from the day's fact)."""

    day: date


type SavingsCommand = Billing | Cancellation | FallDue
