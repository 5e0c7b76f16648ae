"""The rules of a single seat: who may take it, for how long, and how it becomes free."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import MAXYEAR, date, timedelta

from services.membership.commands.board import ChangeBoard, EndAppointment, Succession
from services.membership.domain.cooperative import BEFORE_COOPERATIVE, DAY_AHEAD, NOT_REGISTERED
from services.membership.domain.member import NOT_A_MEMBER
from services.membership.domain.slate import Board, Term, evolve
from services.membership.events.board import (
    BoardEvent,
    EndingCause,
    ExOfficioSucceeded,
    OfficerAppointed,
    OfficerAppointmentEnded,
    Seat,
)
from shared.decider import Refusal, Refused

LONGEST_TERM_YEARS = 5
"""UU 25/1992 on cooperatives, cited from memory; the articles of a cooperative may say less."""

FURTHEST_AHEAD = timedelta(days=366)
"""How long before a term its election may be, at most."""
_A_DAY = timedelta(days=1)

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
SEAT_VACANT = Refusal(
    "seat_vacant",
    "Kursi {seat} sedang kosong.",
    "Nobody holds the seat {seat}.",
)
HOLDS_ANOTHER = Refusal(
    "holds_another_seat",
    "Orang ini sudah memegang kursi {seat}.",
    "This person holds the seat {seat} already.",
)
BOTH_ORGANS = Refusal(
    "in_both_organs",
    "Orang ini memegang kursi {seat}; pengurus tidak boleh merangkap pengawas.",
    "This person holds the seat {seat}; nobody is in both pengurus and pengawas.",
)
TERM_BACKWARDS = Refusal(
    "term_backwards",
    "Masa jabatan harus berakhir setelah tanggal mulainya.",
    "The term must end after the day on which it begins.",
    "invalid",
)
TERM_TOO_LONG = Refusal(
    "term_too_long",
    "Masa jabatan paling lama {years} tahun.",
    "A term is at most {years} years long.",
    "invalid",
)
TERM_FAR_AHEAD = Refusal(
    "term_far_ahead",
    "Masa jabatan mulai {from_date}, lebih dari {days} hari setelah dicatat.",
    "The term begins on {from_date}, more than {days} days after it is recorded.",
    "invalid",
)
TERM_OVERLAPS = Refusal(
    "term_overlaps",
    "Masa jabatan sebelumnya baru berakhir pada {ended_on}.",
    "The term before ended on {ended_on} only.",
)
ENDED_BEFORE_BEGUN = Refusal(
    "ended_before_begun",
    "Masa jabatan ini baru mulai pada {from_date}.",
    "This term began on {from_date} only.",
    "invalid",
)
PASSED_ON = Refusal(
    "seat_passed_on",
    "Akhir jabatan ini sudah tercatat, dan kursi {seat} diisi lagi mulai hari itu.",
    "This end is recorded already, and somebody holds the seat {seat} from that day.",
)
SUCCESSION_APART = Refusal(
    "succession_apart",
    "Pergantian lurah dicatat lewat perintahnya sendiri.",
    "That a new lurah succeeds is recorded by a command of its own.",
    "invalid",
)


def take(board: Board, term: Term, founded_on: date | None, today: date) -> list[BoardEvent]:
    """Let somebody begin a term, which is said *today*."""
    if founded_on is None:
        raise Refused(NOT_REGISTERED)
    if term in board.held:  # one that is over is refused: it does not go on for being said again
        return []
    if term.from_date - today > FURTHEST_AHEAD:
        raise Refused(TERM_FAR_AHEAD, from_date=term.from_date, days=FURTHEST_AHEAD.days)
    if term.from_date < founded_on:
        raise Refused(BEFORE_COOPERATIVE, day=term.from_date, founded_on=founded_on)
    if term.until_date is not None:
        if term.until_date <= term.from_date:
            raise Refused(TERM_BACKWARDS)
        if term.until_date >= _years_later(term.from_date, LONGEST_TERM_YEARS):
            raise Refused(TERM_TOO_LONG, years=LONGEST_TERM_YEARS)
    if board.holder(term.seat) not in (None, term.person):
        raise Refused(SEAT_TAKEN, seat=term.seat)
    if (other := board.seat_of(term.person)) is not None:
        raise Refused(HOLDS_ANOTHER if other.organ is term.seat.organ else BOTH_ORGANS, seat=other)
    if (last := board.last_end(term.seat, term.person)) and term.from_date < last:
        raise Refused(TERM_OVERLAPS, ended_on=last)
    seat = term.seat
    return [
        OfficerAppointed(
            seat, term.person, seat.organ, seat.ex_officio, term.from_date, term.until_date
        )
    ]


def end(asked: EndAppointment, today: date, board: Board) -> list[BoardEvent]:
    """Free the seat that is *asked* for."""
    if asked.cause is EndingCause.SUCCEEDED:
        raise Refused(SUCCESSION_APART)
    if asked.seat.ex_officio:  # the supervised do not take the chair from who supervises them
        raise Refused(LURAH_SEAT)
    if asked.ended_on > today and not _given_up(board, asked.seat, asked.ended_on):
        raise Refused(DAY_AHEAD, day=asked.ended_on, today=today)
    freed = _free(board, asked.seat, asked.ended_on, asked.cause)
    held = board.term(asked.seat)
    if not freed and held and held.from_date == asked.ended_on:  # whose end is it, then?
        raise Refused(PASSED_ON, seat=asked.seat)
    return freed


def succeed(command: Succession, board: Board) -> list[BoardEvent]:
    """Pass the lurah's seat on, without a day between."""
    seat, from_date = Seat.KETUA_PENGAWAS, command.asked.from_date
    follows = Term(seat, command.person, from_date)
    if follows in board.held or board.was(follows):
        return []
    if from_date > command.today:
        raise Refused(DAY_AHEAD, day=from_date, today=command.today)
    previous = board.holder(seat)
    if previous is None:
        raise Refused(SEAT_VACANT, seat=seat)
    return [
        *_free(board, seat, from_date, EndingCause.SUCCEEDED),
        OfficerAppointed(seat, command.person, seat.organ, seat.ex_officio, from_date, None),
        ExOfficioSucceeded(seat, command.person, previous, from_date),
    ]


