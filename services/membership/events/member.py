"""What can happen in a membership, from the application to its end."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from services.membership.events.person import Person
from services.membership.events.savings import Savings
from shared.messages import event
from shared.personal import Personal
from shared.population import Agreement

type Moment = Annotated[
    datetime, Field(json_schema_extra={"pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"})
]
"""An instant with its offset, as the envelope writes it too."""


class LeavingCause(StrEnum):
    """How a membership ends: the causes of the articles.

    `other` is for what version 1 said in words of its own.
    """

    RESIGNED = "resigned"
    DECEASED = "deceased"
    DISMISSED = "dismissed"
    COOPERATIVE_DISSOLVED = "cooperative_dissolved"
    OTHER = "other"


class Missing(StrEnum):
    """What a paper register did not say of a member: a flag on the quality of the data."""

    IDENTITY_NUMBER = "identity_number"
    PHONE = "phone"
    BORN_ON = "born_on"
    ADDRESS = "address"
    POKOK = "pokok"


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
    address: Personal | None = None
    """Where the applicant lives."""
    married: bool = False
    """Whether the applicant is or was married, and so may join before the age of 17."""
    identity: str | None = None
    """What stands for the identity number in the whole city: a keyed hash of it."""
    previous: Person | None = None
    """The membership that the same person had in this cooperative before, where there was one."""


@event("Keanggotaan dari buku daftar anggota koperasi dimasukkan ke dalam sistem.")
class MemberImported:
    """A membership was taken over from what the cooperative kept on paper, or in a spreadsheet."""

    name: Personal
    """The member's name."""
    missing: tuple[Missing, ...]
    """What the register did not say."""
    pokok: int
    """Simpanan pokok that it shows as paid, in whole rupiah."""
    wajib: int
    """Simpanan wajib that it shows as paid, in whole rupiah."""
    sukarela: int
    """Simpanan sukarela that it shows as paid, in whole rupiah."""
    source: str
    """Where it stands: a book and a page, a file and a line; it names nobody."""
    number: str | None = None
    """The member's number in the cooperative's own book."""
    identity_number: Personal | None = None
    """The member's national identity number (NIK)."""
    phone: Personal | None = None
    """The member's telephone number."""
    born_on: Personal | None = None
    """The member's date of birth."""
    address: Personal | None = None
    """Where the member lives."""
    identity: str | None = None
    """What stands for the identity number in the whole city: a keyed hash of it."""


@event("Pengurus telah memeriksa identitas dan domisili pemohon.")
class ApplicantVerified:
    """The pengurus checked the applicant's identity and domicile."""

    registry: Agreement | None = None
    """What the population register said to it; null where it was recorded before it was asked."""


@event("Pengurus menerima pemohon, yang kini harus membayar simpanan pokok.")
class MembershipApproved:
    """The pengurus accepted the applicant, who now owes the simpanan pokok."""


@event("Pengurus menolak permohonan menjadi anggota; alasannya tertulis jelas.")
class MembershipRejectedV1:
    """The pengurus declined the application."""

    reason: str
    """Why, in the words of the pengurus, in clear."""

    def upcast(self) -> "MembershipRejected":
        """What was written in clear stays so."""
        return MembershipRejected(self.reason)


@event("Pengurus menolak permohonan menjadi anggota.", supersedes=MembershipRejectedV1)
class MembershipRejected:
    """The pengurus declined the application."""

    reason: Personal
    """Why, in the words of the pengurus."""


@event("Anggota, atau pemohon yang sudah diterima, membayar simpanan.")
class SavingsPaid:
    """A member or an approved applicant paid savings, in rupiah."""

    kind: Savings
    """Which savings were paid."""
    amount: int
    """How much, in whole rupiah."""
    period: str | None = None
    """The month that the payment is for, such as 2026-01, where that was said."""


@event("Pembayaran simpanan yang tercatat keliru dibatalkan.")
class SavingsPaymentReversed:
    """A payment that was recorded turned out not to be one."""

    payment: int
    """Which payment: the version of the membership at which it was recorded."""
    kind: Savings
    """Which savings they were."""
    amount: int
    """How much, in whole rupiah."""
    reason: Personal
    """Why."""


