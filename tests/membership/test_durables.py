"""A service hears on durables that were provisioned: it starts on no others, and misses none."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.membership.app import service as membership
from shared.embedded import Servers
from shared.log import Log
from shared.provision import LogSettingsDiffer, provision
from shared.service import run
from shared.settings import Settings
from tests.membership.door import SECRET, asked, founding, joined, open_door
from tests.membership.test_x12_erasure import living
from tests.shared.story import heard, provisioned
from tests.shared.test_logs import logged

CODE = "31.72.02.1006"
DURABLE = "membership-destroy-key-of-erased"


async def readiness(door: httpx2.AsyncClient) -> dict[str, Any]:
    return (await door.get("/readyz")).json()


async def within_ten_seconds(seen: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await seen():
            await asyncio.sleep(0.1)


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log) as made:
        yield made


async def test_a_durable_that_is_gone_is_told_of_and_one_made_again_is_heard_without_a_restart(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    with logged() as lines:
        async with open_door(cell, tmp_path) as door:
            await asked(door, "/cooperatives", **founding(CODE))
            assert (await readiness(door))["ready"]
            await kkmp.bus.api(f"CONSUMER.DELETE.KKMP.{DURABLE}")
            await within_ten_seconds(lambda: not_ready(door))
            found = await readiness(door)
            assert found["reasons"] == [f"durable {DURABLE} is missing: run `kkmp provision`"]
            assert [one["name"] for one in found["reactions"] if not one["exists"]] == [DURABLE]
            metrics = (await door.get("/metrics")).text
            assert f'kkmp_durable_exists{{durable="{DURABLE}"}} 0.0' in metrics

            who = await joined(door, CODE)
            member = f"/cooperatives/{CODE}/members/{who}"
            await asked(door, f"{member}/resignation", reason="pindah domisili")
            await asked(door, f"{member}/erasure", basis="requested")
            await provision(kkmp.bus, durables=membership.durables)
            await heard(kkmp, DURABLE)
            await within_ten_seconds(lambda: is_ready(door))
            assert not await living(cell, who)
    errors = [line for line in lines() if line["level"] == "error"]
    assert [(line["event"], line["durable"]) for line in errors] == [
        ("durable is not as decided", DURABLE)
    ]


async def is_ready(door: httpx2.AsyncClient) -> bool:
    return bool((await readiness(door))["ready"])


async def not_ready(door: httpx2.AsyncClient) -> bool:
    return not await is_ready(door)


async def test_a_service_does_not_start_without_its_durables(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    others = [durable for durable in membership.durables if durable.name != DURABLE]
    await provision(kkmp.bus, durables=others)
    secret = tmp_path / "secret"
    secret.write_text(SECRET.hex())
    settings = Settings(
        nats_url=cell.nats_url,
        nats_monitor_url=cell.nats_monitor_url,
        postgres_dsn=cell.postgres_dsn,
        secret_file=secret,
        days=False,
    )
    with pytest.raises(LogSettingsDiffer, match=f"^durable {DURABLE} is missing: run"):
        async with run(membership, settings):
            pytest.fail("it runs")
