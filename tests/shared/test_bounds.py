"""A stranger's connection: what it may send, and for how long, before it is known who asks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from resource import RUSAGE_SELF, getrusage

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http import bounds
from shared.http.bounds import MOST_HEAD_BYTES, MOST_HEADERS
from shared.http.connections import Connections
from shared.http.hardening import Hardening
from shared.http.server import listen, server

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
CLOSE = b"Connection: close\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: x\r\n" + CLOSE
LONG = b"X-Long: " + b"a" * 8_000 + b"\r\n"
carried_out: list[bytes] = []
come, released = asyncio.Event(), asyncio.Event()


async def _echo(request: Request) -> PlainTextResponse:
    carried_out.append(await request.body())
    return PlainTextResponse(request.headers.get("x-said", "done"))


async def _much(_: Request) -> PlainTextResponse:
    return PlainTextResponse("a" * 8_000_000)


async def _slow(_: Request) -> PlainTextResponse:
    come.set()
    await released.wait()
    return PlainTextResponse("at last")


ROUTES = [
    Route("/", _echo, methods=["GET", "POST"]),
    Route("/much", _much),
    Route("/slow", _slow),
]


def named(app: ASGIApp) -> ASGIApp:
    async def within(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["correlation"] = "0197a1"
        await app(scope, receive, send)

    return within


@asynccontextmanager
async def serving(connections: Connections, seconds: float = 30) -> AsyncGenerator[int]:
    carried_out.clear()
    come.clear()
    released.clear()
    listening = listen("127.0.0.1", 0)
    one = server(named(Hardening(Starlette(routes=ROUTES), seconds)), connections)
    task = asyncio.create_task(one.serve(sockets=[listening]))
    while not one.started:
        await asyncio.sleep(0.01)
    yield listening.getsockname()[1]
    released.set()
    one.should_exit = True
    await task


@pytest.fixture
async def port() -> AsyncGenerator[int]:
    async with serving(Connections(1_000)) as port:
        yield port


async def answered(port: int, *parts: bytes) -> bytes:
    """Send *parts* on one connection, and return all that comes until the other side ends it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        with suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
        async with asyncio.timeout(20):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def dribbled(port: int, head: bytes, part: bytes) -> bytes:
    """Send *head*, and *part* now and then, until the other side ends it; return what it said.

    What it said counts, also when it resets the connection upon what we send on.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    said = bytearray()

    async def hear() -> None:
        with suppress(ConnectionError):
            while some := await reader.read(65_536):
                said.extend(some)

    hearing = asyncio.create_task(hear())
    writer.write(head)
    async with asyncio.timeout(60):
        while not hearing.done():
            writer.write(part)
            await asyncio.sleep(0.05)
    writer.close()
    return bytes(said)


async def endless(port: int, head: bytes, part: bytes) -> int:
    """Send *head*, and *part* until the other side ends it; return how many bytes it took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sent = 0
    writer.write(head)
    with suppress(ConnectionError):
        while sent < 200_000_000 and not reader.at_eof():
            writer.write(part)
            sent += len(part)
            await writer.drain()
    writer.close()
    return sent


async def test_an_ordinary_request_is_answered_also_after_another(port: int) -> None:
    last = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    said = await answered(port, GET + b"\r\n" + last)
    assert said.count(b"200 OK") == 2
    assert carried_out == [b"", b"ok"]


@pytest.mark.parametrize("parts", [40, 1], ids=["by and by", "in one write"])
async def test_a_head_that_is_too_long_is_refused(port: int, parts: int) -> None:
    whole = LONG * 40
    size = len(whole) // parts
    cut = [whole[start : start + size] for start in range(0, len(whole), size)]
    said = await answered(port, GET, *cut, b"\r\n")
    assert said.startswith(b"HTTP/1.1 431 ")
    assert b'"code":"head_too_large"' in said
    assert carried_out == []


async def test_the_bound_of_a_head_is_to_the_byte(port: int) -> None:
    first, last = GET + b"X: ", b"\r\nConnection: close\r\n\r\n"
    fits = MOST_HEAD_BYTES - len(first + last)
    assert b" 200 " in await answered(port, first + b"a" * fits + last)
    assert b" 431 " in await answered(port, first + b"a" * (fits + 1) + last)


async def test_headers_are_counted(port: int) -> None:
    most = b"a: b\r\n" * (MOST_HEADERS - 2) + b"Connection: close\r\n"
    assert b"200 OK" in await answered(port, GET + most + b"\r\n")
    assert b" 431 " in await answered(port, GET + most + b"a: b\r\n\r\n")


