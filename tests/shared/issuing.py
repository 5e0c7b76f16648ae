"""An issuer of tokens on loopback that changes its key, is slow or goes away as a test says."""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.issuer import Client, SigningKey, issuer_app, serving
from shared.issuers import Issuer

AUDIENCE = "kkmp"
CLIENTS = {"dinas": Client("rahasia-dinas", "sudin:31.72 openid")}


class Clock:
    """Seconds that pass when a test says so."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Issuing:
    """The issuer at *url*."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.settings = Issuer(issuer=url, audience=AUDIENCE, grants=("*:31.72",))
        self.begin()

    def begin(self) -> None:
        """Be as new. *fetches* counts requests for its keys; *says* is what it answers instead."""
        self.fetches = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.says: dict[str, ASGIApp] = {}
        self.change_key()

    def change_key(self) -> None:
        self.key = SigningKey()
        self._app = issuer_app(self.url, AUDIENCE, CLIENTS, self.key)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/jwks":
            self.fetches += 1
            await self.answers.wait()
        await self.says.get(scope["path"], self._app)(scope, receive, send)

    def claims(self, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """What a good token says, with *changes*; None takes a claim away."""
        claims = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "siti",
            "iat": int(time.time()),
            "exp": int(time.time()) + 600,
            "scope": "pengurus:31.72.02.1006",
        }
        return {name: said for name, said in (claims | changes).items() if said is not None}

    def token(self, typ: str | None = "at+jwt", **changes: Any) -> str:  # noqa: ANN401 - JSON
        return self.key.sign(self.claims(**changes), typ)

    @classmethod
    @asynccontextmanager
    async def on_loopback(cls) -> AsyncGenerator["Issuing"]:
        listening = socket.create_server(("127.0.0.1", 0))
        issuing = cls(f"http://127.0.0.1:{listening.getsockname()[1]}")
        async with serving(issuing, listening):
            try:
                yield issuing
            finally:
                issuing.answers.set()
