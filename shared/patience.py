"""How long a start waits for a bus and a database that come up late, or slowly."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import nats.errors
import nats.js.errors

from shared.bus import BusUnreachable
from shared.log import LogUnreachable
from shared.projection import DATABASE_AWAY

_PAUSE_SECONDS = 0.2
_NOT_NOW = 503
_AWAY = (BusUnreachable, LogUnreachable, nats.errors.Error, *DATABASE_AWAY)


class CannotStart(Exception):  # noqa: N818 - the finding itself
    """What a service needs is not there; the message says what, why and what next."""


class Patience:
    """One deadline for all the steps of a start, each of which may be tried again."""

    def __init__(self, seconds: float) -> None:
        """It begins now."""
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    async def through[T](self, step: str, whom: str, attempt: Callable[[], Awaitable[T]]) -> T:
        """Return what *attempt* gives, tried again while *whom* does not answer.

        Raises `CannotStart` once the patience has ended, also when an attempt never does.
        """
        why = "no answer"
        while (left := self._deadline - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    return await attempt()
            except _AWAY as away:
                if isinstance(away, nats.js.errors.APIError) and away.code != _NOT_NOW:
                    raise
                why = str(away) or why
            await asyncio.sleep(_PAUSE_SECONDS)
        raise CannotStart(
            f"{step}: {whom} does not answer ({why}), for {self._seconds:.0f} s since the start. "
            "Start it, correct the KKMP_* settings, or give it more time (KKMP_START_SECONDS)."
        )
