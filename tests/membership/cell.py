"""A cell whose services run and stop as a test says, each with the reactions that it may have.

What hears an end alone at first hears it before the beginning. A consumer that is deleted hears
all again.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import httpx2

from services.inventory.app import service as inventory
from services.membership.app import service as membership
from services.training.app import service as training
from shared.embedded import Servers
from shared.log import Log
from shared.reactions import Reaction
from shared.service import Definition
from tests.membership.door import open_door, told
from tests.shared.story import heard, unheard

type Owed = set[tuple[str, str, str]]
"""Seat, person and module of what is owed still."""


class Cell:
    """A cell whose services run and stop as a test says."""

    def __init__(self, servers: Servers, log: Log, folder: Path) -> None:
        self.servers = servers
        self.log = log
        self._folder = folder

    def membership(
        self, reactions: Sequence[Reaction] = membership.reactions
    ) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
        return self._opened(membership, reactions)

    def training(self, *reactions: Reaction) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
        return self._opened(training, reactions)

    def inventory(self, *reactions: Reaction) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
        return self._opened(inventory, reactions)

    @asynccontextmanager
    async def _opened(
        self, service: Definition, reactions: Sequence[Reaction]
    ) -> AsyncGenerator[httpx2.AsyncClient]:
        """Run *service* with some of its reactions, and leave when they have heard everything."""
        said = replace(service, reactions=tuple(reactions))
        async with open_door(self.servers, self._folder, said) as door:
            yield door
            await self.settled(service, *reactions)

    async def settled(self, service: Definition, *reactions: Reaction) -> None:
        """Wait until these have heard everything, what they led to included."""
        async with asyncio.timeout(60):
            while True:
                head = await self.log.head()
                names = [reaction.durable(service.name).name for reaction in reactions]
                await heard(self.log, *names)
                if await self.log.head() == head:
                    return

    async def forget(self, service: Definition, *reactions: Reaction) -> None:
        """Let these hear everything again, from the beginning of the log."""
        await unheard(self.log, *(reaction.durable(service.name) for reaction in reactions))

    async def owed(self, code: str) -> Owed:
        """What training says is owed in a cooperative, once its tables know all that was said."""
        async with self.training() as door:
            await told(door, "/coverage", min_position=await self.log.head())
        database = await asyncpg.connect(self.servers.postgres_dsn)
        try:
            rows = await database.fetch(
                """
                SELECT seat, person::text, module FROM training.need
                WHERE cooperative = $1 AND met_on IS NULL AND withdrawn_at IS NULL
                """,
                code,
            )
        finally:
            await database.close()
        return {(row["seat"], row["person"], row["module"]) for row in rows}

    async def coverage(self, code: str) -> tuple[int, int]:
        """Required and trained seats, as training answers."""
        async with self.training() as door:
            head = await self.log.head()
            total = (await told(door, "/coverage", region=code, min_position=head))["total"]
        return total["required"], total["trained"]

    async def seated(self, door: httpx2.AsyncClient, code: str) -> dict[str, str]:
        """Who holds which seat, as membership answers."""
        path = f"/cooperatives/{code}/board"
        board = await told(door, path, min_position=await self.log.head())
        return {seat["seat"]: seat["person"] for seat in board["seats"] if seat["person"]}
