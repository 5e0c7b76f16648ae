"""What can happen to a board: seats, terms, kinship, certification."""

from datetime import date
from enum import StrEnum

from services.membership.events.person import Person
from shared.messages import event


class Organ(StrEnum):
    """The organs whose seats are filled: management, and supervision."""

    PENGURUS = "pengurus"
    PENGAWAS = "pengawas"


class SeatV1(StrEnum):
    """The seats that version 1 of the events knew: those that every KKMP has at least."""

    KETUA = "ketua"
    WAKIL_KETUA_USAHA = "wakil-ketua-usaha"
    WAKIL_KETUA_KEANGGOTAAN = "wakil-ketua-keanggotaan"
    SEKRETARIS = "sekretaris"
    BENDAHARA = "bendahara"
    KETUA_PENGAWAS = "ketua-pengawas"
    PENGAWAS_1 = "pengawas-1"
    PENGAWAS_2 = "pengawas-2"


class Seat(StrEnum):
    """The seats of a board: five and three that there must be, and two of each organ beyond."""

    KETUA = "ketua"
    WAKIL_KETUA_USAHA = "wakil-ketua-usaha"
    WAKIL_KETUA_KEANGGOTAAN = "wakil-ketua-keanggotaan"
    SEKRETARIS = "sekretaris"
    BENDAHARA = "bendahara"
    ANGGOTA_PENGURUS_1 = "anggota-pengurus-1"
    ANGGOTA_PENGURUS_2 = "anggota-pengurus-2"
    KETUA_PENGAWAS = "ketua-pengawas"
    PENGAWAS_1 = "pengawas-1"
    PENGAWAS_2 = "pengawas-2"
    PENGAWAS_3 = "pengawas-3"
    PENGAWAS_4 = "pengawas-4"

    @property
    def organ(self) -> Organ:
        """The organ that the seat belongs to."""
        return Organ.PENGAWAS if "pengawas" in self.value.split("-") else Organ.PENGURUS

    @property
    def ex_officio(self) -> bool:
        """Whether the seat follows another office: the lurah chairs the pengawas."""
        return self is Seat.KETUA_PENGAWAS

    @property
    def required(self) -> bool:
        """Whether every KKMP has it (Juklak Menkop 1/2025)."""
        return self.value in SeatV1


class EndingCause(StrEnum):
    """Why somebody holds a seat no longer."""

    RESIGNED = "resigned"
    TERM_ENDED = "term-ended"
    DISMISSED = "dismissed"
    DECEASED = "deceased"
    LEFT = "left"
    SUCCEEDED = "succeeded"
    REPLACED = "replaced"


class BoardRule(StrEnum):
    """What a board that was certified must go on to be."""

    INCOMPLETE = "incomplete"
    EVEN = "even"
    KINSHIP = "kinship"


@event("Seseorang mulai menduduki kursi pengurus atau pengawas.")
class OfficerAppointedV1:
    """Somebody took a seat of an organ. The lurah does so by office, not by election."""

    seat: SeatV1
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

    def upcast(self) -> "OfficerAppointed":
        """Every seat of version 1 is one still."""
        return OfficerAppointed(
            Seat(self.seat),
            self.person,
            self.organ,
            self.ex_officio,
            self.from_date,
            self.until_date,
        )


@event(
    "Seseorang mulai menduduki kursi pengurus atau pengawas, termasuk kursi tambahan.",
    supersedes=OfficerAppointedV1,
)
class OfficerAppointed:
    """Somebody took a seat of an organ, perhaps one beyond those that there must be."""

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
    """The last day of the term; null where none is set."""


@event("Seseorang tidak lagi menduduki kursi pengurus atau pengawas.")
class OfficerAppointmentEnded:
    """Somebody holds a seat no longer: the term was the half-open time [from_date, ended_on)."""

    seat: Seat
    """Which seat."""
    person: Person
    """Who held it."""
    from_date: date
    """The first day of the term."""
    ended_on: date
    """The first day on which the person did not hold the seat."""
    cause: EndingCause
    """Why it ended."""


@event("Lurah yang baru menggantikan lurah yang lama sebagai ketua pengawas.")
class ExOfficioSucceeded:
    """The office behind the seat has a new holder: the seat passed on without a day between."""

    seat: Seat
    """The seat that follows the office."""
    person: Person
    """The id that stands for the new holder."""
    previous: Person
    """The id that stands for the one before."""
    from_date: date
    """The first day of the new holder, on which the one before held it no longer."""


@event("Seorang pengurus atau pengawas menyatakan hubungan keluarganya dengan yang lain.")
class KinshipDeclared:
    """An officer said which others are relatives of the first degree, by blood or by marriage."""

    person: Person
    """Who declared it."""
    relatives: tuple[Person, ...]
    """The other officers who are; none at all is a declaration too."""


@event("Susunan pengurus dan pengawas lengkap dan memenuhi ketentuan.")
class BoardCertified:
    """The board is complete and in order: enough seats, odd numbers, nobody twice."""


@event("Susunan yang pernah disahkan tidak lagi memenuhi satu ketentuan.")
class BoardRuleViolated:
    """A board that had been certified breaks a rule, and is certified no longer.

    Said once when it begins; `BoardRuleMended` says when it is over.
    """

    rule: BoardRule
    """Which rule."""


@event("Susunan kembali memenuhi satu ketentuan yang sempat dilanggar.")
class BoardRuleMended:
    """The board keeps a rule again that it broke; it may be certified anew."""

    rule: BoardRule
    """Which rule."""


@event("Pemegang kursi menyelesaikan pelatihan yang diwajibkan bagi kursi itu.")
class OfficerCertifiedV1:
    """The holder of a seat completed the training that the seat needs."""

    seat: SeatV1
    """Which seat."""
    person: Person
    """Who holds it."""
    certificate: str
    """The number of training's certificate."""
    valid_until: date
    """The first day on which the certificate is no longer valid."""

    def upcast(self) -> "OfficerCertified":
        """Every seat of version 1 is one still."""
        return OfficerCertified(Seat(self.seat), self.person, self.certificate, self.valid_until)


@event(
    "Pemegang kursi, termasuk kursi tambahan, menyelesaikan pelatihan yang diwajibkan.",
    supersedes=OfficerCertifiedV1,
)
class OfficerCertified:
    """The holder of a seat completed the training that the seat needs, whichever seat it is."""

    seat: Seat
    """Which seat."""
    person: Person
    """Who holds it."""
    certificate: str
    """The number of training's certificate."""
    valid_until: date
    """The first day on which the certificate is no longer valid."""


type BoardEvent = (
    OfficerAppointed
    | OfficerAppointmentEnded
    | ExOfficioSucceeded
    | KinshipDeclared
    | BoardCertified
    | BoardRuleViolated
    | BoardRuleMended
    | OfficerCertified
)


EVENTS: tuple[type, ...] = (
    OfficerAppointed,
    OfficerAppointmentEnded,
    ExOfficioSucceeded,
    KinshipDeclared,
    BoardCertified,
    BoardRuleViolated,
    BoardRuleMended,
    OfficerCertified,
)
