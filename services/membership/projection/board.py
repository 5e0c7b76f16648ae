"""Seats, the terms in them, and boards."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.membership.events.board import (
    BoardCertified,
    BoardRuleMended,
    BoardRuleViolated,
    KinshipDeclared,
    OfficerAppointed,
    OfficerAppointmentEnded,
    OfficerCertified,
)
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
class TermRow:
    """A term in a seat, over or not: the half-open time from its first day until *ended_on*."""

    cooperative: str
    seat: str
    person: str
    from_date: date
    organ: str
    ex_officio: bool
    until_date: date | None
    ended_on: date | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class KinshipRow:
    """An officer's last declaration of kinship, and how many relatives it names."""

    cooperative: str
    person: str
    relatives: int
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class BoardRow:
    """The board as a whole."""

    cooperative: str
    certified_at: datetime | None


@dataclass(frozen=True, slots=True)
class ViolationRow:
    """A rule that a board breaks that was certified once."""

    cooperative: str
    rule: str
    violated_at: datetime


def _seat(event: Recorded) -> Iterable[Key]:
    return ((event.place, event.data.seat.value),)


def _term(event: Recorded) -> Iterable[Key]:
    said: OfficerAppointed | OfficerAppointmentEnded = event.data
    return ((event.place, said.seat.value, said.person, said.from_date),)


def _person(event: Recorded) -> Iterable[Key]:
    return ((event.place, event.data.person),)


def _rule(event: Recorded) -> Iterable[Key]:
    return ((event.place, event.data.rule.value),)


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
        case OfficerAppointmentEnded(person=person, from_date=from_date):
            ends_it = row and (row.person, row.from_date) == (person, from_date)
            return None if ends_it else row  # a past in which somebody else sits there by now
        case OfficerCertified(person=person, certificate=number, valid_until=until):
            if row is None or row.person != person:
                return row  # a past in which the seat is vacant, or another's
            return replace(row, certificate=number, certified_until=until)
        case _:
            return row


def _term_row(row: TermRow | None, event: Recorded, key: Key) -> TermRow | None:
    said: OfficerAppointed | OfficerAppointmentEnded = event.data
    match said:
        case OfficerAppointed():
            return TermRow(
                *key,
                organ=said.organ.value,
                ex_officio=said.ex_officio,
                until_date=said.until_date,
            )
        case OfficerAppointmentEnded(ended_on=on, cause=cause):
            return row and replace(row, ended_on=on, cause=cause.value)


def _kinship_row(_: KinshipRow | None, event: Recorded, key: Key) -> KinshipRow:
    said: KinshipDeclared = event.data
    return KinshipRow(*key, relatives=len(said.relatives), declared_at=event.time)


def _board_row(_: BoardRow | None, event: Recorded, key: Key) -> BoardRow:
    certified = isinstance(event.data, BoardCertified)
    return BoardRow(*key, certified_at=event.time if certified else None)


def _violation_row(_: ViolationRow | None, event: Recorded, key: Key) -> ViolationRow | None:
    violated = isinstance(event.data, BoardRuleViolated)
    return ViolationRow(*key, violated_at=event.time) if violated else None


TABLES: tuple[Table[Any], ...] = (
    Table(
        "seat",
        SeatRow,
        ("cooperative", "seat"),
        {OfficerAppointed: _seat, OfficerAppointmentEnded: _seat, OfficerCertified: _seat},
        _seat_row,
    ),
    Table(
        "seat_term",
        TermRow,
        ("cooperative", "seat", "person", "from_date"),
        {OfficerAppointed: _term, OfficerAppointmentEnded: _term},
        _term_row,
    ),
    Table(
        "kinship", KinshipRow, ("cooperative", "person"), {KinshipDeclared: _person}, _kinship_row
    ),
    Table(
        "board",
        BoardRow,
        ("cooperative",),
        {OfficerAppointed: place, BoardCertified: place, BoardRuleViolated: place},
        _board_row,
    ),
    Table(
        "board_violation",
        ViolationRow,
        ("cooperative", "rule"),
        {BoardRuleViolated: _rule, BoardRuleMended: _rule},
        _violation_row,
    ),
)
