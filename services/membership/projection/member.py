"""The register of members."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.membership.events.member import (
    EVENTS,
    ApplicantVerified,
    MemberEvent,
    MemberJoined,
    MemberLeft,
    MemberResigned,
    MembershipApplied,
    MembershipApproved,
    MembershipRejected,
    SavingsPaid,
)
from services.membership.events.savings import Savings
from services.membership.projection.keys import member
from shared.envelope import Recorded
from shared.tables import Key, Table


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


TABLES: tuple[Table[Any], ...] = (
    Table(
        "member",
        MemberRow,
        ("cooperative", "member"),
        dict.fromkeys(EVENTS, member),
        _member_row,
    ),
)
