"""Random messages, as somebody on the bus may write them: on every subject that the log and the
doorbell take, true to the forms of events in some parts and not in others.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from deploy.contracts.golden import Golden, load

_GOLDEN = load(Path(__file__).parents[1] / "contracts" / "golden")
_MOST_BYTES = 50_000
_AT_ONCE = 20
_ODD_TOKENS = (
    b"\xff\xfe",
    "é".encode(),
    b"$",
    b'"x"',
    b"{id}",
    b"a" * 200,
    b"%00",
    b"-",
    b"0",
    b"\x01",
    b"a\x0bb",
    b"\x0c",
)
_ODD_VALUES: tuple[Any, ...] = (
    *(None, True, -1, 0, 10**30, 2**31, 2**63, 0.1, 1e308),
    *("", "\0", "x" * 20_000, "=1+1", "\u202e", "2025-13-01", "31.72.02.1006"),
    *([], {}, [[[[]]]], {"a": {"b": 1}}, [None] * 50),
)
_ODD_BODIES = (
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\x00",
    b'{"a":NaN}',
    b"[" * 5_000,
    b'"' + b"x" * 999 + b'"',
)
_ODD_HEADERS = (
    *(b"", b" ", b"\xff\xfe", b"%zz%", b"0", b"-1", b"99999999999999999999", b"0000000000"),
    *(b"2025-02-30T00:00:00Z", b"2025-01-01T00:00:00", b"9999-12-31T23:59:59+00:00", b"x" * 5_000),
)
_OF_THE_BROKER = (
    *(b"Nats-Subject", b"Nats-Sequence", b"Nats-Last-Sequence", b"Nats-Time-Stamp", b"Nats-Rollup"),
    *(
        b"Nats-TTL",
        b"Nats-Batch-Id",
        b"Nats-Batch-Commit",
        b"Nats-Expected-Last-Sequence",
        b"Status",
    ),
)


class Message(NamedTuple):
    """What is published."""

    subject: bytes
    headers: Sequence[tuple[bytes, bytes]]
    payload: bytes

    def written(self) -> bytes:
        """Return it as the protocol of NATS has it."""
        if not self.headers:
            return b"PUB %s %d\r\n%s\r\n" % (self.subject, len(self.payload), self.payload)
        lines = b"".join(b"%s: %s\r\n" % line for line in self.headers)
        block = b"NATS/1.0\r\n" + lines + b"\r\n"
        sizes = len(block), len(block) + len(self.payload)
        return b"HPUB %s %d %d\r\n%s%s\r\n" % (self.subject, *sizes, block, self.payload)


def messages(seed: int, number: int) -> list[Message]:
    """Return the same *number* messages for the same *seed*."""
    draw = Random(seed)  # noqa: S311 - the same noise every time
    return [_message(draw) for _ in range(number)]


def _message(draw: Random) -> Message:
    golden = draw.choice(_GOLDEN)
    payload = _one_of(draw, _as_it_was, _with_an_odd_field, _cut, _odd_body)(draw, golden)
    return Message(_subject(draw, golden), _headers(draw, golden), payload[:_MOST_BYTES])


def _one_of[T](draw: Random, *ways: T) -> T:
    return draw.choice(ways)


def _subject(draw: Random, golden: Golden) -> bytes:
    tokens = golden.subject.encode().split(b".")
    match draw.randrange(10):
        case 0 | 1 | 2:
            pass
        case 3 | 4:
            tokens[7] = b"noise-%d" % draw.randrange(50)
        case 5:
            tokens[8] = _one_of(draw, b"MemberPromoted", b"Nothing", b"PositionSkipped")
        case 6:
            tokens[draw.randrange(1, 9)] = draw.choice(_ODD_TOKENS)
        case 7:
            tokens = b"kkmp.operations.31.72.0.0.skip.%d.PositionSkipped".split(b".")
            tokens[7] = b"%d" % draw.randrange(200)
        case 8:
            tokens = _one_of(draw, tokens[:2], tokens[:8], [*tokens, b"x"], [b"tail", b"x"])
        case _:
            tokens = [b"tail", *tokens]
    return b".".join(tokens)


def _headers(draw: Random, golden: Golden) -> list[tuple[bytes, bytes]]:
    found = {name.encode(): value.encode() for name, value in golden.headers.items()}
    found[b"Nats-Msg-Id"] = found[b"ce-id"] = str(UUID(int=draw.getrandbits(128))).encode()
    found[b"ce-causationid"] = str(UUID(int=draw.getrandbits(128))).encode()
    match draw.randrange(8):
        case 0:
            return []
        case 1:
            del found[draw.choice(list(found))]
        case 2 | 3:
            found[draw.choice(list(found))] = draw.choice(_ODD_HEADERS)
        case 4:
            found[draw.choice(_OF_THE_BROKER)] = draw.choice(_ODD_HEADERS)
        case 5:
            found[b"traceparent"] = draw.choice(_ODD_HEADERS)
        case _:
            pass
    return list(found.items())


def _as_it_was(_: Random, golden: Golden) -> bytes:
    return json.dumps(golden.payload).encode()


def _with_an_odd_field(draw: Random, golden: Golden) -> bytes:
    payload = dict(golden.payload)
    if payload:
        payload[draw.choice(list(payload))] = draw.choice(_ODD_VALUES)
    return json.dumps(payload).encode()


def _cut(draw: Random, golden: Golden) -> bytes:
    whole = json.dumps(golden.payload).encode()
    return whole[: draw.randrange(len(whole))]


def _odd_body(draw: Random, _: Golden) -> bytes:
    return draw.choice((*_ODD_BODIES, draw.randbytes(200)))


async def publish(url: str, noise: Sequence[Message], between: Callable[[], Any]) -> None:
    """Publish *noise* by a client of our own, which writes whatever it likes; a few at once.

    *between* is awaited after each few. The server may close the connection upon something: then
    the client comes back, and goes on behind it.
    """
    for start in range(0, len(noise), _AT_ONCE):
        for message in noise[start : start + _AT_ONCE]:
            await _publish(url, message)
        await between()


async def _publish(url: str, message: Message) -> None:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        writer.write(
            b'CONNECT {"verbose":false,"headers":true}\r\n' + message.written() + b"PING\r\n"
        )
        await writer.drain()
        async with asyncio.timeout(10):
            while line := await reader.readline():
                if line.startswith((b"PONG", b"-ERR")):
                    return
    finally:
        writer.close()
