"""The head of a request is bounded in size and in time, before anybody knows who sends it.

uvicorn's protocol on httptools bounds neither, so a stranger could fill our memory with a header
that never ends, or keep a connection by saying nothing.
"""

import asyncio
from typing import Any, override

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD_BYTES = 32_768
MOST_HEAD_SECONDS = 10.0


class BoundedHeads(HttpToolsProtocol):
    """Cuts a connection whose request line and headers are too long, or too long in coming."""

    _received = 0
    _open = False
    _late: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._begin()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin()

    @override
    def on_headers_complete(self) -> None:
        self._end()
        super().on_headers_complete()

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._open:
            self._received += len(data)
            if self._received > MOST_HEAD_BYTES:
                self._cut()

    def _begin(self) -> None:
        self._end()
        self._open, self._received = True, 0
        self._late = self.loop.call_later(MOST_HEAD_SECONDS, self._cut)

    def _end(self) -> None:
        self._open = False
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _cut(self) -> None:
        self._end()
        if not self.transport.is_closing():
            self.transport.abort()
