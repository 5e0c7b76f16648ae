"""What is said of a person in clear is nowhere but in the answer to who may see it.

Many people whose every personal field is a canary; a tenth is erased, and the secret under the keys
is changed while everything runs. Then the servers stop, and every file is searched.
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx2
import pytest

from deploy.dev import SERVICES
from deploy.site import DURABLES
from services.membership.app import service as membership
from shared.bus import connect
from shared.embedded import Servers, embedded
from shared.http.app import application
from shared.http.door import routes, rule_of
from shared.identity import fresh_id
from shared.keyring import KeyRing, SecretMissing, unwrap
from shared.log import Log
from shared.provision import provision
from shared.secret_file import read_secrets
from tests.credentials import CITY_STAFF, bearer
from tests.membership.door import ask, asked, founding, problem, told
from tests.rebuilt import unlike_the_log
from tests.sizes import sizes
from tests.system.canaries import MARK, canary, files_with, of_persons, plant, sealed_texts
from tests.system.replica import Replica

CODE = "31.72.02.1006"
AT_ONCE = 20
_ROOT = Path(__file__).parents[2]


def lists() -> Iterator[str]:
    """Every question that membership answers about a place or a person, the feed included."""
    for route in routes(application(membership)):
        if rule_of(route) and "GET" in route.methods and "stream" not in route.path:
            yield route.path


async def exported(
    door: httpx2.AsyncClient, persons: list[UUID], erased: list[UUID]
) -> Mapping[str, str]:
    """What every question is answered with, as JSON and as CSV, by what was asked."""
    found: dict[str, str] = {}
    for path in lists():
        address = path.replace("{code}", CODE).replace("{person}", str(persons[-1]))
        for accept in ("application/json", "text/csv"):
            answer = await door.get(address, headers={"Accept": accept})
            assert answer.status_code in (200, 404, 406, 422), answer.text
            found[f"{path} as {accept}"] = answer.text
    assert found["/v1/cooperatives/{code}/members as text/csv"].count("\n") > len(persons)
    assert found["/v1/erasures as text/csv"].count("\n") > len(erased)
    return found


async def copied(dsn: str) -> Mapping[str, bytes]:
    """All tables of the database, as COPY writes them."""
    database = await asyncpg.connect(dsn)
    try:
        tables = await database.fetch(
            """
            SELECT table_schema, table_name FROM information_schema.tables
            WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
            """
        )
        found: dict[str, bytes] = {}
        for schema, table in tables:
            rows = bytearray()

            async def take(chunk: bytes, into: bytearray = rows) -> None:
                into.extend(chunk)

            await database.copy_from_query(f'TABLE "{schema}"."{table}"', output=take)
            found[f"{schema}.{table}"] = bytes(rows)
        return found
    finally:
        await database.close()


async def change_secret(dsn: str, file: Path) -> None:
    """Change the key-encryption key, as an operator does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy", "secrets", "rotate", "--secret-file", file, "--postgres-dsn", dsn),
        cwd=_ROOT,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    assert process.returncode == 0, said + complained


