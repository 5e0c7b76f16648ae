"""The connection to nats-server: nats-py, with one way in for raw pages of the log.

nats-py parses the header block of every message that arrives, which costs more than all the rest of
a replay. A subscription of ours takes the block and the payload as they are. This overrides
private methods, so nats-py is pinned and `test_the_raw_way_in_still_fits_nats_py` fails loudly when
their shape changes. Whole messages for such a subscription are also cut out of what arrives
without nats-py's state machine, which takes the rest.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any, override

import nats.errors
from nats.aio.client import Client
from nats.protocol.parser import AWAITING_MSG_PAYLOAD, CRLF_SIZE, Parser

from shared.steady import Steady, complaints

type Sink = Callable[[bytes, bytes, bytes], None]
"""Takes the subject, the header block and the payload of a message."""

_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 1.0
_NOT_NOW = 503


class BusUnreachable(Exception):  # noqa: N818 - said of the bus
    """nats-server does not answer: what was sent may or may not have arrived."""


class BusRefused(Exception):  # noqa: N818 - what the bus did
    """JetStream answered with an error; *code* is its `err_code`."""

    def __init__(self, error: dict[str, Any]) -> None:
        """*error* is the JetStream API's error object."""
        super().__init__(f"{error.get('description')} (err_code {error.get('err_code')})")
        self.code = int(error.get("err_code", 0))


class _Frames(Parser):
    """nats-py's parser, with a short way for whole messages that have headers and a sink."""

    def __init__(self, bus: Client, sinks: dict[int, Sink]) -> None:
        super().__init__(bus)
        self._sinks = sinks

    @override
    async def parse(self, data: bytes = b"") -> None:
        if self.state == AWAITING_MSG_PAYLOAD:  # a message that came in part is nats-py's
            missing = self.needed + CRLF_SIZE - len(self.buf)
            await super().parse(data[:missing])
            data = data[missing:]
        if self.state != AWAITING_MSG_PAYLOAD:
            data = bytes(self.buf) + data
            self.buf.clear()
            data = data[self._hand_out(data) :]
        await super().parse(data)

    def _hand_out(self, data: bytes) -> int:
        """Hand the messages that *data* begins with to their sinks; return where they end."""
        start = 0
        while data.startswith(b"HMSG ", start):
            block = data.find(b"\r\n", start) + CRLF_SIZE
            if block < CRLF_SIZE:
                break
            subject, sid, headers, size = _line(data[start:block])
            payload, end = block + headers, block + size
            if (sink := self._sinks.get(sid)) is None or end + CRLF_SIZE > len(data):
                break
            _give(sink, subject, data[block:payload], data[payload:end])
            start = end + CRLF_SIZE
        return start


def _line(line: bytes) -> tuple[bytes, int, int, int]:
    """Return the subject, the subscription, the size of the headers and of all in an HMSG line.

    Raises `ProtocolError` when it is none: nats-py connects anew.
    """
    words = line.rstrip(b"\r\n").split(b" ")
    if len(words) not in {5, 6} or not all(word.isdigit() for word in (words[2], *words[-2:])):
        raise nats.errors.ProtocolError
    headers, size = int(words[-2]), int(words[-1])
    if headers > size:
        raise nats.errors.ProtocolError
    return words[1], int(words[2]), headers, size


def _give(sink: Sink, subject: bytes, block: bytes, payload: bytes) -> None:
    """Hand a message to its sink, which must not end the connection, whatever it raises."""
    try:
        sink(subject, block, payload)
    except Exception as fault:  # noqa: BLE001 - anybody can send anything
        complaints.add("message passed over", fault, subject)


