"""What an attacker does, until killed: `python -m tests.soak.attacks NAME TARGET`.

It comes from another address of the loopback and has a low priority, as it would have a machine of
its own: what is measured is what it does to the services, not that it takes their processor.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import cycle
from typing import cast
from urllib.parse import urlsplit

import aiohttp
import nats
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from services.membership.app import service
from services.membership.events.person import ErasureBasis, SubjectErased
from shared.log import STREAM
from shared.subjects import Entity
from tests.bench.facts import cause_at

DURABLE = "membership-destroy-key-of-erased"
MOST_SENT = 200_000_000
_FROM = ("127.0.0.2", 0) if sys.platform == "linux" else None
_LOW_PRIORITY = 10
_SLOW_CONNECTIONS = 260
_HAMMERING = 8
_DIGITS = 64_000
_TRAILERS = b"".join(b"X-%06d: %s\r\n" % (number, b"a" * 100) for number in range(500))


@dataclass(frozen=True, slots=True)
class Target:
    """Where the services are, a credential of a pengurus, and whom to harm."""

    nats_url: str
    door: str
    authorization: str
    code: str
    victims: list[str]

    def written(self) -> str:
        return json.dumps(asdict(self))


async def empty_ring(target: Target) -> None:
    """C1: a message on the doorbell that says no number."""
    await _ring(target, None)


async def ring_with_a_huge_number(target: Target) -> None:
    """C2: a message on the doorbell that says that the log is far longer than it is."""
    await _ring(target, {"Nats-Sequence": "1000000000"})


async def _ring(target: Target, headers: dict[str, str] | None) -> None:
    client = await nats.connect(target.nats_url)
    while True:
        await client.publish("tail.x", b"", headers=headers)
        await client.flush()
        await asyncio.sleep(0.02)


async def message_of_another_shape(target: Target) -> None:
    """C3: a message that is no event, on a subject that is not one of the log's."""
    client = await nats.connect(target.nats_url)
    while True:
        await client.publish("kkmp.a", b"")
        await client.flush()
        await asyncio.sleep(0.1)


async def forged_erasure(target: Target) -> None:
    """C4: an event that erases an active member, written past the rules."""
    client = await nats.connect(target.nats_url)
    for person in target.victims:
        entity = Entity("membership", target.code, "person", person)
        version = await _version(client, entity) + 1
        event = SubjectErased(ErasureBasis.REQUESTED)
        draft = service.vocabulary.draft(entity, event, cause_at(datetime.now(UTC)), 0, version)
        await client.jetstream().publish(draft.subject, draft.payload, headers=draft.headers)
        await asyncio.sleep(0.5)
    await asyncio.Event().wait()


async def _version(client: Client, entity: Entity) -> int:
    try:
        last = await client.jetstream().get_last_msg(STREAM, entity.family)
    except NotFoundError:
        return 0
    headers = cast("dict[str, str]", last.headers)
    return int(headers["ce-sequence"])


async def endless_trailers(target: Target) -> None:
    """H1: a chunked body whose trailers never end, without a credential."""
    head = (
        b"POST /v1/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
    )
    sent = 0
    while sent < MOST_SENT:
        _, writer = await _connected(target)
        try:
            writer.write(head)
            while sent < MOST_SENT:
                writer.write(_TRAILERS)
                await writer.drain()
                sent += len(_TRAILERS)
        except OSError:
            await asyncio.sleep(0.1)
        finally:
            writer.close()
    await asyncio.Event().wait()


async def many_digits(target: Target) -> None:
    """H2: a case number of 64,000 digits, slow to judge by a pattern that is not linear."""
    path = f"/v1/cooperatives/{target.code}/members/{target.victims[0]}/erasure?dry_run=true"
    body = {"basis": "requested", "reference": "1" * _DIGITS + "!"}
    async with _client(target) as client:
        while True:
            async with client.post(path, json=body, headers=_of_pengurus(target)) as answer:
                await answer.read()
            await asyncio.sleep(0.2)


async def slow_connections(target: Target) -> None:
    """M2: more connections than a process has descriptors, each with a body that never ends."""
    await asyncio.gather(*(_slow_connection(target) for _ in range(_SLOW_CONNECTIONS)))


async def _slow_connection(target: Target) -> None:
    head = b"POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n"
    while True:
        try:
            reader, writer = await _connected(target)
            writer.write(head)
            while not reader.at_eof():
                writer.write(b"a")
                await writer.drain()
                await asyncio.sleep(1)
            writer.close()
        except OSError:
            pass  # it was cut: come again
        await asyncio.sleep(1)


async def hammering(target: Target) -> None:
    """M3: eight clients without a credential that want the longest of what is open to all."""

    async def hammer(client: aiohttp.ClientSession) -> None:
        for path in cycle(("/openapi.json", "/metrics")):
            async with client.get(path) as answer:
                await answer.read()

    async with _client(target) as client:
        await asyncio.gather(*(hammer(client) for _ in range(_HAMMERING)))


async def consumer_deleted(target: Target) -> None:
    """M6: the durable of a reaction, taken away while the service listens on it."""
    client = await nats.connect(target.nats_url)
    await client.jetstream().delete_consumer(STREAM, DURABLE)
    await asyncio.Event().wait()


async def _connected(target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    at = urlsplit(target.door)
    return await asyncio.open_connection(at.hostname, at.port, local_addr=_FROM)


def _client(target: Target) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(local_addr=_FROM)
    return aiohttp.ClientSession(target.door, connector=connector)


def _of_pengurus(target: Target) -> dict[str, str]:
    return {"Authorization": target.authorization, "Idempotency-Key": "many-digits"}


ATTACKS: dict[str, Callable[[Target], Coroutine[None, None, None]]] = {
    "C1 empty ring": empty_ring,
    "C2 ring with a huge number": ring_with_a_huge_number,
    "C3 message on kkmp.a": message_of_another_shape,
    "C4 forged erasure": forged_erasure,
    "H1 endless trailers": endless_trailers,
    "H2 64,000 digits": many_digits,
    "M2 260 slow connections": slow_connections,
    "M3 8 clients hammering": hammering,
    "M6 consumer deleted": consumer_deleted,
}


if __name__ == "__main__":
    os.nice(_LOW_PRIORITY)
    print("begins", flush=True)
    asyncio.run(ATTACKS[sys.argv[1]](Target(**json.loads(sys.argv[2]))))
