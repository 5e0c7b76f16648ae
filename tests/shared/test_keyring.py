"""Each person has one key, and without the mounted secret it opens nothing."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from structlog.testing import capture_logs

from shared.decider import Refused
from shared.keyring import DAMAGED, KeyRing, SecretMissing
from shared.personal import ERASED, SealBroken, unseal
from shared.secret_file import read_secrets, write_secrets
from tests.shared.ring import (
    BUDI,
    EVENT,
    PLACE,
    SECRET,
    SITI,
    Verified,
    Warned,
    key_of,
    name_of,
    sealed_name,
)

CONTEXT = ("Applied", str(EVENT), PLACE, "siti", "name")
OTHER_SECRET = bytes(32)


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
    return await prepared(pool, file)


async def prepared(pool: asyncpg.Pool, file: Path) -> KeyRing:
    ring = KeyRing(pool, "keys", file)
    await ring.prepare()
    return ring


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
    keys: KeyRing, pool: asyncpg.Pool, file: Path
) -> None:
    sealed = await sealed_name(keys, SITI, "Siti Rahayu")
    again = await prepared(pool, file)
    await sealed_name(again, SITI, "Siti R.")
    assert unseal(sealed, await key_of(pool, "siti"), *CONTEXT) == "Siti Rahayu"


async def test_no_key_lies_in_the_database_unwrapped(keys: KeyRing, pool: asyncpg.Pool) -> None:
    await sealed_name(keys, SITI, "Siti Rahayu")
    wrapped: bytes = await pool.fetchval("SELECT wrapped FROM keys.person_key")
    assert await key_of(pool, "siti") not in wrapped
    assert len(wrapped) == 40


async def test_another_secret_cannot_open_the_keys(
    keys: KeyRing, pool: asyncpg.Pool, file: Path
) -> None:
    await sealed_name(keys, SITI, "Siti Rahayu")
    write_secrets(file, [OTHER_SECRET])
    with pytest.raises(SecretMissing, match="not the secret that the keys are wrapped under"):
        await sealed_name(KeyRing(pool, "keys", file), SITI, "Siti Rahayu")


class Counting:
    """A pool that counts how often the database is asked."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.asked = 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the pool's
        self.asked += name in ("fetch", "fetchrow", "fetchval", "execute")
        return getattr(self._pool, name)


async def test_sealing_and_opening_take_one_round_trip_however_many_texts(
    pool: asyncpg.Pool, file: Path
) -> None:
    counting: Any = Counting(pool)
    ring = KeyRing(counting, "keys", file)
    await ring.prepare()
    trips = [counting.asked]
    siti = name_of(SITI, await sealed_name(ring, SITI, "Siti Rahayu"))
    trips.append(counting.asked)
    budi = name_of(BUDI, await sealed_name(ring, BUDI, "Budi Santoso"))
    trips.append(counting.asked)
    await sealed_name(ring, SITI, "Siti R.")
    trips.append(counting.asked)
    assert await ring.open([siti, budi] * 50) == ["Siti Rahayu", "Budi Santoso"] * 50
    trips.append(counting.asked)
    await ring.open([name_of(BUDI, "in clear")])
    trips.append(counting.asked)
    assert [after - before for before, after in pairwise(trips)] == [1, 1, 1, 1, 0]


async def test_texts_of_several_persons_open_side_by_side_and_old_clear_ones_stay(
    keys: KeyRing,
) -> None:
    siti = name_of(SITI, await sealed_name(keys, SITI, "Siti Rahayu"))
    budi = name_of(BUDI, await sealed_name(keys, BUDI, "Budi Santoso"))
    old = name_of(BUDI, "written before texts were sealed")
    opened = await keys.open([budi, siti, old, siti])
    assert opened == ["Budi Santoso", "Siti Rahayu", old.text, "Siti Rahayu"]
    assert await keys.open([]) == []


async def test_whoever_is_erased_reads_as_nobody_and_the_others_still_open(
    keys: KeyRing, pool: asyncpg.Pool
) -> None:
    siti = name_of(SITI, await sealed_name(keys, SITI, "Siti Rahayu"))
    budi = name_of(BUDI, await sealed_name(keys, BUDI, "Budi Santoso"))
    await keys.erase("siti")
    erased_at = await pool.fetchval("SELECT erased_at FROM keys.person_key WHERE person = 'siti'")
    await keys.erase("siti")
    assert await keys.open([siti, budi]) == [None, "Budi Santoso"]
    assert await pool.fetchrow(
        "SELECT wrapped, kek, erased_at FROM keys.person_key WHERE person = 'siti'"
    ) == (None, None, erased_at)


