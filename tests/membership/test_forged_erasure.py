"""Whoever reaches the bus can say that somebody was erased: one event destroys no key."""

import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from services.membership.app import service as membership
from services.membership.events.person import ErasureBasis, SubjectErased
from shared.embedded import Servers
from shared.envelope import Cause
from shared.identity import fresh_id
from shared.log import Log
from shared.subjects import Entity
from tests.membership.door import ask, asked, founding, joined, open_door, problem
from tests.membership.test_x12_erasure import CONSUMERS, erase, left, living
from tests.shared.story import heard, provisioned
from tests.shared.test_logs import logged

CODE = "31.72.02.1006"
ELSEWHERE = "31.72.02.1005"
CASE = {"case": "W10.U4/123/2026"}


@pytest.fixture
async def kkmp(cell: Servers) -> AsyncGenerator[Log]:
    """The log, new and empty, and no tables of an earlier story."""
    database = await asyncpg.connect(cell.postgres_dsn)
    await database.execute("DROP SCHEMA IF EXISTS membership, membership_keys CASCADE")
    await database.close()
    async with provisioned(cell.nats_url) as made:
        yield made


@pytest.fixture
async def door(cell: Servers, kkmp: Log, tmp_path: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path) as client:
        await asked(client, "/cooperatives", **founding(CODE))
        yield client


async def forge(kkmp: Log, who: str, code: str = CODE) -> int:
    """Put an erasure straight on the bus, which the rules alone can tell from a true one."""
    now = datetime.now(UTC)
    entity = Entity("membership", code, "person", who)
    draft = membership.vocabulary.draft(
        entity,
        SubjectErased(ErasureBasis.REQUESTED, "PDP/2026/17"),
        Cause(fresh_id(), fresh_id(), now, now, "user", "nobody"),
        0,
        len(await kkmp.read(entity)) + 1,
    )
    answer = await kkmp.bus.ask(draft.subject, draft.payload, draft.headers)
    return json.loads(answer)["seq"]


async def parked(kkmp: Log) -> list[dict[str, Any]]:
    aside = await Log(kkmp.bus, stream="KKMP_PARKED").open()
    return [json.loads(one.payload) async for one in aside.scan("parked.membership.>")]


async def refused(door: httpx2.AsyncClient) -> bool:
    return 'kkmp_refusals_total{code="erasure_not_lawful"}' in (await door.get("/metrics")).text


async def test_a_forged_erasure_of_an_active_member_destroys_nothing_and_is_parked_with_an_alarm(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    with logged() as lines:
        async with open_door(cell, tmp_path) as door:
            await asked(door, "/cooperatives", **founding(CODE))
            who = await joined(door, CODE)
            position = await forge(kkmp, who)
            await heard(kkmp, *CONSUMERS)
            assert await refused(door)
            assert await living(cell, who)
        assert {(one["reaction"], one["position"], one["code"]) for one in await parked(kkmp)} == {
            ("destroy-key-of-erased", position, "erasure_not_lawful"),
            ("forget-erased", position, "erasure_not_lawful"),
        }
        async with open_door(cell, tmp_path) as door:  # and it stays so after a restart
            assert await refused(door)
            await heard(kkmp, *CONSUMERS)
            assert await living(cell, who)
    alarms = {
        (line["event"], line["position"], line["code"])
        for line in lines()
        if line["level"] == "error"
    }
    assert alarms == {
        ("reaction parked", position, "erasure_not_lawful"),
        ("erasure not carried out", position, "erasure_not_lawful"),
    }


async def test_who_asks_to_erase_an_active_member_does_not_complete_a_forged_erasure(
    cell: Servers, door: httpx2.AsyncClient, kkmp: Log
) -> None:
    who = await joined(door, CODE)
    await forge(kkmp, who)
    path, body = f"/cooperatives/{CODE}/members/{who}", {"basis": "requested"}
    problem(await ask(door, f"{path}/erasure", body), 409, "erasing_active_member")
    await asked(door, f"{path}/resignation", reason="pindah domisili")
    # what is recorded is still the forged one: it is taken away first, or nothing would say so
    problem(await ask(door, f"{path}/erasure", body), 409, "erasure_not_lawful")
    assert await living(cell, who)


async def test_an_erasure_is_judged_where_it_stands_and_not_by_what_came_later(
    cell: Servers, door: httpx2.AsyncClient, kkmp: Log, tmp_path: Path
) -> None:
    siti, budi = await left(door), await left(door)
    held = f"/cooperatives/{CODE}/members/{siti}/legal-holds"
    await asked(door, held, **CASE)
    position = await forge(kkmp, siti)
    await erase(door, budi)
    await heard(kkmp, *CONSUMERS)
    assert [await living(cell, who) for who in (siti, budi)] == [True, False]
    assert {one["position"] for one in await parked(kkmp)} == {position}
    async with open_door(cell, tmp_path):
        assert [await living(cell, who) for who in (siti, budi)] == [True, False]


async def test_an_erasure_in_another_place_than_the_person_s_destroys_nothing(
    cell: Servers, door: httpx2.AsyncClient, kkmp: Log
) -> None:
    who = await left(door)
    await forge(kkmp, who, ELSEWHERE)
    await heard(kkmp, *CONSUMERS)
    assert await living(cell, who)
    assert {one["code"] for one in await parked(kkmp)} == {"erasure_not_lawful"}


async def test_a_forged_erasure_before_a_lawful_one_does_not_stand_in_its_way(
    cell: Servers, door: httpx2.AsyncClient, kkmp: Log
) -> None:
    who = await joined(door, CODE)
    await forge(kkmp, who)
    await asked(door, f"/cooperatives/{CODE}/members/{who}/resignation", reason="pindah domisili")
    await forge(kkmp, who)  # of a former member: as lawful as what the door would have recorded
    await heard(kkmp, *CONSUMERS)
    assert not await living(cell, who)
