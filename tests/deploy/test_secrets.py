"""`kkmp secrets` as an operator uses it: no digit of a key is ever shown."""

import asyncio
import json
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from deploy.secrets import app
from shared.keyring import KeyRing
from shared.secret_file import read_secrets, write_secrets
from tests.shared.ring import BUDI, SITI, name_of, sealed_name

SCHEMA = "membership_keys"


@pytest.fixture
async def dsn(database: str) -> str:
    """A database without any key."""
    connection = await asyncpg.connect(database)
    await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await connection.close()
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "secret"


async def kkmp_secrets(dsn: str, file: Path, *words: str) -> Result:
    environment = {
        "KKMP_POSTGRES_DSN": dsn,
        "KKMP_SECRET_FILE": str(file),
        "COLUMNS": "200",
        "NO_COLOR": "1",
    }
    result = await asyncio.to_thread(CliRunner().invoke, app, words, env=environment)
    if file.exists() and result.exit_code == 0:
        for secret in read_secrets(file).values():
            assert secret.hex() not in result.output
    return result


async def done(dsn: str, file: Path, *words: str) -> str:
    """Run it, and return what it says on stdout."""
    result = await kkmp_secrets(dsn, file, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


async def test_the_life_of_a_secret(dsn: str, file: Path) -> None:
    await done(dsn, file, "new")
    (first,) = read_secrets(file)
    assert file.stat().st_mode & 0o777 == 0o600
    async with asyncpg.create_pool(dsn, min_size=1, max_size=2) as pool:
        keys = KeyRing(pool, SCHEMA, file)
        await keys.prepare()
        siti = name_of(SITI, await sealed_name(keys, SITI, "Siti Rahayu"))
        await sealed_name(keys, BUDI, "Budi Santoso")
        await keys.erase(BUDI.id)
        found = json.loads(await done(dsn, file, "rotate", "--json"))
        assert await keys.open([siti]) == ["Siti Rahayu"]
    (second,) = read_secrets(file)
    assert second != first
    assert (found["current"], found["living"], found["erased"]) == (second, 1, 1)
    assert json.loads(await done(dsn, file, "status", "--json")) == found
    assert second in await done(dsn, file, "status")


async def test_a_secret_that_is_there_is_not_made_anew(dsn: str, file: Path) -> None:
    await done(dsn, file, "new")
    before = file.read_text()
    again = await kkmp_secrets(dsn, file, "new")
    assert (again.exit_code, file.read_text()) == (1, before)


async def test_the_wrong_secret_changes_nothing_and_is_named(dsn: str, file: Path) -> None:
    await done(dsn, file, "new")
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        await KeyRing(pool, SCHEMA, file).prepare()
    write_secrets(file, [bytes(32)])
    result = await kkmp_secrets(dsn, file, "rotate")
    assert result.exit_code == 1
    assert "not the secret that the keys are wrapped under" in result.output
    assert list(read_secrets(file).values()) == [bytes(32)]


async def test_a_change_that_was_stopped_is_pointed_at(dsn: str, file: Path) -> None:
    await done(dsn, file, "new")
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        await KeyRing(pool, SCHEMA, file).prepare()
    write_secrets(file, [bytes(32), *read_secrets(file).values()])
    assert "kkmp secrets rotate" in (await kkmp_secrets(dsn, file, "status")).output
    await done(dsn, file, "rotate")
    assert list(read_secrets(file).values()) == [bytes(32)]


async def test_a_database_that_does_not_answer_is_another_exit_code(file: Path) -> None:
    dsn = "postgresql://nobody@127.0.0.1:1/nowhere"
    await done(dsn, file, "new")
    assert (await kkmp_secrets(dsn, file, "status")).exit_code == 5
