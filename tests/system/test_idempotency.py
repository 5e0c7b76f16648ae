"""One key is one fact and one answer, whatever is forgotten, killed or asked at once meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from deploy.site import DURABLES
from shared.embedded import Servers
from shared.envelope import Stored
from shared.log import Log
from shared.provision import LOG_SETTINGS
from tests.credentials import CITY_STAFF, bearer
from tests.membership.door import (
    SITI,
    ask,
    asked,
    founding,
    joined,
    open_door,
    problem,
    somebody,
    told,
)
from tests.servers import empty_database
from tests.shared.story import provisioned
from tests.system.keys import (
    APPLIED,
    CODE,
    POKOK,
    RESIGNED,
    SECOND,
    WAJIB,
    answer_to,
    assert_one_answer,
    facts,
    reached,
    types,
)
from tests.system.ledger import assert_every_version_once
from tests.system.proxy import proxy
from tests.system.replica import Replica, replicas

ANOTHER = "31.72.02.1001"
TIMES = 50


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log, DURABLES) as made:
        yield made


@pytest.fixture
async def cell(servers: Servers, kkmp: Log) -> AsyncGenerator[Servers]:
    """An empty cell for each test."""
    async with empty_database(servers.postgres_dsn) as dsn:
        yield Servers(servers.nats_url, servers.nats_monitor_url, dsn)


@pytest.fixture
def short_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nats-server forget ids after a second, in all that is provisioned from now on."""
    monkeypatch.setitem(LOG_SETTINGS, "duplicate_window", SECOND)


@pytest.fixture
async def staff(cell: Servers) -> dict[str, str]:
    """One credential, by which several doors know the same principal."""
    return await bearer(cell.postgres_dsn, *CITY_STAFF)


def client(replica: Replica, headers: dict[str, str]) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=replica.url, headers=headers, timeout=30)


@pytest.mark.parametrize("number", [1, 2], ids=["one process", "two replicas"])
async def test_fifty_times_at_once_is_one_fact_and_one_answer(
    cell: Servers, kkmp: Log, staff: dict[str, str], folder: Path, number: int
) -> None:
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(replicas(number, "membership", cell, folder))
        doors = [await stack.enter_async_context(client(one, staff)) for one in running]
        await asked(doors[0], "/cooperatives", **founding(CODE))

        async def once(path: str, body: dict[str, Any], *expected: str) -> str:
            """Ask for it as many times at once, of all in turns; return whom it is about."""
            before = await kkmp.head()
            answers = await asyncio.gather(
                *(answer_to(doors[n % number], path, body, path) for n in range(TIMES))
            )
            found = await facts(kkmp, before)
            assert types(found) == list(expected)
            assert_one_answer(answers, found)
            return answers[0].json()["entity"]

        who = await once(f"/cooperatives/{CODE}/applications", SITI, *APPLIED)
        member = f"/cooperatives/{CODE}/members/{who}"
        await once(f"{member}/verification", {}, "ApplicantVerified")
        await once(f"{member}/approval", {}, "MembershipApproved")
        await once(f"{member}/savings", POKOK, "SavingsPaid", "MemberJoined")
        await once(f"{member}/resignation", {"reason": "pindah"}, *RESIGNED)
    assert_every_version_once(await facts(kkmp, 0))


async def test_a_service_that_is_killed_gives_the_first_answer_when_it_is_back(
    cell: Servers, kkmp: Log, staff: dict[str, str], folder: Path
) -> None:
    async with proxy(cell.nats_url) as wire:
        behind = Servers(wire.url, cell.nats_monitor_url, cell.postgres_dsn)
        async with (
            replicas(1, "membership", behind, folder) as (service,),
            client(service, staff) as door,
        ):
            await asked(door, "/cooperatives", **founding(CODE))
            savings = f"/cooperatives/{CODE}/members/{await joined(door, CODE)}/savings"
            before = await kkmp.head()

            # given one payment that was answered, and one whose service dies before it knows
            first = await ask(door, savings, WAJIB, "answered")
            wire.withhold()
            unanswered = [
                asyncio.create_task(ask(door, savings, WAJIB, "unanswered")) for _ in range(TIMES)
            ]
            await reached(kkmp, before + 2)
            await service.kill()
            found = await asyncio.gather(*unanswered, return_exceptions=True)
            assert all(isinstance(one, httpx2.TransportError) for one in found), found

            # when it is back and asked again
            await service.start()
            again = [await answer_to(door, savings, WAJIB, "answered") for _ in range(2)]
            late = await asyncio.gather(
                *(answer_to(door, savings, WAJIB, "unanswered") for _ in range(TIMES))
            )

            # then each is one fact, and its answer is the one that it had or would have had
            paid, paid_too = await facts(kkmp, before)
            assert_one_answer([first, *again], [paid])
            assert_one_answer(late, [paid_too], first=0)


async def test_a_replica_whose_tables_lag_finds_the_first_answer_in_the_log(
    cell: Servers, kkmp: Log, staff: dict[str, str], folder: Path
) -> None:
    async with open_door(cell, folder) as here, open_door(cell, folder) as there:
        here.headers.update(staff)
        there.headers.update(staff)
        for code in (CODE, ANOTHER):
            await asked(here, "/cooperatives", **founding(code))
        savings = f"/cooperatives/{CODE}/members/{await joined(here, CODE)}/savings"
        elsewhere = f"/cooperatives/{ANOTHER}/applications"
        before = await kkmp.head()
        await told(there, f"/cooperatives/{CODE}", min_position=before)
        connection = await asyncpg.connect(cell.postgres_dsn)
        try:
            async with connection.transaction():
                await connection.execute("SELECT 1 FROM membership.projection FOR UPDATE")
                first = await ask(here, savings, WAJIB, "lagging")
                another = await ask(here, savings, WAJIB, "another")
                again = await ask(there, savings, WAJIB, "lagging")
                reused = await ask(here, elsewhere, SITI, "lagging")
                shown: int = await connection.fetchval("SELECT position FROM membership.projection")
        finally:
            await connection.close()
        assert shown == before
        paid, paid_too = await facts(kkmp, before)
        assert_one_answer([first, again], [paid])
        assert_one_answer([another], [paid_too])
        problem(reused, 422, "idempotency_key_reused")


