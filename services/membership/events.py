"""What can happen in membership. On the wire for ever: a new meaning is a new event."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from shared.messages import event
from shared.personal import Personal


class Savings(StrEnum):
    """The kinds of savings (simpanan) of UU 25/1992: once, periodic, voluntary."""

    POKOK = "pokok"
    WAJIB = "wajib"
    SUKARELA = "sukarela"


class Organ(StrEnum):
    """The organs whose seats are filled: management, and supervision."""

    PENGURUS = "pengurus"
    PENGAWAS = "pengawas"


class Seat(StrEnum):
    """The seats that every KKMP has at least (Juklak Menkop 1/2025): five and three."""

    KETUA = "ketua"
    WAKIL_KETUA_USAHA = "wakil-ketua-usaha"
    WAKIL_KETUA_KEANGGOTAAN = "wakil-ketua-keanggotaan"
    SEKRETARIS = "sekretaris"
    BENDAHARA = "bendahara"
    KETUA_PENGAWAS = "ketua-pengawas"
    PENGAWAS_1 = "pengawas-1"
    PENGAWAS_2 = "pengawas-2"

    @property
    def organ(self) -> Organ:
        """The organ that the seat belongs to."""
        supervises = self in (Seat.KETUA_PENGAWAS, Seat.PENGAWAS_1, Seat.PENGAWAS_2)
        return Organ.PENGAWAS if supervises else Organ.PENGURUS

    @property
    def ex_officio(self) -> bool:
        """Whether the seat follows another office: the lurah chairs the pengawas."""
        return self is Seat.KETUA_PENGAWAS


class LeavingCause(StrEnum):
    """How a membership ends: the causes of the articles; so far only a resignation is recorded.

    `other` is for what version 1 said in words of its own.
    """

    RESIGNED = "resigned"
    DECEASED = "deceased"
    DISMISSED = "dismissed"
    COOPERATIVE_DISSOLVED = "cooperative_dissolved"
    OTHER = "other"


type Person = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
"""The id that stands for a person in one cooperative, and says nothing about who it is."""


@event("Koperasi sebuah kelurahan tercatat dalam daftar koperasi.")
class CooperativeRegistered:
    """A cooperative exists, for one kelurahan."""

    name: str
    """The cooperative's name."""
    kecamatan: str
    """The name of the kecamatan that the kelurahan belongs to."""
    founded_on: date
    """The day of its founding meeting."""


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


@event("Seseorang mulai menduduki kursi pengurus atau pengawas.")
class OfficerAppointed:
    """Somebody took a seat of an organ. The lurah does so by office, not by election."""

    seat: Seat
    """Which seat."""
    person: Person
    """Who: the id of the member, or the one that stands for the lurah."""
    organ: Organ
    """The organ that the seat belongs to."""
    ex_officio: bool
    """Whether the seat comes with another office instead of an election."""
    from_date: date
    """The first day of the term."""
    until_date: date | None
    """The day on which the term ends; null where none is set."""


@event("Susunan pengurus dan pengawas lengkap dan memenuhi ketentuan.")
class BoardCertified:
    """The board is complete and in order: enough seats, odd numbers, nobody twice."""


@event("Pemegang kursi menyelesaikan pelatihan yang diwajibkan bagi kursi itu.")
class OfficerCertified:
    """The holder of a seat completed the training that the seat needs."""

    seat: Seat
    """Which seat."""
    person: Person
    """Who holds it."""
    certificate: str
    """The number of training's certificate."""
    valid_until: date
    """The first day on which the certificate is no longer valid."""


OF_MEMBER = (
    MembershipApplied,
    ApplicantVerified,
    MembershipApproved,
    MembershipRejected,
    SavingsPaid,
    MemberJoined,
    MemberResigned,
    MemberLeft,
)
STREAMS: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "cooperative": (CooperativeRegistered,),
        "member": OF_MEMBER,
        "board": (OfficerAppointed, BoardCertified, OfficerCertified),
    }
)
"""Which kind of entity says what."""

OWN = tuple(said for events in STREAMS.values() for said in events)

type CooperativeEvent = CooperativeRegistered
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
type BoardEvent = OfficerAppointed | BoardCertified | OfficerCertified
