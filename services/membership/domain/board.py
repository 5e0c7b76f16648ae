"""The rules of the board: who may take which seat, when it is free, and when all is in order."""

from datetime import timedelta

from services.membership.commands.board import (
    Appointment,
    BoardCommand,
    Certification,
    CertifyOfficer,
    ChangeBoard,
    DeclareKinship,
    Ending,
    EndSeatOf,
    EndTerms,
    ExOfficioAppointment,
    Succession,
)
from services.membership.domain.certification import certify, declare, noticed
from services.membership.domain.slate import Board, Term, evolve
from services.membership.domain.terms import change, elect, end, over, succeed, take
from services.membership.events.board import BoardEvent, EndingCause, OfficerCertified, Seat
from shared.decider import Decider

_A_DAY = timedelta(days=1)


def _decide(command: BoardCommand, state: Board) -> list[BoardEvent]:
    said = _said(command, state)
    return [*said, *noticed(board.fold(said, state))] if said else []


def _said(command: BoardCommand, state: Board) -> list[BoardEvent]:
    match command:
        case Appointment(asked=asked, founded_on=founded_on, today=today):
            term = Term(asked.seat, asked.person, asked.from_date, asked.until_date)
            return elect(state, term, founded_on, today, is_member=command.is_member)
        case ExOfficioAppointment(asked=asked, founded_on=founded_on, today=today):
            term = Term(Seat.KETUA_PENGAWAS, command.person, asked.from_date)
            return take(state, term, founded_on, today)
        case Succession():
            return succeed(command, state)
        case Ending(asked=asked, today=today):
            return end(asked, today, state)
        case EndSeatOf(person=person, ended_on=on, cause=cause):
            return [  # whoever says it knows no terms: one that had not begun was of no day at all
                over(term, max(on, term.from_date), cause)
                for term in state.held
                if term.person == person
            ]
        case EndTerms(day=day):
            return [
                over(term, term.until_date + _A_DAY, EndingCause.TERM_ENDED)
                for term in state.terms()
                if term.until_date is not None and term.until_date < day
            ]
        case ChangeBoard():
            return list(change(command, state))
        case DeclareKinship():
            return declare(command, state)
        case Certification(on=on, no_longer_members=left):
            return certify(state, on, left)
        case CertifyOfficer(person=person, certificate=number, valid_until=until):
            return [
                OfficerCertified(seat, person, number, until)
                for seat in command.seats  # less those of others by now, and what was said before
                if (term := state.term(seat))
                and (term.person == person and term.from_date <= command.valid_from)
                and (seat, number, until) not in state.certificates
            ]


board: Decider[BoardCommand, Board, BoardEvent] = Decider(_decide, evolve, initial=Board())
