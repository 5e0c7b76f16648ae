"""Services under random messages: they stay ready, or halt and are brought back."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from deploy.dev import SERVICES, Urls
from deploy.skip import CannotSkip, skip_position
from services.membership.app import service as membership
from shared.bus import connect
from shared.embedded import Servers
from shared.envelope import Vocabulary
from shared.log import Log
from shared.messages import event
from shared.projection import Projection, Runner
from shared.skips import SkipPosition
from tests.credentials import CITY_STAFF, bearer
from tests.rebuilt import unlike_the_log
from tests.system.noise import messages, publish
from tests.system.running import running

_FOUNDING = {
    "code": "31.72.02.1006",
    "name": "Koperasi Kelurahan Merah Putih Sunter Agung",
    "founded_on": "2025-05-31",
}
_WHERE = re.compile(r"position (\d+)")


@event
class MemberPromoted:
    """An event that a later build of membership knows."""


async def survive(cell: Servers, folder: Path, number: int, seed: int) -> int:
    """Let services meet *number* random messages; return how many positions were skipped."""
    skipped: set[int] = set()
    async with running(cell, folder) as urls, httpx2.AsyncClient(timeout=30) as client:
        client.headers.update(await bearer(cell.postgres_dsn, *CITY_STAFF))

        async def go_on() -> None:
            skipped.update(await _bring_back(client, urls, cell))

        await _found(client, urls, "before")
        await publish(cell.nats_url, messages(seed, number), go_on)
        await _found(client, urls, "after", "31.72.02.1007", "KKMP Warakas")
        await go_on()
        await _are_ready(client, urls)
        for url in urls.values():
            await _read_the_whole_feed(client, url, skipped)
    for service in SERVICES:
        assert await unlike_the_log(service, cell) == {}, service.name
    return len(skipped)


async def _found(client: httpx2.AsyncClient, urls: Urls, key: str, *other: str) -> None:
    body = _FOUNDING | dict(zip(("code", "name"), other, strict=False))
    answer = await client.post(
        f"{urls['membership']}/v1/cooperatives", json=body, headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 201, answer.text


async def _read_the_whole_feed(client: httpx2.AsyncClient, url: str, skipped: set[int]) -> None:
    """What is skipped is shown, and says which fact skips it; odd places are in nobody's feed."""
    shown: set[int] = set()
    position, before = 0, -1
    while position > before:
        answer = await client.get(f"{url}/v1/events", params={"after": position, "limit": 500})
        assert answer.status_code == 200, answer.text
        shown.update(one["position"] for one in answer.json() if "skippedby" in one)
        before, position = position, int(answer.headers["KKMP-Log-Position"])
    assert shown
    assert shown <= skipped


async def _bring_back(client: httpx2.AsyncClient, urls: Urls, cell: Servers) -> set[int]:
    """Skip where a service has halted, until all of them have followed the log to its end."""
    skipped: set[int] = set()
    bus, database = await connect(cell.nats_url, "head"), await asyncpg.connect(cell.postgres_dsn)
    try:
        async with asyncio.timeout(240):
            head = await Log(bus).head()
            while True:
                rows = [
                    await database.fetchrow(f"SELECT position, halted FROM {name}.projection")  # noqa: S608 - our names
                    for name in urls
                ]
                halted = {row["halted"] for row in rows if row and row["halted"]}
                if not skipped and halted:
                    await _is_said(client, urls, halted)
                for position in sorted(halted - skipped):
                    skipped |= await _skip(cell, position)
                head = max(head, *skipped) if skipped else head
                if not halted and all(row and row["position"] >= head for row in rows):
                    break
                await asyncio.sleep(0.01)
        for url in urls.values():
            assert (await client.get(f"{url}/livez")).status_code == 200
        return skipped
    finally:
        await bus.close()
        await database.close()


async def _is_said(client: httpx2.AsyncClient, urls: Urls, halted: set[int]) -> None:
    """Each service that has halted says where; what it says may be a second old."""
    async with asyncio.timeout(30):
        said: set[int] = set()
        while not halted <= said:
            answers = [(await client.get(f"{url}/readyz")).json() for url in urls.values()]
            said = {
                int(where[1])
                for one in answers
                for reason in one["reasons"]
                if reason.startswith("projection halted") and (where := _WHERE.search(reason))
            }
            await asyncio.sleep(0.1)


async def _are_ready(client: httpx2.AsyncClient, urls: Urls) -> None:
    async with asyncio.timeout(60):
        for url in urls.values():
            while (await client.get(f"{url}/readyz")).status_code != 200:
                await asyncio.sleep(0.2)


async def _skip(cell: Servers, position: int) -> set[int]:
    """Skip a position, and before it what somebody wrote under the name of its skip."""
    skipped: set[int] = set()
    while position not in skipped:
        wanted = position
        while wanted:
            told = SkipPosition(wanted, "", "operator", "derau")
            try:
                await skip_position(cell.nats_url, cell.postgres_dsn, told, dry_run=False)
            except CannotSkip as other:
                if not other.first:
                    raise
                wanted = other.first
            else:
                skipped.add(wanted)
                wanted = 0
    return skipped


async def folded_by_another_build(cell: Servers) -> dict[str, list[Any]]:
    """Return the rows in which the tables of a later build differ from those that are there.

    It knows an event that this build does not, and folds the same log from nothing.
    """
    later = Vocabulary(
        "membership",
        (*membership.vocabulary.own, MemberPromoted),
        membership.vocabulary.upstream,
        seals=True,
    )
    made = Projection.of(membership.folder, membership.tables)
    of_later = replace(made, schema="later", fingerprint="later")
    bus = await connect(cell.nats_url, "later")
    pool = await asyncpg.create_pool(
        cell.postgres_dsn, min_size=1, max_size=3, server_settings={"search_path": "later"}
    )
    try:
        log = await Log(bus).open()
        runner = Runner(of_later, later, log, pool)
        await runner.prepare()
        following = asyncio.create_task(runner.run())
        try:
            await runner.wait_for(await log.head(), 60)
        finally:
            following.cancel()
            await asyncio.wait((following,))
        return {
            table.name: found
            for table in membership.tables
            if (
                found := await pool.fetch(
                    f"(TABLE later.{table.name} EXCEPT TABLE membership.{table.name}) UNION ALL"
                    f" (TABLE membership.{table.name} EXCEPT TABLE later.{table.name})"
                )
            )
        }
    finally:
        await pool.close()
        await bus.close()
