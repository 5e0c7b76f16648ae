"""A board as it is: who holds which seat, who held it, and which rules it keeps."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from types import MappingProxyType

from services.membership.events.board import (
    BoardCertified,
    BoardEvent,
    BoardRule,
    BoardRuleMended,
    BoardRuleViolated,
    EndingCause,
    ExOfficioSucceeded,
    KinshipDeclared,
    OfficerAppointed,
    OfficerAppointmentEnded,
    OfficerCertified,
    Organ,
    Seat,
)

MINIMUM = MappingProxyType({Organ.PENGURUS: 5, Organ.PENGAWAS: 3})
"""The least number of seats of each organ, an odd one (Juklak Menkop 1/2025)."""


@dataclass(frozen=True, slots=True)
class Term:
    """A time in a seat, from *from_date* on; *until_date* is its last day, if one is set."""

    seat: Seat
    person: str
    from_date: date
    until_date: date | None = None

    def runs(self, day: date) -> bool:
        """Whether *day* lies in it: its first and its last day do."""
        return self.from_date <= day and (self.until_date is None or day <= self.until_date)


@dataclass(frozen=True, slots=True)
class Ended:
    """A term that is over: the half-open time from its first day until *on*."""

    term: Term
    on: date
    cause: EndingCause


@dataclass(frozen=True, slots=True)
class Board:
    """Who holds which seat, and whether the board as it is has been certified.

    *in_force* says that it was certified once: from then on it says when it breaks a rule.
    """

    held: frozenset[Term] = frozenset()
    ended: frozenset[Ended] = frozenset()
    kinship: MappingProxyType[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType(dict[str, frozenset[str]]())
    )
    certified: bool = False
    in_force: bool = False
    violated: frozenset[BoardRule] = frozenset()
    certificates: frozenset[tuple[Seat, str, date]] = field(
        default_factory=frozenset[tuple[Seat, str, date]]
    )

    def term(self, seat: Seat) -> Term | None:
        """Return the term of who holds *seat*."""
        return next((term for term in self.held if term.seat is seat), None)

    def holder(self, seat: Seat) -> str | None:
        """Who holds *seat*."""
        return term.person if (term := self.term(seat)) else None

    def seat_of(self, person: str) -> Seat | None:
        """Which seat *person* holds."""
        return next((term.seat for term in self.held if term.person == person), None)

    def terms(self) -> list[Term]:
        """Return the terms that go on, by seat."""
        return sorted(self.held, key=lambda term: term.seat)

    def was(self, term: Term) -> bool:
        """Whether *term* is over; one that was taken back on its first day never was."""
        return any(one.term == term and one.on > term.from_date for one in self.ended)

    def last_end(self, seat: Seat, person: str) -> date | None:
        """Return the last end of a term in *seat*, or of *person* in any."""
        return max(
            (one.on for one in self.ended if one.term.seat is seat or one.term.person == person),
            default=None,
        )

    def on(self, day: date) -> "Board":
        """Return the board as it sits on *day*: of those who hold a seat, whose term then runs."""
        return replace(self, held=frozenset(term for term in self.held if term.runs(day)))

    def vacant(self) -> list[Seat]:
        """Return the seats that there must be and nobody holds."""
        return [seat for seat in Seat if seat.required and self.term(seat) is None]

    def filled(self, organ: Organ) -> int:
        """Count the seats of *organ* that somebody holds."""
        return sum(term.seat.organ is organ for term in self.held)

    def undeclared(self) -> list[Seat]:
        """Return the elected seats whose holder has not declared kinship."""
        return [
            term.seat
            for term in self.terms()
            if not term.seat.ex_officio and term.person not in self.kinship
        ]

    def relatives(self) -> Iterator[tuple[Seat, Seat]]:
        """Yield the pairs of seats held by relatives; it is enough that one of them said so."""
        for one, other in combinations(self.terms(), 2):
            said = self.kinship.get(one.person, frozenset())
            if other.person in said or one.person in self.kinship.get(other.person, frozenset()):
                yield one.seat, other.seat

    def broken(self) -> frozenset[BoardRule]:
        """Return the rules of a completed board that this one does not keep."""
        found = {
            BoardRule.INCOMPLETE: bool(self.vacant()),
            BoardRule.EVEN: any(
                self.filled(organ) > least and self.filled(organ) % 2 == 0
                for organ, least in MINIMUM.items()
            ),
            BoardRule.KINSHIP: next(self.relatives(), None) is not None,
        }
        return frozenset(rule for rule, is_broken in found.items() if is_broken)


def evolve(board: Board, event: BoardEvent) -> Board:
    """Return the board after *event*."""
    match event:
        case OfficerAppointed():
            term = Term(event.seat, event.person, event.from_date, event.until_date)
            return replace(board, held=board.held | {term}, certified=False)
        case OfficerAppointmentEnded(seat=seat, ended_on=on, cause=cause):
            over = {term for term in board.held if term.seat is seat}
            ended = {Ended(term, on, cause) for term in over}
            return replace(board, held=board.held - over, ended=board.ended | ended)
        case KinshipDeclared(person=person, relatives=relatives):
            said = {**board.kinship, person: frozenset(relatives)}
            return replace(board, kinship=MappingProxyType(said))
        case BoardCertified():
            return replace(board, certified=True, in_force=True)
        case BoardRuleViolated(rule=rule):
            return replace(board, violated=board.violated | {rule}, certified=False)
        case BoardRuleMended(rule=rule):
            return replace(board, violated=board.violated - {rule})
        case OfficerCertified(seat=seat, certificate=number, valid_until=until):
            return replace(board, certificates=board.certificates | {(seat, number, until)})
        case ExOfficioSucceeded():
            return board  # the end and the appointment beside it say what it changes
