"""The rules of the board: who may take which seat, and when the board is complete."""

from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from services.membership.commands.board import (
    Appointment,
    BoardCommand,
    CertifyBoard,
    CertifyOfficer,
    ExOfficioAppointment,
)
from services.membership.domain.cooperative import NOT_REGISTERED
from services.membership.domain.member import NOT_A_MEMBER
from services.membership.events.board import (
    BoardCertified,
    BoardEvent,
    OfficerAppointed,
    OfficerCertified,
    Organ,
    Seat,
)
from shared.decider import Decider, Refusal, Refused

LURAH_SEAT = Refusal(
    "seat_ex_officio",
    "Ketua pengawas adalah lurah karena jabatannya, tidak dipilih.",
    "The chair of the pengawas is the lurah by office, not by election.",
)
SEAT_TAKEN = Refusal(
    "seat_taken",
    "Kursi {seat} masih dijabat orang lain.",
    "The seat {seat} is held by somebody else.",
)
HOLDS_ANOTHER = Refusal(
    "holds_another_seat",
    "Orang ini sudah memegang kursi {seat}.",
    "This person holds the seat {seat} already.",
)
TERM_BACKWARDS = Refusal(
    "term_backwards",
    "Masa jabatan harus berakhir setelah tanggal mulainya.",
    "The term must end after the day on which it begins.",
    "invalid",
)
INCOMPLETE = Refusal(
    "board_incomplete",
    "Susunan belum lengkap. Kursi kosong: {seats}.",
    "The board is not complete. Vacant seats: {seats}.",
)

MINIMUM = MappingProxyType({Organ.PENGURUS: 5, Organ.PENGAWAS: 3})
"""The least number of seats of each organ, an odd one (Juklak Menkop 1/2025)."""

type Held = tuple[Seat, str]


@dataclass(frozen=True, slots=True)
class Board:
    """Who holds which seat, and whether the board as it is has been certified."""

    held: frozenset[Held] = frozenset()
    certified: bool = False
    certificates: frozenset[tuple[Seat, str, date]] = field(
        default_factory=frozenset[tuple[Seat, str, date]]
    )

    def holder(self, seat: Seat) -> str | None:
        """Who holds *seat*."""
        return next((person for taken, person in self.held if taken == seat), None)

    def seat_of(self, person: str) -> Seat | None:
        """Which seat *person* holds."""
        return next((seat for seat, holder in self.held if holder == person), None)


def _decide(command: BoardCommand, board: Board) -> list[BoardEvent]:
    match command:
        case Appointment(asked=asked, is_member=is_member):
            if asked.seat.ex_officio:
                raise Refused(LURAH_SEAT)
            if not is_member:
                raise Refused(NOT_A_MEMBER)
            if asked.until_date is not None and asked.until_date <= asked.from_date:
                raise Refused(TERM_BACKWARDS)
            return _seat(board, asked.seat, asked.person, asked.from_date, asked.until_date)
        case ExOfficioAppointment(cooperative_registered=False):
            raise Refused(NOT_REGISTERED)
        case ExOfficioAppointment(asked=asked, person=person):
            return _seat(board, Seat.KETUA_PENGAWAS, person, asked.from_date, None)
        case CertifyBoard():
            return _certify(board)
        case CertifyOfficer(seats=seats, person=person, certificate=number, valid_until=until):
            return [
                OfficerCertified(seat, person, number, until)
                for seat in seats  # less those that another holds by now, or that were said before
                if board.holder(seat) == person and (seat, number, until) not in board.certificates
            ]


def _seat(
    board: Board, seat: Seat, person: str, from_date: date, until_date: date | None
) -> list[BoardEvent]:
    if board.holder(seat) == person:
        return []
    if board.holder(seat) is not None:
        raise Refused(SEAT_TAKEN, seat=seat)
    if (other := board.seat_of(person)) is not None:
        raise Refused(HOLDS_ANOTHER, seat=other)
    return [OfficerAppointed(seat, person, seat.organ, seat.ex_officio, from_date, until_date)]


def _certify(board: Board) -> list[BoardEvent]:
    if board.certified:
        return []
    vacant = [seat for seat in Seat if board.holder(seat) is None]
    for organ, least in MINIMUM.items():
        filled = sum(seat.organ is organ for seat, _ in board.held)
        if filled < least or filled % 2 == 0:
            raise Refused(INCOMPLETE, seats=", ".join(vacant))
    return [BoardCertified()]


def _evolve(board: Board, event: BoardEvent) -> Board:
    match event:
        case OfficerAppointed(seat=seat, person=person):
            return replace(board, held=board.held | {(seat, person)}, certified=False)
        case BoardCertified():
            return replace(board, certified=True)
        case OfficerCertified(seat=seat, certificate=number, valid_until=until):
            return replace(board, certificates=board.certificates | {(seat, number, until)})


board: Decider[BoardCommand, Board, BoardEvent] = Decider(_decide, _evolve, initial=Board())
