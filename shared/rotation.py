"""Changing the key-encryption key while services run; stopped anywhere and run again, it ends well.

The new key goes to the front of the secret file; then everything is wrapped under it, in one
transaction; once that has been checked, the old key is removed. Whoever holds a backup of the keys
from before holds what nobody can unwrap any more.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from shared.keyring import KeyRing, unwrap
from shared.secret_file import KEY_BYTES, SecretMissing, key_id, read_secrets, write_secrets


@dataclass(frozen=True, slots=True)
class RingStatus:
    """What may be said of a ring and its secret file: nothing that opens anything."""

    current: str
    in_file: tuple[str, ...]
    living: int
    erased: int
    under_others: int
    last_erased_at: datetime | None


async def status(pool: asyncpg.Pool, schema: str, secret_file: Path) -> RingStatus:
    """Look at the ring in *schema*."""
    row: Any = await pool.fetchrow(
        f"""
        SELECT r.kek, count(k.wrapped) AS living, count(k.erased_at) AS erased,
            count(k.wrapped) FILTER (WHERE k.kek IS DISTINCT FROM r.kek) AS under_others,
            max(k.erased_at) AS last_erased_at
        FROM {schema}.ring r LEFT JOIN {schema}.person_key k ON true GROUP BY r.kek
        """  # noqa: S608 - our name
    )
    return RingStatus(
        row["kek"],
        tuple(read_secrets(secret_file)),
        row["living"],
        row["erased"],
        row["under_others"],
        row["last_erased_at"],
    )


async def rotate(pool: asyncpg.Pool, schema: str, secret_file: Path) -> RingStatus:
    """Change the key-encryption key, or finish a change that was stopped; say how it is then.

    One at a time: a second one waits. It takes two connections of the *pool*.
    """
    async with pool.acquire() as guard:
        lock = f"hashtextextended('{schema} rotation', 0)"
        await guard.execute(f"SELECT pg_advisory_lock({lock})")
        try:
            return await _rotate(pool, schema, secret_file)
        finally:
            await guard.execute(f"SELECT pg_advisory_unlock({lock})")


async def _rotate(pool: asyncpg.Pool, schema: str, secret_file: Path) -> RingStatus:
    await KeyRing(pool, schema, secret_file).prepare()
    secrets = read_secrets(secret_file)
    first = next(iter(secrets))
    current = (await status(pool, schema, secret_file)).current
    if len(secrets) == 1:
        fresh = os.urandom(KEY_BYTES)
        secrets = {key_id(fresh): fresh, **secrets}
        first = next(iter(secrets))
        write_secrets(secret_file, secrets.values())
    if current != first:
        await _rewrap(pool, schema, secrets, first)
    await _check(pool, schema, {first: secrets[first]})
    write_secrets(secret_file, [secrets[first]])
    return await status(pool, schema, secret_file)


async def _rewrap(pool: asyncpg.Pool, schema: str, secrets: dict[str, bytes], first: str) -> None:
    """Wrap everything under the secret *first*: all of it or, where it fails, nothing."""
    async with pool.acquire() as connection, connection.transaction():
        ring: Any = await connection.fetchrow(
            f"SELECT kek, pepper FROM {schema}.ring FOR UPDATE"  # noqa: S608 - our name
        )
        rows = await connection.fetch(
            f"SELECT person, wrapped, kek FROM {schema}.person_key WHERE wrapped IS NOT NULL"  # noqa: S608 - our name
        )
        again = [
            aes_key_wrap(secrets[first], unwrap(row["wrapped"], row["kek"], secrets))
            for row in rows
        ]
        # Somebody who is erased meanwhile stays erased: only what we have read is replaced.
        await connection.execute(
            f"""
            UPDATE {schema}.person_key k SET wrapped = new.wrapped, kek = $4
            FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS new (person, old, wrapped)
            WHERE k.person = new.person AND k.wrapped = new.old
            """,  # noqa: S608 - our name
            [row["person"] for row in rows],
            [row["wrapped"] for row in rows],
            again,
            first,
        )
        await connection.execute(
            f"UPDATE {schema}.ring SET kek = $1, pepper = $2",  # noqa: S608 - our name
            first,
            aes_key_wrap(secrets[first], unwrap(ring["pepper"], ring["kek"], secrets)),
        )


async def _check(pool: asyncpg.Pool, schema: str, secrets: dict[str, bytes]) -> None:
    """Raise `SecretMissing` unless *secrets* alone open everything."""
    rows: Any = await pool.fetch(
        f"""
        SELECT person, wrapped, kek FROM {schema}.person_key WHERE wrapped IS NOT NULL
        UNION ALL SELECT 'the pepper', pepper, kek FROM {schema}.ring
        """  # noqa: S608 - our name
    )
    for row in rows:
        try:
            unwrap(row["wrapped"], row["kek"], secrets)
        except SecretMissing as missing:
            why = f"the old key stays in the file: {row['person']} needs it ({missing})"
            raise SecretMissing(why) from missing
