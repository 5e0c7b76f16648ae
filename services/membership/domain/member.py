"""The rules of joining and leaving: apply, verify, approve, pay, belong, resign."""

from dataclasses import dataclass

from services.membership.commands.member import (
    MINIMUM_AGE,
    Application,
    ApproveApplication,
    MemberCommand,
    RecordSavingsPayment,
    RejectApplication,
    Resignation,
    VerifyApplicant,
)
from services.membership.domain.cooperative import NOT_REGISTERED
from services.membership.events.member import (
    ApplicantVerified,
    LeavingCause,
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
from shared.decider import Decider, Refusal, Refused

NO_APPLICATION = Refusal(
    "no_application",
    "Tidak ada permohonan dengan id ini di koperasi ini.",
    "There is no application with this id in this cooperative.",
    "missing",
)
TOO_YOUNG = Refusal(
    "applicant_too_young",
    "Calon anggota harus berusia sedikitnya {years} tahun.",
    "An applicant is at least {years} years old.",
    "invalid",
)
NOT_VERIFIED = Refusal(
    "applicant_not_verified",
    "Periksa dulu identitas dan domisili pemohon.",
    "Verify the applicant's identity and domicile first.",
)
NOT_APPROVED = Refusal(
    "applicant_not_approved",
    "Permohonan ini belum disetujui.",
    "This application has not been approved.",
)
DECIDED = Refusal(
    "application_decided",
    "Permohonan ini sudah diputus.",
    "This application has been decided already.",
)
POKOK_FIRST = Refusal(
    "pokok_first",
    "Simpanan pokok dibayar lebih dulu, dan hanya sekali.",
    "The simpanan pokok is paid first, and only once.",
)
NOT_A_MEMBER = Refusal(
    "not_a_member",
    "Bukan anggota koperasi ini.",
    "Not a member of this cooperative.",
)
IN_OFFICE = Refusal(
    "resigning_in_office",
    "Lepaskan dulu jabatan di koperasi, baru mengundurkan diri.",
    "Hand over the office in the cooperative before resigning.",
)


@dataclass(frozen=True, slots=True)
class Resident:
    """Lives in the kelurahan, and has not applied."""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Has applied."""

    verified: bool = False


@dataclass(frozen=True, slots=True)
class Approved:
    """Was accepted, and owes the simpanan pokok."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Was declined."""


@dataclass(frozen=True, slots=True)
class Member:
    """Belongs to the cooperative."""


@dataclass(frozen=True, slots=True)
class Former:
    """Was a member."""


type Person = Resident | Applicant | Approved | Rejected | Member | Former


def _decide(command: MemberCommand, person: Person) -> list[MemberEvent]:
    match command, person:
        case Application(cooperative_registered=False), Resident():
            raise Refused(NOT_REGISTERED)
        case Application(asked=asked, today=today), Resident():
            birthday_past = (today.month, today.day) >= (asked.born_on.month, asked.born_on.day)
            if today.year - asked.born_on.year - (not birthday_past) < MINIMUM_AGE:
                raise Refused(TOO_YOUNG, years=MINIMUM_AGE)
            born_on = asked.born_on.isoformat()
            return [MembershipApplied(asked.name, asked.identity_number, asked.phone, born_on)]
        case Application(), _:
            return []
        case _, Resident():
            raise Refused(NO_APPLICATION)

        case VerifyApplicant(), Applicant(verified=False):
            return [ApplicantVerified()]
        case VerifyApplicant(), Applicant() | Approved() | Member() | Former():
            return []
        case ApproveApplication(), Applicant(verified=False):
            raise Refused(NOT_VERIFIED)
        case ApproveApplication(), Applicant():
            return [MembershipApproved()]
        case ApproveApplication(), Approved() | Member() | Former():
            return []
        case RejectApplication(reason=reason), Applicant():
            return [MembershipRejected(reason)]
        case RejectApplication(), Rejected():
            return []
        case RejectApplication(), Approved() | Member() | Former():
            raise Refused(DECIDED)
        case ((VerifyApplicant() | ApproveApplication()), Rejected()):
            raise Refused(DECIDED)

        case RecordSavingsPayment(), Applicant() | Rejected():
            raise Refused(NOT_APPROVED)
        case RecordSavingsPayment(kind=Savings.POKOK, amount=amount), Approved():
            return [SavingsPaid(Savings.POKOK, amount), MemberJoined()]
        case RecordSavingsPayment(), Approved():
            raise Refused(POKOK_FIRST)
        case RecordSavingsPayment(kind=Savings.POKOK), Member():
            raise Refused(POKOK_FIRST)
        case RecordSavingsPayment(kind=kind, amount=amount), Member():
            return [SavingsPaid(kind, amount)]
        case RecordSavingsPayment(), Former():
            raise Refused(NOT_A_MEMBER)

        case Resignation(), Applicant() | Approved() | Rejected():
            raise Refused(NOT_A_MEMBER)
        case Resignation(in_office=True), Member():
            raise Refused(IN_OFFICE)
        case Resignation(asked=asked), Member():
            return [MemberResigned(asked.reason), MemberLeft(LeavingCause.RESIGNED)]
        case Resignation(), Former():
            return []


def _evolve(person: Person, event: MemberEvent) -> Person:
    match event:
        case MembershipApplied():
            return Applicant()
        case ApplicantVerified():
            return Applicant(verified=True)
        case MembershipApproved():
            return Approved()
        case MembershipRejected():
            return Rejected()
        case MemberJoined():
            return Member()
        case MemberLeft():
            return Former()
        case SavingsPaid() | MemberResigned():
            return person


member: Decider[MemberCommand, Person, MemberEvent] = Decider(_decide, _evolve, initial=Resident())