def change(command: ChangeBoard, board: Board) -> Iterator[BoardEvent]:
    """Free seats and fill seats: each as if alone, one after the other."""
    on = command.decided_on
    for one in command.ended:
        if one.seat.ex_officio:
            raise Refused(LURAH_SEAT)
        for said in _free(board, one.seat, on, one.cause):
            yield said
            board = evolve(board, said)
    for one in command.appointed:
        term = Term(one.seat, one.person, on, one.until_date)
        if board.was(term) or board.was(lasting(term)):
            continue  # the decision is said again, and what it gave is over by now
        is_member = one.person in command.members
        for said in elect(board, term, command.founded_on, on, is_member=is_member):
            yield said
            board = evolve(board, said)


def elect(
    board: Board, term: Term, founded_on: date | None, today: date, *, is_member: bool
) -> list[BoardEvent]:
    """Let a member begin a term in a seat that is elected."""
    if term.seat.ex_officio:
        raise Refused(LURAH_SEAT)
    if term in board.held:  # also one without a last day, from when those were still recorded
        return []
    taken = take(board, lasting(term), founded_on, today)
    if taken and not is_member:  # said again, it asks for nobody's membership
        raise Refused(NOT_A_MEMBER)
    return taken


def over(term: Term, on: date, cause: EndingCause) -> OfficerAppointmentEnded:
    """Say that *term* is over, from *on*."""
    return OfficerAppointmentEnded(term.seat, term.person, term.from_date, on, cause)


def lasting(term: Term) -> Term:
    """Return *term* with its last day: the last that it may have, if none is set."""
    last = term.until_date or _years_later(term.from_date, LONGEST_TERM_YEARS) - _A_DAY
    return replace(term, until_date=last)


def _given_up(board: Board, seat: Seat, on: date) -> bool:
    """Whether *on* is the first day of a term in *seat*, which then never begins, or never did."""
    begun = [term.from_date for term in board.held if term.seat is seat]
    never = [one.term.from_date for one in board.ended if one.term.seat is seat and one.on == on]
    return on in (*begun, *never)


def _free(board: Board, seat: Seat, on: date, cause: EndingCause) -> list[BoardEvent]:
    if any((one.term.seat, one.on, one.cause) == (seat, on, cause) for one in board.ended):
        return []  # said before, and perhaps somebody has followed since
    term = board.term(seat)
    if term is None:
        raise Refused(SEAT_VACANT, seat=seat)
    if on < term.from_date:
        raise Refused(ENDED_BEFORE_BEGUN, from_date=term.from_date)
    return [over(term, on, cause)]


def _years_later(day: date, years: int) -> date:
    """Return the same day so many years later; 28 February for a 29th that is not there."""
    year = min(day.year + years, MAXYEAR)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)
