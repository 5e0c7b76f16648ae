"""Whoever follows the log by its positions misses nothing, whatever happens to the service."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

import httpx2

from deploy.site import DURABLES
from shared.embedded import Servers
from tests.credentials import bearer
from tests.shared.story import Paid, hall, provisioned, record
from tests.system.replica import Replica, replicas

EVENTS = 1_000


class Follower:
    """A client that comes back with the last id, as a browser does."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.seen: list[int] = []
        self.ended = 0
        self.cut = 0
        self._url = url
        self._headers = headers
        self._last = "0"

    async def follow(self, count: int) -> None:
        """Follow until *count* events were seen."""
        while len(self.seen) < count:
            try:
                await self._connect(count)
            except httpx2.ConnectError:
                pass
            except httpx2.TransportError:
                self.cut += 1
            await asyncio.sleep(0.05)

    async def _connect(self, count: int) -> None:
        headers = self._headers | {"Last-Event-ID": self._last}
        async with (
            httpx2.AsyncClient(timeout=60, headers=headers) as client,
            client.sse(f"{self._url}/v1/events/stream") as source,
        ):
            async for block in source:
                self._last = block.id
                if block.data:
                    self.seen.append(json.loads(block.data)["position"])
                if len(self.seen) == count:
                    return
        self.ended += 1


async def test_a_thousand_events_through_two_restarts_are_each_seen_once_and_in_order(
    cell: Servers, tmp_path: Path
) -> None:
    async with (
        provisioned(cell.nats_url, DURABLES) as kkmp,
        replicas(1, "membership", cell, tmp_path) as (service,),
    ):
        follower = Follower(service.url, await bearer(cell.postgres_dsn, "sistem:31.72"))
        following = asyncio.create_task(follower.follow(EVENTS))
        halls = count()

        async def append(number: int) -> None:
            for _ in range(number):
                await record(kkmp, Paid(1), entity=hall(next(halls)))

        async def strike(end: Callable[[Replica], Awaitable[None]], begun: int) -> None:
            """End the service in the midst of events, and start it after some more."""
            appending = asyncio.create_task(append(200))
            while len(follower.seen) < begun + 50:
                assert not following.done(), await following
                await asyncio.sleep(0.001)
            await end(service)
            await appending
            await append(100)
            await service.start()
            await append(100)

        await strike(Replica.kill, 0)
        await strike(Replica.stop, 400)
        await append(200)
        async with asyncio.timeout(60):
            await following

        assert follower.seen == list(range(1, EVENTS + 1))
        assert follower.cut  # by the kill
        assert follower.ended  # by the stop
