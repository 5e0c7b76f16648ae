"""The deadlines that the sub-agency has set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.membership.events.deadlines import DeadlinePolicySet
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline that was set, from the periods that end on *applies_from* on."""

    obligation: str
    applies_from: date
    months_after: int
    day: int | None


def _deadline(event: Recorded) -> Iterable[Key]:
    said: DeadlinePolicySet = event.data
    return ((said.obligation.value, said.applies_from),)


def _deadline_row(_: DeadlineRow | None, event: Recorded, key: Key) -> DeadlineRow:
    said: DeadlinePolicySet = event.data
    return DeadlineRow(*key, months_after=said.months_after, day=said.day)


TABLES: tuple[Table[Any], ...] = (
    Table(
        "deadline",
        DeadlineRow,
        ("obligation", "applies_from"),
        {DeadlinePolicySet: _deadline},
        _deadline_row,
    ),
)
