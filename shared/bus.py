"""The connection to nats-server: nats-py, with one way in for raw pages of the log.

nats-py parses the header block of every message that arrives, which costs more than all the rest of
a replay. A subscription of ours takes the block and the payload as they are. This overrides
private methods, so nats-py is pinned and `test_the_raw_way_in_still_fits_nats_py` fails loudly when
their shape changes. Whole messages for such a subscription are also cut out of what arrives
without nats-py's state machine, which takes the rest.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any, override
from urllib.parse import urlsplit

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.protocol import parser
from nats.protocol.parser import AWAITING_MSG_PAYLOAD, CRLF_SIZE, Parser

_log = structlog.get_logger()
_SAY_EVERY_SECONDS = 1.0
_WORD = rb"([^ \r\n]+) "
parser.MSG_RE = re.compile(rb"\AMSG " + _WORD + _WORD + rb"(" + _WORD + rb")?(\d+)\r\n")
parser.HMSG_RE = re.compile(rb"\AHMSG " + _WORD + _WORD + rb"(" + _WORD + rb")?(\d+) (\d+)\r\n")
# nats-py ends a word at \v and \f too, which nats-server takes in a subject: one such message would
# cut every connection that hears it, again and again.

type Sink = Callable[[bytes, bytes, bytes], None]
"""Takes the subject, the header block and the payload of a message."""


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
            words = data[start:block].rstrip().split(b" ")
            if block < CRLF_SIZE or (sink := self._sinks.get(int(words[2]))) is None:
                break
            payload, end = block + int(words[-2]), block + int(words[-1])
            if end + CRLF_SIZE > len(data):
                break
            give(sink, words[1], data[block:payload], data[payload:end])
            start = end + CRLF_SIZE
        return start


_said_at = 0.0


def give(sink: Sink, subject: bytes, block: bytes, payload: bytes) -> None:
    """Give a message to a sink: what the sink raises is told, and ends no connection."""
    global _said_at  # noqa: PLW0603 - one line a second, whatever fails how often
    try:
        sink(subject, block, payload)
    except Exception:  # noqa: BLE001 - a message of whoever it was must not end the connection
        if time.monotonic() - _said_at > _SAY_EVERY_SECONDS:
            _said_at = time.monotonic()
            _log.exception("sink failed", subject=subject[:40].decode(errors="replace"))


class Bus(Client):
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
            await super()._process_msg(sid, subject, reply, data, headers)  # pyright: ignore[reportArgumentType] - nats-py passes None itself
        else:
            give(sink, subject, headers or b"", data)

    @override
    def _build_message(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: dict[str, str] | None
    ) -> Msg:
        """Make a message also of a subject that is no UTF-8: nats-py would read no further."""
        readable = subject.decode(errors="backslashreplace").encode()
        return super()._build_message(sid, readable, reply, data, headers)

    @override
    async def _read_loop(self) -> None:
        """Read, and connect again when nats-py gives up reading without doing so."""
        await super()._read_loop()
        task = asyncio.current_task()
        if self.is_connected and not (task and task.cancelling()):
            _log.error("connection to nats-server lost its reader; connecting again")
            await self._process_op_err(nats.errors.ProtocolError())

    @property
    def lost(self) -> str:
        """Why nothing is heard here any more; "" while it listens, or mends itself."""
        if self.is_closed:
            return "the connection to nats-server is closed"
        if self.is_connected and (self._reading_task is None or self._reading_task.done()):
            return "nobody reads the connection to nats-server"
        return ""

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
        """Hand every message of *subject* to *sink* as raw bytes, as long as the client lives."""
        subscription = await self.subscribe(subject)
        self._sinks[subscription._id] = sink  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - what messages come under

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
        """Call the JetStream API; raises `BusRefused` with its reason, or `BusUnreachable`."""
        payload = b"" if request is None else json.dumps(request).encode()
        answer: dict[str, Any] = json.loads(await self.ask(f"$JS.API.{call}", payload, timeout=5))
        if "error" in answer:
            raise BusRefused(answer["error"])
        return answer


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
            10,
        )
    except (nats.errors.Error, OSError, TimeoutError) as error:
        raise BusUnreachable(f"{address_of(url)}: {type(error).__name__}") from error
    return bus


def address_of(url: str) -> str:
    """Return host and port of *url*, and nothing of what opens it."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    return parts.netloc.rpartition("@")[2]
