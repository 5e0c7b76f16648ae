"""Bearer tokens: JWTs (RFC 7519) of the issuers that are configured, checked and never made."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import jwt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.access import Principal
from shared.credentials import Reason, TokenRefused, known_grants
from shared.identity import derived_id
from shared.issuers import Issuer, KeySet, fetcher

_LEEWAY_SECONDS = 30
_REQUIRED = ("exp", "iat", "iss", "aud", "sub")
_END_OF_9999 = 253_402_300_799
_STRANGER = Reason("penerbitnya tidak kami percaya", "its issuer is none that is trusted here")
_MALFORMED = Reason("isinya tidak berbentuk semestinya", "its claims have not the right form")
_OTHER_TYPE = Reason("jenisnya bukan token akses", "it is not an access token by its type")
_TOO_LONG = Reason(
    "berlaku lebih lama daripada yang boleh diberikan penerbitnya",
    "it is valid for longer than its issuer may make one",
)
_TOO_MUCH = Reason(
    "memberi peran atau wilayah yang tidak boleh diberikan penerbitnya",
    "it gives a role or a place that its issuer may not give",
)
_UNREADABLE = Reason("tidak terbaca sebagai token", "it cannot be read as a token")
_REASONS: tuple[tuple[type[jwt.PyJWTError], Reason], ...] = (
    (jwt.ExpiredSignatureError, Reason("masa berlakunya sudah habis", "it has expired")),
    (jwt.ImmatureSignatureError, Reason("belum mulai berlaku", "it is not valid yet")),
    (
        jwt.InvalidAudienceError,
        Reason("ditujukan untuk layanan lain", "it is meant for another audience"),
    ),
    (
        jwt.MissingRequiredClaimError,
        Reason(
            f"tidak memuat salah satu dari {', '.join(_REQUIRED)}",
            f"it lacks one of the claims {', '.join(_REQUIRED)}",
        ),
    ),
    (
        jwt.InvalidAlgorithmError,
        Reason(
            "algoritmanya bukan yang dipakai penerbitnya",
            "its algorithm is not one that its issuer uses",
        ),
    ),
    (
        jwt.InvalidSignatureError,
        Reason("tanda tangannya bukan dari penerbitnya", "its signature is not its issuer's"),
    ),
    (
        jwt.InvalidKeyError,
        Reason("kunci penerbitnya terlalu lemah", "its issuer's key is too weak"),
    ),
)


class _Claims(BaseModel):
    """What we read of a token, once it is known to be genuine."""

    model_config = ConfigDict(hide_input_in_errors=True)

    iss: str
    sub: Annotated[str, Field(min_length=1)]
    exp: Annotated[float, Field(le=_END_OF_9999)]
    iat: Annotated[float, Field(ge=0, le=_END_OF_9999)]
    client_id: str | None = None
    azp: str | None = None
    scope: str | None = None
    roles: tuple[str, ...] | None = None


class Tokens:
    """Finds out who shows a token."""

    def __init__(
        self, issuers: Sequence[Issuer], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """*clock* counts seconds from anywhere; `close` when done."""
        self._client = fetcher()
        self._key_sets = {issuer.issuer: KeySet(issuer, self._client, clock) for issuer in issuers}

    async def close(self) -> None:
        """Let go of what is being fetched."""
        for keys in self._key_sets.values():
            await keys.close()
        await self._client.aclose()

    async def verify(self, token: str) -> Principal:
        """Return who shows *token*; raises `TokenRefused` or `IssuerUnreachable`.

        What it says before its signature is checked only selects the issuer and the key to try.
        """
        try:
            unverified = jwt.decode_complete(token, options={"verify_signature": False})
            name, header = unverified["payload"].get("iss"), unverified["header"]
            keys = self._key_sets.get(name) if isinstance(name, str) else None
            if keys is None:
                raise TokenRefused(_STRANGER)
            issuer = keys.issuer
            if header.get("alg") not in issuer.algorithms:
                raise jwt.InvalidAlgorithmError  # before a key is asked for
            claims = jwt.decode(
                token,
                await keys.find(header.get("kid", "")),
                algorithms=issuer.algorithms,
                audience=issuer.audience,
                issuer=issuer.issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": list(_REQUIRED), "enforce_minimum_key_length": True},
            )
        except jwt.PyJWTError as error:
            reasons = (reason for kind, reason in _REASONS if isinstance(error, kind))
            raise TokenRefused(next(reasons, _UNREADABLE)) from error
        if _type_of(header) != issuer.typ.lower():
            raise TokenRefused(_OTHER_TYPE)
        return _principal(claims, issuer)


def _type_of(header: Mapping[str, Any]) -> str:
    """What the token says that it is, without `application/` before it (RFC 7515)."""
    return str(header.get("typ", "")).lower().removeprefix("application/")


def _principal(claims: Mapping[str, Any], issuer: Issuer) -> Principal:
    """Return whom *claims* speak of, unless they say more than *issuer* is trusted with.

    A token whose subject is the client that it was given to (`client_id` or `azp`) is that of a
    service account; any other is a user's.
    """
    try:
        said = _Claims.model_validate(claims)
    except ValidationError as error:
        raise TokenRefused(_MALFORMED) from error
    if said.exp - said.iat > issuer.longest_seconds:
        raise TokenRefused(_TOO_LONG)
    grants = known_grants((*(said.scope or "").split(), *(said.roles or ())))
    if not all(map(issuer.may_give, grants)):
        raise TokenRefused(_TOO_MUCH)
    return Principal(
        "service_account" if said.sub in (said.client_id, said.azp) else "user",
        str(derived_id(said.iss, said.sub)),
        grants,
        datetime.fromtimestamp(said.exp, UTC),
    )
