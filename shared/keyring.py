"""The keys of persons: one each, wrapped under a key-encryption key, kept beside the projections.

They live in a schema of their own, because they are no projection: they cannot be made again from
the log. Whoever destroys a person's key has erased what the log says of who that person is. A
backup still holds the key, so the key-encryption key rotates (`shared/rotation.py`), and what an
old backup holds opens nothing.
"""

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from shared.decider import Refused
from shared.personal import (
    ERASED,
    MARK,
    SealBroken,
    person_of,
    personal_fields,
    seal_event,
    unseal,
)
from shared.secret_file import KEY_BYTES, SecretMissing, read_secrets
from shared.subjects import Entity

__all__ = ["DAMAGED", "KeyRing", "Sealed", "SecretMissing"]

DAMAGED = "(rusak)"
"""What is shown in the place of a text whose seal is broken: of it alone, and of no other."""
_log = structlog.get_logger()
_MOST_TOLD = 10_000

_ATTEMPTS = 5
_FINGERPRINT_DIGITS = 32


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text, and the place that it is bound to: it opens as nothing else."""

    text: str
    event_id: str
    event_type: str
    place: str
    person: str
    field: str


class KeyRing:
    """The keys of one service's persons, in one Postgres schema."""

    def __init__(self, pool: asyncpg.Pool, schema: str, secret_file: Path) -> None:
        """*secret_file* holds the key-encryption keys; it is read again when it has changed."""
        self._pool = pool
        self._schema = schema
        self._file = secret_file
        self._secrets: dict[str, bytes] = {}
        self._current = ""
        self._pepper = b""
        self._told: set[str] = set()
        # A key is made only under the secret that is current, and a rotation waits for that lock:
        # so no key is ever wrapped under a secret that is about to be destroyed.
        self._find_or_make = f"""
            WITH found AS (
                SELECT wrapped, kek, erased_at, (SELECT kek FROM {schema}.ring) AS current
                FROM {schema}.person_key WHERE person = $1
            ), current AS (
                SELECT kek FROM {schema}.ring
                WHERE kek = $3 AND NOT EXISTS (SELECT FROM found) FOR SHARE
            ), made AS (
                INSERT INTO {schema}.person_key (person, wrapped, kek)
                SELECT $1, $2, kek FROM current
                ON CONFLICT DO NOTHING RETURNING wrapped, kek, erased_at, kek AS current
            )
            SELECT * FROM found UNION ALL SELECT * FROM made
        """  # noqa: S608 - our name

    async def prepare(self) -> None:
        """Make the schema, unless it is there; several replicas may do so at once."""
        secrets = read_secrets(self._file)
        current, secret = next(iter(secrets.items()))
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", self._schema
            )
            await connection.execute(f"""
                CREATE SCHEMA IF NOT EXISTS {self._schema};
                CREATE TABLE IF NOT EXISTS {self._schema}.person_key (
                    person text PRIMARY KEY,
                    wrapped bytea
                );
                ALTER TABLE {self._schema}.person_key ALTER wrapped DROP NOT NULL;
                ALTER TABLE {self._schema}.person_key ADD COLUMN IF NOT EXISTS kek text;
                ALTER TABLE {self._schema}.person_key
                    ADD COLUMN IF NOT EXISTS erased_at timestamptz;
                COMMENT ON TABLE {self._schema}.person_key IS
                    'Not a projection: back it up. AES key wrap (RFC 3394) under our secret.';
                COMMENT ON COLUMN {self._schema}.person_key.kek IS
                    'The id of that secret; null: it was wrapped before secrets had ids.';
                COMMENT ON COLUMN {self._schema}.person_key.erased_at IS
                    'When the key was destroyed, for good.';
                CREATE TABLE IF NOT EXISTS {self._schema}.ring (
                    kek text NOT NULL,
                    pepper bytea NOT NULL,
                    one boolean PRIMARY KEY DEFAULT true CHECK (one)
                );
                COMMENT ON TABLE {self._schema}.ring IS
                    'Not a projection: back it up. One row: the current secret, and what '
                    'identity numbers are hashed with, wrapped under it.';
            """)
            await connection.execute(
                f"INSERT INTO {self._schema}.ring (kek, pepper) VALUES ($1, $2) "  # noqa: S608 - our name
                "ON CONFLICT DO NOTHING",
                current,
                aes_key_wrap(secret, os.urandom(KEY_BYTES)),
            )
        await self.refresh()

    async def refresh(self) -> None:
        """Read the secret file and the current secret's id again."""
        self._secrets = read_secrets(self._file)
        row: Any = await self._pool.fetchrow(
            f"SELECT kek, pepper FROM {self._schema}.ring"  # noqa: S608 - our name
        )
        self._pepper = unwrap(row["pepper"], row["kek"], self._secrets)
        self._current = row["kek"]

    async def seal(self, entity: Entity, event_id: UUID, event: object) -> object:
        """Return *event* with its personal fields sealed under the key of the person it is about.

        Whoever was erased is refused.
        """
        names = personal_fields(type(event))
        if not any(getattr(event, name) is not None for name in names):
            return event
        person = person_of(event, entity.id)
        return seal_event(event, await self._key(person), str(event_id), entity.place, person)

    async def open(self, sealed: Sequence[Sealed]) -> list[str | None]:
        """Return the texts in clear; None stands for one whose key is no more.

        One round trip, however many. A text that was never sealed is returned as it is, and
        `DAMAGED` in the place of one whose seal is broken: others are not kept from their data.
        """
        persons = {one.person for one in sealed if _is_sealed(one)}
        keys = await self._keys(persons) if persons else {}
        return [self._opened(one, keys) for one in sealed]

    def _opened(self, one: Sealed, keys: dict[str, bytes]) -> str | None:
        try:
            return _opened(one, keys)
        except SealBroken as broken:
            self._tell(one, broken)
            return DAMAGED

    def _tell(self, one: Sealed, broken: SealBroken) -> None:
        """Log a broken seal once an event, however often its list is asked for."""
        if one.event_id in self._told or len(self._told) >= _MOST_TOLD:
            return
        self._told.add(one.event_id)
        _log.error(
            "a sealed text is damaged",
            event_id=one.event_id,
            event_type=one.event_type,
            place=one.place,
            field=one.field,
            why=str(broken),
        )

    async def unerased(self, *persons: str) -> list[str]:
        """Return those of *persons* whose keys are not destroyed, or who never had one."""
        rows = await self._pool.fetch(
            f"""
            SELECT person FROM unnest($1::text[]) AS asked (person)
            EXCEPT
            SELECT person FROM {self._schema}.person_key
            WHERE wrapped IS NULL AND erased_at IS NOT NULL
            """,  # noqa: S608 - our name
            list(persons),
        )
        return [row["person"] for row in rows]

    async def erase(self, *persons: str) -> None:
        """Destroy the keys of *persons*, for good; also of those who never had one."""
        await self._pool.execute(
            f"""
            INSERT INTO {self._schema}.person_key AS k (person, erased_at)
            SELECT person, now() FROM unnest($1::text[]) AS gone (person)
            ON CONFLICT (person) DO UPDATE
            SET wrapped = NULL, kek = NULL, erased_at = coalesce(k.erased_at, now())
            WHERE k.wrapped IS NOT NULL OR k.erased_at IS NULL
            """,  # noqa: S608 - our name
            sorted(set(persons)),
        )

    def fingerprint(self, text: str) -> str:
        """Return what stands for *text* without saying it: a keyed hash, 32 hexadecimal digits.

        A plain hash of an identity number is guessed in minutes; the key never leaves the ring.
        """
        if not self._pepper:
            raise SecretMissing("the ring was not prepared")
        return hmac.digest(self._pepper, text.encode(), sha256).hex()[:_FINGERPRINT_DIGITS]

    async def _key(self, person: str) -> bytes:
        """Return the person's key; made now, if this is the first time."""
        for _ in range(_ATTEMPTS):
            if not self._current:
                await self.refresh()
            fresh = os.urandom(KEY_BYTES)
            wrapped = aes_key_wrap(self._secrets[self._current], fresh)
            found: Any = await self._pool.fetchrow(
                self._find_or_make, person, wrapped, self._current
            )
            if found is None:  # another secret is current, or somebody made the key just now
                await self.refresh()
            elif found["erased_at"] is not None:
                raise Refused(ERASED)
            else:
                (key,) = await self._opened_keys([found])
                return key
        raise SecretMissing("the current secret changes faster than we can read it")

    async def _keys(self, persons: set[str]) -> dict[str, bytes]:
        """Return the keys of those of *persons* that have one."""
        found = await self._pool.fetch(
            f"""
            SELECT person, wrapped, kek, (SELECT kek FROM {self._schema}.ring) AS current
            FROM {self._schema}.person_key WHERE person = ANY($1) AND wrapped IS NOT NULL
            """,  # noqa: S608 - our name
            list(persons),
        )
        opened = await self._opened_keys(found)
        return {row["person"]: key for row, key in zip(found, opened, strict=True)}

    async def _opened_keys(self, rows: Sequence[Any]) -> list[bytes]:
        """Unwrap them; the file is read again first when another secret is current by now.

        So a secret that was destroyed is forgotten by those who still run, too.
        """
        if any(row["current"] != self._current for row in rows):
            await self.refresh()
        return [unwrap(row["wrapped"], row["kek"], self._secrets) for row in rows]


def unwrap(wrapped: bytes, kek: str | None, secrets: dict[str, bytes]) -> bytes:
    """Unwrap with the secret *kek*, None: with any that fits; raises `SecretMissing`."""
    for one in [kek] if kek is not None else list(secrets):
        try:
            return aes_key_unwrap(secrets[one], wrapped)
        except (KeyError, InvalidUnwrap):
            continue
    raise SecretMissing(
        f"KKMP_SECRET_FILE holds {', '.join(secrets) or 'nothing'}, "
        f"not the secret that the keys are wrapped under: {kek or 'one without a name'}"
    )


def _is_sealed(one: Sealed) -> bool:
    return isinstance(one.text, str) and one.text.startswith(MARK)  # pyright: ignore[reportUnnecessaryIsInstance] - it comes out of JSON


def _opened(one: Sealed, keys: dict[str, bytes]) -> str | None:
    if not _is_sealed(one):
        if not isinstance(one.text, str):  # pyright: ignore[reportUnnecessaryIsInstance] - as above
            raise SealBroken("not a text")
        return one.text
    if (key := keys.get(one.person)) is None:
        return None
    return unseal(one.text, key, one.event_type, one.event_id, one.place, one.person, one.field)
