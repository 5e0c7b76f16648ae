"""Who belongs no more holds no number, and whose data were erased has no key."""

from collections.abc import Sequence
from typing import Any

from services.membership.commands.identity import ForgetIdentity, ReleaseIdentity
from services.membership.domain.identity import identity, identity_of
from services.membership.events.member import (
    MemberLeft,
    MembershipRejected,
)
from services.membership.events.person import SubjectErased
from services.membership.facts import allowed
from shared.envelope import Recorded
from shared.erasing import forgetting
from shared.reactions import Facts, Reaction, Request


async def release_claims(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who belongs no more holds no identity number: what was rectified later is given free too."""
    marks = await _marks(heard, facts)
    release = ReleaseIdentity(heard.id, heard.place)
    return [Request(identity_of(mark), identity, release) for mark in marks]


async def _marks(heard: Recorded, facts: Facts) -> list[str]:
    """The keyed hashes of the numbers that stand for a person, or stood."""
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        "SELECT identity FROM membership.claim WHERE cooperative = $1 AND member = $2",
        heard.place,
        heard.id,
    )
    return [row["identity"] for row in rows]


async def destroy_key(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Destroy the key of whoever was erased, also where the one who asked had no time to.

    A number that is given again does not lead back to them. An erasure that the rules did not allow
    destroys nothing, and is parked.
    """
    if facts.keys is None:
        raise TypeError("membership was not given the keys")
    await allowed(heard, facts.transactor)
    await facts.keys.erase(heard.id)
    forget = ForgetIdentity(heard.id, heard.place)
    return [Request(identity_of(mark), identity, forget) for mark in await _marks(heard, facts)]


REACTIONS: tuple[Reaction, ...] = (
    Reaction("release-claims-of-left", "membership", "member", MemberLeft, release_claims),
    Reaction(
        "release-claims-of-rejected", "membership", "member", MembershipRejected, release_claims
    ),
    Reaction("destroy-key-of-erased", "membership", "person", SubjectErased, destroy_key),
    forgetting("membership", SubjectErased, allowed),
)
