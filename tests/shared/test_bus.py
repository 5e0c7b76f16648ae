"""The connection hands out raw messages, by overriding private methods of nats-py."""

import asyncio
import inspect
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version
from itertools import cycle, repeat
from typing import Any

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from shared.bus import Bus, BusRefused, BusUnreachable, connect
from tests.shared.story import connected


def test_the_raw_way_in_still_fits_nats_py() -> None:
    assert version("nats-py") == "2.16.0"
    wanted = ["self", "sid", "subject", "reply", "data", "headers"]
    for kind in (Client, Bus):
        method = kind._process_msg  # pyright: ignore[reportPrivateUsage] - the one that is overridden
        assert list(inspect.signature(method).parameters) == wanted
        assert inspect.iscoroutinefunction(method)
        flush = kind._flush_pending  # pyright: ignore[reportPrivateUsage] - so is this one
        assert list(inspect.signature(flush).parameters) == ["self", "force_flush"]
        assert inspect.iscoroutinefunction(flush)
        inside: Any = kind
        taken = {"_process_headers": ["headers"], "_process_err": ["err_msg"]}
        for name in ("_process_headers", "_process_err", "_read_loop", "_attempt_reconnect"):
            parameters = list(inspect.signature(getattr(inside, name)).parameters)
            assert parameters == ["self", *taken.get(name, ())]
            assert inspect.iscoroutinefunction(getattr(inside, name))


async def test_a_raw_subscription_gets_subject_headers_and_payload_as_they_came(log: str) -> None:
    async with connected(log) as bus:
        heard: asyncio.Queue[tuple[bytes, bytes, bytes]] = asyncio.Queue()

        def take(subject: bytes, block: bytes, payload: bytes) -> None:
            heard.put_nowait((subject, block, payload))

        await bus.subscribe_raw("bell.>", take)
        await bus.publish("bell.one", b"payload", headers={"ce-id": "a"})
        await bus.publish("bell.two", b"bare")
        assert await heard.get() == (b"bell.one", b"NATS/1.0\r\nce-id: a\r\n\r\n", b"payload")
        assert await heard.get() == (b"bell.two", b"", b"bare")


@asynccontextmanager
async def torn(url: str, sizes: Iterator[int]) -> AsyncGenerator[str]:
    """Yield the address of a relay to *url* whose answers come in pieces of *sizes*."""
    host, _, port = url.removeprefix("nats://").partition(":")

    async def forward(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pieces: Iterator[int]
    ) -> None:
        while data := await reader.read(next(pieces)):
            writer.write(data)
            for _ in range(4):  # let the other side read it before the next piece comes
                await asyncio.sleep(0)
        writer.close()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, asks = await asyncio.open_connection(host, int(port))
        await asyncio.gather(forward(reader, asks, repeat(65_536)), forward(answers, writer, sizes))

    server = await asyncio.start_server(relay, "127.0.0.1", 0)
    try:
        yield "nats://{}:{}".format(*server.sockets[0].getsockname())
    finally:
        server.close()


@pytest.mark.parametrize(
    "sizes", [[1], [7, 1, 64, 3, 200], [65_536]], ids=["bytes", "pieces", "whole"]
)
async def test_however_the_network_tears_messages_they_arrive_whole_and_in_order(
    log: str, sizes: list[int]
) -> None:
    bodies = [b"", b"x", b"\r\n", b"HMSG bell.raw 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n", bytes(300)]
    raw: list[tuple[bytes, bytes]] = []
    whole: list[bytes] = []
    async with torn(log, cycle(sizes)) as address, connected(address) as bus:

        def take(_: bytes, block: bytes, payload: bytes) -> None:
            raw.append((block, payload))

        async def hear(message: Msg) -> None:
            whole.append(message.data)

        await bus.subscribe_raw("bell.raw", take)
        await bus.subscribe("bell.whole", cb=hear)
        for number in range(20):
            body = bodies[number % len(bodies)]
            headers = {"n": str(number)} if number % 3 else None
            await bus.publish("bell.raw", body, headers=headers)
            await bus.publish("bell.whole", body, headers=headers)
        async with asyncio.timeout(10):
            while len(raw) + len(whole) < 40:
                await asyncio.sleep(0.01)
    expected = [bodies[number % len(bodies)] for number in range(20)]
    assert whole == expected
    assert [payload for _, payload in raw] == expected
    assert [block for block, _ in raw] == [
        f"NATS/1.0\r\nn: {number}\r\n\r\n".encode() if number % 3 else b"" for number in range(20)
    ]


