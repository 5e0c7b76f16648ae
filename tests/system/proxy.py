"""A wire to nats-server that goes dead at the worst moment: after an append, before its answer."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable
from urllib.parse import urlsplit

from shared.embedded.process import free_ports

_APPEND = b"HPUB kkmp."
_CHUNK = 65_536


class Proxy:
    """Passes all bytes on, until it is told to keep the answer to the next append to itself."""

    def __init__(self, url: str) -> None:
        """*url* is the server's, which may go and come again."""
        address = urlsplit(url)
        self._host, self._port = address.hostname, address.port
        self._armed = False
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        (self._own_port,) = free_ports(None)
        self.url = f"nats://127.0.0.1:{self._own_port}"

    def withhold(self) -> None:
        """From the next append on, let nothing more through to whoever sends it."""
        self._armed = True

    async def listen(self) -> None:
        """Let clients connect."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._own_port)

    def refuse(self) -> None:
        """Let nobody connect, as when there is no server; who is connected stays so."""
        if self._server is not None:
            self._server.close()

    def close(self) -> None:
        """Cut all that is connected, and refuse the rest."""
        self.refuse()
        for end in self._open:
            end.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a client with the server, until one of them is gone."""
        try:
            from_server, to_server = await asyncio.open_connection(self._host, self._port)
        except OSError:
            writer.close()
            return
        deaf = asyncio.Event()
        ends = {writer, to_server}
        self._open |= ends
        await asyncio.gather(
            _until_the_end(self._ask(reader, to_server, deaf), ends),
            _until_the_end(self._answer(from_server, writer, deaf), ends),
        )
        self._open -= ends

    async def _ask(
        self, reader: asyncio.StreamReader, to_server: asyncio.StreamWriter, deaf: asyncio.Event
    ) -> None:
        before = b""
        while data := await reader.read(_CHUNK):
            if self._armed and _APPEND in before + data:
                self._armed = False
                deaf.set()  # before it is sent, so that no answer can be faster
            before = data[-len(_APPEND) :]
            to_server.write(data)
            await to_server.drain()

    async def _answer(
        self, from_server: asyncio.StreamReader, writer: asyncio.StreamWriter, deaf: asyncio.Event
    ) -> None:
        while data := await from_server.read(_CHUNK):
            if not deaf.is_set():
                writer.write(data)
                await writer.drain()


async def _until_the_end(way: Awaitable[None], ends: set[asyncio.StreamWriter]) -> None:
    """Pass on what comes one way; when that is over, so is the other."""
    try:
        with contextlib.suppress(OSError):
            await way
    finally:
        for end in ends:
            end.close()


@contextlib.asynccontextmanager
async def proxy(url: str) -> AsyncGenerator[Proxy]:
    """Listen for clients of the nats-server at *url* for as long as the block lasts."""
    made = Proxy(url)
    await made.listen()
    try:
        yield made
    finally:
        made.close()
