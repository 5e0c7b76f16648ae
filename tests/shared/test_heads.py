"""A stranger's connection: what it may send, and for how long, before it is known who asks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from shared.http import heads
from shared.http.hardening import Hardening
from shared.http.heads import MOST_HEAD_BYTES, BoundedHeads
from shared.http.server import Server, listen

carried_out: list[bytes] = []


async def _echo(request: Request) -> PlainTextResponse:
    carried_out.append(await request.body())
    return PlainTextResponse("done")


@pytest.fixture
async def port() -> AsyncGenerator[int]:
    carried_out.clear()
    listening = listen("127.0.0.1", 0)
    app = Hardening(Starlette(routes=[Route("/", _echo, methods=["GET", "POST"])]))
    server = Server(
        uvicorn.Config(app, http=BoundedHeads, lifespan="off", log_config=None, access_log=False)
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield listening.getsockname()[1]
    server.should_exit = True
    await serving


async def answered(port: int, *parts: bytes) -> bytes:
    """Send *parts* on one connection, and return all that comes until the other side ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = b""
    with suppress(ConnectionError):
        for part in parts:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(20):
            said = await reader.read()
    writer.close()
    return said


async def test_an_ordinary_request_is_answered_also_after_another(port: int) -> None:
    first = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    said = await answered(port, first + last)
    assert said.count(b"200 OK") == 2
    assert carried_out == [b"", b"ok"]


async def test_a_header_that_does_not_end_is_cut_off(port: int) -> None:
    part = b"X-Long: " + b"a" * 8_000 + b"\r\n"
    said = await answered(port, b"GET / HTTP/1.1\r\nHost: x\r\n", *[part] * 40)
    assert said == b""
    assert len(part) * 40 > MOST_HEAD_BYTES


async def test_who_says_nothing_or_half_of_it_does_not_keep_the_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "MOST_HEAD_SECONDS", 0.2)
    assert await answered(port) == b""
    assert await answered(port, b"GET / HTTP/1.1\r\nHost: ") == b""
    said = await answered(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HT")
    assert said.count(b"200 OK") == 1


async def test_a_request_that_is_cut_off_in_its_body_is_not_carried_out(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{}")
    await writer.drain()
    writer.write_eof()
    writer.close()
    with suppress(ConnectionError):
        await reader.read()
    last = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nnext"
    assert b"200 OK" in await answered(port, last)
    assert carried_out == [b"next"]
