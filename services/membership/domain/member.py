"""The rules of a membership: apply, verify, approve, pay, belong, leave; and what was mistaken."""

from services.membership.commands.member import (
    Application,
    ApproveApplication,
    Correction,
    Death,
    Dismissal,
    Import,
    MemberCommand,
    NoteArrears,
    Payment,
    ProposeDismissal,
    RecordDefence,
    RejectApplication,
    Resignation,
    Reversal,
    Verification,
    WithdrawDismissal,
)
from services.membership.domain.joining import applying, importing, verifying
from services.membership.domain.leaving import (
    NO_PROPOSAL,
    correcting,
    dismissing,
    dying,
    resigning,
)
from services.membership.domain.payments import first_payment, owing, paying, reversing
from services.membership.domain.standing import (
    Applicant,
    Approved,
    Former,
    Member,
    Person,
    Proposal,
    Rejected,
    Resident,
    evolve,
)
from services.membership.events.member import (
    DefenceHeard,
    DismissalProposed,
    DismissalWithdrawn,
    LeavingCause,
    MemberEvent,
    MembershipApproved,
    MembershipRejected,
)
from shared.decider import Decider, Refusal, Refused

NO_APPLICATION = Refusal(
    "no_application",
    "Tidak ada permohonan dengan id ini di koperasi ini.",
    "There is no application with this id in this cooperative.",
    "missing",
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
NOT_A_MEMBER = Refusal(
    "not_a_member",
    "Bukan anggota koperasi ini.",
    "Not a member of this cooperative.",
)
LEFT_ALREADY = Refusal(
    "left_already",
    "Keanggotaan orang ini sudah berakhir ({cause}).",
    "The membership of this person has ended already ({cause}).",
)
ANSWERED = Refusal(
    "defence_recorded",
    "Pembelaan anggota ini sudah tercatat.",
    "What this member answered is recorded already.",
)


def _decide(command: MemberCommand, person: Person) -> list[MemberEvent]:
    match command, person:
        case Application(), Resident():
            return applying(command)
        case Import(), Resident():
            return importing(command)
        case Application() | Import(), _:
            return []
        case _, Resident():
            raise Refused(NO_APPLICATION)

        case Verification(), Applicant(verified=False):
            return verifying(command)
        case Verification(), Applicant() | Approved() | Member() | Former():
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
        case ((Verification() | ApproveApplication()), Rejected()):
            raise Refused(DECIDED)

        case Payment(), Applicant() | Rejected():
            raise Refused(NOT_APPROVED)
        case Payment(), Approved():
            return first_payment(command)
        case Payment(), Member():
            return paying(command, person)
        case Payment(), Former():
            raise Refused(NOT_A_MEMBER)
        case Reversal(), Approved() | Member() | Former():
            return reversing(command, person)
        case NoteArrears(), Member():
            return owing(command, person)
        case NoteArrears(), _:
            return []  # it left, or was taken back, before the bill was heard

        case Resignation(), Member():
            return resigning(command, person)
        case Death(), Member():
            return dying(command, person)
        case ProposeDismissal(grounds=grounds), Member(proposal=Proposal.NONE):
            return [DismissalProposed(grounds)]
        case ProposeDismissal(), Member():
            return []
        case RecordDefence(), Member(proposal=Proposal.MADE):
            return [DefenceHeard(command.waived, command.summary)]
        case RecordDefence(), Member(proposal=Proposal.NONE):
            raise Refused(NO_PROPOSAL)
        case RecordDefence(), Member():
            raise Refused(ANSWERED)
        case WithdrawDismissal(), Member(proposal=Proposal.NONE):
            return []
        case WithdrawDismissal(reason=reason), Member():
            return [DismissalWithdrawn(reason)]
        case Dismissal(), Member():
            return dismissing(command, person)
        case Correction(), Member() | Former():
            return correcting(command, person)

        case Resignation(), Former(left_by=LeavingCause.RESIGNED):
            return []
        case Death(), Former(left_by=LeavingCause.DECEASED):
            return []
        case Dismissal(), Former(left_by=LeavingCause.DISMISSED):
            return []
        case Resignation() | Death() | Dismissal(), Former(left_by=cause):
            raise Refused(LEFT_ALREADY, cause=cause)
        case (
            (
                Resignation()
                | Death()
                | Dismissal()
                | ProposeDismissal()
                | RecordDefence()
                | WithdrawDismissal()
                | Correction()
                | Reversal()
            ),
            Applicant() | Approved() | Rejected() | Former(),
        ):
            raise Refused(NOT_A_MEMBER)


member: Decider[MemberCommand, Person, MemberEvent] = Decider(_decide, evolve, initial=Resident())
