"""A certificate certifies seats, and terms end with their last day."""

from collections.abc import Sequence
from typing import Any

from services.membership.commands.board import CertifyOfficer, EndSeatOf, EndTerms
from services.membership.domain.board import board
from services.membership.events.board import EndingCause, Seat
from services.membership.events.calendar import DayBegan
from services.membership.events.member import MemberLeft
from services.membership.upstream import CertificateIssued
from shared.calendar import day_of
from shared.codes import dashed
from shared.envelope import Recorded
from shared.reactions import Facts, Reaction, Request
from shared.subjects import Entity


async def certify_officer(heard: Recorded, _: Facts) -> Sequence[Request[Any, Any, Any]]:
    """A certificate certifies the seats that its holder was trained for."""
    said: CertificateIssued = heard.data
    seats = tuple(Seat(seat) for seat in said.seats)
    return [
        Request(
            Entity("membership", heard.place, "board", dashed(heard.place)),
            board,
            CertifyOfficer(seats, heard.id, said.number, said.valid_from, said.valid_until),
        )
    ]


async def end_terms(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """A term is over on the day after its last one, or on the first later day that is said."""
    said: DayBegan = heard.data
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        "SELECT DISTINCT cooperative FROM membership.seat WHERE until_date < $1 ORDER BY 1",
        said.day,
    )
    return [
        Request(
            Entity("membership", row["cooperative"], "board", dashed(row["cooperative"])),
            board,
            EndTerms(said.day),
        )
        for row in rows
    ]


async def free_seat(heard: Recorded, _: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who left holds no seat, also when both were decided at one moment."""
    ended = EndSeatOf(heard.id, day_of(heard.time), EndingCause.LEFT)
    return [Request(Entity("membership", heard.place, "board", dashed(heard.place)), board, ended)]


REACTIONS: tuple[Reaction, ...] = (
    Reaction("free-seat-of-left", "membership", "member", MemberLeft, free_seat),
    Reaction("certify-officer", "training", "officer", CertificateIssued, certify_officer),
    Reaction("end-terms", "membership", "calendar", DayBegan, end_terms),
)
