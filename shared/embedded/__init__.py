"""NATS and Postgres inside a program of ours, from their wheels: no Docker, no root, no set-up.

For demonstrations, development and tests; a production site runs the official servers.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.embedded.nats import EmbeddedNats
from shared.embedded.postgres import EmbeddedPostgres
from shared.embedded.process import EmbeddedError

__all__ = ["Embedded", "EmbeddedError", "EmbeddedNats", "EmbeddedPostgres", "Servers", "embedded"]


@dataclass(frozen=True)
class Servers:
    """Where the servers answer, whoever runs them."""

    nats_url: str
    nats_monitor_url: str
    postgres_dsn: str


@dataclass(frozen=True)
class Embedded(Servers):
    """The same, and the servers themselves, for tests of their failure."""

    nats: EmbeddedNats
    postgres: EmbeddedPostgres


@asynccontextmanager
async def embedded(folder: Path, *, fast: bool = False) -> AsyncGenerator[Embedded]:
    """Run both servers on the data below *folder* for as long as the block lasts.

    *fast* lets Postgres lose its latest commits in a crash, for tests; the log is never lax.
    """
    nats, postgres = EmbeddedNats(), EmbeddedPostgres(fast=fast)
    try:
        try:
            async with asyncio.TaskGroup() as starting:
                starting.create_task(nats.start(folder / "nats"))
                starting.create_task(postgres.start(folder / "postgres"))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        yield Embedded(nats.url, nats.monitor_url, postgres.url, nats, postgres)
    finally:
        await asyncio.gather(nats.stop(), postgres.stop())