@event("Anggota belum membayar simpanan wajib yang sudah jatuh tempo.")
class MemberInArrears:
    """The member owes simpanan wajib that have fallen due."""

    owed: int
    """How much in all, in whole rupiah."""
    since: str
    """The first month that is not paid in full."""


@event("Tunggakan simpanan wajib seorang anggota telah lunas.")
class MemberArrearsCleared:
    """The member has paid the simpanan wajib that had fallen due."""


@event("Pemohon menjadi anggota karena simpanan pokoknya sudah dibayar.")
class MemberJoined:
    """The applicant is a member: the simpanan pokok is paid."""

    joined_at: Moment | None = None
    """The instant that the envelope says too; null in what was recorded before this was said."""


@event("Anggota menyatakan mengundurkan diri; alasannya tertulis jelas.")
class MemberResignedV1:
    """The member asked to leave."""

    reason: str
    """Why, in the member's words, in clear."""

    def upcast(self) -> "MemberResigned":
        """What was written in clear stays so."""
        return MemberResigned(self.reason)


@event("Anggota menyatakan mengundurkan diri.", supersedes=MemberResignedV1)
class MemberResigned:
    """The member asked to leave."""

    reason: Personal
    """Why, in the member's words."""


@event("Anggota meninggal dunia.")
class MemberDeceased:
    """The member died."""

    died_on: date
    """The day of the death."""


@event("Pengurus mengusulkan pemberhentian seorang anggota.")
class DismissalProposed:
    """The pengurus proposed to dismiss the member."""

    grounds: Personal
    """What the member is accused of."""


@event("Anggota membela diri terhadap usulan pemberhentian, atau melepaskan haknya.")
class DefenceHeard:
    """The member answered the proposal, or was asked to and did not."""

    waived: bool
    """Whether the member did not make use of the right to be heard."""
    summary: Personal | None = None
    """What the member said."""


@event("Usulan pemberhentian seorang anggota ditarik kembali.")
class DismissalWithdrawn:
    """The pengurus no longer propose to dismiss the member."""

    reason: Personal
    """Why."""


@event("Rapat anggota memberhentikan seorang anggota.")
class MemberDismissed:
    """The members' meeting dismissed the member."""

    decided_on: date
    """The day of the meeting."""


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
    left_at: Moment | None = None
    """The instant that the envelope says too; null in what was recorded before this was said."""


@event("Tanggal masuk atau keluar seorang anggota yang tercatat keliru diperbaiki.")
class MembershipDatesCorrected:
    """The membership began, or ended, at another instant than was recorded."""

    corrects: tuple[int, ...]
    """Which facts: the versions of the membership at which they were recorded."""
    joined_at: Moment
    """When it began."""
    left_at: Moment | None
    """When it ended; null while it lasts."""
    reason: Personal
    """Why."""


EVENTS: tuple[type, ...] = (
    MembershipApplied,
    MemberImported,
    ApplicantVerified,
    MembershipApproved,
    MembershipRejected,
    SavingsPaid,
    SavingsPaymentReversed,
    MemberInArrears,
    MemberArrearsCleared,
    MemberJoined,
    MemberResigned,
    MemberDeceased,
    DismissalProposed,
    DefenceHeard,
    DismissalWithdrawn,
    MemberDismissed,
    MemberLeft,
    MembershipDatesCorrected,
)

type MemberEvent = (
    MembershipApplied
    | MemberImported
    | ApplicantVerified
    | MembershipApproved
    | MembershipRejected
    | SavingsPaid
    | SavingsPaymentReversed
    | MemberInArrears
    | MemberArrearsCleared
    | MemberJoined
    | MemberResigned
    | MemberDeceased
    | DismissalProposed
    | DefenceHeard
    | DismissalWithdrawn
    | MemberDismissed
    | MemberLeft
    | MembershipDatesCorrected
)