class Bus(Steady):
    """A nats-py client that can also hand out raw messages."""

    def __init__(self) -> None:
        """Connect with `connect`."""
        super().__init__()
        self._sinks: dict[int, Sink] = {}
        self._ps = _Frames(self, self._sinks)

    @override
    async def _process_msg(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes | None
    ) -> None:
        sink = self._sinks.get(sid)
        if sink is None:
            await super()._process_msg(sid, subject, reply, data, headers)
        else:
            _give(sink, subject, headers or b"", data)

    @override
    async def _flush_pending(self, force_flush: bool = False) -> Any:
        """Say of a lost connection that it is lost.

        nats-py flushes here itself once its flusher has ended, and some CPythons then trip over
        their own None, because only a single write asks whether the connection is still there
        (https://github.com/python/cpython/issues/136234).
        """
        try:
            return await super()._flush_pending(force_flush)
        except (AttributeError, TypeError) as fault:
            raise ConnectionResetError("the connection to nats-server is lost") from fault

    async def subscribe_raw(self, subject: str, sink: Sink) -> None:
        """Hand every message of *subject* to *sink* as raw bytes, as long as the client lives.

        Raises `BusUnreachable`, and then nothing is left of it.
        """
        number = self._sid + 1  # messages come under it as soon as the server hears of it
        self._sinks[number] = sink
        try:
            await self.subscribe(subject)
        except (nats.errors.Error, OSError) as error:
            del self._sinks[number]
            self._subs.pop(number, None)
            raise BusUnreachable(f"{subject}: {type(error).__name__}") from error

    async def tell(
        self, subject: str, payload: bytes, headers: dict[str, str] | None = None, reply: str = ""
    ) -> None:
        """Send without waiting for an answer; raises `BusUnreachable`."""
        try:
            await self.publish(subject, payload, reply=reply, headers=headers)
        except (nats.errors.Error, OSError) as error:
            raise BusUnreachable(f"{subject}: {type(error).__name__}") from error

    async def ask(
        self,
        subject: str,
        payload: bytes = b"",
        headers: dict[str, str] | None = None,
        timeout: float = 2.0,  # noqa: ASYNC109 - nats-py bounds it
    ) -> bytes:
        """Send a request and return the answer's payload; raises `BusUnreachable`."""
        try:
            answer = await self.request(subject, payload, timeout=timeout, headers=headers)
        except (nats.errors.Error, OSError) as error:
            raise BusUnreachable(f"{subject}: {type(error).__name__}") from error
        return answer.data

    async def api(self, call: str, request: object = None) -> dict[str, Any]:
        """Call the JetStream API; raises `BusRefused` with its reason, or `BusUnreachable`.

        A cluster that has no leader yet, or none at the moment, is as good as not reached.
        """
        payload = b"" if request is None else json.dumps(request).encode()
        answer: dict[str, Any] = json.loads(await self.ask(f"$JS.API.{call}", payload, timeout=5))
        if "error" in answer:
            refused = BusRefused(answer["error"])
            if answer["error"].get("code") == _NOT_NOW:
                raise BusUnreachable(f"{call}: {refused}")
            raise refused
        return answer


def shown(url: str) -> str:
    """The host and port of *url*: what else it says may be a password."""
    return url.rpartition("@")[2].rpartition("//")[2].partition("/")[0]


async def connect(url: str, name: str) -> Bus:
    """Return a client of *url* that reconnects for ever; raises `BusUnreachable` at first."""
    bus = Bus()

    async def quiet(_: Exception) -> None:
        """Errors reach the caller of the operation; the connection mends itself."""

    try:
        await asyncio.wait_for(
            bus.connect(
                url,
                name=name,
                max_reconnect_attempts=-1,
                reconnect_time_wait=0.1,  # pyright: ignore[reportArgumentType] - it is only slept
                connect_timeout=2,
                allow_reconnect=True,
                error_cb=quiet,
            ),
            _CONNECT_SECONDS,
        )
    except (nats.errors.Error, OSError, TimeoutError, ValueError) as error:
        why = bus.last_error or error
        await _close(bus)
        raise BusUnreachable(f"{shown(url)}: {str(why) or type(why).__name__}") from error
    return bus


async def _close(bus: Bus) -> None:
    """Let go of what an attempt to connect may have left."""
    with contextlib.suppress(nats.errors.Error, OSError, TimeoutError, AssertionError):
        await asyncio.wait_for(bus.close(), _CLOSE_SECONDS)
