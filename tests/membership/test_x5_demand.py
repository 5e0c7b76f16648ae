"""X5: whoever joins or leaves, however it comes about, changes what inventory counts upon."""

import asyncio
from typing import Any

import asyncpg
import httpx2
import pytest

from services.inventory.app import service as inventory
from services.inventory.events import DemandModelUpdated
from services.membership.domain.territory import KELURAHAN
from shared.embedded import Servers
from shared.log import Log
from shared.subjects import filter_of
from tests.membership.cell import Cell
from tests.membership.door import asked, founding, told
from tests.rebuilt import unlike_the_log

BURST = 50
_codes = iter(sorted(KELURAHAN))
JOINED, LEFT, REVIEWING = (
    next(one for one in inventory.reactions if one.name == name)
    for name in ("count-joined-member", "count-left-member", "review-cover-on-demand")
)
COUNTING = (JOINED, LEFT, REVIEWING)


@pytest.fixture(scope="module")
def place(cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory) -> Cell:
    return Cell(cell, kkmp, tmp_path_factory.mktemp("x5"))


async def cooperative(door: httpx2.AsyncClient) -> str:
    code = next(_codes)
    await asked(door, "/cooperatives", **founding(code))
    return code


async def taken_over(door: httpx2.AsyncClient, code: str, day: str = "2025-07-01") -> str:
    body = {"name": "Warga Contoh", "joined_on": day, "source": "Buku 1"}
    return (await asked(door, f"/cooperatives/{code}/member-imports", **body))["entity"]


async def counts(kkmp: Log, code: str) -> list[int]:
    """Each count that inventory recorded of a cooperative, in order."""
    subjects = filter_of("inventory", code, "demand", DemandModelUpdated.__name__)
    found = [inventory.vocabulary.read(one) async for one in kkmp.scan(subjects)]
    return [one.data.active_members for one in found if one]


async def demand(cell: Servers, code: str) -> int | None:
    database = await asyncpg.connect(cell.postgres_dsn)
    try:
        return await database.fetchval(
            "SELECT active_members FROM inventory.demand WHERE cooperative = $1", code
        )
    finally:
        await database.close()


async def listened(place: Cell, kkmp: Log) -> None:
    """Let inventory hear all that there is, and its tables follow."""
    async with place.inventory(*COUNTING):
        await place.settled(inventory, *COUNTING)
    async with place.inventory(*COUNTING) as door:
        await told(door, "/commodities", min_position=await kkmp.head())


async def test_x5_a_burst_of_joins_is_counted_few_times_and_right_at_last(
    place: Cell, kkmp: Log, cell: Servers
) -> None:
    async with place.membership() as door:
        code = await cooperative(door)
        await asyncio.gather(*(taken_over(door, code) for _ in range(BURST)))
    await listened(place, kkmp)
    recorded = await counts(kkmp, code)
    assert recorded[-1] == BURST == await demand(cell, code)
    assert len(recorded) < BURST / 2


async def test_x5_whoever_dies_or_is_dismissed_or_resigns_is_counted_no_more(
    place: Cell, kkmp: Log, cell: Servers
) -> None:
    async with place.membership() as door:
        code = await cooperative(door)
        people = [await taken_over(door, code) for _ in range(5)]
        here = f"/cooperatives/{code}/members"
        await asked(door, f"{here}/{people[0]}/death", died_on="2025-08-01")
        await asked(door, f"{here}/{people[1]}/resignation", reason="pindah")
        steps: tuple[tuple[str, dict[str, Any]], ...] = (
            ("dismissal-proposal", {"grounds": "kewajiban tidak dipenuhi"}),
            ("defence", {"waived": True}),
            ("dismissal", {"decided_on": "2025-09-01"}),
        )
        for step, body in steps:
            await asked(door, f"{here}/{people[2]}/{step}", **body)
    await listened(place, kkmp)
    assert await demand(cell, code) == 2


async def test_x5_delivered_twice_and_the_leavers_first_the_count_is_the_same(
    place: Cell, kkmp: Log, cell: Servers
) -> None:
    async with place.membership() as door:
        code = await cooperative(door)
        people = [await taken_over(door, code) for _ in range(4)]
        await asked(door, f"/cooperatives/{code}/members/{people[0]}/death", died_on="2025-08-01")
    async with place.inventory(LEFT):  # the end is heard before the beginning
        await place.settled(inventory, LEFT)
    await listened(place, kkmp)
    assert await demand(cell, code) == 3
    head = await kkmp.head()
    await place.forget(inventory, JOINED, LEFT)
    await listened(place, kkmp)
    assert (await demand(cell, code), await kkmp.head()) == (3, head)
    assert await unlike_the_log(inventory, cell) == {}


async def test_x5_a_join_told_late_changes_the_past_only_for_who_asks_as_we_know_it_now(
    place: Cell, kkmp: Log, cell: Servers
) -> None:
    async with place.membership() as door:
        code = await cooperative(door)
        await taken_over(door, code, "2025-07-01")
        before = await kkmp.head()
        await taken_over(door, code, "2025-06-15")
        count = f"/cooperatives/{code}/members/count"
        noon = "2025-06-20T12:00:00+07:00"
        now = await told(door, count, as_of=noon, min_position=await kkmp.head())
        then = await told(door, count, as_of=noon, as_of_position=before)
        assert (now["count"], then["count"]) == (1, 0)
    await listened(place, kkmp)
    assert await demand(cell, code) == 2
