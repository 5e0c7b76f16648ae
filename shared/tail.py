"""The end of the log, for those who wait for more: the doorbell, and a poll as the net under it."""

import asyncio
import contextlib

from shared.bus import BusRefused
from shared.envelope import rung_position
from shared.log import DOORBELL, Log, LogUnreachable

_POLL_SECONDS = 1.0
_GATHER_SECONDS = 0.02


class Tail:
    """Hears the log grow, once for all who wait in this process."""

    def __init__(self, log: Log) -> None:
        """Call `open` before anybody waits."""
        self.position = 0
        self.closed = False
        self._log = log
        self._waiting: set[asyncio.Future[None]] = set()
        self._net: asyncio.Task[None] | None = None
        self._poll_at = 0.0
        self._rung = asyncio.Event()

    async def open(self) -> "Tail":
        """Begin to listen, from where the log ends now."""
        await self._log.bus.subscribe_raw(f"{DOORBELL}.>", self._ring)
        self._hear(await self._log.head())
        return self

    def close(self) -> None:
        """Let nobody wait any longer: the service stops."""
        self.closed = True
        self._wake()

    async def beyond(self, position: int, seconds: float) -> int:
        """Return where the log ends: once that is beyond *position*, or after *seconds*."""
        if self.position > position or self.closed:
            return self.position
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        if self._net is None:
            self._net = asyncio.create_task(self._look(), name="tail")
        try:
            await asyncio.wait((waiter,), timeout=seconds)
        finally:
            self._waiting.discard(waiter)
            if not self._waiting:
                self._net.cancel()
                self._net = None
        return self.position

    def _ring(self, _: bytes, block: bytes, __: bytes) -> None:
        if rung_position(block) > self.position:
            self._rung.set()

    def _hear(self, position: int) -> None:
        if position > self.position:
            self.position = position
            self._wake()

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def _look(self) -> None:
        """Ask where the log ends, as long as somebody waits: upon a ring, and now and then.

        A ring may be lost with a connection, and it may be false; many close together are one.
        """
        clock = asyncio.get_running_loop().time
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), max(self._poll_at - clock(), 0))
            self._rung.clear()
            with contextlib.suppress(LogUnreachable, BusRefused):
                self._hear(await self._log.head())
            self._poll_at = clock() + _POLL_SECONDS
            await asyncio.sleep(_GATHER_SECONDS)