@sizes("people", short=100, full=1_000)
@pytest.mark.embedded
async def test_no_canary_of_anybody_is_in_clear_and_whoever_is_erased_opens_nowhere(
    folder: Path, people: int
) -> None:
    assert len(of_persons()) >= 5
    persons = [fresh_id() for _ in range(people)]
    erased = persons[: people // 10]
    async with embedded(folder, fast=True) as servers:
        await story(servers, folder, persons, erased)
        await servers.nats.stop()
        await servers.postgres.stop()
        assert list(files_with(MARK, folder)) == []
        control = folder / "control"
        control.write_text(canary(persons[0], "Control", "name"))
        assert list(files_with(MARK, folder)) == [control]  # the search does find


async def story(servers: Servers, folder: Path, persons: list[UUID], erased: list[UUID]) -> None:
    bus = await connect(servers.nats_url, "story")
    await provision(bus, durables=DURABLES)
    log = await Log(bus).open()
    replicas = [Replica(service.name, servers, folder) for service in SERVICES]
    file = folder / "key-encryption-key"
    try:
        await asyncio.gather(*(replica.start() for replica in replicas))
        headers = await bearer(servers.postgres_dsn, *CITY_STAFF, "auditor:31.72")
        door = httpx2.AsyncClient(base_url=replicas[0].url, timeout=60, headers=headers)
        async with door, asyncpg.create_pool(servers.postgres_dsn, max_size=AT_ONCE) as pool:
            keys = KeyRing(pool, "membership_keys", file)
            await keys.prepare()
            await asked(door, "/cooperatives", **founding(CODE))
            groups = [persons[start::AT_ONCE] for start in range(AT_ONCE)]
            await asyncio.gather(*(plant(log, keys, group, CODE) for group in groups))
            await over_http(door)
            backup = await pool.fetch("SELECT person, wrapped FROM membership_keys.person_key")
            assert len(backup) >= len(persons)

            await everybody_erased(door, erased)
            await change_secret(servers.postgres_dsn, file)
            await looks(door, persons[-1], erased[0])
            await told(door, "/erasures", min_position=await log.head())
            for what, text in (await exported(door, persons, erased)).items():
                assert MARK not in text, what
            for what, rows in (await copied(servers.postgres_dsn)).items():
                assert MARK.encode() not in rows, what
            for service in SERVICES:
                assert await unlike_the_log(service, servers) == {}
            await opens(log, keys, set(map(str, erased)), len(persons))
            for row in backup:  # of the erased and of the others
                with pytest.raises(SecretMissing):
                    unwrap(row["wrapped"], None, read_secrets(file))
        await asyncio.gather(*(replica.stop() for replica in replicas))
    finally:
        await asyncio.gather(*(replica.kill() for replica in replicas))
        await bus.close()


async def over_http(door: httpx2.AsyncClient) -> None:
    """Say canaries over HTTP too, rightly and wrongly: requests leave lines in the logs."""
    for serial in range(1, 6):
        who = fresh_id()
        body = {
            "name": canary(who, "http", "name"),
            "identity_number": f"317299010190{serial:04d}",
            "phone": "081200000000",
            "born_on": "1990-01-01",
            "accepts_articles": True,
        }
        path = f"/cooperatives/{CODE}/applications"
        await asked(door, path, **body)
        wrong = {**body, "born_on": canary(who, "http", "born_on")}
        problem(await ask(door, path, wrong), 422, "request_invalid")
        unknown = {**body, canary(who, "http", "unknown"): "x"}
        problem(await ask(door, path, unknown), 422, "request_invalid")


async def everybody_erased(door: httpx2.AsyncClient, erased: list[UUID]) -> None:
    for person in erased:
        path = f"/cooperatives/{CODE}/members/{person}/erasure"
        await asked(door, path, basis="requested")


async def looks(door: httpx2.AsyncClient, living: UUID, gone: UUID) -> None:
    """Whoever may look sees who lives, after the secret was changed too, and no one erased."""
    look = {"purpose": "supervision", "fields": ["name"]}
    seen = await asked(door, f"/cooperatives/{CODE}/members/{living}/reveal", **look)
    assert seen["data"]["name"].startswith(f"{MARK}-{living}-")
    refused = await ask(door, f"/cooperatives/{CODE}/members/{gone}/reveal", look)
    problem(refused, 409, "person_erased")
    path = f"/cooperatives/{CODE}/members/{gone}/personal-data"
    assert (await told(door, path))["name"] == "(dihapus)"


async def opens(log: Log, keys: KeyRing, erased: set[str], people: int) -> None:
    """Every text of who lives opens as it was said, and none of whoever was erased."""
    texts = await sealed_texts(log)
    clear = await keys.open(texts)
    of_erased = 0
    for one, text in zip(texts, clear, strict=True):
        if one.person in erased:
            of_erased += 1
            assert text is None, one
        else:
            assert text is not None, one
    assert of_erased >= len(erased) * 8
    opened = [text for text in clear if text and text.startswith(MARK)]
    assert len(opened) >= (people - len(erased)) * 8
    assert len(set(opened)) == len(opened)
