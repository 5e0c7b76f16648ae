"""When training says this, membership asks itself that."""

from collections.abc import Sequence
from typing import Any

from services.membership.commands.board import CertifyOfficer
from services.membership.domain.board import board
from services.membership.events.board import Seat
from services.membership.upstream import CertificateIssued
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
            CertifyOfficer(seats, heard.id, said.number, said.valid_until),
        )
    ]


REACTIONS = (
    Reaction("certify-officer", "training", "officer", CertificateIssued, certify_officer),
)
