"""Several ways to the same end, in turns: how long each takes, and their ratio within a round."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.report import Line

type Step = Callable[[], Awaitable[object]]
type Worker = Sequence[Step]
"""What one worker does, one after the other."""

_ROUND_SECONDS = 60
_PATIENCE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Way:
    """Whose way it is, and what its workers do in a round, made ready before the clock starts."""

    who: str
    prepare: Callable[[], list[Worker]]


@dataclass(frozen=True, slots=True)
class _Taken:
    """How long it took: each step, in milliseconds, and all together, in steps a second."""

    rate: float
    p50: float
    p99: float


async def take_turns(rounds: int, what: str, *ways: Way) -> list[Line]:
    """Return the medians of *rounds* for each way to do *what*, held against the first of them.

    On a machine that others keep busy there are fewer rounds, so that a run has an end.
    """
    taken: list[list[_Taken]] = [[] for _ in ways]
    began = time.perf_counter()
    for turn in range(rounds):
        if turn and time.perf_counter() - began > _PATIENCE_SECONDS:
            break
        both = list(zip(ways, taken, strict=True))
        for way, found in both if turn % 2 else reversed(both):
            found.append(await _take(way.prepare()))
    return [
        Line(
            what,
            way.who,
            median([one.rate for one in found]),
            median([one.p50 for one in found]),
            median([one.p99 for one in found]),
            None
            if found is taken[0]
            else median([one.p50 / bare.p50 for one, bare in zip(found, taken[0], strict=True)]),
            len(found),
        )
        for way, found in zip(ways, taken, strict=True)
    ]


async def _take(workers: Sequence[Worker]) -> _Taken:
    milliseconds: list[float] = []

    async def work(worker: Worker) -> None:
        for step in worker:
            began = time.perf_counter()
            await step()
            milliseconds.append(1000 * (time.perf_counter() - began))

    began = time.perf_counter()
    async with asyncio.timeout(_ROUND_SECONDS):
        await asyncio.gather(*map(work, workers))
    rate = len(milliseconds) / (time.perf_counter() - began)
    milliseconds.sort()
    return _Taken(
        rate, milliseconds[len(milliseconds) // 2], milliseconds[len(milliseconds) * 99 // 100]
    )
