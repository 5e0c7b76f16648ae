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
        made = kind._build_message  # pyright: ignore[reportPrivateUsage] - and this one
        named = ["self", "sid", "subject", "reply", "data", "headers"]
        assert list(inspect.signature(made).parameters) == named
        assert inspect.iscoroutinefunction(kind._read_loop)  # pyright: ignore[reportPrivateUsage] - and this
        flush = kind._flush_pending  # pyright: ignore[reportPrivateUsage] - so is this one
        assert list(inspect.signature(flush).parameters) == ["self", "force_flush"]
        assert inspect.iscoroutinefunction(flush)


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
        async with asyncio.timeout(60):
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
        async with asyncio.timeout(60):
            while not bus.is_connected or bus.stats["reconnects"] == 0:
                await asyncio.sleep(0.01)
        assert (await bus.api("INFO"))["limits"]


async def test_what_a_sink_raises_ends_nothing(log: str) -> None:
    async with connected(log) as bus:
        heard: asyncio.Queue[bytes] = asyncio.Queue()

        def take(_: bytes, __: bytes, payload: bytes) -> None:
            if not payload:
                raise ValueError(payload)
            heard.put_nowait(payload)

        await bus.subscribe_raw("bell.>", take)
        for payload in (b"", b"", b"after"):
            await bus.publish("bell.one", payload, headers={"a": "b"})
            await bus.publish("bell.one", payload)
        assert await asyncio.wait_for(heard.get(), 10) == b"after"
        assert bus.lost == ""
        assert bus.stats["reconnects"] == 0


async def test_a_connection_that_lost_its_reader_mends_itself(log: str) -> None:
    async with connected(log) as bus:
        inside: Any = bus

        async def stumble(_: bytes) -> None:
            inside._ps.parse = of_nats
            raise KeyError("a fault of ours")

        of_nats, inside._ps.parse = inside._ps.parse, stumble
        async with asyncio.timeout(20):
            while bus.stats["reconnects"] == 0:
                await asyncio.sleep(0.05)
                with suppress(BusUnreachable):
                    await bus.tell("nobody.here", b"")
        async with asyncio.timeout(10):
            while not bus.is_connected:
                await asyncio.sleep(0.01)
        assert bus.lost == ""
        assert (await bus.api("INFO"))["limits"]


async def test_a_connection_that_nobody_reads_is_lost(log: str) -> None:
    async with connected(log) as bus:
        inside: Any = bus
        inside._reading_task.cancel()
        await asyncio.wait([inside._reading_task])
        assert "nobody reads" in bus.lost
    assert "closed" in bus.lost


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


async def test_no_message_holds_what_opens_a_server() -> None:
    with pytest.raises(BusUnreachable) as away:
        await connect("nats://svc:S3CRET@127.0.0.1:1", "test")
    assert "127.0.0.1:1" in str(away.value)
    assert "S3CRET" not in str(away.value)
