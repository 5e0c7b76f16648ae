"""Until when something is owed to the agency: a dated value, set for the whole city."""

from datetime import date
from enum import StrEnum

from shared.messages import event


class Obligation(StrEnum):
    """What every cooperative owes the agency again and again."""

    RAT = "rat"
    """The yearly members' meeting on a book year."""
    QUARTERLY = "quarterly"
    """The report on a quarter."""


@event("Sudin menetapkan tenggat sebuah kewajiban, mulai dari masa tertentu.")
class DeadlinePolicySet:
    """The sub-agency set until when something is owed, for the periods from a day on."""

    obligation: Obligation
    """What is owed."""
    applies_from: date
    """It applies to the periods that end on this day or later, until a later policy does."""
    months_after: int
    """The deadline lies in so many months after the month in which the period ends."""
    day: int | None = None
    """The day of that month, or its last one if it is shorter; null: its last day."""


EVENTS: tuple[type, ...] = (DeadlinePolicySet,)
