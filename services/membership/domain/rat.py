"""The rules of the yearly meeting: held after its book year, reported, and verified.

A meeting without a quorum is a fact, and no yearly meeting: a later one may still be held.
"""

from dataclasses import dataclass, replace
from datetime import date

from services.membership.commands.rat import (
    Holding,
    MissDeadline,
    RATCommand,
    ReturnRATReport,
    Scheduling,
    SubmitRATReport,
    VerifyRATReport,
)
from services.membership.domain.cooperative import BEFORE_COOPERATIVE, DAY_AHEAD, NOT_REGISTERED
from services.membership.domain.deadlines import end_of_year
from services.membership.events.rat import (
    RATEvent,
    RATHeld,
    RATOverdue,
    RATReportReturned,
    RATReportSubmitted,
    RATScheduled,
    RATVerified,
)
from shared.codes import dashed
from shared.decider import Decider, Refusal, Refused
from shared.subjects import Entity

BOOK_YEAR_RUNNING = Refusal(
    "book_year_running",
    "Tahun buku {book_year} belum berakhir pada {day}.",
    "The book year {book_year} is not over on {day}.",
    "invalid",
)
MORE_THAN_MEMBERS = Refusal(
    "rat_more_than_members",
    "Yang hadir {present} orang, padahal anggota aktif pada {day} hanya {members}.",
    "{present} were present, but on {day} there were only {members} active members.",
)
NO_QUORUM = Refusal(
    "rat_without_quorum",
    "Rapat dihadiri {present} dari {members} anggota: tanpa kuorum pengurus tidak dapat diubah.",
    "{present} of {members} members were present: without a quorum the board cannot be changed.",
)
HELD = Refusal(
    "rat_held",
    "RAT tahun buku {book_year} sudah dilaksanakan pada {held_on}.",
    "The meeting on the book year {book_year} was held on {held_on} already.",
)
NOT_HELD = Refusal(
    "rat_not_held",
    "RAT ini belum tercatat dilaksanakan dengan kuorum, jadi belum ada yang dilaporkan.",
    "No meeting with a quorum is recorded as held, so there is nothing to report yet.",
)
NO_REPORT = Refusal(
    "rat_report_missing",
    "Tidak ada laporan RAT yang menunggu diperiksa.",
    "There is no report of this meeting that waits to be looked at.",
)
VERIFIED = Refusal(
    "rat_report_verified",
    "Laporan RAT ini sudah dinyatakan benar oleh sudin, jadi tidak diganti.",
    "The agency verified the report of this meeting, so it is not replaced.",
)

FIRST_BOOK_YEAR = 2020
"""Nobody is asked about earlier ones, also not a cooperative that is older than the programme."""
QUORUM = 1, 2
"""More than this part of the members must be there: one half, from memory. The articles of each
cooperative fix it; until they are recorded here, this value holds for all of them."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is known of the meeting on one book year; *report* is the one that counts."""

    scheduled: RATScheduled | None = None
    held: RATHeld | None = None
    report: RATReportSubmitted | None = None
    returned: str | None = None
    verified: bool = False
    overdue: bool = False


def rat_of(code: str, book_year: int) -> Entity:
    """The meeting of a cooperative on a book year."""
    return Entity("membership", code, "rat", f"{dashed(code)}-{book_year}")


def enough(present: int, members: int) -> bool:
    """Whether so many of the members make a quorum."""
    part, whole = QUORUM
    return present * whole > members * part


def within(founded_on: date | None, last: date) -> None:
    """Refuse a period that was over, on its day *last*, before there was a cooperative."""
    if founded_on is None:
        raise Refused(NOT_REGISTERED)
    if last < founded_on:
        raise Refused(BEFORE_COOPERATIVE, day=last, founded_on=founded_on)


def _decide(command: RATCommand, meeting: Meeting) -> list[RATEvent]:
    match command:
        case Scheduling():
            return _schedule(command, meeting)
        case Holding():
            return _hold(command, meeting)
        case SubmitRATReport():
            return _submit(command, meeting)
        case VerifyRATReport():
            report = _waiting(meeting)
            return [] if meeting.verified else [RATVerified(report.book_year)]
        case ReturnRATReport(reason=reason):
            if meeting.returned == reason:
                return []
            return [RATReportReturned(_waiting(meeting).book_year, reason)]
        case MissDeadline(book_year=book_year, due_on=due_on):
            held = meeting.held is not None and meeting.held.quorum
            return [] if held or meeting.overdue else [RATOverdue(book_year, due_on)]


def _after_book_year(book_year: int, founded_on: date | None, day: date) -> None:
    last = end_of_year(book_year)
    within(founded_on, last)
    if day <= last:
        raise Refused(BOOK_YEAR_RUNNING, book_year=book_year, day=day)


def _schedule(command: Scheduling, meeting: Meeting) -> list[RATEvent]:
    asked, book_year = command.asked, command.book_year
    _after_book_year(book_year, command.founded_on, asked.on)
    said = RATScheduled(book_year, asked.on, asked.venue)
    if said == meeting.scheduled:
        return []
    if meeting.held is not None:
        raise Refused(HELD, book_year=book_year, held_on=meeting.held.held_on)
    return [said]


def _hold(command: Holding, meeting: Meeting) -> list[RATEvent]:
    asked, book_year, members = command.asked, command.book_year, command.members
    day, present = asked.held_on, asked.present
    _after_book_year(book_year, command.founded_on, day)
    if day > command.today:
        raise Refused(DAY_AHEAD, day=day, today=command.today)
    seats = asked.board.seats if asked.board else ()
    if (held := meeting.held) is not None:
        before = held.held_on, held.present, held.decisions, held.seats
        if before == (day, present, asked.decisions, seats) and command.board_changed:
            return []  # whoever is counted by now
        if held.quorum or day <= held.held_on:
            raise Refused(HELD, book_year=book_year, held_on=held.held_on)
    if present > members:
        raise Refused(MORE_THAN_MEMBERS, present=present, members=members, day=day)
    quorum = enough(present, members)
    if seats and not quorum:
        raise Refused(NO_QUORUM, present=present, members=members)
    return [RATHeld(book_year, day, present, members, quorum, asked.decisions, seats)]


def _submit(asked: SubmitRATReport, meeting: Meeting) -> list[RATEvent]:
    if meeting.held is None or not meeting.held.quorum:
        raise Refused(NOT_HELD)
    said = RATReportSubmitted(
        book_year=meeting.held.book_year,
        assets=asked.assets,
        savings=asked.savings,
        turnover=asked.turnover,
        shu=asked.shu,
        url=asked.url,
    )
    if said == meeting.report:
        return []
    if meeting.verified:
        raise Refused(VERIFIED)
    return [said]


def _waiting(meeting: Meeting) -> RATReportSubmitted:
    """The report that was handed in and not given back."""
    if meeting.report is None:
        raise Refused(NO_REPORT)
    return meeting.report


def _evolve(meeting: Meeting, said: RATEvent) -> Meeting:
    match said:
        case RATScheduled():
            return replace(meeting, scheduled=said)
        case RATHeld():
            return replace(meeting, held=said)
        case RATReportSubmitted():
            return replace(meeting, report=said, returned=None)
        case RATVerified():
            return replace(meeting, verified=True)
        case RATReportReturned(reason=reason):
            return replace(meeting, report=None, returned=reason, verified=False)
        case RATOverdue():
            return replace(meeting, overdue=True)


rat: Decider[RATCommand, Meeting, RATEvent] = Decider(_decide, _evolve, initial=Meeting())
