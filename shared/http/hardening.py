"""What every request and response passes: limits of size and time, and the headers for browsers."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.http.problems import BODY_TOO_LARGE, INVALID, TOOK_TOO_LONG, Problem, answer

MOST_BODY_BYTES = 65_536
MOST_SECONDS = 30.0
_POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", _POLICY),
]


class Hardening:
    """Reads the body to its end or to the limit, watches the clock, and adds the headers.

    `.csv` at the end of a path asks for CSV, and is not a part of the path for those behind.
    """

    def __init__(self, app: ASGIApp, seconds: float = MOST_SECONDS) -> None:
        """*seconds* is how long a request may take; a stream of events has no such limit."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET" and scope["path"].endswith(".csv"):
            path = scope["path"].removesuffix(".csv")
            scope.update({"path": path, "raw_path": path.encode(), "as_csv": True})
        answering = _Answering(send)
        try:
            async with asyncio.timeout(self._seconds) as deadline:
                answering.deadline = deadline
                body = await _body(scope, receive)
                if isinstance(body, Problem):
                    await answer(Request(scope), body)(scope, receive, answering.send)
                else:
                    await self._app(scope, _again(body, receive), answering.send)
        except TimeoutError:
            if answering.started:  # too late to say so: the connection is cut, and says it
                raise
            seconds = int(self._seconds)
            problem = Problem(TOOK_TOO_LONG, 503, {"seconds": seconds}, retry_after=1)
            await answer(Request(scope), problem)(scope, receive, answering.send)


class _Answering:
    """Passes a response on, with the headers that all of them have."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False
        self.deadline: Any = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
            if any(
                name == b"content-type" and value.startswith(b"text/event-stream")
                for name, value in headers
            ):
                self.deadline.reschedule(None)
            message = {**message, "headers": headers + _HEADERS}
        await self._send(message)


async def _body(scope: Scope, receive: Receive) -> bytes | Problem:
    """Return the whole body, or the problem when it is too large or was cut off."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return b""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MOST_BODY_BYTES:
            return Problem(BODY_TOO_LARGE, 413, {"most": MOST_BODY_BYTES})
        if message["type"] == "http.disconnect":
            return Problem(INVALID, 422)  # that nobody reads; what came must not be carried out
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives *body* first, and then what comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
