"""What can happen in a membership, from the application to its end."""

from enum import StrEnum

from services.membership.events.savings import Savings
from shared.messages import event
from shared.personal import Personal


class LeavingCause(StrEnum):
    """How a membership ends: the causes of the articles; so far only a resignation is recorded.

    `other` is for what version 1 said in words of its own.
    """

    RESIGNED = "resigned"
    DECEASED = "deceased"
    DISMISSED = "dismissed"
    COOPERATIVE_DISSOLVED = "cooperative_dissolved"
    OTHER = "other"


@event("Seorang warga mengajukan permohonan menjadi anggota.")
class MembershipApplied:
    """A resident asked to become a member."""

    name: Personal
    """The applicant's name."""
    identity_number: Personal
    """The applicant's national identity number (NIK)."""
    phone: Personal
    """The applicant's telephone number."""
    born_on: Personal
    """The applicant's date of birth."""


@event("Pengurus telah memeriksa identitas dan domisili pemohon.")
class ApplicantVerified:
    """The pengurus checked the applicant's identity and domicile."""


@event("Pengurus menerima pemohon, yang kini harus membayar simpanan pokok.")
class MembershipApproved:
    """The pengurus accepted the applicant, who now owes the simpanan pokok."""


@event("Pengurus menolak permohonan menjadi anggota.")
class MembershipRejected:
    """The pengurus declined the application."""

    reason: str
    """Why, in the words of the pengurus."""


@event("Anggota, atau pemohon yang sudah diterima, membayar simpanan.")
class SavingsPaid:
    """A member or an approved applicant paid savings, in rupiah."""

    kind: Savings
    """Which savings were paid."""
    amount: int
    """How much, in whole rupiah."""


@event("Pemohon menjadi anggota karena simpanan pokoknya sudah dibayar.")
class MemberJoined:
    """The applicant is a member: the simpanan pokok is paid."""


@event("Anggota menyatakan mengundurkan diri.")
class MemberResigned:
    """The member asked to leave."""

    reason: str
    """Why, in the member's words."""


@event("Keanggotaan seseorang berakhir; sebabnya ditulis bebas.")
class MemberLeftV1:
    """The membership ended, for a cause in free words."""

    cause: str
    """Why, in free words; only `resigned` was ever recorded."""

    def upcast(self) -> "MemberLeft":
        """A word that names no known cause is kept as the note."""
        if self.cause in LeavingCause:
            return MemberLeft(LeavingCause(self.cause))
        return MemberLeft(LeavingCause.OTHER, self.cause)


@event("Keanggotaan seseorang berakhir, disertai jenis sebabnya.", supersedes=MemberLeftV1)
class MemberLeft:
    """The membership ended, and what kind of cause ended it."""

    cause: LeavingCause
    """The kind of cause."""
    note: str | None = None
    """With `other`: the cause as version 1 said it."""


type MemberEvent = (
    MembershipApplied
    | ApplicantVerified
    | MembershipApproved
    | MembershipRejected
    | SavingsPaid
    | MemberJoined
    | MemberResigned
    | MemberLeft
)


EVENTS: tuple[type, ...] = (
    MembershipApplied,
    ApplicantVerified,
    MembershipApproved,
    MembershipRejected,
    SavingsPaid,
    MemberJoined,
    MemberResigned,
    MemberLeft,
)
