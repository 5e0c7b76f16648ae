"""The rules of a completed board: what it must be before it is certified, and how it says so."""

from datetime import date
from itertools import product

from services.membership.commands.board import DeclareKinship
from services.membership.domain.slate import MINIMUM, Board
from services.membership.events.board import (
    BoardCertified,
    BoardEvent,
    BoardRuleMended,
    BoardRuleViolated,
    KinshipDeclared,
)
from shared.decider import Refusal, Refused

NOT_AN_OFFICER = Refusal(
    "not_an_officer",
    "{person} tidak memegang kursi di koperasi ini.",
    "{person} holds no seat in this cooperative.",
)
KIN_OF_ONESELF = Refusal(
    "kin_of_oneself",
    "Seseorang tidak dinyatakan sebagai kerabat dirinya sendiri.",
    "Nobody is declared a relative of himself.",
    "invalid",
)
INCOMPLETE = Refusal(
    "board_incomplete",
    "Susunan belum lengkap. Kursi kosong: {seats}.",
    "The board is not complete. Vacant seats: {seats}.",
)
EVEN = Refusal(
    "board_even",
    "Jumlah {organ} harus ganjil, sekarang {filled}.",
    "The number of {organ} must be odd, and is {filled}.",
)
OFFICER_NOT_A_MEMBER = Refusal(
    "officer_not_a_member",
    "Pemegang kursi ini bukan anggota lagi: {seats}.",
    "The holders of these seats are members no longer: {seats}.",
)
NOT_DECLARED = Refusal(
    "kinship_not_declared",
    "Pemegang kursi ini belum menyatakan hubungan keluarga: {seats}.",
    "The holders of these seats have not declared kinship: {seats}.",
)
KINSHIP_FORBIDDEN = Refusal(
    "kinship_forbidden",
    "Pemegang kursi {seat} dan {other} berkerabat derajat pertama.",
    "The holders of the seats {seat} and {other} are relatives of the first degree.",
)


def declare(asked: DeclareKinship, board: Board) -> list[BoardEvent]:
    """Take an officer's word on who of the others is a relative."""
    relatives = frozenset(asked.relatives)
    if board.kinship.get(asked.person) == relatives:
        return []
    if asked.person in relatives:
        raise Refused(KIN_OF_ONESELF)
    for person in (asked.person, *sorted(relatives)):
        if board.seat_of(person) is None:
            raise Refused(NOT_AN_OFFICER, person=person)
    return [KinshipDeclared(asked.person, tuple(sorted(relatives)))]


def certify(board: Board, on: date, no_longer_members: frozenset[str]) -> list[BoardEvent]:
    """Certify a board that is complete, odd, of members, and of strangers to each other.

    A seat is filled by who sits in it on that day; a further one that is given ahead breaks the
    rules of numbers and of kin at once, as it would if the board were certified already.
    """
    if board.certified:
        return []
    sitting = board.on(on)
    if vacant := sitting.vacant():
        raise Refused(INCOMPLETE, seats=", ".join(vacant))
    for slate, organ in product((sitting, board), MINIMUM):
        if (filled := slate.filled(organ)) % 2 == 0:
            raise Refused(EVEN, organ=organ, filled=filled)
    if left := sorted(term.seat for term in sitting.held if term.person in no_longer_members):
        raise Refused(OFFICER_NOT_A_MEMBER, seats=", ".join(left))
    if silent := sitting.undeclared():
        raise Refused(NOT_DECLARED, seats=", ".join(silent))
    for seat, other in board.relatives():
        raise Refused(KINSHIP_FORBIDDEN, seat=seat, other=other)
    return [BoardCertified()]


def noticed(board: Board) -> list[BoardEvent]:
    """Say which rules a board that was certified once begins to break, and which it keeps again."""
    if not board.in_force:
        return []
    broken = board.broken()
    return [
        *(BoardRuleViolated(rule) for rule in sorted(broken - board.violated)),
        *(BoardRuleMended(rule) for rule in sorted(board.violated - broken)),
    ]
