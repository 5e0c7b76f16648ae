"""The log, page after page, from any position: our hot path.

Pages of a dense log are independent of each other, so several are asked for at once. Nothing is
kept on the server: no consumer, no acknowledgement, no redelivery, no other order.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from shared.bus import BusRefused, BusUnreachable
from shared.envelope import Stored
from shared.log import Log, LogUnreachable

PAGE = 1000
_IN_FLIGHT = 3
_NO_MESSAGE = 10037
_PAUSES = (0.01, 0.05, 0.2, 0.5, 1.0, 2.0)


class LogBroken(Exception):  # noqa: N818 - the finding itself
    """The log is not what it was: a position is missing. Nobody may read on."""


async def pages(
    log: Log, after: int, until: int, *, hinted: bool = False
) -> AsyncIterator[list[Stored]]:
    """Yield the events after one position up to another, a page at a time, without a gap.

    Where *until* is only *hinted* at, the log may end before. Raises `LogBroken` when a position is
    missing, and `LogUnreachable`.
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
            if page:
                yield page
            if len(page) < min(PAGE, until - start + 1):
                if hinted:
                    return
                raise _missing(start + len(page))
    finally:
        for _, task in asked:
            task.cancel()


async def _whole_page(log: Log, start: int, size: int) -> list[Stored]:
    """Read *size* events, or up to where the log ends; the server may answer with fewer at a time.

    A copy of the log may lag behind its leader, who alone says where it ends: what is missing is
    asked for again, for a while.
    """
    page: list[Stored] = []
    for pause in (0.0, *_PAUSES):
        await asyncio.sleep(pause)
        while len(page) < size and (more := await log.page(start + len(page), size - len(page))):
            _refuse_gaps(more, start + len(page))
            page += more
        if len(page) == size or await log.head() < start + len(page):
            return page
        await _refuse_missing(log, start + len(page))
    raise LogUnreachable(f"a copy of the log lacks position {start + len(page)}, the leader not")


async def _refuse_missing(log: Log, position: int) -> None:
    """Raise `LogBroken` unless the leader, who knows the whole log, has *position*."""
    try:
        await log.bus.api(f"STREAM.MSG.GET.{log.stream}", {"seq": position})
    except BusUnreachable as away:
        raise LogUnreachable(str(away)) from away
    except BusRefused as refused:
        if refused.code != _NO_MESSAGE:
            raise LogUnreachable(str(refused)) from refused
        raise _missing(position) from refused


def _refuse_gaps(page: list[Stored], start: int) -> None:
    for position, stored in enumerate(page, start):
        if stored.position != position:
            raise _missing(position)


def _missing(position: int) -> LogBroken:
    return LogBroken(f"position {position} is missing from the log")
