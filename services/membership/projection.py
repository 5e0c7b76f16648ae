"""What membership's tables hold: each a key and a fold."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.membership.events import (
    OF_MEMBER,
    OWN,
    ApplicantVerified,
    BoardCertified,
    CooperativeRegistered,
    MemberEvent,
    MemberJoined,
    MemberLeft,
    MemberResigned,
    MembershipApplied,
    MembershipApproved,
    MembershipRejected,
    OfficerAppointed,
    OfficerCertified,
    Savings,
    SavingsPaid,
)
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class CooperativeRow:
    """A cooperative, and when its last fact was heard."""

    code: str
    name: str
    kecamatan: str
    founded_on: date
    last_heard_at: datetime


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A person's membership in one cooperative; savings in rupiah."""

    cooperative: str
    member: str
    status: str
    applied_at: datetime
    joined_at: datetime | None = None
    left_at: datetime | None = None
    pokok: int = 0
    wajib: int = 0
    sukarela: int = 0
    version: int = 1


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


def _place(event: Recorded) -> Iterable[Key]:
    return ((event.place,),)


def _member(event: Recorded) -> Iterable[Key]:
    return ((event.place, event.id),)


def _seat(event: Recorded) -> Iterable[Key]:
    return ((event.place, event.data.seat.value),)


def _cooperative_row(
    row: CooperativeRow | None, event: Recorded, key: Key
) -> CooperativeRow | None:
    match event.data:
        case CooperativeRegistered(name=name, kecamatan=kecamatan, founded_on=founded_on):
            return CooperativeRow(
                *key,
                name=name,
                kecamatan=kecamatan,
                founded_on=founded_on,
                last_heard_at=event.recorded_at,
            )
        case _:
            return row and replace(row, last_heard_at=event.recorded_at)


def _member_row(row: MemberRow | None, event: Recorded, key: Key) -> MemberRow | None:
    said: MemberEvent = event.data
    if isinstance(said, MembershipApplied):
        return MemberRow(*key, status="applied", applied_at=event.time)
    if row is None:
        return None  # a past that does not hold the application
    version = event.version
    match said:
        case ApplicantVerified():
            return replace(row, version=version, status="verified")
        case MembershipApproved():
            return replace(row, version=version, status="approved")
        case MembershipRejected():
            return replace(row, version=version, status="rejected")
        case MemberJoined():
            return replace(row, version=version, status="active", joined_at=event.time)
        case MemberResigned():
            return replace(row, version=version)
        case MemberLeft():
            return replace(row, version=version, status="left", left_at=event.time)
        case SavingsPaid(kind=kind, amount=amount):
            match kind:
                case Savings.POKOK:
                    return replace(row, version=version, pokok=row.pokok + amount)
                case Savings.WAJIB:
                    return replace(row, version=version, wajib=row.wajib + amount)
                case Savings.SUKARELA:
                    return replace(row, version=version, sukarela=row.sukarela + amount)


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


TABLES = (
    Table("cooperative", CooperativeRow, ("code",), dict.fromkeys(OWN, _place), _cooperative_row),
    Table(
        "member",
        MemberRow,
        ("cooperative", "member"),
        dict.fromkeys(OF_MEMBER, _member),
        _member_row,
    ),
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
        {OfficerAppointed: _place, BoardCertified: _place},
        _board_row,
    ),
)
