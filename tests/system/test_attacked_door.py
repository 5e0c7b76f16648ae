"""A service as a process of its own, with few descriptors, while strangers do their worst to it."""

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from random import Random

import httpx2
import pytest

from deploy.site import DURABLES
from shared.bus import connect
from shared.embedded import Servers
from shared.provision import provision
from tests.credentials import CITY_STAFF, bearer
from tests.system.replica import Replica

_DESCRIPTORS = 256
_STRANGERS = 260
_SECONDS = 5.0
_MOST_GROWN_KB = 20_000
_MESSAGES = 1_000
_SEED = 9
POST = b"POST /v1/cooperatives HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module")
async def replica(
    cell: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Replica]:
    bus = await connect(cell.nats_url, "provision")
    await provision(bus, durables=DURABLES)
    await bus.close()
    started = Replica("membership", cell, tmp_path_factory.mktemp("door"), _DESCRIPTORS)
    try:
        await started.start()
        yield started
    finally:
        await started.kill()


async def nothing_said(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def slow_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(POST + b"Content-Length: 60000\r\n\r\n")
    ended = asyncio.create_task(reader.read())
    while not ended.done():
        writer.write(b"a")
        await asyncio.sleep(0.5)
    await ended


async def trailers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")
    while True:
        writer.write(b"X-Trailer: " + b"a" * 8_000 + b"\r\n")
        await writer.drain()


async def unread(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 4)
    await asyncio.Event().wait()


async def stranger(
    port: int, acts: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> None:
    """Come again and again, as soon as one was sent away."""
    while True:
        with contextlib.suppress(ConnectionError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000)
            try:
                await acts(reader, writer)
            finally:
                writer.close()
        await asyncio.sleep(1)


async def served(replica: Replica, headers: dict[str, str]) -> None:
    """Somebody else comes, on connections of his own."""
    async with httpx2.AsyncClient(timeout=10, headers=headers) as client:
        for path in ("/livez", "/v1/cooperatives", "/readyz"):
            assert (await client.get(replica.url + path)).status_code == 200


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


@pytest.mark.parametrize(
    ("acts", "number"),
    [(nothing_said, _STRANGERS), (slow_body, _STRANGERS), (unread, _STRANGERS), (trailers, 2)],
    ids=["silence", "slow bodies", "answers unread", "trailers without end"],
)
async def test_strangers_keep_nobody_out_and_fill_no_memory(
    cell: Servers,
    replica: Replica,
    acts: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    number: int,
) -> None:
    headers = await bearer(cell.postgres_dsn, *CITY_STAFF)
    port = int(replica.url.rpartition(":")[2])
    for _ in range(20):
        await served(replica, headers)
    before = resident_kb(replica.pid)
    strangers = [asyncio.create_task(stranger(port, acts)) for _ in range(number)]
    try:
        async with asyncio.timeout(60):
            end = asyncio.get_running_loop().time() + _SECONDS
            while asyncio.get_running_loop().time() < end:
                await served(replica, headers)
    finally:
        for one in strangers:
            one.cancel()
        await asyncio.gather(*strangers, return_exceptions=True)
    await served(replica, headers)
    assert resident_kb(replica.pid) - before < _MOST_GROWN_KB


WHOLE = [
    b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1/cooperatives?region=31.72&limit=3 HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n",
    POST + b'Content-Type: application/json\r\nContent-Length: 17\r\n\r\n{"code": "31.72"}',
    POST + b"Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
    POST + b"Connection: Upgrade\r\nUpgrade: websocket\r\nExpect: 100-continue\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"HEAD http://x:y/%ff/../%00?a=%zz#b HTTP/1.0\r\n\r\n",
]
ODD = [b"\r", b"\n", b"\r\n\r\n", b"\0", b" ", b":", b"%", b"\xff", b";", b"0" * 30, b"a" * 9_000]


def message(random: Random) -> bytes:
    """Random bytes, or requests that something happened to."""
    if random.random() < 0.2:
        return random.randbytes(random.randrange(3_000))
    said = b"".join(random.choices(WHOLE, k=random.randint(1, 3)))
    for _ in range(random.randint(0, 4)):
        start, end = sorted(random.choices(range(len(said) + 1), k=2))
        if random.random() < 0.5:
            end = min(end, start + 3)
        between = random.choice([b"", said[start:end] * 2, random.choice(ODD), random.randbytes(3)])
        said = said[:start] + between + said[end:]
    return said


async def said_to(port: int, messages: list[bytes]) -> list[bytes]:
    """Send each of *messages* on a connection of its own; return what was answered."""
    answers: list[bytes] = []
    for one in messages:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError, TimeoutError):
            writer.write(one)
            async with asyncio.timeout(0.2):
                while part := await reader.read(65_536):
                    answers.append(part)
        writer.close()
    return answers


async def test_random_bytes_are_refused_and_others_are_served(
    cell: Servers, replica: Replica
) -> None:
    headers = await bearer(cell.postgres_dsn, *CITY_STAFF)
    port = int(replica.url.rpartition(":")[2])
    random = Random(_SEED)  # noqa: S311 - it hides nothing
    messages = [message(random) for _ in range(_MESSAGES)]
    async with asyncio.TaskGroup() as strangers:
        talks = [strangers.create_task(said_to(port, messages[n::20])) for n in range(20)]
        while not all(talk.done() for talk in talks):
            await served(replica, headers)
            await asyncio.sleep(0.2)
    answers = [one for talk in talks for one in talk.result()]
    found = {int(one) for answer in answers for one in re.findall(rb"HTTP/1.1 (\d{3}) ", answer)}
    assert {200, 400} <= found
    assert not {status for status in found if status >= 500}
    assert '"level": "error"' not in replica.log.read_text()
    await served(replica, headers)
