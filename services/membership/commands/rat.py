"""What may be asked about the yearly meeting (RAT) and the quarterly reports."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.membership.commands.person import Reason
from services.membership.events.board import Seat
from shared.calendar import Day
from shared.messages import Command, Whole, example
from shared.texts import no_formula

_A_DAY = timedelta(days=1)
_MOST = 100_000_000_000_000
type Sum = Annotated[Whole, Field(ge=0, le=_MOST, examples=[125_000_000])]
"""Rupiah of a whole cooperative."""


class ScheduleRAT(Command):
    """Set the day of the yearly meeting, or another one while it was not held."""

    model_config = example(on="2026-03-14", venue="Aula kelurahan")

    on: Day
    """The day of the meeting; it may be still to come."""
    venue: (
        Annotated[str, Field(min_length=3, max_length=200), AfterValidator(no_formula)] | None
    ) = None
    """Where."""


class SeatGiven(BaseModel):
    """A seat that the meeting gave to a member."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seat: Seat
    """The seat on the board."""
    person: str = Field(max_length=36, pattern="^[0-9a-f-]{36}$")
    """The member's id."""
    until_date: Day | None = None
    """The last day in office; without it, the last day of five years, the longest term."""


class BoardChange(BaseModel):
    """How the meeting changed the board, from the day of the meeting on."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    ended: tuple[Seat, ...] = Field(default=(), max_length=len(Seat))
    """The seats whose holders hold them no longer."""
    appointed: tuple[SeatGiven, ...] = Field(default=(), max_length=len(Seat))
    """The seats that are vacant then, and whom the meeting gave them to."""

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The seats that change, each once, in the order of the board."""
        changed = {*self.ended, *(one.seat for one in self.appointed)}
        return tuple(seat for seat in Seat if seat in changed)


class RecordRATHeld(Command):
    """Record that the yearly meeting took place, and how it changed the board."""

    model_config = example(
        held_on="2026-03-14", present=120, decisions="Laporan pengurus diterima; SHU disetujui."
    )

    held_on: Day
    """The day of the meeting."""
    present: Whole = Field(ge=0, le=1_000_000)
    """How many members were there."""
    decisions: str = Field(min_length=3, max_length=1000)
    """What was decided, in words that name nobody: they stay readable in the log."""
    board: BoardChange | None = None
    """How it changed the board; without it, not at all."""


class SubmitRATReport(Command):
    """Hand in the report of the meeting, or another one in its place."""

    model_config = example(
        assets=350_000_000, savings=120_000_000, turnover=900_000_000, shu=12_500_000
    )

    assets: Sum
    """What the cooperative owns, at the end of the book year, in rupiah."""
    savings: Sum
    """The members' savings, at the end of the book year, in rupiah."""
    turnover: Sum
    """What it sold in the book year, in rupiah."""
    shu: Whole = Field(ge=-_MOST, le=_MOST)
    """The surplus of the book year (sisa hasil usaha), in rupiah; below zero, a loss."""
    url: str | None = Field(default=None, max_length=500, pattern=r"^https://[^\s]+$")
    """Where the report itself is to be found."""


class VerifyRATReport(Command):
    """Say that the report that was handed in is in order."""

    model_config = example(effective_at="2026-04-10T09:00:00+07:00")


class ReturnRATReport(Command):
    """Give the report back, also one that was verified by mistake."""

    model_config = example(reason="Neraca dan jumlah simpanan tidak cocok")

    reason: Reason
    """Why, in words that name nobody: they stay readable in the log."""


class SubmitQuarterlyReport(Command):
    """Report the figures of a quarter, or correct them."""

    model_config = example(
        members=182, savings=21_400_000, transaction_count=1_250, transaction_value=86_000_000
    )

    members: Whole = Field(ge=0, le=1_000_000)
    """How many members there were at its end."""
    savings: Sum
    """The members' savings at its end, in rupiah."""
    transaction_count: Whole = Field(ge=0, le=1_000_000_000)
    """How many sales there were in it."""
    transaction_value: Sum
    """What they came to, in rupiah."""


@dataclass(frozen=True, slots=True)
class Scheduling:
    """A day for the meeting on a book year, and since when there is a cooperative."""

    asked: ScheduleRAT
    book_year: int
    founded_on: date | None


@dataclass(frozen=True, slots=True)
class Holding:
    """A meeting that was held, how many members there were then, and the day it is recorded.

    *board_changed* says that the board knows already of all that the meeting is said to change.
    """

    asked: RecordRATHeld
    book_year: int
    founded_on: date | None
    members: int
    today: date
    board_changed: bool = True


@dataclass(frozen=True, slots=True)
class MissDeadline:
    """Note that the deadline passed (from the fact that a later day began)."""

    book_year: int
    due_on: date


type RATCommand = (
    Scheduling | Holding | SubmitRATReport | VerifyRATReport | ReturnRATReport | MissDeadline
)


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year."""

    year: int
    quarter: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.quarter * 3 - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - _A_DAY

    @property
    def next(self) -> "Quarter":
        """The one after it."""
        return Quarter(self.year + self.quarter // 4, self.quarter % 4 + 1)


@dataclass(frozen=True, slots=True)
class QuarterlyReport:
    """The figures of a quarter, since when there is a cooperative, and the day of the report."""

    asked: SubmitQuarterlyReport
    of: Quarter
    founded_on: date | None
    today: date


@dataclass(frozen=True, slots=True)
class MissQuarterlyReport:
    """Note that the deadline of a quarter's report passed (from the fact that a day began)."""

    of: Quarter
    due_on: date


type QuarterlyReportCommand = QuarterlyReport | MissQuarterlyReport
