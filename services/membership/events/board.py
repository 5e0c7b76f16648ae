"""What can happen to a board: seats, terms, certification."""

from datetime import date
from enum import StrEnum

from services.membership.events.person import Person
from shared.messages import event


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


type BoardEvent = OfficerAppointed | BoardCertified | OfficerCertified


EVENTS: tuple[type, ...] = (OfficerAppointed, BoardCertified, OfficerCertified)
