"""Each person has one key, and without the mounted secret it opens nothing."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from shared.keyring import KeyRing, SecretMissing, read_secret
from shared.messages import event
from shared.personal import Personal, SealBroken, unseal
from shared.subjects import Entity

SECRET = bytes(range(32))
SITI = Entity("membership", "31.72.02.1006", "member", "siti")
BUDI = Entity("membership", "31.72.02.1006", "member", "budi")
EVENT = UUID("0197a1f0-0000-7000-8000-000000000001")
CONTEXT = ("Applied", str(EVENT), "31.72.02.1006", "siti", "name")


@event
class Applied:
    """Somebody applied."""

    name: Personal


@event
class Verified:
    """Nothing personal is in this."""


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    """A database without any key."""
    made = await asyncpg.create_pool(database, min_size=1, max_size=10)
    await made.execute("DROP SCHEMA IF EXISTS keys CASCADE")
    yield made
    await made.close()


@pytest.fixture
async def keys(pool: asyncpg.Pool) -> KeyRing:
    ring = KeyRing(pool, "keys", SECRET)
    await ring.prepare()
    return ring


async def sealed_name(ring: KeyRing, person: Entity, name: str) -> str:
    said = await ring.seal(person, EVENT, Applied(name))
    assert isinstance(said, Applied)
    return said.name


async def key_of(pool: asyncpg.Pool, person: str) -> bytes:
    wrapped: bytes = await pool.fetchval(
        "SELECT wrapped FROM keys.person_key WHERE person = $1", person
    )
    return aes_key_unwrap(SECRET, wrapped)


async def test_a_sealed_name_opens_with_the_persons_own_key(
    keys: KeyRing, pool: asyncpg.Pool
) -> None:
    sealed = await sealed_name(keys, SITI, "Siti Rahayu")
    await sealed_name(keys, BUDI, "Budi Santoso")
    assert unseal(sealed, await key_of(pool, "siti"), *CONTEXT) == "Siti Rahayu"
    with pytest.raises(SealBroken):
        unseal(sealed, await key_of(pool, "budi"), *CONTEXT)


async def test_a_person_gets_one_key_even_when_many_ask_at_once(
    keys: KeyRing, pool: asyncpg.Pool
) -> None:
    names = [f"Siti {number}" for number in range(20)]
    sealed = await asyncio.gather(*(sealed_name(keys, SITI, name) for name in names))
    key = await key_of(pool, "siti")
    assert [unseal(one, key, *CONTEXT) for one in sealed] == names
    assert await pool.fetchval("SELECT count(*) FROM keys.person_key") == 1


async def test_the_keys_stay_when_the_service_starts_again(
    keys: KeyRing, pool: asyncpg.Pool
) -> None:
    sealed = await sealed_name(keys, SITI, "Siti Rahayu")
    again = KeyRing(pool, "keys", SECRET)
    await again.prepare()
    await sealed_name(again, SITI, "Siti R.")
    assert unseal(sealed, await key_of(pool, "siti"), *CONTEXT) == "Siti Rahayu"


async def test_no_key_lies_in_the_database_unwrapped(keys: KeyRing, pool: asyncpg.Pool) -> None:
    await sealed_name(keys, SITI, "Siti Rahayu")
    wrapped: bytes = await pool.fetchval("SELECT wrapped FROM keys.person_key")
    assert await key_of(pool, "siti") not in wrapped
    assert len(wrapped) == 40


async def test_another_secret_cannot_open_the_keys(keys: KeyRing, pool: asyncpg.Pool) -> None:
    await sealed_name(keys, SITI, "Siti Rahayu")
    other = KeyRing(pool, "keys", bytes(32))
    with pytest.raises(SecretMissing, match="not the secret that the keys are wrapped under"):
        await sealed_name(other, SITI, "Siti Rahayu")


async def test_whoever_loses_the_key_is_forgotten(keys: KeyRing, pool: asyncpg.Pool) -> None:
    sealed = await sealed_name(keys, SITI, "Siti Rahayu")
    await pool.execute("DELETE FROM keys.person_key WHERE person = 'siti'")
    await sealed_name(keys, SITI, "Siti Rahayu")
    with pytest.raises(SealBroken):
        unseal(sealed, await key_of(pool, "siti"), *CONTEXT)


async def test_an_event_without_personal_fields_needs_no_key(
    keys: KeyRing, pool: asyncpg.Pool
) -> None:
    assert await keys.seal(SITI, EVENT, Verified()) == Verified()
    assert await pool.fetchval("SELECT count(*) FROM keys.person_key") == 0


def test_the_secret_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET.hex() + "\n")
    assert read_secret(file) == SECRET


@pytest.mark.parametrize("text", ["", "secret", "00" * 31, "00" * 33])
def test_a_file_without_a_key_is_refused_by_its_path(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secret"
    file.write_text(text)
    with pytest.raises(SecretMissing, match=str(file)):
        read_secret(file)


def test_a_file_that_is_missing_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match="nowhere"):
        read_secret(tmp_path / "nowhere")
