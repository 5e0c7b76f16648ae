"""The register of members, and what they paid."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.membership.events.member import (
    EVENTS,
    ApplicantVerified,
    DefenceHeard,
    DismissalProposed,
    DismissalWithdrawn,
    MemberArrearsCleared,
    MemberDeceased,
    MemberDismissed,
    MemberEvent,
    MemberImported,
    MemberInArrears,
    MemberJoined,
    MemberLeft,
    MemberResigned,
    MembershipApplied,
    MembershipApproved,
    MembershipDatesCorrected,
    MembershipRejected,
    Missing,
    SavingsPaid,
    SavingsPaymentReversed,
)
from services.membership.events.person import IdentityRectified, PersonalField
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
    left_by: str | None = None
    pokok: int = 0
    wajib: int = 0
    sukarela: int = 0
    owed: int = 0
    owed_since: str | None = None
    dismissal: str | None = None
    number: str | None = None
    source: str | None = None
    missing: str = ""
    previous: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment, by the version of the membership at which it was recorded."""

    cooperative: str
    member: str
    payment: int
    kind: str
    amount: int
    period: str | None
    paid_at: datetime
    reversed_at: datetime | None = None


def _member_row(row: MemberRow | None, event: Recorded, key: Key) -> MemberRow | None:
    said: MemberEvent | IdentityRectified = event.data
    if isinstance(said, IdentityRectified):
        given = {name.value for name in PersonalField if getattr(said, name) is not None}
        return row and _found(row, given)
    if isinstance(said, MembershipApplied):
        return MemberRow(*key, status="applied", applied_at=event.time, previous=said.previous)
    if isinstance(said, MemberImported):
        return MemberRow(
            *key,
            status="approved",
            applied_at=event.time,
            pokok=said.pokok,
            wajib=said.wajib,
            sukarela=said.sukarela,
            number=said.number,
            source=said.source,
            missing=" ".join(said.missing),
        )
    if row is None:
        return None  # a past that does not hold the application
    return _changed(replace(row, version=event.version), said, event.time)


def _changed(row: MemberRow, said: MemberEvent, at: datetime) -> MemberRow:
    match said:
        case MembershipApplied() | MemberImported():
            return row
        case ApplicantVerified():
            return replace(row, status="verified")
        case MembershipApproved():
            return replace(row, status="approved")
        case MembershipRejected():
            return replace(row, status="rejected")
        case MemberJoined():
            return replace(row, status="active", joined_at=at)
        case MemberResigned() | MemberDeceased() | MemberDismissed():
            return row
        case MemberLeft(cause=cause):
            return replace(
                row, status="left", left_at=at, left_by=cause.value, owed=0, owed_since=None
            )
        case MembershipDatesCorrected(joined_at=joined_at, left_at=left_at):
            return replace(row, joined_at=joined_at, left_at=left_at)
        case SavingsPaid(kind=kind, amount=amount):
            found = {Missing.POKOK.value} if kind is Savings.POKOK else set[str]()
            paid = _found(_added(row, kind, amount), found)
            settled = amount if kind is Savings.WAJIB else 0
            return replace(paid, owed=max(paid.owed - settled, 0))
        case SavingsPaymentReversed(kind=kind, amount=amount):
            return _added(row, kind, -amount)
        case MemberInArrears(owed=owed, since=since):
            return replace(row, owed=owed, owed_since=since)
        case MemberArrearsCleared():
            return replace(row, owed=0, owed_since=None)
        case DismissalProposed():
            return replace(row, dismissal="proposed")
        case DefenceHeard(waived=waived):
            return replace(row, dismissal="defence-waived" if waived else "defence-heard")
        case DismissalWithdrawn():
            return replace(row, dismissal=None)


def _found(row: MemberRow, found: set[str]) -> MemberRow:
    """Take from what a paper register lacked what is there since."""
    left = " ".join(flag for flag in row.missing.split() if flag not in found)
    return row if left == row.missing else replace(row, missing=left)


def _added(row: MemberRow, kind: Savings, amount: int) -> MemberRow:
    match kind:
        case Savings.POKOK:
            return replace(row, pokok=row.pokok + amount)
        case Savings.WAJIB:
            return replace(row, wajib=row.wajib + amount)
        case Savings.SUKARELA:
            return replace(row, sukarela=row.sukarela + amount)


def _payment(event: Recorded) -> Iterable[Key]:
    said: SavingsPaid | SavingsPaymentReversed = event.data
    number = event.version if isinstance(said, SavingsPaid) else said.payment
    return ((event.place, event.id, number),)


def _payment_row(row: PaymentRow | None, event: Recorded, key: Key) -> PaymentRow | None:
    said: SavingsPaid | SavingsPaymentReversed = event.data
    if isinstance(said, SavingsPaymentReversed):
        return row and replace(row, reversed_at=event.time)
    return PaymentRow(
        *key, kind=said.kind.value, amount=said.amount, period=said.period, paid_at=event.time
    )


TABLES: tuple[Table[Any], ...] = (
    Table(
        "member",
        MemberRow,
        ("cooperative", "member"),
        dict.fromkeys((*EVENTS, IdentityRectified), member),
        _member_row,
    ),
    Table(
        "savings_payment",
        PaymentRow,
        ("cooperative", "member", "payment"),
        {SavingsPaid: _payment, SavingsPaymentReversed: _payment},
        _payment_row,
    ),
)
