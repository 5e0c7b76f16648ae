"""`kkmp keys` as an operator uses it: the key is shown once, on stdout, and nowhere else."""

import asyncio
import json
import sys
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from deploy.keys import app
from shared.api_keys import SCHEMA, ApiKeys
from shared.credentials import TokenRefused

GRANT = ("--grant", "pengurus:31.72.02.1006")
ISSUE = ("issue", "--name", "kasir gerai", *GRANT)


@pytest.fixture
async def dsn(database: str) -> str:
    """A database without any key."""
    connection = await asyncpg.connect(database)
    await connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await connection.close()
    return database


async def kkmp_keys(dsn: str, *words: str) -> Result:
    environment = {"KKMP_POSTGRES_DSN": dsn, "COLUMNS": "200", "NO_COLOR": "1"}
    return await asyncio.to_thread(CliRunner().invoke, app, words, env=environment)


async def done(dsn: str, *words: str) -> str:
    """Run it, and return what it says on stdout."""
    result = await kkmp_keys(dsn, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


async def opens(dsn: str, text: str) -> bool:
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        try:
            await ApiKeys(pool).verify(text)
        except TokenRefused:
            return False
        return True


async def test_the_life_of_a_key(dsn: str) -> None:
    first = (await done(dsn, *ISSUE)).strip()
    key_id = first.split("_")[1]
    assert await opens(dsn, first)

    second = (await done(dsn, "rotate", key_id, "--grace", "1h")).strip()
    assert await opens(dsn, first)
    third = (await done(dsn, "rotate", key_id, "--grace", "0h")).strip()
    assert [await opens(dsn, text) for text in (first, second, third)] == [False, False, True]

    revoked = await kkmp_keys(dsn, "revoke", third)  # the whole key, as people paste it
    assert third not in revoked.output
    assert not await opens(dsn, third)
    header, line = (await done(dsn, "list")).splitlines()
    assert header.split()[0] == "ID"
    assert line.split()[:4] == [key_id, "dicabut", "/", "revoked"]
    assert line.endswith("pengurus:31.72.02.1006  kasir gerai")


@pytest.mark.parametrize("work", ["rotate", "revoke"])
async def test_a_whole_key_stands_for_its_id_and_is_not_shown_again(dsn: str, work: str) -> None:
    text = (await done(dsn, *ISSUE)).strip()
    _, key_id, secret = text.split("_", 2)
    for given, exit_code in ((text, 0), (f"kkmp_{secret}", 7)):
        result = await kkmp_keys(dsn, work, given)
        assert result.exit_code == exit_code
        assert secret not in result.output
        assert (key_id in result.stderr) == (given == text)


async def test_without_grace_it_says_that_the_old_secret_ends_at_once(dsn: str) -> None:
    key_id = (await done(dsn, *ISSUE)).split("_")[1]
    said = (await kkmp_keys(dsn, "rotate", key_id, "--grace", "0h")).stderr
    assert "langsung tidak berlaku" in said
    assert "ends at once" in said


async def test_a_key_is_shown_on_one_line_of_stdout_and_nowhere_else(dsn: str) -> None:
    result = await kkmp_keys(dsn, *ISSUE)
    assert result.stdout.count("\n") == 1
    secret = result.stdout.strip().split("_", 2)[2]
    assert secret not in result.stderr
    assert "Simpan sekarang" in result.stderr
    assert "Keep it now" in result.stderr
    for words in (["list"], ["list", "--json"]):
        assert secret not in (await kkmp_keys(dsn, *words)).output


async def test_json_says_the_same_for_programs(dsn: str) -> None:
    issued = json.loads(await done(dsn, *ISSUE, "--grant", "auditor:31", "--json"))
    assert set(issued) == {"id", "key", "name", "grants", "expires_at"}
    rotated = json.loads(await done(dsn, "rotate", issued["id"], "--json"))
    assert set(rotated) == {"id", "key"}
    assert await opens(dsn, rotated["key"])
    (found,) = json.loads(await done(dsn, "list", "--json"))
    assert (found["id"], found["state"], found["expires_at"]) == (
        issued["id"],
        "valid",
        issued["expires_at"],
    )
    assert found["grants"] == issued["grants"] == ["pengurus:31.72.02.1006", "auditor:31"]


async def test_where_there_is_no_key_it_says_how_to_issue_one(dsn: str) -> None:
    result = await kkmp_keys(dsn, "list")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "kkmp keys issue" in result.stderr
    assert json.loads(await done(dsn, "list", "--json")) == []


@pytest.mark.parametrize("words", [["rotate", "siti"], ["revoke", "siti"]])
async def test_a_key_that_is_not_there_is_code_7(dsn: str, words: list[str]) -> None:
    result = await kkmp_keys(dsn, *words)
    assert (result.exit_code, result.stdout) == (7, "")
    assert "There is no valid key siti" in result.stderr


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["issue", "--name", "x", "--grant", "kasir:31.72"], "the roles are"),
        (["issue", "--name", "x", "--grant", "pengurus:Sunter"], "region code"),
        (["issue", "--name", "x"], "--grant"),
        (["issue", *GRANT], "--name"),
        ([*ISSUE, "--expires-in", "367d"], "366d at most"),
        ([*ISSUE, "--expires-in", "0d"], "366d at most"),
        ([*ISSUE, "--expires-in", "soon"], "write days or hours"),
        (["rotate", "x", "--grace", "-1h"], "write days or hours"),
        (["list", "--postgres-dsn", "postgresql://kkmp:rahasia/kkmp"], "cannot be read"),
    ],
)
async def test_what_is_asked_wrongly_is_code_2_and_says_how_to_ask(
    dsn: str, words: list[str], what: str
) -> None:
    result = await kkmp_keys(dsn, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert what in result.stderr
    assert "rahasia" not in result.stderr


async def test_a_database_that_is_away_is_code_5_and_no_password_is_shown() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy", "keys", "list"),
        *("--postgres-dsn", "postgresql://kkmp:rahasia@127.0.0.1:1/kkmp"),
        cwd=Path(__file__).parents[2],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, said) == (5, b"")
    assert b"Check KKMP_POSTGRES_DSN" in errors
    assert b"rahasia" not in errors
    assert b"Traceback" not in errors
