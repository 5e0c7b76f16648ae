"""API keys, for those who have no issuer of tokens: `kkmp_<id>_<secret>`.

The secret is 256 random bits, so its SHA-256 cannot be guessed back and needs no slow hash. The
table is no projection: back it up, or issue new keys.
"""

import hmac
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import asyncpg

from shared.access import Grant, Principal
from shared.credentials import KEY_PREFIX, Reason, TokenRefused, known_grants

SCHEMA = "kkmp_access"
ID_LENGTH = 12
_FORM = re.compile(KEY_PREFIX + rf"([0-9a-f]{{{ID_LENGTH}}})_([A-Za-z0-9_-]{{43}})", re.ASCII)
_REMEMBERED_SECONDS = 5
MOST_REMEMBERED = 256
_NO_KEY = Reason("bentuknya bukan kunci API", "it has not the form of an API key")
_UNKNOWN = Reason("kunci API itu tidak ada", "there is no such API key")
_REVOKED = Reason("kunci API itu sudah dicabut", "the API key is revoked")
_EXPIRED = Reason("masa berlaku kunci API itu sudah habis", "the API key has expired")
_REPLACED = Reason("kunci API itu sudah diganti", "the API key has been given a new secret")


class KeyUnknown(Exception):  # noqa: N818 - the finding itself
    """There is no key of this id that the request could be about."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A key at the one moment at which its text is known."""

    id: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What may be said of a key: everything but what opens."""

    id: str
    name: str
    grants: tuple[Grant, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    previous_until: datetime | None


class ApiKeys:
    """The keys in one database."""

    def __init__(self, pool: asyncpg.Pool, clock: Callable[[], float] = time.monotonic) -> None:
        """*clock* counts seconds from anywhere."""
        self._pool = pool
        self._clock = clock
        self._remembered: dict[bytes, tuple[float, Principal]] = {}

    async def prepare(self) -> None:
        """Make the table, unless it is there; several services may do so at once."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", SCHEMA
            )
            await connection.execute(f"""
                CREATE SCHEMA IF NOT EXISTS {SCHEMA};
                CREATE TABLE IF NOT EXISTS {SCHEMA}.api_key (
                    id text PRIMARY KEY,
                    name text NOT NULL,
                    grants text[] NOT NULL,
                    secret_hash bytea NOT NULL,
                    previous_hash bytea,
                    previous_until timestamptz,
                    created_at timestamptz NOT NULL DEFAULT now(),
                    expires_at timestamptz NOT NULL,
                    revoked_at timestamptz
                );
                COMMENT ON TABLE {SCHEMA}.api_key IS
                    'Not a projection: back it up. A hash is the SHA-256 of a whole key.';
            """)

    async def issue(self, name: str, grants: Sequence[Grant], expires_at: datetime) -> Issued:
        """Make a key; its text is not kept."""
        issued = _fresh(secrets.token_hex(ID_LENGTH // 2))
        await self._pool.execute(
            f"""
            INSERT INTO {SCHEMA}.api_key (id, name, grants, secret_hash, expires_at)
            VALUES ($1, $2, $3, $4, $5)
            """,  # noqa: S608 - our name
            issued.id,
            name,
            [str(grant) for grant in grants],
            _hash(issued.text),
            expires_at,
        )
        return issued

    async def rotate(self, key_id: str, grace: timedelta) -> Issued:
        """Give the key a new secret; the one before works on for *grace*, any older one not.

        Id, grants and expiry stay. Raises `KeyUnknown`, also when it is revoked or expired.
        """
        issued = _fresh(key_id)
        changed = await self._pool.execute(
            f"""
            UPDATE {SCHEMA}.api_key
            SET previous_hash = secret_hash, previous_until = now() + $2, secret_hash = $3
            WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()
            """,  # noqa: S608 - our name
            key_id,
            grace,
            _hash(issued.text),
        )
        if changed != "UPDATE 1":
            raise KeyUnknown(key_id)
        return issued

    async def revoke(self, key_id: str) -> None:
        """End the key, at once for those who do not remember it, and for all in five seconds.

        Revoking it twice changes nothing. Raises `KeyUnknown`.
        """
        changed = await self._pool.execute(
            f"UPDATE {SCHEMA}.api_key SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1",  # noqa: S608 - our name
            key_id,
        )
        if changed != "UPDATE 1":
            raise KeyUnknown(key_id)

    async def list(self) -> Sequence[ApiKey]:
        """Return all keys that ever were, the first one first."""
        rows = await self._pool.fetch(f"""
            SELECT id, name, grants, created_at, expires_at, revoked_at, previous_until
            FROM {SCHEMA}.api_key ORDER BY created_at, id
        """)  # noqa: S608 - our name
        return [
            ApiKey(row["id"], row["name"], known_grants(row["grants"]), *row[3:]) for row in rows
        ]

    async def verify(self, text: str) -> Principal:
        """Return who shows the key *text*; raises `TokenRefused`.

        A key that was found good is not looked up again for five seconds, so a revocation, an
        expiry or the end of a grace takes at most that long.
        """
        digest = _hash(text)
        now = self._clock()
        found = self._remembered.get(digest)
        if found is not None and now - found[0] < _REMEMBERED_SECONDS:
            return found[1]
        principal = await self._looked_up(text, digest)
        self._remembered.pop(digest, None)
        self._remembered[digest] = now, principal
        if len(self._remembered) > MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        return principal

    async def _looked_up(self, text: str, digest: bytes) -> Principal:
        form = _FORM.fullmatch(text)
        if form is None:
            raise TokenRefused(_NO_KEY)
        row = await self._pool.fetchrow(
            f"""
            SELECT id, grants, secret_hash, previous_hash, expires_at, revoked_at,
                expires_at <= now() AS expired, previous_until <= now() AS replaced
            FROM {SCHEMA}.api_key WHERE id = $1
            """,  # noqa: S608 - our name
            form[1],
        )
        if row is None:
            raise TokenRefused(_UNKNOWN)
        before = hmac.compare_digest(digest, row["previous_hash"] or b"")
        if not before and not hmac.compare_digest(digest, row["secret_hash"]):
            raise TokenRefused(_UNKNOWN)
        if row["revoked_at"] is not None:
            raise TokenRefused(_REVOKED)
        if row["expired"]:
            raise TokenRefused(_EXPIRED)
        if before and row["replaced"]:
            raise TokenRefused(_REPLACED)
        return Principal("api_key", row["id"], known_grants(row["grants"]), row["expires_at"])


def _fresh(key_id: str) -> Issued:
    return Issued(key_id, f"{KEY_PREFIX}{key_id}_{secrets.token_urlsafe(32)}")


def _hash(text: str) -> bytes:
    return sha256(text.encode()).digest()
