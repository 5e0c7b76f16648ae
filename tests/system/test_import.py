"""Of many lines, a tenth of them bad: the good ones are in, once, each bad one is named."""

import asyncio
import csv
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.site import DURABLES
from shared.calendar import day_of
from shared.embedded import Servers
from shared.log import Log
from tests.credentials import CITY_STAFF, key_for
from tests.membership.door import asked, founding
from tests.servers import empty_database
from tests.shared.story import provisioned
from tests.sizes import sizes
from tests.system.proxy import proxy
from tests.system.registers import KINDS, Register, Row, register
from tests.system.replica import replicas

ROOT = Path(__file__).parents[2]
CODE = "31.72.02.1006"
FEW = 180
AT_ONCE = 16


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log, DURABLES) as made:
        yield made


@dataclass(frozen=True)
class Cooperative:
    """A registered cooperative, a key of its staff, and its members' list in a file."""

    door: httpx2.AsyncClient
    environment: dict[str, str]
    folder: Path

    async def start(
        self, file: Path, *words: str | Path, to: str | None = None
    ) -> asyncio.subprocess.Process:
        """Begin to import *file*, over the door's own address or another one *to* it."""
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy", "import", "members", file),
            *("--to", to or str(self.door.base_url), "--cooperative", CODE, "--json", *words),
            cwd=ROOT,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def imported(
        self, register: Register, *words: str
    ) -> tuple[dict[str, Any], dict[int, tuple[str, str]], str]:
        """Import to the end: the summary, what became of each line, and all that was said."""
        file, report = self.folder / "anggota.csv", self.folder / "laporan.csv"
        file.write_bytes(register.content)
        process = await self.start(file, "--report", report, *words)
        said, errors = await process.communicate()
        assert process.returncode in (0, 1), errors.decode()
        text = report.read_text("utf-8-sig")
        rows = list(csv.DictReader(StringIO(text, newline=""), delimiter=";"))
        became = {int(row["nomor_baris"]): (row["hasil"], row["kode"]) for row in rows}
        assert len(became) == len(rows)
        return json.loads(said), became, errors.decode() + text

    async def members(self) -> list[dict[str, str]]:
        """The register as a table, read page after page as any program does."""
        await asyncio.sleep(1)  # for as long the answer before is given again
        head = (await self.door.get("/readyz")).json()["log"]["head"]
        address = f"/v1/cooperatives/{CODE}/members.csv?limit=5000&min_position={head}"
        rows: list[dict[str, str]] = []
        while address:
            answer = await self.door.get(address)
            assert answer.status_code == 200, answer.text
            rows += csv.DictReader(StringIO(answer.text, newline=""))
            address = answer.links.get("next", {}).get("url", "")
        return rows


@asynccontextmanager
async def cooperative(servers: Servers, folder: Path) -> AsyncGenerator[Cooperative]:
    """Run membership on an empty cell, and register a cooperative."""
    async with empty_database(servers.postgres_dsn) as dsn:
        cell = Servers(servers.nats_url, servers.nats_monitor_url, dsn)
        async with replicas(1, "membership", cell, folder) as (service,):
            key = await key_for(dsn, *CITY_STAFF)
            headers = {"Authorization": f"Bearer {key}"}
            async with httpx2.AsyncClient(
                base_url=service.url, headers=headers, timeout=60
            ) as door:
                await asked(door, "/cooperatives", **founding(CODE))
                yield Cooperative(door, os.environ | {"KKMP_KEY": key}, folder)


def expected(made: Register, became: str) -> dict[int, tuple[str, str]]:
    """What the report must say of every line, one of the good ones but for its completeness."""
    every = dict.fromkeys(range(2, made.count + 2), (became, ""))
    return every | {number: ("ditolak", code) for number, code in made.bad.items()}


