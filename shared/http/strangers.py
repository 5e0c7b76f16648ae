"""What is open to anybody is counted by address: nobody there shows a credential to count by."""

import asyncio
from time import monotonic

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http.connections import peer_of
from shared.http.problems import TOO_MANY_STRANGERS, Problem, answer
from shared.limits import Buckets

_COUNTED = ("/metrics", "/openapi.json", "/asyncapi.json", "/schemas", "/docs", "/problems")
"""Not the probes: a refusal would cost as much as their answers, and look like a fault."""


_HELD_SECONDS = 1.0
_MOST_HELD = 64
"""Of the connections that a process holds, these at most wait for a refusal."""


class Strangers:
    """Lets each address ask for what is open to all as often as its bucket holds.

    A refusal comes late: it costs as much as an answer that is kept, and whoever asks again at once
    would take the time of those who work.
    """

    def __init__(self, app: ASGIApp, buckets: Buckets) -> None:
        """An address is what uvicorn says it is; behind a proxy that takes FORWARDED_ALLOW_IPS."""
        self._app = app
        self._buckets = buckets
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_COUNTED):
            client = scope.get("client")
            if wait := self._buckets.take(peer_of(client[0]) if client else "", monotonic()):
                await self._hold()
                seconds = int(wait) + 1
                values = {"seconds": seconds}
                problem = Problem(TOO_MANY_STRANGERS, 429, values, retry_after=seconds)
                await answer(Request(scope), problem)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _hold(self) -> None:
        if self._held < _MOST_HELD:
            self._held += 1
            try:
                await asyncio.sleep(_HELD_SECONDS)
            finally:
                self._held -= 1
