"""A development issuer of tokens: what an agency's OpenID Connect provider is to a site.

For `kkmp dev` and the tests, on loopback alone: its key lives as long as the process, and it knows
one grant, `client_credentials`.
"""

import asyncio
import contextlib
import hmac
import secrets
import socket
import time
from base64 import b64decode
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from shared.http.server import Server

_ALGORITHM = "ES256"
_GRANT = "client_credentials"
_LIFE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Client:
    """Who may ask for tokens, and the grants that these carry, such as `sudin:31.72`."""

    secret: str = field(repr=False)
    scope: str


class SigningKey:
    """An ES256 key, new and under an id of its own."""

    def __init__(self) -> None:
        """It is kept nowhere."""
        self.id = secrets.token_hex(8)
        self._private = ec.generate_private_key(ec.SECP256R1())

    def jwk(self) -> dict[str, Any]:
        """Return the public half, as an issuer publishes it."""
        public = ECAlgorithm.to_jwk(self._private.public_key(), as_dict=True)
        return {**public, "kid": self.id, "use": "sig", "alg": _ALGORITHM}

    def sign(self, claims: Mapping[str, Any], typ: str | None = "at+jwt") -> str:
        """Return a token that says *claims*: an access token (RFC 9068), unless *typ* differs."""
        headers = {"kid": self.id, "typ": typ}
        return jwt.encode(dict(claims), self._private, _ALGORITHM, headers)


def _basic(request: Request) -> tuple[str, str] | None:
    """Who the header Authorization says that it is, and with which secret (RFC 6749, 2.3.1)."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = b64decode(text, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(name), unquote_plus(secret)


def issuer_app(
    url: str, audience: str, clients: Mapping[str, Client], key: SigningKey | None = None
) -> ASGIApp:
    """Return the issuer *url*, which gives *clients*, by their ids, tokens for *audience*."""
    signing = key or SigningKey()

    async def discovery(_: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": url,
                "jwks_uri": f"{url}/jwks",
                "token_endpoint": f"{url}/token",
                "grant_types_supported": [_GRANT],
                "response_types_supported": [],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [_ALGORITHM],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                ],
            }
        )

    async def jwks(_: Request) -> JSONResponse:
        return JSONResponse({"keys": [signing.jwk()]})

    async def token(request: Request) -> JSONResponse:
        form = parse_qs((await request.body()).decode(errors="replace"))
        said = {name: values[-1] for name, values in form.items()}
        if said.get("grant_type") != _GRANT:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        name, shown = _basic(request) or (said.get("client_id", ""), said.get("client_secret", ""))
        client = clients.get(name)
        if client is None or not hmac.compare_digest(shown.encode(), client.secret.encode()):
            challenge = {"WWW-Authenticate": 'Basic realm="kkmp"'}
            return JSONResponse({"error": "invalid_client"}, 401, challenge)
        now = int(time.time())
        claims = {
            "iss": url,
            "aud": audience,
            "sub": name,
            "client_id": name,
            "scope": client.scope,
            "iat": now,
            "exp": now + _LIFE_SECONDS,
            "jti": secrets.token_hex(8),
        }
        answer = {
            "access_token": signing.sign(claims),
            "token_type": "Bearer",
            "expires_in": _LIFE_SECONDS,
            "scope": client.scope,
        }
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", discovery),
            Route("/jwks", jwks),
            Route("/token", token, methods=["POST"]),
        ]
    )


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncGenerator[None]:
    """Serve *app* on *listening*, and close that, for as long as the block lasts."""
    server = Server(
        uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
    )
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await task
