"""When training says this, or we say that, membership asks itself something."""

from collections.abc import Sequence
from typing import Any

from services.membership.commands.board import CertifyOfficer
from services.membership.commands.identity import ReleaseIdentity
from services.membership.domain.board import board
from services.membership.domain.identity import identity, identity_of
from services.membership.events.board import Seat
from services.membership.events.member import MemberLeft, MembershipRejected
from services.membership.events.person import SubjectErased
from services.membership.upstream import CertificateIssued
from shared.codes import dashed
from shared.envelope import Recorded
from shared.erasing import forgetting
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


async def release_claims(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who belongs no more holds no identity number: what was rectified later is given free too."""
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        "SELECT identity FROM membership.claim WHERE cooperative = $1 AND member = $2",
        heard.place,
        heard.id,
    )
    release = ReleaseIdentity(heard.id, heard.place)
    return [Request(identity_of(row["identity"]), identity, release) for row in rows]


async def destroy_key(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Destroy the key of whoever was erased, also where the one who asked had no time to."""
    if facts.keys is None:
        raise TypeError("membership was not given the keys")
    await facts.keys.erase(heard.id)
    return await release_claims(heard, facts)


REACTIONS = (
    Reaction("release-claims-of-left", "membership", "member", MemberLeft, release_claims),
    Reaction(
        "release-claims-of-rejected", "membership", "member", MembershipRejected, release_claims
    ),
    Reaction("destroy-key-of-erased", "membership", "person", SubjectErased, destroy_key),
    forgetting("membership", SubjectErased),
    Reaction("certify-officer", "training", "officer", CertificateIssued, certify_officer),
)
