"""A durable is as decided or named; made again, it begins after what was heard."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import httpx2
import pytest
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared import watching
from shared.durables import recorded
from shared.embedded import Servers
from shared.log import Log
from shared.metrics import Metrics
from shared.provision import LogSettingsDiffer, check, provision
from shared.watching import Watch
from tests.shared.story import connected, delete_streams, heard, provisioned
from tests.shared.test_metrics import numbers
from tests.shared.test_reactions import DURABLE, amounts, deposit, listening, say

SECOND = 1_000_000_000
NAME = DURABLE.name


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log with the one durable, new and empty."""
    async with provisioned(log, [DURABLE]) as made:
        yield made


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    made = await asyncpg.create_pool(database, min_size=1, max_size=2)
    yield made
    await made.close()


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the durables without a pause."""
    monkeypatch.setattr(watching, "_EVERY_SECONDS", 0.01)


@asynccontextmanager
async def watched(kkmp: Log) -> AsyncGenerator[Watch]:
    watch = Watch(kkmp.bus, [DURABLE])
    looking = asyncio.create_task(watch.run())
    try:
        yield watch
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def config_of(kkmp: Log) -> dict[str, Any]:
    return (await kkmp.bus.api(f"CONSUMER.INFO.KKMP.{NAME}"))["config"]


async def delete(kkmp: Log) -> None:
    await kkmp.bus.api(f"CONSUMER.DELETE.KKMP.{NAME}")


async def make(kkmp: Log, action: str, config: dict[str, Any]) -> None:
    """Make or change the durable as somebody else might."""
    request = {"stream_name": "KKMP", "action": action, "config": config}
    await kkmp.bus.api(f"CONSUMER.CREATE.KKMP.{NAME}", request)


async def until_recorded(kkmp: Log, position: int) -> None:
    async with asyncio.timeout(10):
        while await recorded(kkmp.bus, NAME) != position:
            await asyncio.sleep(0.01)


async def test_a_missing_durable_is_named_and_provisioning_twice_changes_nothing(
    kkmp: Log,
) -> None:
    await check(kkmp.bus, durables=[DURABLE])
    before = await kkmp.bus.api(f"CONSUMER.INFO.KKMP.{NAME}")
    await provision(kkmp.bus, durables=[DURABLE])
    after = await kkmp.bus.api(f"CONSUMER.INFO.KKMP.{NAME}")
    assert (before["created"], before["config"]) == (after["created"], after["config"])
    await delete(kkmp)
    with pytest.raises(LogSettingsDiffer, match=f"^durable {NAME} is missing: run `kkmp provis"):
        await check(kkmp.bus, durables=[DURABLE])


@pytest.mark.parametrize(
    "altered",
    [
        {"ack_wait": SECOND},
        {"max_ack_pending": 1},
        {"max_deliver": 3},
        {"backoff": [SECOND, 2 * SECOND], "max_deliver": 3},
        {"headers_only": True},
        {"inactive_threshold": SECOND},
        {"max_batch": 1},
        {"max_expires": SECOND},
    ],
    ids="+".join,
)
async def test_a_setting_that_can_be_mended_is_named_and_provisioning_mends_it(
    kkmp: Log, altered: dict[str, Any]
) -> None:
    await make(kkmp, "update", await config_of(kkmp) | altered)
    with pytest.raises(LogSettingsDiffer) as differ:
        await check(kkmp.bus, durables=[DURABLE])
    named = {difference.split(" is ")[0] for difference in str(differ.value).split("; ")}
    assert {f"durable {NAME}.{name}" for name in altered} <= named
    await provision(kkmp.bus, durables=[DURABLE])


async def test_a_durable_that_somebody_paused_is_named_and_provisioning_lets_it_go_on(
    kkmp: Log,
) -> None:
    await kkmp.bus.api(f"CONSUMER.PAUSE.KKMP.{NAME}", {"pause_until": "2100-01-01T00:00:00Z"})
    with pytest.raises(LogSettingsDiffer, match=f"^durable {NAME} is paused until 2100"):
        await check(kkmp.bus, durables=[DURABLE])
    await provision(kkmp.bus, durables=[DURABLE])


@pytest.mark.parametrize(
    "altered",
    [
        {"ack_policy": "none", "max_ack_pending": 0, "max_deliver": -1, "ack_wait": 0},
        {"filter_subject": "kkmp.scouts.>"},
        {"replay_policy": "original"},
        {"mem_storage": True},
        {"deliver_subject": "somewhere"},
    ],
    ids=lambda altered: next(iter(altered)),
)
async def test_a_setting_that_says_what_is_heard_is_refused_by_its_name(
    kkmp: Log, altered: dict[str, Any]
) -> None:
    made = await config_of(kkmp)
    await delete(kkmp)
    await make(kkmp, "create", {**made, **altered, "max_waiting": 0})
    named = f"durable {NAME}.{next(iter(altered))} is "
    for asked in (check, provision):
        with pytest.raises(LogSettingsDiffer, match=named):
            await asked(kkmp.bus, durables=[DURABLE])


async def test_a_durable_that_a_service_of_the_last_release_made_is_taken_as_it_is(
    kkmp: Log,
) -> None:
    await delete(kkmp)
    config = ConsumerConfig(
        ack_policy=AckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.ALL,
        ack_wait=30,
        max_ack_pending=16,
        max_deliver=-1,
    )
    await kkmp.bus.jetstream().pull_subscribe(DURABLE.hears, NAME, "KKMP", config)
    await check(kkmp.bus, durables=[DURABLE])


async def test_one_made_again_begins_after_what_was_heard(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    position = await say(kkmp, 5_000, 7_000)
    async with listening(kkmp, pool, log, deposit), watched(kkmp):
        await heard(kkmp, NAME)
        await until_recorded(kkmp, position)
    await delete(kkmp)
    await say(kkmp, 9_000)
    await provision(kkmp.bus, durables=[DURABLE])
    assert (await config_of(kkmp))["opt_start_seq"] == position + 1
    async with listening(kkmp, pool, log, deposit):
        assert (await heard(kkmp, NAME))["delivered"]["consumer_seq"] == 1
    assert await amounts(kkmp) == [5_000, 7_000, 9_000]


async def test_what_was_not_heard_before_it_was_gone_is_heard_from_the_one_made_again(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    async with listening(kkmp, pool, log, deposit), watched(kkmp):
        await until_recorded(kkmp, await say(kkmp, 5_000))
    await say(kkmp, 7_000)
    await delete(kkmp)
    await provision(kkmp.bus, durables=[DURABLE])
    async with listening(kkmp, pool, log, deposit):
        await heard(kkmp, NAME)
    assert await amounts(kkmp) == [5_000, 7_000]


async def test_the_record_of_another_log_is_not_believed(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    async with listening(kkmp, pool, log, deposit), watched(kkmp):
        await until_recorded(kkmp, await say(kkmp, 5_000))
    await kkmp.bus.api("STREAM.DELETE.KKMP")
    await provision(kkmp.bus)
    await say(kkmp, 6_000)
    await provision(kkmp.bus, durables=[DURABLE])
    async with listening(kkmp, pool, log, deposit):
        await heard(kkmp, NAME)
    assert await amounts(kkmp) == [6_000]


@pytest.mark.parametrize(
    "beginning",
    [{"deliver_policy": "new"}, {"deliver_policy": "by_start_sequence", "opt_start_seq": 3}],
    ids=lambda beginning: beginning["deliver_policy"],
)
async def test_one_that_begins_beyond_what_was_heard_is_refused_and_its_word_is_not_recorded(
    kkmp: Log, beginning: dict[str, Any]
) -> None:
    await say(kkmp, 5_000, 7_000, 9_000)
    config = {name: said for name, said in (await config_of(kkmp)).items() if "deliver" not in name}
    await delete(kkmp)
    await make(kkmp, "create", {**config, "max_deliver": -1, **beginning})
    async with watched(kkmp) as watch, asyncio.timeout(10):
        while not watch.reasons:
            await asyncio.sleep(0.01)
        assert "begins at " in watch.reasons[0]
    assert await recorded(kkmp.bus, NAME) == 0
    with pytest.raises(LogSettingsDiffer, match=f"^durable {NAME} begins at .*: delete it, and"):
        await provision(kkmp.bus, durables=[DURABLE])


async def test_a_reactor_never_makes_its_durable_asks_it_calmly_and_hears_once_it_is_there(
    kkmp: Log, pool: asyncpg.Pool, log: str, servers: Servers
) -> None:
    """By themselves nats-py would make it, and FastStream would ask it thousands of times."""
    await delete(kkmp)
    await say(kkmp, 5_000)
    async with listening(kkmp, pool, log, deposit):
        before = await taken_in(servers)
        await asyncio.sleep(1.5)
        assert await taken_in(servers) - before < 20
        assert (await kkmp.bus.api("CONSUMER.NAMES.KKMP"))["consumers"] == []
        await provision(kkmp.bus, durables=[DURABLE])
        await heard(kkmp, NAME)
    assert await amounts(kkmp) == [5_000]


async def taken_in(servers: Servers) -> int:
    """How many messages the server has taken in from all its clients."""
    async with httpx2.AsyncClient() as client:
        return (await client.get(f"{servers.nats_monitor_url}/varz")).json()["in_msgs"]


async def test_what_a_durable_holds_is_told_in_numbers(kkmp: Log) -> None:
    metrics = Metrics()
    await say(kkmp, 5_000, 7_000)
    async with watched(kkmp) as watch:
        metrics.watch_durables(watch)
        await until_told(metrics, {"kkmp_durable_exists": 1, "kkmp_durable_pending": 2})
        await delete(kkmp)
        await until_told(metrics, {"kkmp_durable_exists": 0, "kkmp_durable_as_decided": 0})


async def until_told(metrics: Metrics, wanted: dict[str, float]) -> None:
    async with asyncio.timeout(10):
        while {name: numbers(metrics, name).get(NAME, 0) for name in wanted} != wanted:
            await asyncio.sleep(0.01)


async def test_a_watch_outlives_a_log_that_is_gone(log: str) -> None:
    async with connected(log) as bus:
        await delete_streams(bus)
        kkmp = Log(bus)
        async with watched(kkmp) as watch, asyncio.timeout(10):
            while not watch.reasons:
                await asyncio.sleep(0.01)
            await provision(bus, durables=[DURABLE])
            while watch.reasons:
                await asyncio.sleep(0.01)
