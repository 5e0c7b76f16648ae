"""A nats-py client whose connection no message ends.

nats-py's read loop ends upon whatever it does not expect: a header block of one byte, a subject
that is no UTF-8, an error in a callback. The client then says that it is connected, and hears
nothing any more. Here a message that cannot be taken is passed over, and a loop that has ended all
the same begins again with a new connection.
"""

import asyncio
import re
import time
from typing import Any, override

import nats.errors
import structlog
from nats.aio.client import Client
from nats.protocol import parser
from nats.protocol.parser import PERMISSIONS_ERR

_log = structlog.get_logger()
_QUIET_SECONDS = 10.0
_WORD = rb"([^ \r\n]+) "
parser.MSG_RE = re.compile(rb"\AMSG " + _WORD + _WORD + rb"(" + _WORD + rb")?(\d+)\r\n")
parser.HMSG_RE = re.compile(rb"\AHMSG " + _WORD + _WORD + rb"(" + _WORD + rb")?(\d+) (\d+)\r\n")
# nats-py ends a word at \v and \f too, which nats-server takes in a subject: one such message would
# cut every connection that hears it, again and again.


class Complaints:
    """Says what went wrong, once in a while: whoever causes it a thousand times fills no disk."""

    def __init__(self) -> None:
        """Nothing went wrong yet."""
        self._unsaid = 0
        self._said_at = -_QUIET_SECONDS

    def add(self, what: str, fault: Exception, subject: bytes = b"") -> None:
        """Count a fault; what a message says stays out of it, but for its subject's first token."""
        self._unsaid += 1
        now = time.monotonic()
        if now < self._said_at + _QUIET_SECONDS:
            return
        under = subject.partition(b".")[0][:40].decode(errors="replace")
        _log.error(what, under=under, fault=type(fault).__name__, times=self._unsaid)
        self._unsaid, self._said_at = 0, now


complaints = Complaints()


class Steady(Client):
    """A nats-py client that goes on."""

    @property
    def alive(self) -> bool:
        """Whether it listens to the server, or tries to reach it again."""
        inside: Any = self
        name = "_reconnection_task" if self.is_reconnecting else "_reading_task"
        task = getattr(inside, name)
        return not self.is_closed and task is not None and not task.done()

    @override
    async def _process_headers(self, headers: bytes | None) -> dict[str, str] | None:
        """Take a header block that is none as no headers."""
        try:
            return await super()._process_headers(headers)
        except Exception as fault:  # noqa: BLE001 - whatever nats-py stumbles over
            complaints.add("headers not understood", fault)
            return None

    @override
    async def _process_msg(
        self, sid: int, subject: bytes, reply: bytes, data: bytes, headers: bytes | None
    ) -> None:
        """Hand out a message; what cannot be is passed over."""
        try:
            await super()._process_msg(sid, _text(subject), _text(reply), data, headers)  # pyright: ignore[reportArgumentType] - nats-py passes None itself
        except Exception as fault:  # noqa: BLE001 - as above
            complaints.add("message passed over", fault, subject)

    @override
    async def _process_err(self, err_msg: str) -> None:
        """Connect again after an error that ends the connection: nats-py closes the client."""
        if PERMISSIONS_ERR in err_msg:
            await super()._process_err(err_msg)
        else:
            await self._process_op_err(nats.errors.Error(f"nats: {err_msg}"))

    @override
    async def _read_loop(self) -> None:
        await super()._read_loop()
        task = asyncio.current_task()
        if task and task is self._reading_task and not task.cancelling():
            await self._process_op_err(nats.errors.UnexpectedEOF())

    @override
    async def _attempt_reconnect(self) -> None:
        while True:
            try:
                return await super()._attempt_reconnect()
            except Exception as fault:  # noqa: BLE001 - such as half a line of a server that ends
                complaints.add("not connected again", fault)
                self._status = Client.RECONNECTING
            await asyncio.sleep(self.options["reconnect_time_wait"])


def _text(subject: bytes) -> bytes:
    return subject if subject.isascii() else subject.decode(errors="backslashreplace").encode()
