"""Servers that come up late, or that the machine hardly lets run, and the services that wait."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Literal

import httpx2

from deploy.site import DURABLES
from shared.bus import connect
from shared.embedded import Embedded, embedded
from shared.provision import provision
from tests.system.replica import Replica

type Which = Literal["broker", "database", "both"]
type How = Literal["late", "stopped"]
WHICH: tuple[Which, ...] = ("broker", "database", "both")
HOW: tuple[How, ...] = ("late", "stopped")
_SERVICES = ("membership", "training", "inventory")
_STOPPED_SECONDS = 0.9
_RUNNING_SECONDS = 0.1


async def start_on(folder: Path, which: Which, how: How, starts: int, late: float) -> None:
    """Start services on such servers, and see that each gets ready and that none ends."""
    async with embedded(folder, fast=True) as servers:
        bus = await connect(servers.nats_url, "test-provision")
        await provision(bus, durables=DURABLES)
        await bus.close()
        kinds = [_SERVICES[number % len(_SERVICES)] for number in range(starts)]
        replicas = [Replica(kind, servers, folder) for kind in kinds]
        hindered = (
            _away(servers, folder, which, late) if how == "late" else _halting(servers, which)
        )
        try:
            async with hindered:
                await asyncio.gather(*(replica.start(120 + late) for replica in replicas))
                await _ready(replicas)
        finally:
            await asyncio.gather(*(replica.kill() for replica in replicas))


async def _ready(replicas: Sequence[Replica]) -> None:
    async with httpx2.AsyncClient(timeout=60) as client, asyncio.timeout(60):
        for replica in replicas:
            while (answer := await client.get(f"{replica.url}/readyz")).status_code != 200:
                assert replica.runs, answer.text
                await asyncio.sleep(0.2)
    assert all(replica.runs for replica in replicas)


@contextlib.asynccontextmanager
async def _away(
    servers: Embedded, folder: Path, which: Which, seconds: float
) -> AsyncGenerator[None]:
    """Take servers away, and bring them up again after some *seconds* of the block."""
    broker, database = which != "database", which != "broker"
    if broker:
        await servers.nats.stop()
    if database:
        await servers.postgres.stop()

    async def come() -> None:
        await asyncio.sleep(seconds)
        if broker:
            await servers.nats.start(folder / "nats")
        if database:
            await servers.postgres.start(folder / "postgres")

    coming = asyncio.create_task(come())
    try:
        yield
    finally:
        await coming


@contextlib.asynccontextmanager
async def _halting(servers: Embedded, which: Which) -> AsyncGenerator[None]:
    """Let servers run for a tenth of each second only."""
    roots: list[Callable[[], int | None]] = []
    if which != "database":
        roots.append(lambda: servers.nats.pid)
    if which != "broker":
        roots.append(lambda: servers.postgres.pid)

    async def halt() -> None:
        while True:
            stopped = [pid for root in roots if (top := root()) for pid in _stop(top)]
            try:
                await asyncio.sleep(_STOPPED_SECONDS)
            finally:
                for pid in stopped:
                    _send(pid, signal.SIGCONT)
            await asyncio.sleep(_RUNNING_SECONDS)

    halting = asyncio.create_task(halt())
    try:
        yield
    finally:
        halting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await halting


def _stop(pid: int) -> list[int]:
    """Stop a server that we started, and then what it started itself."""
    _send(pid, signal.SIGSTOP)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for child in children:
        _send(int(child), signal.SIGSTOP)
    return [pid, *map(int, children)]


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
