"""The keys of persons: one each, wrapped under a key-encryption key, kept beside the projections.

They live in a schema of their own, because they are no projection: they cannot be made again from
the log. Whoever destroys a person's key has erased what the log says of who that person is.
"""

import os
from pathlib import Path
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from shared.personal import personal_fields, seal_event
from shared.subjects import Entity

_KEY_BYTES = 32


class SecretMissing(Exception):  # noqa: N818 - the finding itself
    """There is no usable key-encryption key: nothing personal can be taken in."""


class KeyRing:
    """The keys of one service's persons, in one Postgres schema."""

    def __init__(self, pool: asyncpg.Pool, schema: str, secret: bytes) -> None:
        """*secret* is the key-encryption key, 32 bytes."""
        self._pool = pool
        self._schema = schema
        self._secret = secret

    async def prepare(self) -> None:
        """Make the schema, unless it is there; several replicas may do so at once."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", self._schema
            )
            await connection.execute(f"""
                CREATE SCHEMA IF NOT EXISTS {self._schema};
                CREATE TABLE IF NOT EXISTS {self._schema}.person_key (
                    person text PRIMARY KEY,
                    wrapped bytea NOT NULL
                );
                COMMENT ON TABLE {self._schema}.person_key IS
                    'Not a projection: back it up. AES key wrap (RFC 3394) under our secret.';
            """)

    async def seal(self, entity: Entity, event_id: UUID, event: object) -> object:
        """Return *event* with its personal fields sealed under the key of the person *entity*."""
        if not personal_fields(type(event)):
            return event
        return seal_event(event, await self._key(entity.id), str(event_id), entity.place, entity.id)

    async def _key(self, person: str) -> bytes:
        """Return the person's key; made now, if this is the first time."""
        fresh = aes_key_wrap(self._secret, os.urandom(_KEY_BYTES))
        wrapped: bytes = await self._pool.fetchval(
            f"""
            INSERT INTO {self._schema}.person_key AS k VALUES ($1, $2)
            ON CONFLICT (person) DO UPDATE SET wrapped = k.wrapped
            RETURNING wrapped
            """,  # noqa: S608 - our name
            person,
            fresh,
        )
        try:
            return aes_key_unwrap(self._secret, wrapped)
        except InvalidUnwrap as error:
            raise SecretMissing("not the secret that the keys are wrapped under") from error


def read_secret(path: Path) -> bytes:
    """Return the key-encryption key in the file *path*: 64 hexadecimal digits."""
    try:
        secret = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise SecretMissing(f"{path}: {error}") from error
    if len(secret) != _KEY_BYTES:
        raise SecretMissing(f"{path}: {len(secret)} bytes, a key has {_KEY_BYTES}")
    return secret
