"""When members come or go, inventory counts; when a measure changes, it judges its stocks again."""

from collections.abc import Sequence
from typing import Any

from services.inventory.commands import Circumstances, ReviewCover, UpdateDemandModel
from services.inventory.domain.commodity import commodity
from services.inventory.domain.demand import demand
from services.inventory.domain.policy import policy
from services.inventory.domain.stock import stock
from services.inventory.events import AdequacyPolicySet, CommodityDefined, DemandModelUpdated
from services.inventory.upstream import MemberJoined, MemberLeft, SubjectErased
from shared.codes import CITY
from shared.envelope import Recorded
from shared.erasing import forgetting
from shared.identity import derived_id
from shared.reactions import Facts, Reaction, Request
from shared.subjects import Entity

type Requests = Sequence[Request[Any, Any, Any]]


def _demand(code: str) -> Entity:
    return Entity("inventory", code, "demand", "members")


async def count_members(heard: Recorded, facts: Facts) -> Requests:
    """A burst is counted once: the first count takes in the joins behind it, which then pass."""
    await facts.runner.wait_for(heard.position)
    count = await _count(facts, heard.place)
    recorded = await facts.pool.fetchval(
        "SELECT active_members FROM inventory.demand WHERE cooperative = $1", heard.place
    )
    if recorded == count.active_members:
        return []
    return [Request(_demand(heard.place), demand, count)]


async def review_demand(heard: Recorded, facts: Facts) -> Requests:
    """Judge a cooperative's stocks by its new demand, unless the count has moved on by now.

    Joins and leaves are heard side by side, and an equal count is not recorded: an older count
    could come to stand last. So each recorded count is held against the tables once more.
    """
    said: DemandModelUpdated = heard.data
    await facts.runner.wait_for(heard.position)
    count = await _count(facts, heard.place)
    if count.active_members != said.active_members:
        return [Request(_demand(heard.place), demand, count)]  # what it records is heard here again
    return await _reviews(
        heard,
        facts,
        "SELECT cooperative, gerai, commodity FROM inventory.stock WHERE cooperative = $1",
        heard.place,
    )


async def review_policy(heard: Recorded, facts: Facts) -> Requests:
    """A policy measures every stock of the city."""
    await facts.runner.wait_for(heard.position)
    return await _reviews(heard, facts, "SELECT cooperative, gerai, commodity FROM inventory.stock")


async def review_commodity(heard: Recorded, facts: Facts) -> Requests:
    """A figure of consumption measures the stocks of its commodity."""
    await facts.runner.wait_for(heard.position)
    return await _reviews(
        heard,
        facts,
        "SELECT cooperative, gerai, commodity FROM inventory.stock WHERE commodity = $1",
        heard.id,
    )


async def _count(facts: Facts, code: str) -> UpdateDemandModel:
    """Count by one statement, so that the count is true at the position that it names."""
    row = await facts.pool.fetchrow(
        """
        SELECT p.position, coalesce(m.active, 0) AS active
        FROM inventory.projection p LEFT JOIN inventory.active_member m ON m.cooperative = $1
        """,
        code,
    )
    return UpdateDemandModel(active_members=row["active"], counted_at_position=row["position"])


async def _reviews(heard: Recorded, facts: Facts, sql: str, *values: str) -> Requests:
    """Ask each stock to judge itself; a review asks for no price, so it brings no references.

    Each stock has a review id of its own, because an alert takes its id from there.
    """
    rows = await facts.pool.fetch(sql, *values)
    state = facts.transactor.state
    terms = await state(Entity("inventory", CITY, "policy", "adequacy"), policy)
    defined = {
        code: await state(Entity("inventory", CITY, "commodity", code), commodity)
        for code in {row["commodity"] for row in rows}
    }
    members = {
        code: await state(_demand(code), demand) for code in {row["cooperative"] for row in rows}
    }
    requests: list[Request[Any, Any, Any]] = []
    for row in rows:
        entity = Entity(
            "inventory", row["cooperative"], "stock", f"{row['gerai']}_{row['commodity']}"
        )
        circumstances = Circumstances(
            commodity=defined[row["commodity"]],
            policy=terms,
            demand=members[row["cooperative"]],
        )
        review = derived_id(heard.event_id, entity.place, entity.id)
        requests.append(Request(entity, stock, ReviewCover(review, circumstances)))
    return requests


REACTIONS = (
    forgetting("inventory", SubjectErased),
    Reaction("count-joined-member", "membership", "member", MemberJoined, count_members),
    Reaction("count-left-member", "membership", "member", MemberLeft, count_members),
    Reaction("review-cover-on-demand", "inventory", "demand", DemandModelUpdated, review_demand),
    Reaction("review-cover-on-policy", "inventory", "policy", AdequacyPolicySet, review_policy),
    Reaction(
        "review-cover-on-commodity", "inventory", "commodity", CommodityDefined, review_commodity
    ),
)
