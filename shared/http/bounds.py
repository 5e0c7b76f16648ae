"""The bounds of what one connection may send and keep, before anybody knows who sends it.

uvicorn's protocol on httptools has none for heads, trailers and requests in line, and a connection
stays with it as long as a byte comes now and then, or as long as nobody reads what was answered.
"""

import math
from enum import Enum
from typing import Any, override

from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.http.connections import Connections, Why, peer_of
from shared.http.problems import (
    HEAD_TOO_LARGE,
    HOST_MISSING,
    MESSAGE_MALFORMED,
    MESSAGE_TOO_LARGE,
    MESSAGE_TOO_SLOW,
    NO_ROOM,
    bare,
)

MOST_HEAD_BYTES = 32_768
MOST_HEAD_SECONDS = 10.0
MOST_HEADERS = 100
MOST_MESSAGE_BYTES = 1_048_576
"""As sent: a body of 64 kB may come in chunks of one byte, which are six on the wire."""
MOST_MESSAGE_SECONDS = 40.0
"""More than a request may take behind us, so that one whose body is slow is answered first."""
MOST_BETWEEN_BYTES = 16_384
"""Without a byte of the body: the lines between chunks, and what comes after the last one."""
MOST_IN_LINE = 16
IDLE_SECONDS = 30.0
UNREAD_SECONDS = 30.0
SLOWEST_READER = 4_096
"""Bytes a second that an answer is read with at the least."""
_LINGER_SECONDS = 2.0
_AT_ONCE = 8_192


class _Phase(Enum):
    """What a connection does; the last one: nothing that comes is looked at any more."""

    SILENT = "no request has begun"
    HEAD = "a head is coming"
    BODY = "a body is coming, or its trailers"
    ANSWER = "a whole request is being answered"
    OVER = "the last word is said"


SILENT, HEAD, BODY, ANSWER, OVER = _Phase

_SLOW = bare(MESSAGE_TOO_SLOW, 408)
_LONG_HEAD = bare(HEAD_TOO_LARGE, 431)
_LONG = bare(MESSAGE_TOO_LARGE, 413)
_MALFORMED = bare(MESSAGE_MALFORMED, 400)
_NO_HOST = bare(HOST_MISSING, 400)
_FULL = bare(NO_ROOM, 503, retry_after=1)


