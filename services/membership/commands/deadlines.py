"""What the sub-agency may set about deadlines."""

from pydantic import Field

from services.membership.events.deadlines import Obligation
from shared.calendar import Day
from shared.messages import Command, Whole, example


class SetDeadlinePolicy(Command):
    """Set until when something is owed, for the periods that end on a day or later."""

    model_config = example(obligation="rat", applies_from="2026-01-01", months_after=3, day=31)

    obligation: Obligation
    """What is owed: the yearly meeting (`rat`), or the report on a quarter (`quarterly`)."""
    applies_from: Day
    """It applies to the periods that end on this day or later, until a later policy does."""
    months_after: Whole = Field(ge=1, le=24)
    """The deadline lies in so many months after the month in which the period ends."""
    day: Whole | None = Field(default=None, ge=1, le=31)
    """The day of that month, or its last one if it is shorter; without it, its last day."""
