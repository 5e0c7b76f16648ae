"""A projection from position 0 to the head of the log: ours beside the library's, in turns."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from services.membership.app import service
from shared.bus import connect
from shared.embedded import EmbeddedNats, Servers, embedded
from shared.provision import provision
from tests.bench import library
from tests.bench.facts import History, fill, histories
from tests.bench.replay import replay
from tests.bench.report import OURS, Line, Section
from tests.bench.size import Size
from tests.servers import empty_database

TARGET = 30
TABLES = "membership's tables from a whole log"
_PATIENCE_SECONDS = 90.0
"""On a machine that others keep busy there are fewer rounds, so that a run has an end."""
_LIBRARY_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class _Filled:
    """A log, and what tables hold that have followed it."""

    nats_url: str
    history: History
    head: int

    async def replay(self, dsn: str) -> float:
        return await replay(self.nats_url, dsn, self.history, self.head)


async def projections(folder: Path, size: Size) -> Section:
    """Measure how fast tables follow a log; every run is checked against known totals."""
    long: list[float] = []
    ours: list[float] = []
    theirs: dict[str, list[float]] = {runner: [] for runner in library.RUNNERS}
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(embedded(folder))
        whole = await stack.enter_async_context(_filled(folder / "whole", size.members))
        same = await stack.enter_async_context(_filled(folder / "same", size.compared))
        began = time.perf_counter()
        for turn in range(size.replays):
            if turn and time.perf_counter() - began > _PATIENCE_SECONDS:
                break
            long.append(await whole.replay(servers.postgres_dsn))
            ours.append(await same.replay(servers.postgres_dsn))
            for runner, rates in theirs.items():
                rates.append(await _library(servers, runner, size.compared))
    tables = len(service.tables)
    what = f"projection with validation, {size.compared * library.STEPS:,} events"
    lines = [
        Line(
            f"{TABLES}: {whole.head:,} events, {tables} tables",
            OURS,
            median(long),
            rounds=len(ours),
        ),
        Line(what, OURS, median(ours), rounds=len(ours)),
        *(
            Line(
                what,
                f"{runner}, 1 table",
                median(rates),
                ratio=median([one / other for one, other in zip(ours, rates, strict=True)]),
                rounds=len(ours),
            )
            for runner, rates in theirs.items()
        ),
    ]
    ratio = min(line.ratio for line in lines if line.ratio)
    return Section(
        "Projection from position 0 to the head of the log: kkmp beside the library eventsourcing",
        "kkmp's rate over its",
        lines,
        f"at least {TARGET} times the faster of its runners ({ratio:.0f} times)",
        ratio >= TARGET,
    )


@asynccontextmanager
async def _filled(folder: Path, members: int) -> AsyncGenerator[_Filled]:
    history = histories(members)
    server = EmbeddedNats()
    await server.start(folder)
    try:
        bus = await connect(server.url, "bench-fill")
        await provision(bus)
        head = await fill(bus, history.drafts)
        await bus.close()
        history.drafts.clear()
        yield _Filled(server.url, history, head)
    finally:
        await server.stop()


async def _library(servers: Servers, runner: str, members: int) -> float:
    async with empty_database(servers.postgres_dsn) as dsn:
        await asyncio.to_thread(library.append, dsn, members)
        events = members * library.STEPS
        return await asyncio.to_thread(library.project, runner, dsn, events, _LIBRARY_PATIENCE)
