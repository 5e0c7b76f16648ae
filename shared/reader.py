"""The log, page after page, from any position: our hot path.

Pages of a dense log are independent of each other, so several are asked for at once. Nothing is
kept on the server: no consumer, no acknowledgement, no redelivery, no other order.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from shared.envelope import Stored
from shared.log import Log

PAGE = 1000
_IN_FLIGHT = 3


class LogBroken(Exception):  # noqa: N818 - the finding itself
    """The log is not what it was: a position is missing. Nobody may read on."""


async def pages(log: Log, after: int, until: int) -> AsyncIterator[list[Stored]]:
    """Yield the events after one position up to another, a page at a time, without a gap.

    Raises `LogBroken` when a position is missing, and `LogUnreachable`.
    """
    starts = iter(range(after + 1, until + 1, PAGE))
    asked: deque[tuple[int, asyncio.Task[list[Stored]]]] = deque()

    def ask() -> None:
        for start in starts:
            size = min(PAGE, until - start + 1)
            asked.append((start, asyncio.create_task(_whole_page(log, start, size))))
            return

    for _ in range(_IN_FLIGHT):
        ask()
    try:
        while asked:
            start, task = asked.popleft()
            page = await task
            _refuse_gaps(page, start)
            ask()
            yield page
    finally:
        for _, task in asked:
            task.cancel()


async def _whole_page(log: Log, start: int, size: int) -> list[Stored]:
    """Read *size* events; the server may answer with fewer at a time."""
    page = await log.page(start, size)
    while page and len(page) < size:
        more = await log.page(page[-1].position + 1, size - len(page))
        if not more:
            break
        page += more
    if len(page) < size:
        _refuse_gaps(page, start)
        last = page[-1].position if page else start - 1
        raise LogBroken(f"position {last + 1} is missing from the log")
    return page


def _refuse_gaps(page: list[Stored], start: int) -> None:
    for position, stored in enumerate(page, start):
        if stored.position != position:
            raise LogBroken(f"position {position} is missing from the log")
