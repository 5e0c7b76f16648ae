"""The secret under the keys can change at any time, and be stopped anywhere while it does."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import asyncpg
import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from shared import rotation
from shared.keyring import KeyRing, SecretMissing
from shared.secret_file import key_id, read_secrets, write_secrets
from shared.subjects import Entity
from tests.shared.ring import BUDI, PLACE, SECRET, SITI, name_of, sealed_name

NUMBER = "3172990101900001"


class PowerCut(BaseException):
    """The machine stopped."""


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    """A database without any key."""
    made = await asyncpg.create_pool(database, min_size=1, max_size=10)
    await made.execute("DROP SCHEMA IF EXISTS keys CASCADE")
    yield made
    await made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The secret file, with one secret."""
    path = tmp_path / "secret"
    write_secrets(path, [SECRET])
    return path


@pytest.fixture
async def keys(pool: asyncpg.Pool, file: Path) -> KeyRing:
    ring = KeyRing(pool, "keys", file)
    await ring.prepare()
    return ring


async def rotate(pool: asyncpg.Pool, file: Path) -> rotation.RingStatus:
    return await rotation.rotate(pool, "keys", file)


async def test_after_a_rotation_everything_opens_and_nothing_needs_the_old_secret(
    keys: KeyRing, pool: asyncpg.Pool, file: Path
) -> None:
    siti = name_of(SITI, await sealed_name(keys, SITI, "Siti Rahayu"))
    await keys.erase("budi")
    fingerprint = keys.fingerprint(NUMBER)
    found = await rotate(pool, file)
    (current,) = read_secrets(file)
    assert current != key_id(SECRET)
    assert (found.current, found.in_file) == (current, (current,))
    assert (found.living, found.erased, found.under_others) == (1, 1, 0)
    again = KeyRing(pool, "keys", file)
    await again.prepare()
    for ring in (keys, again):  # one that ran all the time, and one that starts now
        assert await ring.open([siti]) == ["Siti Rahayu"]
        assert ring.fingerprint(NUMBER) == fingerprint
        await sealed_name(ring, SITI, "Siti R.")


async def test_a_copy_of_the_keys_from_before_opens_nothing_after_a_rotation(
    keys: KeyRing, pool: asyncpg.Pool, file: Path
) -> None:
    siti = name_of(SITI, await sealed_name(keys, SITI, "Siti Rahayu"))
    await pool.execute("CREATE TABLE keys.backup AS TABLE keys.person_key")
    await keys.erase("siti")
    await rotate(pool, file)
    await pool.execute("TRUNCATE keys.person_key")
    await pool.execute("INSERT INTO keys.person_key TABLE keys.backup")
    with pytest.raises(SecretMissing, match=key_id(SECRET)):
        await keys.open([siti])


@pytest.mark.parametrize("step", ["_rewrap", "_check", "write_secrets"])
async def test_a_rotation_that_was_stopped_is_finished_by_the_next_one(
    keys: KeyRing, pool: asyncpg.Pool, file: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    siti = name_of(SITI, await sealed_name(keys, SITI, "Siti Rahayu"))

    def cut(*arguments: object) -> None:
        if step != "write_secrets" or len(list(arguments[-1])) == 1:  # type: ignore[call-overload]
            raise PowerCut
        write_secrets(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(rotation, step, cut)
        with pytest.raises(PowerCut):
            await rotate(pool, file)
    new, old = read_secrets(file)
    assert old == key_id(SECRET)
    # between the two, everything works on, for those who run and for those who start
    late = KeyRing(pool, "keys", file)
    await late.prepare()
    budi = name_of(BUDI, await sealed_name(late, BUDI, "Budi Santoso"))
    assert await keys.open([siti, budi]) == ["Siti Rahayu", "Budi Santoso"]
    found = await rotate(pool, file)
    assert (found.current, found.in_file, found.under_others) == (new, (new,), 0)
    assert await keys.open([siti, budi]) == ["Siti Rahayu", "Budi Santoso"]


async def test_no_key_is_lost_that_is_made_or_destroyed_while_the_secret_changes(
    keys: KeyRing, pool: asyncpg.Pool, file: Path
) -> None:
    persons = [Entity("membership", PLACE, "member", f"person-{n}") for n in range(300)]
    gone = persons[:50]
    sealed = dict.fromkeys(persons, "")
    for person in gone:
        sealed[person] = await sealed_name(keys, person, person.id)

    async def arrive() -> None:
        for person in persons[50:]:
            sealed[person] = await sealed_name(keys, person, person.id)

    async def leave() -> None:
        for person in gone:
            await keys.erase(person.id)

    async def change() -> None:
        for _ in range(5):
            await rotate(pool, file)

    await asyncio.gather(arrive(), leave(), change())
    await rotate(pool, file)
    opened = await keys.open([name_of(person, sealed[person]) for person in persons])
    assert opened == [None] * 50 + [person.id for person in persons[50:]]


async def test_a_key_that_is_made_at_the_very_moment_of_a_rotation_is_under_the_new_secret(
    keys: KeyRing, pool: asyncpg.Pool, file: Path
) -> None:
    new = bytes(range(1, 33))
    write_secrets(file, [new, SECRET])
    async with pool.acquire() as connection:
        async with connection.transaction():
            pepper: bytes = await connection.fetchval("SELECT pepper FROM keys.ring FOR UPDATE")
            sealing = asyncio.create_task(sealed_name(keys, SITI, "Siti Rahayu"))
            await waits_for_a_lock(pool)
            again = aes_key_wrap(new, aes_key_unwrap(SECRET, pepper))
            await connection.execute(
                "UPDATE keys.ring SET kek = $1, pepper = $2", key_id(new), again
            )
        siti = name_of(SITI, await sealing)
    assert await pool.fetchval("SELECT kek FROM keys.person_key") == key_id(new)
    write_secrets(file, [new])
    assert await keys.open([siti]) == ["Siti Rahayu"]


async def waits_for_a_lock(pool: asyncpg.Pool) -> None:
    async with asyncio.timeout(60):
        while not await pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)


async def test_two_rotations_at_once_are_one_after_the_other(
    keys: KeyRing, pool: asyncpg.Pool, file: Path
) -> None:
    siti = name_of(SITI, await sealed_name(keys, SITI, "Siti Rahayu"))
    await asyncio.gather(rotate(pool, file), rotate(pool, file))
    assert len(read_secrets(file)) == 1
    assert await keys.open([siti]) == ["Siti Rahayu"]
