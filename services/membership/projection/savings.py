"""Bills, and whether they have fallen due."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.membership.events.savings import (
    EVENTS,
    SavingsBillCancelled,
    SavingsBillFellDue,
    SavingsBillIssued,
    SavingsEvent,
)
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class BillRow:
    """The savings of one kind and month that a cooperative asks of each member, in rupiah."""

    cooperative: str
    kind: str
    period: str
    amount: int
    due_on: date
    issued_at: datetime
    status: str = "open"


def _bill(event: Recorded) -> Iterable[Key]:
    said: SavingsEvent = event.data
    return ((event.place, said.kind.value, said.period),)


def _bill_row(row: BillRow | None, event: Recorded, key: Key) -> BillRow | None:
    said: SavingsEvent = event.data
    match said:
        case SavingsBillIssued(amount=amount, due_on=due_on):
            return BillRow(*key, amount=amount, due_on=due_on, issued_at=event.time)
        case SavingsBillCancelled():
            return row and replace(row, status="cancelled")
        case SavingsBillFellDue():
            return row and replace(row, status="due")


TABLES: tuple[Table[Any], ...] = (
    Table(
        "savings_bill",
        BillRow,
        ("cooperative", "kind", "period"),
        dict.fromkeys(EVENTS, _bill),
        _bill_row,
    ),
)
