"""The OpenID Connect issuers whose tokens are taken, and the keys that each of them publishes.

Keys are fetched anew behind the requests, so that an issuer which is slow or away costs nobody
anything. A key that it withdraws is believed for ten minutes more, and after a quiet time for as
long as the next request takes.
"""

import asyncio
import math
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import httpx2
import structlog
from jwt import PyJWK, PyJWKSet, PyJWTError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shared.access import Grant, Role, covers
from shared.credentials import IssuerUnreachable, Reason, TokenRefused

_log = structlog.get_logger()
_FRESH_SECONDS = 600
_BELIEVED_SECONDS = 86_400
_PAUSE_SECONDS = 10
_FETCH_SECONDS = 3
_MOST_BYTES = 256 * 1024
_DAY_SECONDS = 86_400
_ANY = "*"
_NO_SUCH_KEY = Reason(
    "penerbitnya tidak mengumumkan kunci yang disebutnya",
    "its issuer does not publish the key that it names",
)
_FETCH_FAILS = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    PyJWTError,
    OSError,
    LookupError,
    TypeError,
    ValueError,
)
"""What comes of an issuer that does not answer, or answers with what PyJWT makes no keys of."""
_Asymmetric = Literal[
    "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "EdDSA"
]


def _safe(url: str) -> str:
    """Whoever changes an issuer's keys on their way can make any token, so they come over TLS."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise ValueError("not an address that begins with https://, or http:// on this machine")
    return url


def _bound(text: str) -> str:
    """What an issuer may give is written as a grant is, with `*` for every role."""
    role, _, place = text.partition(":")
    Grant.parse(f"{Role.SISTEM}:{place}" if role == _ANY else text)
    return text


class Issuer(BaseModel):
    """One whose tokens are taken, and how far it is trusted.

    Its discovery document says where its keys are, if we do not. Only asymmetric algorithms: a
    secret that checks a token can also make one. *grants* are the roles and places that it may
    give, such as `sistem:31.72`, or `*:31.72` for every role there; *longest_seconds* is for how
    long. *typ* is what the header of its access tokens says (`at+jwt`, RFC 9068); of an issuer
    that does not follow it `JWT`, or nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Annotated[str, AfterValidator(_safe)]
    audience: Annotated[str, Field(min_length=1)]
    grants: Annotated[tuple[Annotated[str, AfterValidator(_bound)], ...], Field(min_length=1)]
    longest_seconds: Annotated[int, Field(ge=1, le=_DAY_SECONDS)] = 3600
    typ: Literal["at+jwt", "JWT", ""] = "at+jwt"
    jwks_url: Annotated[str, AfterValidator(_safe)] = ""
    algorithms: Annotated[tuple[_Asymmetric, ...], Field(min_length=1)] = (
        "ES256",
        "RS256",
        "PS256",
        "EdDSA",
    )

    def may_give(self, grant: Grant) -> bool:
        """Whether *grant* is one of its own: of a role that it gives, at a place or below it."""
        bounds = (bound.split(":") for bound in self.grants)
        return any(
            role in (_ANY, grant.role) and covers(place, grant.place) for role, place in bounds
        )


def _once_each(issuers: tuple[Issuer, ...]) -> tuple[Issuer, ...]:
    if len({issuer.issuer for issuer in issuers}) != len(issuers):
        raise ValueError("the same issuer stands there twice")
    return issuers


Issuers = Annotated[tuple[Issuer, ...], AfterValidator(_once_each)]
"""The issuers of a service, as a setting."""


class _Discovery(BaseModel):
    """What we read of an issuer's discovery document."""

    model_config = ConfigDict(hide_input_in_errors=True)

    issuer: str
    jwks_uri: Annotated[str, AfterValidator(_safe)]


class _Jwks(BaseModel):
    """A JSON Web Key Set (RFC 7517)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    keys: list[dict[str, Any]]


def fetcher() -> httpx2.AsyncClient:
    """Return a client for `KeySet`: it follows no redirect, and its answers are not inflated."""
    return httpx2.AsyncClient(timeout=_FETCH_SECONDS, headers={"Accept-Encoding": "identity"})


class KeySet:
    """The keys of one issuer, as it last published them."""

    def __init__(
        self, issuer: Issuer, client: httpx2.AsyncClient, clock: Callable[[], float]
    ) -> None:
        """*clock* counts seconds from anywhere; `close` before the client is closed."""
        self.issuer = issuer
        self._client = client
        self._clock = clock
        self._keys: dict[str, PyJWK] = {}
        self._fetched_at = -math.inf
        self._tried_at = -math.inf
        self._why = ""
        self._fetching: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Give up what is being fetched."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait((self._fetching,))

    async def find(self, kid: str) -> PyJWK:
        """Return the key *kid*; waits for the issuer only if it is not known.

        Raises `TokenRefused` when there is no such key, `IssuerUnreachable` when we cannot tell.
        """
        age = self._clock() - self._fetched_at
        if age > _BELIEVED_SECONDS:
            self._keys = {}
        known = self._keys.get(kid)
        if known is not None and age <= _FRESH_SECONDS:
            return known
        fetching = self._refresh()
        if known is not None:
            return known
        if fetching is not None:
            await asyncio.shield(fetching)  # others wait for it too
        if found := self._keys.get(kid):
            return found
        if self._why:
            raise IssuerUnreachable(f"{self.issuer.issuer}: {self._why}")
        raise TokenRefused(_NO_SUCH_KEY)

    def _refresh(self) -> asyncio.Task[None] | None:
        """Return the fetch under way, or begin one unless the last was a moment ago.

        Anybody can make up key ids; the issuer does not hear of more than one in ten seconds.
        """
        if self._fetching is None or self._fetching.done():
            now = self._clock()
            if now - self._tried_at < _PAUSE_SECONDS:
                return None
            self._tried_at = now
            self._fetching = asyncio.create_task(self._fetch(), name="keys of an issuer")
        return self._fetching

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                self._keys = await self._published()
        except _FETCH_FAILS as error:
            self._why = f"{type(error).__name__}: {error}"
            _log.warning("issuer gives no keys", issuer=self.issuer.issuer, why=self._why)
        else:
            self._fetched_at, self._why = self._clock(), ""

    async def _published(self) -> dict[str, PyJWK]:
        url = self.issuer.jwks_url
        if not url:
            base = self.issuer.issuer.rstrip("/")
            document = await self._get(f"{base}/.well-known/openid-configuration")
            found = _Discovery.model_validate_json(document)
            if found.issuer != self.issuer.issuer:
                raise ValueError(f"its discovery document is that of {found.issuer}")
            url = found.jwks_uri
        jwks = PyJWKSet(_Jwks.model_validate_json(await self._get(url)).keys)
        return {key.key_id: key for key in jwks if key.key_id and key.public_key_use != "enc"}

    async def _get(self, url: str) -> bytes:
        body = b""
        async with self._client.stream("GET", url) as answer:
            answer.raise_for_status()  # for a redirect too
            async for chunk in answer.aiter_raw():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise ValueError(f"{url} says more than {_MOST_BYTES} bytes")
        return body