class BoundedMessages(HttpToolsProtocol):
    """Refuses a request that is too long or too slow, and cuts a connection that is of no use.

    It is refused with an answer where nothing else is being answered, otherwise cut.
    """

    _phase = SILENT
    _size = 0
    _between = 0
    _due = math.inf
    _message_due = math.inf
    _unread_due = math.inf

    def __init__(self, *, connections: Connections, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        """*connections* counts this one among those of the process."""
        super().__init__(**options)
        self._connections = connections

    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._due = self.loop.time() + MOST_HEAD_SECONDS
        if not self._connections.opened(self, peer_of(self.client[0]) if self.client else ""):
            self._refuse("full", _FULL)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._phase = OVER
        self._connections.closed(self)
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        while data and self._phase is not OVER:
            room = min(_AT_ONCE, MOST_HEAD_BYTES - self._size) if self._phase is HEAD else _AT_ONCE
            self._take(data[:room])
            data = data[room:]
        self._discard(len(data))

    def _take(self, data: bytes) -> None:
        super().data_received(data)
        if self._phase is HEAD:
            self._size += len(data)
            if self._size >= MOST_HEAD_BYTES:
                self._refuse("large", _LONG_HEAD)
        elif self._phase is BODY:
            self._size += len(data)
            self._between += len(data)
            if self._size > MOST_MESSAGE_BYTES:
                self._refuse("large", _LONG)
            elif self._between > MOST_BETWEEN_BYTES or len(self.headers) > MOST_HEADERS:
                self._refuse("large", _LONG_HEAD)

    def _discard(self, size: int) -> None:
        """Read on for a moment after a refusal: who still sends would lose the answer to it."""
        self._size += size
        if self._phase is OVER and self._size > MOST_MESSAGE_BYTES:
            self.transport.abort()

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        now = self.loop.time()
        self._phase, self._size, self._between = HEAD, 0, 0
        self._due, self._message_due = now + MOST_HEAD_SECONDS, now + MOST_MESSAGE_SECONDS

    @override
    def on_headers_complete(self) -> None:
        if len(self.headers) > MOST_HEADERS:
            self._stop("large", _LONG_HEAD)
        if not self._names_host():
            self._stop("malformed", _NO_HOST)
        if len(self.pipeline) >= MOST_IN_LINE:
            self._stop("large", _LONG)
        super().on_headers_complete()
        self._phase, self._due = BODY, self._message_due
        self.headers = []  # for trailers, which are nothing that anybody here reads

    @override
    def on_body(self, body: bytes) -> None:
        self._between = 0
        super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self.cycle.response_complete:
            self._rest()
        else:
            self._phase, self._due = ANSWER, math.inf
            self._connections.works(self)

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._phase is not ANSWER:
            self._connections.waits(self)
        elif self.cycle.response_complete:
            self._rest()

    def _rest(self) -> None:
        self._phase, self._due = SILENT, self.loop.time() + IDLE_SECONDS
        self._connections.waits(self)

    @override
    def resume_writing(self) -> None:
        self._unread_due = math.inf
        super().resume_writing()

    @override
    def send_400_response(self, msg: str) -> None:
        if self._phase is not OVER:
            self._refuse("malformed", _MALFORMED)

    def look(self, now: float) -> None:
        """End what is over time; somebody calls this now and then."""
        if self._unread(now):
            self.cut("unread")
        elif now > self._due:
            match self._phase:
                case _Phase.SILENT:
                    self.cut("idle")
                case _Phase.OVER:
                    self.transport.abort()
                case _:
                    self._refuse("slow", _SLOW)

    def _unread(self, now: float) -> bool:
        """Whether an answer is read too slowly; as long as it is read, nobody is idle."""
        if not (size := self.transport.get_write_buffer_size()):
            self._unread_due = math.inf
            return False
        if self._unread_due == math.inf:
            self._unread_due = now + UNREAD_SECONDS + size / SLOWEST_READER
        if self._phase is SILENT:
            self._due = now + IDLE_SECONDS
        return now > self._unread_due

    def cut(self, why: Why) -> None:
        """End the connection at once."""
        self._phase = OVER
        self._connections.cut[why] += 1
        self.transport.abort()

    def _stop(self, why: Why, answer: bytes) -> None:
        """Refuse from within the parser, and let it parse no further."""
        self._refuse(why, answer)
        raise HttpParserError(why)

    def _refuse(self, why: Why, answer: bytes) -> None:
        """Say *answer* if it can be said, and nothing more is listened to."""
        if not self._can_answer():
            self.cut(why)
            return
        if self._phase is BODY and self.cycle.response_complete:
            answer = b""  # it has one
        elif self._phase is BODY:  # whoever waits for the rest is told that nobody sends it
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._phase, self._size, self._due = OVER, 0, self.loop.time() + _LINGER_SECONDS
        self._connections.cut[why] += 1
        self.transport.write(answer)
        self.transport.write_eof()

    def _can_answer(self) -> bool:
        """Whether the next bytes that we send are about the request that is coming."""
        if not self.cycle or self.cycle.response_complete:  # there is none before the first head
            return True
        return self._phase is BODY and not self.pipeline and not self.cycle.response_started

    def _names_host(self) -> bool:
        """Whether there is one header Host; only HTTP before 1.1 may do without."""
        hosts = sum(name == b"host" for name, _ in self.headers)
        return hosts == 1 or (not hosts and _version(self.parser) != "1.1")


def _version(parser: Any) -> str:  # noqa: ANN401 - httptools'
    return parser.get_http_version()
