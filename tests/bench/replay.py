"""The projection of membership from position 0 to the head of the log, live."""

import asyncio
import contextlib
import time

import asyncpg

from services.membership.app import service
from shared.bus import connect
from shared.log import Log
from shared.projection import Projection, Runner
from tests.bench.facts import History
from tests.bench.following import follow

PATIENCE = 120.0
_POSITION = "SELECT position FROM membership.projection"


async def replay(nats_url: str, dsn: str, history: History, head: int) -> float:
    """Fill the tables anew from the whole log, check them, and return events a second."""
    bus = await connect(nats_url, "bench-replay")
    pool = await asyncpg.create_pool(dsn, min_size=1, server_settings={"synchronous_commit": "on"})
    try:
        await pool.execute("DROP SCHEMA IF EXISTS membership CASCADE")
        log = await Log(bus).open()
        runner = Runner(
            Projection.of(service.folder, service.tables), service.vocabulary, log, pool
        )
        await runner.prepare()
        began = time.perf_counter()
        running = asyncio.create_task(runner.run())
        try:
            until = began + PATIENCE
            await asyncio.to_thread(follow, dsn, _POSITION, head, until, running.done)
        finally:
            seconds = time.perf_counter() - began
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        await _check(pool, history, head)
    finally:
        await pool.close()
        await bus.close()
    return head / seconds


async def _check(pool: asyncpg.Pool, history: History, head: int) -> None:
    found = await pool.fetchrow("""
        SELECT
            (SELECT position FROM membership.projection),
            (SELECT count(*) FROM membership.member WHERE status = 'active' AND version = 5),
            (SELECT sum(pokok)::bigint FROM membership.member),
            (SELECT count(*) FROM membership.seat),
            (SELECT count(*) FROM membership.cooperative),
            (SELECT count(*) FROM membership.asked)
    """)
    expected = (head, history.members, history.pokok, history.seats, history.cooperatives, head)
    if found is None or tuple(found) != expected:
        raise AssertionError(f"the tables hold {found}, expected {expected}")
