"""However many apply with one identity number at once, one of them has it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.site import DURABLES
from services.membership.app import service as membership
from services.membership.events.identity import DuplicateIdentitySuspected, IdentityClaimed
from services.membership.events.member import MembershipApplied
from shared.bus import connect
from shared.embedded import Servers
from shared.log import Log
from shared.subjects import EVERYTHING
from tests.credentials import CITY_STAFF, bearer
from tests.membership.door import ask, asked, founding
from tests.servers import empty_database
from tests.shared.story import provisioned
from tests.sizes import sizes
from tests.system.cluster import three_nodes
from tests.system.replica import Replica

CLIENTS = 50
CODES = ("31.72.02.1006", "31.72.02.1005")
REFUSED = {"identity_claimed_here", "identity_claimed_elsewhere"}


often = sizes("rounds", short=20, full=200)


@often
@pytest.mark.embedded  # once is enough: the other one has three nodes of its own
async def test_of_fifty_who_apply_with_one_number_at_once_one_succeeds_on_one_node(
    servers: Servers, folder: Path, rounds: int
) -> None:
    async with (
        provisioned(servers.nats_url, DURABLES),
        empty_database(servers.postgres_dsn) as dsn,
    ):
        site = Servers(servers.nats_url, servers.nats_monitor_url, dsn)
        await race([site, site], folder, rounds)


@often
@pytest.mark.embedded
async def test_of_fifty_who_apply_with_one_number_at_once_one_succeeds_on_three_nodes(
    servers: Servers, folder: Path, rounds: int
) -> None:
    async with three_nodes(folder) as urls, empty_database(servers.postgres_dsn) as dsn:
        await race([Servers(url, "", dsn) for url in urls[1:]], folder, rounds)


async def race(sites: Sequence[Servers], folder: Path, rounds: int) -> None:
    """Let clients apply at several replicas, and hold the log to what they were answered."""
    replicas = [Replica("membership", site, folder) for site in sites]
    dsn = sites[0].postgres_dsn
    try:
        await asyncio.gather(*(replica.start() for replica in replicas))
        headers = await bearer(dsn, *CITY_STAFF)
        doors = [
            httpx2.AsyncClient(base_url=replica.url, timeout=60, headers=headers)
            for replica in replicas
        ]
        try:
            for code in CODES:
                await asked(doors[0], "/cooperatives", **founding(code))
            for serial in range(1, rounds + 1):
                await one_round(doors, f"317299010190{serial:04d}")
        finally:
            await asyncio.gather(*(door.aclose() for door in doors))
    finally:
        await asyncio.gather(*(replica.kill() for replica in replicas))
    await hold_to_the_log(sites[0].nats_url, rounds)


async def one_round(doors: Sequence[httpx2.AsyncClient], number: str) -> None:
    body: dict[str, Any] = {
        "name": "Warga Contoh",
        "identity_number": number,
        "phone": "081200000000",
        "born_on": "1990-01-01",
        "accepts_articles": True,
    }
    answers = await asyncio.gather(
        *(
            until_answered(doors[client % 2], CODES[client // 2 % 2], body, f"{number}-{client}")
            for client in range(CLIENTS)
        )
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: CLIENTS - 1}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= REFUSED


async def until_answered(
    door: httpx2.AsyncClient, code: str, body: dict[str, Any], key: str
) -> httpx2.Response:
    """Ask, and again with the same key when told to: so many at once may be asked to wait."""
    path = f"/cooperatives/{code}/applications"
    while (answer := await ask(door, path, dict(body), key)).status_code == 503:
        await asyncio.sleep(0.2)
    return answer


async def hold_to_the_log(url: str, rounds: int) -> None:
    bus = await connect(url, "reader")
    try:
        log = await Log(bus).open()
        read = membership.vocabulary.read
        events = [event async for one in log.scan(EVERYTHING) if (event := read(one)) is not None]
    finally:
        await bus.close()
    claimed = Counter(event.id for event in events if isinstance(event.data, IdentityClaimed))
    assert len(claimed) == rounds
    assert set(claimed.values()) == {1}
    assert sum(isinstance(event.data, MembershipApplied) for event in events) == rounds
    suspected = Counter(
        (event.id, event.data.cooperative)
        for event in events
        if isinstance(event.data, DuplicateIdentitySuspected)
    )
    assert set(suspected.values()) == {1}
    assert len(suspected) == rounds  # the other cooperative's, once