async def test_who_says_nothing_or_half_of_it_does_not_keep_the_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_HEAD_SECONDS", 0.2)
    assert await answered(port) == b""
    half = await answered(port, b"GET / HTTP/1.1\r\nHost: ")
    assert half.startswith(b"HTTP/1.1 408 ")
    said = await answered(port, GET + b"\r\n", b"GET / HT")
    assert said.count(b"200 OK") == 1


async def test_empty_lines_between_two_requests_do_not_keep_the_connection(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "IDLE_SECONDS", 1.0)
    assert (await dribbled(port, GET + b"\r\n", b"\r\n")).count(b"200 OK") == 1


async def test_a_body_that_dribbles_is_answered_and_then_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "MOST_MESSAGE_SECONDS", 2)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
    async with serving(Connections(1_000), seconds=1) as port:
        said = await dribbled(port, head, b"a")
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b'"code":"took_too_long"' in said
    assert carried_out == []


@pytest.mark.parametrize(
    "part", [LONG, b"X-Short: a\r\n" * 100, b"a" * 8_000], ids=["long", "many", "one endless"]
)
async def test_trailers_without_end_are_cut_and_nothing_of_them_is_kept(
    port: int, part: bytes
) -> None:
    before = getrusage(RUSAGE_SELF).ru_maxrss
    assert await endless(port, CHUNKED + b"X-First: ", part) < 20_000_000
    assert getrusage(RUSAGE_SELF).ru_maxrss - before < 20_000
    assert carried_out == []


async def test_what_comes_after_a_body_is_no_header(port: int) -> None:
    said = await answered(port, CHUNKED + b"X-Said: by a trailer\r\n\r\n" + GET + CLOSE)
    assert carried_out == [b"hello", b""]
    assert said.count(b"done") == 2
    assert b"trailer" not in said


async def test_chunks_of_one_byte_are_a_body_too(port: int) -> None:
    body = b"1\r\na\r\n" * 65_000 + b"0\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b"200 OK" in await answered(port, head + body)
    assert carried_out == [b"a" * 65_000]


async def test_a_message_without_end_is_cut(port: int) -> None:
    long = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n"
    assert await endless(port, long, b"a" * 8_000) < 20_000_000
    assert carried_out == []


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n"], ids=["none", "two"])
async def test_a_request_names_one_host(port: int, hosts: bytes) -> None:
    said = await answered(port, b"GET / HTTP/1.1\r\n" + hosts + b"\r\n")
    assert said.startswith(b"HTTP/1.1 400 ")
    assert b'"code":"host_missing"' in said
    assert b"200 OK" in await answered(port, b"GET / HTTP/1.0\r\n\r\n")


async def test_requests_in_line_are_counted(port: int) -> None:
    first = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"
    assert await answered(port, first + (GET + b"\r\n") * 5_000) == b""
    assert carried_out == []


async def test_an_answer_that_nobody_reads_does_not_keep_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounds, "UNREAD_SECONDS", 0.2)
    monkeypatch.setattr(bounds, "SLOWEST_READER", 1e9)
    connections = Connections(1_000)
    async with serving(connections) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
        writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(60):
            while not connections.cut["unread"]:
                await asyncio.sleep(0.05)
        assert len(connections) == 0
        with suppress(ConnectionError):
            assert len(await reader.read()) < 8_000_000
        writer.close()


async def test_a_slow_reader_gets_the_whole_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "IDLE_SECONDS", 0.2)
    async with serving(Connections(1_000)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
        writer.write(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(1.5)
        assert len(await reader.read()) > 8_000_000
        writer.close()


async def test_a_newcomer_takes_the_place_of_the_one_that_waited_longest() -> None:
    async with serving(Connections(3)) as port:
        busy = asyncio.create_task(answered(port, SLOW))
        await come.wait()
        first, second, third = [
            asyncio.create_task(answered(port, b"GET / HTTP")) for _ in range(3)
        ]
        assert await first == b""
        assert b"200 OK" in await answered(port, GET + CLOSE)
        assert await second == b""
        assert not third.done()
        released.set()
        assert b"at last" in await busy
        third.cancel()
        await asyncio.gather(third, return_exceptions=True)


async def test_where_all_are_being_answered_a_newcomer_is_told_so() -> None:
    async with serving(Connections(1)) as port:
        busy = asyncio.create_task(answered(port, SLOW))
        await come.wait()
        said = await answered(port, GET + CLOSE)
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b'"code":"no_room"' in said
        released.set()
        assert b"at last" in await busy


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
