"""What may be asked about savings."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from services.membership.events.savings import Billed
from shared.calendar import Day
from shared.messages import Command, example

MOST_RUPIAH = 1_000_000_000

type Rupiah = Annotated[int, Field(gt=0, le=MOST_RUPIAH, examples=[50_000])]
type Balance = Annotated[int, Field(ge=0, le=MOST_RUPIAH, examples=[50_000])]
type Month = Annotated[str, Field(pattern=r"^(19|20)\d{2}-(0[1-9]|1[0-2])$", examples=["2026-01"])]


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
    """A bill, and since when the cooperative exists."""

    asked: IssueSavingsBill
    founded_on: date | None


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
