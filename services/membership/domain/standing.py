"""What somebody is to a cooperative, from a resident to a former member; facts change it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, auto

from services.membership.events.member import (
    ApplicantVerified,
    DefenceHeard,
    DismissalProposed,
    DismissalWithdrawn,
    LeavingCause,
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
from services.membership.events.savings import Savings
from shared.calendar import day_of


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment, by the version of the membership at which it was recorded."""

    version: int
    kind: Savings
    amount: int
    reversed: bool = False


class Proposal(Enum):
    """How far a dismissal has come."""

    NONE = auto()
    MADE = auto()
    ANSWERED = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    """How many facts there are, what stands for the identity number, and what was paid."""

    version: int = 0
    identity: str | None = None
    payments: tuple[Paid, ...] = ()


@dataclass(frozen=True, slots=True)
class Resident(Standing):
    """Lives in the kelurahan, and has not applied."""


@dataclass(frozen=True, slots=True)
class Applicant(Standing):
    """Has applied."""

    verified: bool = False


@dataclass(frozen=True, slots=True)
class Approved(Standing):
    """Was accepted, and owes the simpanan pokok; from paper: whether the book showed none."""

    lacks_pokok: bool = False


@dataclass(frozen=True, slots=True)
class Rejected(Standing):
    """Was declined."""


@dataclass(frozen=True, slots=True)
class Member(Standing):
    """Belongs to the cooperative; *owed* are simpanan wajib in arrears, in rupiah.

    Who *lacks_pokok* came from a book that showed none, and has not paid it since.
    """

    joined_at: datetime | None = None
    joined_version: int = 0
    owed: int = 0
    proposal: Proposal = Proposal.NONE
    lacks_pokok: bool = False

    def since(self, day: date) -> bool:
        """Whether it had begun on *day*; an old fact that does not say when, had."""
        return self.joined_at is None or day_of(self.joined_at) <= day


@dataclass(frozen=True, slots=True)
class Former(Standing):
    """Was a member."""

    joined_at: datetime | None = None
    joined_version: int = 0
    left_at: datetime | None = None
    left_version: int = 0
    left_by: LeavingCause = LeavingCause.OTHER


type Person = Resident | Applicant | Approved | Rejected | Member | Former


def evolve(person: Person, event: MemberEvent) -> Person:
    """Return what *person* is after *event*."""
    now = replace(person, version=person.version + 1)
    match event:
        case MembershipApplied(identity=identity):
            return Applicant(now.version, identity)
        case ApplicantVerified():
            return Applicant(now.version, now.identity, verified=True)
        case MembershipApproved():
            return Approved(now.version, now.identity)
        case MemberImported(identity=identity, missing=missing):
            return Approved(now.version, identity, lacks_pokok=Missing.POKOK in missing)
        case MembershipRejected():
            return Rejected(now.version, now.identity)
        case MemberJoined(joined_at=at):
            return _joined(now, at)
        case MemberLeft(cause=cause, left_at=at):
            return _former(now, at, cause)
        case MembershipDatesCorrected():
            return _corrected(now, event)
        case SavingsPaid(kind=kind, amount=amount):
            payments = (*now.payments, Paid(now.version, kind, amount))
            paid = replace(now, payments=payments)
            return _credited(paid, kind, amount) if isinstance(paid, Member) else paid
        case SavingsPaymentReversed(payment=payment):
            payments = tuple(
                replace(one, reversed=True) if one.version == payment else one
                for one in now.payments
            )
            return replace(now, payments=payments)
        case MemberInArrears(owed=owed):
            return replace(now, owed=owed) if isinstance(now, Member) else now
        case MemberArrearsCleared():
            return replace(now, owed=0) if isinstance(now, Member) else now
        case DismissalProposed():
            return _proposal(now, Proposal.MADE)
        case DefenceHeard():
            return _proposal(now, Proposal.ANSWERED)
        case DismissalWithdrawn():
            return _proposal(now, Proposal.NONE)
        case MemberResigned() | MemberDeceased() | MemberDismissed():
            return now


def _joined(person: Person, at: datetime | None) -> Member:
    lacks_pokok = isinstance(person, Approved) and person.lacks_pokok
    return Member(
        person.version,
        person.identity,
        person.payments,
        at,
        person.version,
        lacks_pokok=lacks_pokok,
    )


def _credited(member: Member, kind: Savings, amount: int) -> Member:
    match kind:
        case Savings.POKOK:
            return replace(member, lacks_pokok=False)
        case Savings.WAJIB:
            return replace(member, owed=max(member.owed - amount, 0))
        case Savings.SUKARELA:
            return member


def _proposal(person: Person, proposal: Proposal) -> Person:
    return replace(person, proposal=proposal) if isinstance(person, Member) else person


def _former(person: Person, at: datetime | None, cause: LeavingCause) -> Former:
    joined_at, joined_version = (
        (person.joined_at, person.joined_version) if isinstance(person, Member) else (None, 0)
    )
    return Former(
        person.version,
        person.identity,
        person.payments,
        joined_at,
        joined_version,
        at,
        person.version,
        cause,
    )


def _corrected(person: Person, said: MembershipDatesCorrected) -> Person:
    if isinstance(person, Member):
        return replace(person, joined_at=said.joined_at)
    if isinstance(person, Former):
        return replace(person, joined_at=said.joined_at, left_at=said.left_at)
    return person
