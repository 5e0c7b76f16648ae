"""Suspected duplicates."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.membership.events.identity import DuplicateIdentitySuspected, DuplicateResolved
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A number that was given in one cooperative while another one held it."""

    identity: str
    cooperative: str
    held_in: str
    person: str
    suspected_at: datetime
    resolution: str | None = None
    resolved_at: datetime | None = None


def _duplicate(event: Recorded) -> Iterable[Key]:
    return ((event.id, event.data.cooperative),)


def _duplicate_row(row: DuplicateRow | None, event: Recorded, key: Key) -> DuplicateRow | None:
    said: DuplicateIdentitySuspected | DuplicateResolved = event.data
    match said:
        case DuplicateIdentitySuspected():
            return DuplicateRow(
                *key, held_in=said.held_in, person=said.person, suspected_at=event.time
            )
        case DuplicateResolved(resolution=resolution):
            if row is None:
                return None  # a past that does not hold the suspicion
            return replace(row, resolution=resolution.value, resolved_at=event.time)


TABLES: tuple[Table[Any], ...] = (
    Table(
        "duplicate",
        DuplicateRow,
        ("identity", "cooperative"),
        {DuplicateIdentitySuspected: _duplicate, DuplicateResolved: _duplicate},
        _duplicate_row,
    ),
)