async def test_an_error_of_jetstream_is_raised_with_its_code(log: str) -> None:
    async with connected(log) as bus:
        with pytest.raises(BusRefused, match="stream not found") as refused:
            await bus.api("STREAM.INFO.NOWHERE")
        assert refused.value.code == 10059


async def test_what_nobody_answers_is_unreachable(log: str) -> None:
    async with connected(log) as bus:
        with pytest.raises(BusUnreachable, match=r"nobody\.here"):
            await bus.ask("nobody.here")


async def test_what_is_said_into_a_connection_just_lost_is_unreachable_and_no_fault(
    log: str,
) -> None:
    async with connected(log) as bus:
        # given a flusher that ended, and a connection that is lost, which nobody has noticed yet
        inside: Any = bus
        inside._flusher_task.cancel()
        await asyncio.wait([inside._flusher_task])
        inside._transport._io_writer.transport.abort()
        await asyncio.sleep(0)

        # then it is said that nobody was reached, or it waits, and the connection mends itself
        with suppress(BusUnreachable):
            await bus.tell("nobody.here", b"")
        async with asyncio.timeout(10):
            while not bus.is_connected or bus.stats["reconnects"] == 0:
                await asyncio.sleep(0.01)
        assert (await bus.api("INFO"))["limits"]


async def test_what_a_sink_raises_ends_nothing(log: str) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()

    def take(_: bytes, __: bytes, payload: bytes) -> None:
        if payload == b"poison":
            raise ValueError(payload)
        heard.put_nowait(payload)

    for sizes in ([65_536], [7]):
        async with torn(log, cycle(sizes)) as address, connected(address) as bus:
            await bus.subscribe_raw("bell.>", take)
            for headers in (None, {"n": "1"}):
                await bus.publish("bell.one", b"poison", headers=headers)
                await bus.publish("bell.one", b"good", headers=headers)
                assert await asyncio.wait_for(heard.get(), 30) == b"good"
            assert bus.alive
            assert (await bus.api("INFO"))["limits"]
            assert bus.stats["reconnects"] == 0


async def shout(url: str, subject: bytes, headers: bytes, payload: bytes) -> None:
    """Publish what nats-py would refuse to."""
    reader, writer = await asyncio.open_connection(*url.removeprefix("nats://").split(":"))
    await reader.readline()
    writer.write(b'CONNECT {"headers":true,"verbose":false}\r\n')
    writer.write(b"HPUB %s %d %d\r\n" % (subject, len(headers), len(headers) + len(payload)))
    writer.write(headers + payload + b"\r\nPING\r\n")
    assert await reader.readline() == b"PONG\r\n"
    writer.close()


async def test_headers_and_subjects_that_are_none_end_nothing(log: str) -> None:
    bus = await connect(log, "test")
    heard: asyncio.Queue[Msg] = asyncio.Queue()
    try:
        await bus.subscribe("bell.>", cb=heard.put)
        await bus.flush()
        strange = [b"x", b"NATS/1.0 \xff\xff\xff \xff\r\n\r\n", b"NATS/1.0\r\n\xff: \xff\r\n\r\n"]
        for headers in strange:
            for subject in (b"bell.one", b"bell.\xff"):
                await shout(log, subject, headers, b"hi")
                assert (await asyncio.wait_for(heard.get(), 30)).data == b"hi"
        await bus.flush()
        assert bus.stats["reconnects"] == 0
    finally:
        await bus.close()


