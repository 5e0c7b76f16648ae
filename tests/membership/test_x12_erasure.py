"""X12 and C15: whoever is erased is erased everywhere, and the past and every rebuild bear it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx2
import pytest

from services.membership.api.identity import previous
from services.membership.app import service as membership
from services.membership.commands.person import About, EraseSubject
from services.membership.domain.identity import Identity
from services.membership.domain.person import Held, person
from services.membership.events.person import ErasureBasis
from shared.embedded import Servers
from shared.envelope import Cause
from shared.erasing import forget_parked
from shared.identity import fresh_id
from shared.log import Log
from shared.subjects import Entity
from shared.transact import Transactor
from tests.credentials import CITY_STAFF, bearer
from tests.membership.door import SITI, ask, asked, founding, joined, open_door, told
from tests.rebuilt import unlike_the_log
from tests.shared.story import heard, provisioned, unheard
from tests.system.running import running

CODE = "31.72.02.1006"
CONSUMERS = ("membership-destroy-key-of-erased", "membership-forget-erased")
DURABLES = [durable for durable in membership.durables if durable.name in CONSUMERS]


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


async def left(door: httpx2.AsyncClient) -> str:
    """Somebody who was a member and is no more."""
    who = await joined(door, CODE)
    await asked(door, f"/cooperatives/{CODE}/members/{who}/resignation", reason="pindah domisili")
    return who


async def erase(door: httpx2.AsyncClient, who: str) -> int:
    path = f"/cooperatives/{CODE}/members/{who}/erasure"
    return (await asked(door, path, basis="requested"))["position"]


async def park(kkmp: Log, service: str, who: str) -> None:
    """Park a note as a reaction does."""
    subject = Entity("membership", CODE, "member", who).subject("MemberJoined")
    note = {"reaction": "count", "position": 1, "subject": subject, "reason": "no"}
    await kkmp.bus.ask(f"parked.{service}.count", json.dumps(note).encode())


async def parked(kkmp: Log) -> list[tuple[str, str]]:
    """Which service parked a note about whom."""
    aside = await Log(kkmp.bus, stream="KKMP_PARKED").open()
    return [
        (one.subject.split(".")[1], json.loads(one.payload)["subject"].split(".")[7])
        for one in [one async for one in aside.scan("parked.>")]
    ]


async def living(cell: Servers, who: str) -> bool:
    database = await asyncpg.connect(cell.postgres_dsn)
    try:
        found = "SELECT wrapped IS NOT NULL FROM membership_keys.person_key WHERE person = $1"
        return bool(await database.fetchval(found, who))
    finally:
        await database.close()


async def test_x12_what_any_service_parked_about_the_person_goes_and_the_rest_stays(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    async with (
        running(cell, tmp_path) as urls,
        httpx2.AsyncClient(
            base_url=urls["membership"],
            timeout=20,
            headers=await bearer(cell.postgres_dsn, *CITY_STAFF),
        ) as door,
    ):
        await asked(door, "/cooperatives", **founding(CODE))
        siti, budi = await left(door), await left(door)
        for service in ("membership", "training", "inventory"):
            for who in (siti, budi, siti):
                await park(kkmp, service, who)
        await kkmp.bus.ask("parked.training.count", b"no note of ours")
        await erase(door, siti)
        names = [f"{service}-forget-erased" for service in ("membership", "training", "inventory")]
        await heard(kkmp, *names)
    await kkmp.bus.api("STREAM.MSG.DELETE.KKMP_PARKED", {"seq": 10})  # the one that is no note
    assert await parked(kkmp) == [(name, budi) for name in ("membership", "training", "inventory")]
    assert await forget_parked(kkmp.bus, "training", siti) == 0  # twice changes nothing


async def test_x12_a_crash_between_the_record_and_the_key_is_made_good(
    cell: Servers, door: httpx2.AsyncClient, kkmp: Log
) -> None:
    who = await left(door)
    assert await living(cell, who)
    now = datetime.now(UTC)
    cause = Cause(fresh_id(), fresh_id(), now, now, "user", "whoever crashed")
    command = About(EraseSubject(basis=ErasureBasis.REQUESTED), "closed", now.date())
    entity = Entity("membership", CODE, "person", who)
    await Transactor(kkmp, membership.vocabulary).transact(entity, person, command, cause)
    await heard(kkmp, *CONSUMERS)
    assert not await living(cell, who)


async def test_x12_an_erasure_that_is_heard_twice_and_out_of_order_changes_nothing_more(
    cell: Servers, door: httpx2.AsyncClient, kkmp: Log, tmp_path: Path
) -> None:
    siti, budi = await left(door), await left(door)
    for who in (siti, budi):
        await erase(door, who)
    await heard(kkmp, *CONSUMERS)
    before = await kkmp.head()
    await unheard(kkmp, *DURABLES)  # whereupon all is delivered again, beside what is new
    async with open_door(cell, tmp_path):
        await heard(kkmp, *CONSUMERS)
    assert await kkmp.head() == before
    assert not await living(cell, siti)
    assert await parked(kkmp) == []


async def test_x12_counts_stay_when_a_person_is_forgotten(
    cell: Servers, door: httpx2.AsyncClient, kkmp: Log
) -> None:
    who = await left(door)
    await joined(door, CODE)
    then = datetime.now(UTC).isoformat()
    counted = f"/cooperatives/{CODE}/members/count"
    position = await kkmp.head()
    before = await told(door, counted, min_position=position)
    rows = (await told(door, f"/cooperatives/{CODE}/members"))["items"]
    position = await erase(door, who)
    assert (await told(door, counted, min_position=position))["count"] == before["count"] == 1
    after = (await told(door, f"/cooperatives/{CODE}/members"))["items"]
    assert [row["member"] for row in after] == [row["member"] for row in rows]
    assert [row["pokok"] for row in after] == [row["pokok"] for row in rows]
    assert (await told(door, counted, as_of=then))["count"] == 1


async def test_c15_a_rebuild_after_an_erasure_equals_the_live_tables(
    cell: Servers, door: httpx2.AsyncClient, kkmp: Log
) -> None:
    who, other = await left(door), await left(door)
    note = {"purpose": "contact", "note": "formulir di kantor gerai"}
    await asked(door, f"/cooperatives/{CODE}/members/{other}/consents", **note)
    position = await erase(door, who)
    await heard(kkmp, *CONSUMERS)
    await told(door, "/erasures", min_position=max(position, await kkmp.head()))
    assert await unlike_the_log(membership, cell) == {}


async def test_c15_the_past_of_before_the_erasure_shows_the_tombstone(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    """A snapshot in clear would give the name back here: there is none."""
    who = await left(door)
    path = f"/cooperatives/{CODE}/members/{who}/personal-data"
    before = await kkmp.head()
    shown = await told(door, path, min_position=before)
    assert shown["name"] == "S••• K••• R•••"
    position = await erase(door, who)
    for when in ({"as_of_position": before}, {"min_position": position}):
        found = await _patiently(door, path, when)
        assert {found["name"], found["phone"], found["identity_number"]} == {"(dihapus)"}
    assert (await _patiently(door, path, {"as_of_position": before}))["erased_at"] is None


async def _patiently(door: httpx2.AsyncClient, path: str, query: dict[str, Any]) -> dict[str, Any]:
    """Ask until the past has been folded."""
    async with asyncio.timeout(20):
        while (answer := await door.get(f"/v1{path}", params=query)).status_code == 503:
            await asyncio.sleep(0.1)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_x12_whoever_comes_back_after_an_erasure_is_led_back_to_nobody(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    applications = f"/cooperatives/{CODE}/applications"
    body = {**SITI, "identity_number": "3172024101907777"}
    first = (await asked(door, applications, **body))["entity"]
    await asked(door, f"/cooperatives/{CODE}/members/{first}/rejection", reason="domisili lain")
    second = (await asked(door, applications, **body))["entity"]
    await asked(door, f"/cooperatives/{CODE}/members/{second}/rejection", reason="domisili lain")
    await erase(door, second)
    await heard(kkmp, *CONSUMERS)
    receipt = await asked(door, applications, **body)
    path = f"/cooperatives/{CODE}/members/{receipt['entity']}"
    assert (await told(door, path, min_position=receipt["position"]))["previous"] is None


async def test_x12_no_answer_leads_from_a_later_membership_to_one_that_was_erased(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    body = {**SITI, "identity_number": "3172024101908888"}
    here = f"/cooperatives/{CODE}"
    first = (await asked(door, f"{here}/applications", **body))["entity"]
    await asked(door, f"{here}/members/{first}/rejection", reason="domisili di luar kelurahan")
    second = (await asked(door, f"{here}/applications", **body))["entity"]
    before = await kkmp.head()
    path = f"{here}/members/{second}"
    assert (await told(door, path, min_position=before))["previous"] == first
    position = await erase(door, first)
    assert (await told(door, path, min_position=position))["previous"] is None
    listed = (await told(door, f"{here}/members"))["items"]
    assert [one["previous"] for one in listed] == [None, None]
    past = await _patiently(door, path, {"as_of_position": before})
    assert past["previous"] is None
    copy = await asked(door, f"{path}/copy")
    assert (copy["history"] != [], first in str(copy)) == (True, False)


@pytest.mark.parametrize("erased", [True, False])
async def test_x12_nobody_comes_back_as_somebody_whose_number_is_yet_to_be_forgotten(
    erased: bool,  # noqa: FBT001 - a case
) -> None:
    first = str(fresh_id())

    async def state(entity: Entity, _: object) -> object:
        return Held(erased=erased) if entity.stream == "person" else Identity(former={CODE: first})

    keys = SimpleNamespace(fingerprint={"3172024101906666": "0" * 32}.get)
    ask: Any = SimpleNamespace(state=state, running=SimpleNamespace(keys=keys))
    assert await previous(ask, CODE, "3172024101906666") == (None if erased else first)


async def test_x12_a_request_that_erased_somebody_is_repeated_after_a_restart(
    cell: Servers, door: httpx2.AsyncClient, tmp_path: Path
) -> None:
    who = await left(door)
    path = f"/cooperatives/{CODE}/members/{who}/erasure"
    first = await ask(door, path, {"basis": "requested"}, key="erase once")
    key = {"Authorization": door.headers["Authorization"]}
    async with open_door(cell, tmp_path) as again:
        await told(again, "/erasures", min_position=first.json()["position"])
        answer = await ask(again, path, {"basis": "requested"}, key="erase once", **key)
    assert answer.json() == first.json() | {"repeated": True}