def whole(became: dict[int, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """Leave out which lines are incomplete."""
    return {
        number: (result, "" if code == "incomplete" else code)
        for number, (result, code) in became.items()
    }


async def assert_the_register_is(made: Register, here: Cooperative) -> None:
    """It holds exactly the good lines, and says what each of them lacks."""
    found = await here.members()
    assert Counter(map(_row, found)) == Counter(made.rows)
    assert {row["status"] for row in found} == {"active"}
    assert {row["source"] for row in found} == {"DATA CONTOH"}


def _row(row: dict[str, str]) -> Row:
    joined_on = day_of(datetime.fromisoformat(row["joined_at"])).isoformat()
    pokok, wajib, sukarela = (int(row[kind]) for kind in ("pokok", "wajib", "sukarela"))
    return row["number"], joined_on, pokok, wajib, sukarela, row["missing"]


def assert_names_nobody(made: Register, said: str) -> None:
    assert [personal for personal in made.personal if personal in said] == []


async def test_c12_an_import_loads_the_good_lines_and_names_each_bad_one_with_its_reason(
    servers: Servers, kkmp: Log, folder: Path
) -> None:
    made = register(good=FEW, bad=FEW // 9)
    async with cooperative(servers, folder) as here:
        summary, became, said = await here.imported(made)
        assert whole(became) == expected(made, "dimuat")
        assert (summary["read"], summary["loaded"]) == (made.count, FEW)
        assert summary["by_code"] == Counter(made.bad.values())
        assert_names_nobody(made, said)
        await assert_the_register_is(made, here)


@sizes("lines", short=1_200, full=10_000)
@pytest.mark.embedded  # once is enough: it tries the import, not servers
async def test_c12_of_all_lines_nine_tenths_are_loaded_though_it_is_killed_half_way(
    servers: Servers, kkmp: Log, folder: Path, lines: int
) -> None:
    bad = lines // 10
    good = lines - bad
    half = good // 2 - AT_ONCE  # which lines are done first is chance among those
    made = register(good=good, bad=bad)
    assert (made.count, len(made.bad)) == (lines, bad)
    assert len(set(made.bad.values())) == KINDS >= 12
    async with cooperative(servers, folder) as here:
        # when it is killed as soon as it says that half is done; what it sends goes through here,
        # so that it cannot run ahead of who reads that
        file = folder / "anggota.csv"
        file.write_bytes(made.content)
        async with proxy(str(here.door.base_url)) as wire:
            process = await here.start(file, to=wire.url.replace("nats", "http"))
            assert process.stderr is not None
            async for line in process.stderr:
                if b"(50 %)" in line:
                    break
            process.kill()
            await process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert half <= len(await here.members()) < good

        # and the same command is given again
        summary, became, said = await here.imported(made)

        # then it ends as if nothing had been
        assert became.keys() == expected(made, "dimuat").keys()
        assert {
            number: code for number, (result, code) in became.items() if result == "ditolak"
        } == made.bad
        assert half <= summary["already"] < good
        assert summary["already"] + summary["loaded"] == good
        assert (summary["read"], summary["refused"]) == (lines, bad)
        assert summary["by_code"] == Counter(made.bad.values())
        assert_names_nobody(made, said)
        await assert_the_register_is(made, here)

        # and again, though the file was sorted anew, it loads nothing
        head = await kkmp.head()
        title, *rows = made.content.splitlines(keepends=True)
        summary, _, _ = await here.imported(replace(made, content=b"".join([title, *rows[::-1]])))
        assert (summary["loaded"], summary["already"], summary["refused"]) == (0, good, bad)
        assert await kkmp.head() == head


async def test_c12_a_dry_run_refuses_alike_and_records_nothing(
    servers: Servers, kkmp: Log, folder: Path
) -> None:
    made = register(good=FEW, bad=FEW // 9)
    async with cooperative(servers, folder) as here:
        head = await kkmp.head()
        summary, became, said = await here.imported(made, "--dry-run")
        assert whole(became) == expected(made, "diperiksa")
        assert (summary["checked"], summary["loaded"]) == (FEW, 0)
        assert summary["refused"] == len(made.bad)
        assert_names_nobody(made, said)
        assert await kkmp.head() == head
        assert await here.members() == []

        # and what was tried holds no key: the same lines are loaded after
        _, became, _ = await here.imported(made)
        assert whole(became) == expected(made, "dimuat")
        summary, became, _ = await here.imported(made, "--dry-run")
        assert whole(became) == expected(made, "sudah_ada")