@asynccontextmanager
async def saying(*lines: bytes) -> AsyncGenerator[str]:
    """Yield the address of a server that says each line to a connection of its own."""
    left = list(lines)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"headers":true,"max_payload":1000}\r\n')
        while line := await reader.readline():
            if line == b"PING\r\n":
                writer.write(b"PONG\r\n")
            elif line.startswith(b"SUB bell.") and left:
                writer.write(left.pop(0))
            elif line.startswith(b"SUB bell."):
                writer.write(b"HMSG bell.a 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield "nats://{}:{}".format(*server.sockets[0].getsockname())
    finally:
        server.close()


async def test_lines_that_are_not_of_the_protocol_lead_to_a_new_connection() -> None:
    lines = [
        b"HMSG \r\n",
        b"HMSG bell.a x 12 14\r\n",
        b"HMSG bell.a 1 14 12\r\nNATS/1.0\r\n\r\nhi\r\n",
        b"HMSG bell.a 1 12 -90\r\nNATS/1.0\r\n\r\nhi\r\n",
        b"INFO {half\r\n",
        b"-ERR 'Maximum Connections Exceeded'\r\n",
        b"nonsense\r\n",
    ]
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    async with saying(*lines) as address, connected(address) as bus:
        await bus.subscribe_raw("bell.>", lambda _, __, payload: heard.put_nowait(payload))
        assert await asyncio.wait_for(heard.get(), 60) == b"hi"
        assert bus.alive
        assert bus.stats["reconnects"] == len(lines)


async def test_a_connection_that_nobody_reads_is_not_alive(log: str) -> None:
    async with connected(log) as bus:
        assert bus.alive
        inside: Any = bus
        inside._reading_task.cancel()
        await asyncio.wait([inside._reading_task])
        assert not bus.alive
    assert not bus.alive


async def test_a_connection_whose_reader_fails_is_made_anew(log: str) -> None:
    async with connected(log) as bus:
        inside: Any = bus
        parse = inside._ps.parse

        async def fail_once(_: bytes) -> None:
            inside._ps.parse = parse
            raise KeyError

        inside._ps.parse = fail_once
        with suppress(BusUnreachable):
            await bus.ask("nobody.here")
        async with asyncio.timeout(30):
            while not bus.is_connected or bus.stats["reconnects"] == 0:
                await asyncio.sleep(0.01)
        assert bus.alive
        assert (await bus.api("INFO"))["limits"]


@pytest.mark.parametrize(
    "url",
    ["nats://svc:S3CRET@127.0.0.1:1", "nats://S3CRET@127.0.0.1:1", "svc:S3/CR@ET@127.0.0.1:1"],
)
async def test_a_password_is_in_no_message(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.bus._CONNECT_SECONDS", 0.2)
    with pytest.raises(BusUnreachable, match=r"^127\.0\.0\.1:1: .") as away:
        await connect(url, "test")
    assert "S3" not in str(away.value)
    assert "svc" not in str(away.value)


@pytest.mark.parametrize("token", [b"a\x0bb", b"\x0c", b"\xff\xfe", "é".encode()])
async def test_a_subject_of_odd_bytes_cuts_no_connection(log: str, token: bytes) -> None:
    host, _, port = log.removeprefix("nats://").partition(":")
    async with connected(log) as bus:
        raw: list[bytes] = []
        whole: list[bytes] = []

        async def hear(message: Msg) -> None:
            whole.append(message.data)

        await bus.subscribe_raw("bell.>", lambda subject, _, __: raw.append(subject))
        await bus.subscribe("bell.>", cb=hear)
        await bus.flush()
        _, stranger = await asyncio.open_connection(host, int(port))
        stranger.write(b"CONNECT {}\r\nPUB bell.%s 2\r\nhi\r\nPUB bell.after 2\r\nho\r\n" % token)
        await stranger.drain()
        async with asyncio.timeout(10):
            while len(raw) + len(whole) < 4:
                await asyncio.sleep(0.01)
        stranger.close()
        await stranger.wait_closed()
        assert raw == [b"bell.%s" % token, b"bell.after"]
        assert whole == [b"hi", b"ho"]
        assert bus.stats["reconnects"] == 0
