"""Sends a story to the services, phase by phase, as fast as its chains allow."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter

from deploy.seeds.answers import answers
from deploy.seeds.ask import Chain, Phase, Story
from deploy.seeds.client import LoadError, Services, Urls

__all__ = ["LoadError", "Progress", "Report", "answers", "load"]


@dataclass(frozen=True, slots=True)
class Progress:
    """A phase that is over: *asks* were sent in *sent_seconds*, then reactions came to rest."""

    phase: int
    phases: int
    title_id: str
    asks: int
    sent_seconds: float
    settled_seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """How a load went; no asks at all where the story had been told before."""

    asks: int
    seconds: float
    repeated: int


async def load(
    story: Story,
    urls: Urls,
    key: str,
    *,
    concurrency: int = 16,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Tell *story* to the services at *urls*, unless they know it already.

    One who goes on where a load was interrupted shows the same credential *key*, perhaps with a
    new secret: to the services, the asks of another one are other asks.
    """
    started = perf_counter()
    services = Services.reached(urls, key, story.name, concurrency)
    asks = repeated = 0
    async with services.client:
        if await _told_before(story, services):
            return Report(0, perf_counter() - started, 0)
        for number, phase in enumerate(story.phases, 1):
            began = perf_counter()
            sent = await _send_all(phase.chains, services, concurrency)
            rested = perf_counter()
            await _settle(phase, services)
            asks, repeated = asks + sent.asks, repeated + sent.repeated
            progress(
                Progress(
                    number,
                    len(story.phases),
                    phase.title_id,
                    sent.asks,
                    rested - began,
                    perf_counter() - rested,
                )
            )
    return Report(asks, perf_counter() - started, repeated)


@dataclass(slots=True)
class _Sent:
    asks: int = 0
    repeated: int = 0


async def _send_all(chains: Iterable[Chain], services: Services, concurrency: int) -> _Sent:
    waiting, sent = iter(chains), _Sent()

    async def work() -> None:
        for chain in waiting:  # shared: each worker takes the next chain that nobody has
            for ask in chain:
                receipt = await services.send(ask)
                sent.asks += 1
                sent.repeated += receipt.repeated

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(work())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return sent


async def _told_before(story: Story, services: Services) -> bool:
    for condition in story.last:
        if await services.reading(condition) != condition.expected:
            return False
    return True


async def _settle(phase: Phase, services: Services) -> None:
    for condition in phase.settled:
        await services.until(condition)