@pytest.mark.usefixtures("short_window")
async def test_a_key_outlives_the_window_in_which_the_broker_knows_ids(
    cell: Servers, kkmp: Log, staff: dict[str, str], folder: Path
) -> None:
    async with AsyncExitStack() as stack:
        door = await stack.enter_async_context(open_door(cell, folder))
        door.headers.update(staff)
        await asked(door, "/cooperatives", **founding(CODE))
        savings = f"/cooperatives/{CODE}/members/{await joined(door, CODE)}/savings"
        before = await kkmp.head()
        first = await ask(door, savings, WAJIB, "long ago")
        (paid,) = await facts(kkmp, before)
        await forgotten(kkmp, paid)
        another = await stack.enter_async_context(open_door(cell, folder))
        another.headers.update(staff)
        again = [await ask(one, savings, WAJIB, "long ago") for one in (door, another, door)]
        assert types(await facts(kkmp, before)) == ["SavingsPaid"]
        assert_one_answer([first, *again], [paid])
        # and it is no more than one's own key that is remembered
        assert (await ask(another, savings, WAJIB, "today")).status_code == 201
        assert types(await facts(kkmp, before)) == ["SavingsPaid"] * 2


async def forgotten(kkmp: Log, stored: Stored) -> None:
    """Wait until nats-server no longer knows the id of an event that it has."""
    headers = {
        "Nats-Msg-Id": stored.attribute("id"),
        "Nats-Expected-Last-Subject-Sequence": "0",  # so that it is never stored again
    }
    async with asyncio.timeout(30):
        while b'"duplicate":true' in await kkmp.bus.ask(stored.subject, b"", headers):
            await asyncio.sleep(0.1)


async def test_a_key_outlives_the_tables_which_are_filled_again_from_the_log(
    cell: Servers, kkmp: Log, staff: dict[str, str], folder: Path
) -> None:
    async with open_door(cell, folder) as door:
        door.headers.update(staff)
        await asked(door, "/cooperatives", **founding(CODE))
        savings = f"/cooperatives/{CODE}/members/{await joined(door, CODE)}/savings"
        before = await kkmp.head()
        first = await ask(door, savings, WAJIB, "before")
        await asked(door, savings, **WAJIB)
        head = await kkmp.head()
        await told(door, f"/cooperatives/{CODE}", min_position=head)

    connection = await asyncpg.connect(cell.postgres_dsn)
    await connection.execute("DROP SCHEMA membership CASCADE")
    await connection.close()

    async with open_door(cell, folder) as door:
        door.headers.update(staff)
        at_once = await ask(door, savings, WAJIB, "before")
        await told(door, f"/cooperatives/{CODE}", min_position=head)
    async with open_door(cell, folder) as door:
        door.headers.update(staff)
        elsewhere = f"/cooperatives/{ANOTHER}/applications"  # where only the tables know the key
        problem(await ask(door, elsewhere, SITI, "before"), 422, "idempotency_key_reused")
        filled = await ask(door, savings, WAJIB, "before")
    paid, _ = await facts(kkmp, before)
    assert_one_answer([first, at_once, filled], [paid])


async def test_a_key_stands_for_one_request_of_one_principal_for_ever(
    cell: Servers, kkmp: Log, staff: dict[str, str], folder: Path
) -> None:
    other_staff = await bearer(cell.postgres_dsn, *CITY_STAFF)
    async with open_door(cell, folder) as door:
        door.headers.update(staff)
        for code in (CODE, ANOTHER):
            await asked(door, "/cooperatives", **founding(code))
        apply, elsewhere = (f"/cooperatives/{code}/applications" for code in (CODE, ANOTHER))
        before = await kkmp.head()
        first = await ask(door, apply, SITI, "mine")
        *_, applied = await facts(kkmp, before)
        await told(door, f"/cooperatives/{CODE}", min_position=applied.position)

    async with open_door(cell, folder) as later:  # which has nothing but the tables and the log
        later.headers.update(staff)
        another_body = SITI | {"phone": "0812-7777-0002"}
        for path, body in ((apply, another_body), (elsewhere, SITI), ("/cooperatives", SITI)):
            found = problem(await ask(later, path, body, "mine"), 422, "idempotency_key_reused")
            assert found["correlation_id"]
        assert types(await facts(kkmp, before)) == list(APPLIED)
        assert_one_answer([first, await ask(later, apply, SITI, "mine")], [applied])

        # the same words of somebody else are another key altogether: a second application
        again = await ask(later, apply, SITI, "mine", **other_staff)
        problem(again, 409, "identity_claimed_here")
        budi = somebody()
        theirs = [await ask(later, apply, budi, "mine", **other_staff) for _ in range(2)]
    *_, their_applied = await facts(kkmp, before)
    assert_one_answer(theirs, [their_applied])
    assert theirs[0].json()["entity"] != first.json()["entity"]
    assert their_applied.attribute("authid") != applied.attribute("authid")
