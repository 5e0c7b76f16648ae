"""A projection from position 0 to the head of the log: ours beside the library's, in turns."""

import asyncio
from statistics import median

from shared.bus import connect
from shared.embedded import Servers
from shared.provision import provision
from tests.bench import library
from tests.bench.facts import fill, histories
from tests.bench.replay import replay
from tests.bench.report import Line, Section
from tests.servers import empty_database

TARGET = 30
_ROUNDS = 3
_LIBRARY_EVENTS = 1_700
_LIBRARY_PATIENCE = 10.0


async def projections(servers: Servers, members: int) -> Section:
    """Measure how fast tables follow a long log; every run is checked against known totals."""
    history = histories(members)
    bus = await connect(servers.nats_url, "bench-fill")
    await provision(bus)
    head = await fill(bus, history.drafts)
    await bus.close()
    history.drafts.clear()
    ours: list[float] = []
    theirs: dict[str, list[float]] = {runner: [] for runner in library.RUNNERS}
    for _ in range(_ROUNDS):
        ours.append(await replay(servers, history, head))
        for runner, rates in theirs.items():
            rates.append(await _library(servers, runner))
    lines = [
        Line(f"kkmp Runner, {head:,} events, {members:,} members, 5 tables", median(ours)),
        *(
            Line(
                f"{runner}, {_LIBRARY_EVENTS:,} events, 1 table",
                median(rates),
                ratio=median([one / other for one, other in zip(ours, rates, strict=True)]),
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


async def _library(servers: Servers, runner: str) -> float:
    async with empty_database(servers.postgres_dsn) as dsn:
        environment = library.settings(dsn)
        await asyncio.to_thread(library.append, environment, _LIBRARY_EVENTS)
        return await asyncio.to_thread(
            library.project, runner, environment, _LIBRARY_EVENTS, _LIBRARY_PATIENCE
        )
