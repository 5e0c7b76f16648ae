"""Credentials: what a request shows of who asks, as a bearer token (RFC 6750) or as an API key."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from shared.access import Grant, Principal

KEY_PREFIX = "kkmp_"
"""How an API key begins; nothing else does."""
_MOST_BYTES = 8 * 1024


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a credential opens nothing, in a few words of both languages and none of its own."""

    id: str
    en: str


_MISSING = Reason("tidak ada yang dikirim", "there is none")
_NO_BEARER = Reason(
    "bentuknya harus Bearer, satu spasi, lalu token atau kunci",
    "it is not of the form Bearer, a space, and a token or a key",
)
_TOO_LONG = Reason(
    f"lebih panjang daripada {_MOST_BYTES} byte", f"it is longer than {_MOST_BYTES} bytes"
)


class TokenRefused(Exception):  # noqa: N818 - the finding itself
    """What was shown opens nothing."""

    def __init__(self, reason: Reason) -> None:
        """Whoever showed it reads *reason*."""
        super().__init__(reason.en)
        self.reason = reason


class IssuerUnreachable(Exception):  # noqa: N818 - the finding itself
    """A token cannot be checked, because its issuer's keys are not to be had now."""


def known_grants(texts: Iterable[str]) -> tuple[Grant, ...]:
    """Return the grants among *texts*; what is none is another system's, or a newer version's."""
    found: dict[Grant, None] = {}
    for text in texts:
        with contextlib.suppress(ValueError):
            found[Grant.parse(text)] = None
    return tuple(found)


class Verifier(Protocol):
    """Finds out who shows a credential of one kind."""

    async def verify(self, text: str, /) -> Principal:
        """Return who shows *text*; raises `TokenRefused`."""
        ...


class Credentials:
    """All kinds of credentials that are taken."""

    def __init__(self, tokens: Verifier, api_keys: Verifier) -> None:
        """*tokens* are asked about all that does not look like an API key."""
        self._tokens = tokens
        self._api_keys = api_keys

    async def principal(self, authorization: str) -> Principal:
        """Return who sends this `Authorization` header, which may be empty.

        Raises `TokenRefused`, or `IssuerUnreachable` when nobody can say yet.
        """
        if not authorization:
            raise TokenRefused(_MISSING)
        scheme, _, text = authorization.partition(" ")
        text = text.strip()
        if scheme.lower() != "bearer" or not text.isascii():
            raise TokenRefused(_NO_BEARER)
        if len(text) > _MOST_BYTES:
            raise TokenRefused(_TOO_LONG)
        verifier = self._api_keys if text.startswith(KEY_PREFIX) else self._tokens
        return await verifier.verify(text)