async def test_nothing_is_sealed_for_whoever_is_erased(keys: KeyRing) -> None:
    await keys.erase("siti")
    with pytest.raises(Refused) as refused:
        await sealed_name(keys, SITI, "Siti Rahayu")
    assert refused.value.refusal is ERASED
    assert await keys.seal(SITI, EVENT, Verified()) == Verified()


async def test_what_the_board_says_of_a_person_is_under_that_persons_key(keys: KeyRing) -> None:
    board = await keys.seal(BUDI, EVENT, Warned("siti", "Siti tidak hadir"))
    assert isinstance(board, Warned)
    await keys.erase("siti")
    with pytest.raises(Refused):
        await keys.seal(BUDI, EVENT, Warned("siti", "Siti tidak hadir"))
    assert await keys.seal(BUDI, EVENT, Warned("siti")) == Warned("siti")
    await sealed_name(keys, BUDI, "Budi Santoso")


async def test_an_event_without_personal_fields_needs_no_key(
    keys: KeyRing, pool: asyncpg.Pool
) -> None:
    assert await keys.seal(SITI, EVENT, Verified()) == Verified()
    assert await pool.fetchval("SELECT count(*) FROM keys.person_key") == 0


async def test_one_number_has_one_fingerprint_that_every_replica_agrees_on(
    keys: KeyRing, pool: asyncpg.Pool, file: Path
) -> None:
    number = "3172990101900001"
    one = keys.fingerprint(number)
    assert one == (await prepared(pool, file)).fingerprint(number)
    assert one != keys.fingerprint("3172990101900002")
    assert len(bytes.fromhex(one)) == 16
    await pool.execute("DROP SCHEMA keys CASCADE")
    assert one != (await prepared(pool, file)).fingerprint(number)


async def test_keys_of_before_secrets_had_names_go_on_opening(
    pool: asyncpg.Pool, file: Path
) -> None:
    await pool.execute(
        "CREATE SCHEMA keys; CREATE TABLE keys.person_key "
        "(person text PRIMARY KEY, wrapped bytea NOT NULL)"
    )
    key = bytes(range(7, 39))
    await pool.execute("INSERT INTO keys.person_key VALUES ('siti', $1)", aes_key_wrap(SECRET, key))
    rings = await asyncio.gather(*(prepared(pool, file) for _ in range(4)))
    sealed = await sealed_name(rings[0], SITI, "Siti Rahayu")
    assert unseal(sealed, key, *CONTEXT) == "Siti Rahayu"
    await rings[1].erase("siti")
    assert await rings[2].open([name_of(SITI, sealed)]) == [None]


def test_the_secrets_are_read_from_their_file_the_current_one_first(file: Path) -> None:
    write_secrets(file, [OTHER_SECRET, SECRET])
    assert list(read_secrets(file).values()) == [OTHER_SECRET, SECRET]
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "secret", "00" * 31, "00" * 33])
def test_a_file_without_a_key_is_refused_by_its_path(tmp_path: Path, text: str) -> None:
    file = tmp_path / "secret"
    file.touch(0o600)
    file.write_text(text)
    with pytest.raises(SecretMissing, match=str(file)):
        read_secrets(file)


def test_a_file_that_is_missing_is_refused_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match="nowhere"):
        read_secrets(tmp_path / "nowhere")


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620])
def test_a_file_that_others_can_open_is_refused_and_says_what_to_do(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SecretMissing, match=f"chmod 600 {file}"):
        read_secrets(file)
    file.chmod(0o400)
    assert list(read_secrets(file).values()) == [SECRET]


async def test_a_damaged_text_is_one_damaged_text_and_is_logged_once_an_event(
    keys: KeyRing,
) -> None:
    sealed = await sealed_name(keys, SITI, "Siti Rahayu")
    broken: list[Any] = ["enc1.", "enc1.x", "enc1.AAAA", "enc1.\u00e9", f"{sealed[:-8]}AAAAAAAA", 7]
    texts = [name_of(SITI, one) for one in [sealed, *broken, sealed]]
    with capture_logs() as logged:
        opened = [await keys.open(texts) for _ in range(2)]
    assert opened == [["Siti Rahayu", *([DAMAGED] * len(broken)), "Siti Rahayu"]] * 2
    (line,) = logged
    assert (line["log_level"], line["event_id"], line["field"]) == ("error", str(EVENT), "name")
    assert "siti" not in str(line).lower()
