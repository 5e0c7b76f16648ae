"""What can happen in membership. On the wire for ever: a new meaning is a new event."""

from datetime import date
from enum import StrEnum

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


@event
class CooperativeRegistered:
    """A cooperative exists, for one kelurahan."""

    name: str
    kecamatan: str
    founded_on: date


@event
class MembershipApplied:
    """A resident asked to become a member."""

    name: Personal
    identity_number: Personal
    phone: Personal
    born_on: Personal


@event
class ApplicantVerified:
    """The pengurus checked the applicant's identity and domicile."""


@event
class MembershipApproved:
    """The pengurus accepted the applicant, who now owes the simpanan pokok."""


@event
class MembershipRejected:
    """The pengurus declined the application."""

    reason: str


@event
class SavingsPaid:
    """A member or an approved applicant paid savings, in rupiah."""

    kind: Savings
    amount: int


@event
class MemberJoined:
    """The applicant is a member: the simpanan pokok is paid."""


@event
class MemberResigned:
    """The member asked to leave."""

    reason: str


@event
class MemberLeft:
    """The membership ended, whatever the cause."""

    cause: str


@event
class OfficerAppointed:
    """Somebody took a seat of an organ. The lurah does so by office, not by election."""

    seat: Seat
    person: str
    organ: Organ
    ex_officio: bool
    from_date: date
    until_date: date | None


@event
class BoardCertified:
    """The board is complete and in order: enough seats, odd numbers, nobody twice."""


@event
class OfficerCertified:
    """The holder of a seat completed the training that the seat needs."""

    seat: Seat
    person: str
    certificate: str
    valid_until: date


OF_COOPERATIVE = (CooperativeRegistered,)
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
OF_BOARD = (OfficerAppointed, BoardCertified, OfficerCertified)
OWN = OF_COOPERATIVE + OF_MEMBER + OF_BOARD

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
