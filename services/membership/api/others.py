"""The other memberships of one person in a cooperative: no two of them may be at the same time."""

from services.membership.api.door import member_of
from services.membership.commands.member import Lasting
from services.membership.domain.identity import Identity, identity, identity_of
from services.membership.domain.member import member
from services.membership.domain.person import Held
from services.membership.domain.person import person as personal_data
from services.membership.domain.standing import Former, Member, Standing
from shared.http.asking import Ask
from shared.subjects import Entity


async def others_of(ask: Ask, code: str, who: object) -> tuple[Lasting, ...]:
    """When the person of the membership *who* was a member besides."""
    mark = await _mark(ask, code, str(who))
    return () if mark is None else await others_under(ask, code, mark, str(who))


async def others_under(ask: Ask, code: str, mark: str, but: str = "") -> tuple[Lasting, ...]:
    """When those belonged for whom the number *mark* stands or stood, all *but* one of them."""
    known: Identity = await ask.state(identity_of(mark), identity)
    if code not in known.former:  # nobody ever gave the number back: there is one at most
        return ()
    await ask.running.runner.wait_for(await ask.running.log.head())
    rows = await ask.running.pool.fetch(
        """
        SELECT member FROM membership.claim
        WHERE cooperative = $1 AND identity = $2 AND member <> $3 ORDER BY member
        """,
        code,
        mark,
        but,
    )
    found: list[Lasting] = []
    for row in rows:
        if await _mark(ask, code, row["member"]) != mark:
            continue  # it was somebody else's number, and has been put right
        standing = await ask.state(member_of(code, row["member"]), member)
        if isinstance(standing, Member):
            found.append(Lasting(standing.joined_at, None))
        elif isinstance(standing, Former) and standing.left_at is not None:
            found.append(Lasting(standing.joined_at, standing.left_at))
    return tuple(found)


async def _mark(ask: Ask, code: str, who: str) -> str | None:
    """What stands for the number of a membership, as it was last put right."""
    record = Entity("membership", code, "person", who)
    held: Held = await ask.state(record, personal_data)
    if held.identity is not None:
        return held.identity
    standing: Standing = await ask.state(member_of(code, who), member)
    return standing.identity
