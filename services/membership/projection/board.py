"""Seats and boards."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.membership.events.board import BoardCertified, OfficerAppointed, OfficerCertified
from services.membership.projection.keys import place
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat that is held."""

    cooperative: str
    seat: str
    person: str
    organ: str
    ex_officio: bool
    from_date: date
    until_date: date | None
    certificate: str | None = None
    certified_until: date | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """The board as a whole."""

    cooperative: str
    certified_at: datetime | None


def _seat(event: Recorded) -> Iterable[Key]:
    return ((event.place, event.data.seat.value),)


def _seat_row(row: SeatRow | None, event: Recorded, key: Key) -> SeatRow | None:
    match event.data:
        case OfficerAppointed() as said:
            return SeatRow(
                *key,
                person=said.person,
                organ=said.organ.value,
                ex_officio=said.ex_officio,
                from_date=said.from_date,
                until_date=said.until_date,
            )
        case OfficerCertified(person=person, certificate=number, valid_until=until):
            if row is None or row.person != person:
                return row  # a past in which the seat is vacant, or another's
            return replace(row, certificate=number, certified_until=until)
        case _:
            return row


def _board_row(_: BoardRow | None, event: Recorded, key: Key) -> BoardRow:
    certified = isinstance(event.data, BoardCertified)
    return BoardRow(*key, certified_at=event.time if certified else None)


TABLES: tuple[Table[Any], ...] = (
    Table(
        "seat",
        SeatRow,
        ("cooperative", "seat"),
        {OfficerAppointed: _seat, OfficerCertified: _seat},
        _seat_row,
    ),
    Table(
        "board",
        BoardRow,
        ("cooperative",),
        {OfficerAppointed: place, BoardCertified: place},
        _board_row,
    ),
)
