"""Server-sent events: the log as it grows, for as long as somebody listens and may.

A block is sent whole or not at all as far as a client can tell, and its id is the position: so
whoever comes back with the last id misses nothing and gets nothing twice.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import override
from weakref import finalize

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from shared.bus import BusUnreachable
from shared.decider import Refusal
from shared.envelope import Stored, cloud_event
from shared.feed import Looked
from shared.http.problems import Problem
from shared.log import LogUnreachable
from shared.subjects import parse
from shared.tail import Tail

MEDIA_TYPE = "text/event-stream"
AT_ONCE = 100
MOST_OF_ONE = 20
MOST_OF_ALL = 200
_HEARTBEAT_SECONDS = 15.0
_LONGEST_SECONDS = 900.0
_RETRY_MILLISECONDS = 2000
_GATHER_SECONDS = 0.02
_AWAY_SECONDS = 1.0
_UNREAD_SECONDS = 30.0
_TOO_MANY = Refusal(
    "too_many_streams",
    "Sudah terbuka {most} aliran peristiwa, dan lebih dari itu tidak dilayani. Tutup yang lain.",
    "{most} streams of events are open, and more are not served. Close one of them.",
)

_open: Counter[str] = Counter()
"""How many streams each credential has open in this process."""


def refuse_more(credential: str) -> None:
    """Raise the problem when *credential*, or all together, follow as often as they may."""
    for found, most in ((_open[credential], MOST_OF_ONE), (_open.total(), MOST_OF_ALL)):
        if found >= most:
            raise Problem(_TOO_MANY, 429, {"most": most}, retry_after=10)


def seconds_left(expires_at: datetime | None, now: datetime) -> float:
    """How long a stream may last: until the credential expires, and not for ever.

    A client that comes back shows its credential again, so one that was withdrawn ends too.
    """
    left = _LONGEST_SECONDS if expires_at is None else (expires_at - now).total_seconds()
    return min(left, _LONGEST_SECONDS)


async def follow(
    tail: Tail,
    look: Callable[[int], Awaitable[Looked]],
    position: int,
    seconds: float,
    heartbeat: float = _HEARTBEAT_SECONDS,
) -> AsyncGenerator[bytes]:
    """Yield blocks of events behind *position* for some *seconds*, or until the service stops.

    After each *heartbeat* without an event comes a comment. It has an id, so that a client for
    whom nothing happens does not come back to where it began.
    """
    clock = asyncio.get_running_loop().time
    end, due = clock() + seconds, clock() + heartbeat
    yield b"retry: %d\nid: %d\n\n" % (_RETRY_MILLISECONDS, position)
    while clock() < end and not tail.closed:
        if await tail.beyond(position, min(due, end) - clock()) > position:
            looked = await _looked(look, position)
            position = looked.position
            if looked.events:
                yield b"".join(map(_block, looked.events))
                due = clock() + heartbeat
            if len(looked.events) < AT_ONCE:  # let what comes close together be looked for once
                await asyncio.sleep(_GATHER_SECONDS)
        if clock() >= due:
            yield b": still here\nid: %d\n\n" % position
            due = clock() + heartbeat


async def _looked(look: Callable[[int], Awaitable[Looked]], position: int) -> Looked:
    """Look, or wait a little where the log does not answer: it comes back, and a client may not."""
    try:
        return await look(position)
    except (LogUnreachable, BusUnreachable):
        await asyncio.sleep(_AWAY_SECONDS)
        return Looked((), position)


def _block(stored: Stored) -> bytes:
    said = json.dumps(cloud_event(stored))
    return f"id: {stored.position}\nevent: {parse(stored.subject).type}\ndata: {said}\n\n".encode()


class Stream(StreamingResponse):
    """A stream of events, which counts from the moment it is made until it is over."""

    def __init__(self, credential: str, blocks: AsyncGenerator[bytes], seconds: float) -> None:
        """Proxies are asked to pass it on at once, and to keep nothing.

        *seconds* is how long it may last, and a client that does not read gets no more either.
        """
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(blocks, headers=headers, media_type=MEDIA_TYPE)
        self._blocks = blocks
        self._seconds = seconds
        _open[credential] += 1
        self._closed = finalize(self, _close, credential)

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds + _UNREAD_SECONDS):
                    await super().__call__(scope, receive, send)
        finally:
            self._closed()
            await self._blocks.aclose()


def _close(credential: str) -> None:
    _open[credential] -= 1
    if not _open[credential]:
        del _open[credential]
