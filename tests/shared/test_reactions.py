"""What others say leads to what we ask of ourselves: once, or it is parked with a reason."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from shared.batches import Write
from shared.envelope import Recorded, Vocabulary
from shared.log import Log
from shared.messages import event
from shared.projection import Projection, ProjectionBehind, Runner
from shared.provision import provision
from shared.reactions import Facts, Reaction, Reactor, Request
from shared.subjects import Entity
from shared.transact import Transactor
from tests.shared.story import (
    FULL,
    HALL,
    MOST,
    SUNTER_AGUNG,
    BoxCommand,
    BoxEvent,
    Emptied,
    Empty,
    Paid,
    Pay,
    asked_by,
    box,
    heard,
    provisioned,
    record,
    unheard,
)


@event
class Collected:
    """The scouts collected money, in rupiah, for the box of the hall."""

    amount: int


SCOUTS = Vocabulary("scouts", (Collected,))
GROUP = Entity("scouts", SUNTER_AGUNG, "group", "garuda")
CASH = Vocabulary("cash", (Paid, Emptied), {"scouts": (Collected,)})

type React = Callable[[Recorded, Facts], Awaitable[Sequence[Request[Any, Any, Any]]]]


async def deposit(said: Recorded, _: Facts) -> list[Request[BoxCommand, int, BoxEvent]]:
    return [Request(HALL, box, Pay(said.data.amount))]


DURABLE = Reaction("deposit", "scouts", "group", Collected, deposit).durable("cash")


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log) as made:
        yield made


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    made = await asyncpg.create_pool(database, min_size=1, max_size=2)
    yield made
    await made.close()


@asynccontextmanager
async def reacting(
    kkmp: Log, pool: asyncpg.Pool, url: str, react: React = deposit
) -> AsyncGenerator[None]:
    """Let the cash office hear the scouts for as long as the block lasts."""
    await provision(kkmp.bus, durables=[DURABLE])
    async with listening(kkmp, pool, url, react):
        yield


@asynccontextmanager
async def listening(kkmp: Log, pool: asyncpg.Pool, url: str, react: React) -> AsyncGenerator[None]:
    """The same on whatever was provisioned."""
    runner = Runner(Projection("cash", (), "", ""), CASH, kkmp, pool)
    facts = Facts(Transactor(kkmp, CASH), runner, pool)
    reaction = Reaction("deposit", "scouts", "group", Collected, react)
    reactor = Reactor([reaction], CASH, kkmp, facts, url)
    await reactor.start()
    try:
        yield
    finally:
        await reactor.stop()


async def say(kkmp: Log, *amounts: int) -> int:
    past = await kkmp.read(GROUP)
    cause = asked_by(f"round {len(past)}")
    said = tuple(
        SCOUTS.draft(GROUP, Collected(amount), cause, index, len(past) + index + 1)
        for index, amount in enumerate(amounts)
    )
    return await kkmp.append(Write(GROUP, past[-1].position if past else 0, said))


async def settled(kkmp: Log) -> dict[str, Any]:
    """Wait until everything has been heard and let go; return what the consumer says."""
    return await heard(kkmp, DURABLE.name)


async def payments(kkmp: Log) -> list[Recorded]:
    return [said for stored in await kkmp.read(HALL) if (said := CASH.read(stored))]


async def amounts(kkmp: Log) -> list[int]:
    return [said.data.amount for said in await payments(kkmp)]


async def parked(kkmp: Log) -> list[dict[str, Any]]:
    aside = await Log(kkmp.bus, stream="KKMP_PARKED").open()
    return [json.loads(stored.payload) for stored in await aside.page(1, 10)]


async def test_what_is_heard_leads_to_what_we_say_and_is_its_cause(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    await say(kkmp, 5_000)
    async with reacting(kkmp, pool, log):
        await settled(kkmp)
        await say(kkmp, 7_000)
        await settled(kkmp)
    assert await amounts(kkmp) == [5_000, 7_000]
    cause = SCOUTS.read((await kkmp.read(GROUP))[0])
    said = (await payments(kkmp))[0]
    assert cause is not None
    assert (said.cause, said.correlation) == (cause.event_id, cause.correlation)
    assert said.time == cause.time
    assert said.stored.attribute("authtype") == "system"
    assert said.stored.attribute("authid") == "cash/deposit"


async def test_what_is_delivered_twice_has_its_effect_once(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    await say(kkmp, 5_000, 7_000)
    async with reacting(kkmp, pool, log):
        await settled(kkmp)
    await unheard(kkmp, DURABLE)  # whereupon all is delivered again
    async with reacting(kkmp, pool, log):
        assert (await settled(kkmp))["delivered"]["consumer_seq"] == 2
    assert await amounts(kkmp) == [5_000, 7_000]


async def test_what_is_refused_is_parked_with_its_place_and_reason_and_the_next_is_heard(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    await record(kkmp, Paid(MOST))
    position = await say(kkmp, 5_000)

    async def deposit_little(said: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
        asked = await deposit(said, facts)
        return asked if said.data.amount > 1 else [Request(HALL, box, Empty())]

    async with reacting(kkmp, pool, log, deposit_little):
        await settled(kkmp)
        (note,) = await parked(kkmp)
        assert (note["reaction"], note["position"], note["attempt"]) == ("deposit", position, 1)
        assert (note["code"], note["reason"]) == (FULL.code, FULL.en)
        assert note["subject"] == GROUP.subject("Collected")
        await say(kkmp, 1)
        await settled(kkmp)
    assert [type(said.data) for said in await payments(kkmp)] == [Paid, Emptied]
    assert len(await parked(kkmp)) == 1


async def test_the_facts_of_one_entity_are_reacted_to_in_order(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    collected = list(range(1, 101))
    await say(kkmp, *collected)
    async with reacting(kkmp, pool, log):
        await settled(kkmp)
    assert await amounts(kkmp) == collected


async def test_what_cannot_be_read_is_parked(kkmp: Log, pool: asyncpg.Pool, log: str) -> None:
    headers = {"ce-type": "id.kkmp.scouts.Collected.v1"}
    await kkmp.bus.ask(GROUP.subject("Collected"), b'{"amount": "much"}', headers)
    async with reacting(kkmp, pool, log):
        await settled(kkmp)
    (note,) = await parked(kkmp)
    assert (note["code"], note["position"]) == ("Unreadable", 1)
    assert "amount: " in note["reason"]
    assert await payments(kkmp) == []


async def test_what_cannot_work_now_is_delivered_again_and_then_works(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    tried: list[int] = []

    async def deposit_later(said: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
        tried.append(said.position)
        if len(tried) < 3:
            raise ProjectionBehind(0, said.position, "")
        return await deposit(said, facts)

    await say(kkmp, 5_000, 7_000)
    async with reacting(kkmp, pool, log, deposit_later):
        await settled(kkmp)
    assert tried == [1, 1, 1, 2]
    assert await amounts(kkmp) == [5_000, 7_000]
    assert await parked(kkmp) == []


async def test_a_fault_of_ours_does_not_stop_us_from_hearing_the_next(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    async def faulty(said: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
        if said.data.amount == 5_000:
            raise KeyError("a fault of ours")
        return await deposit(said, facts)

    await say(kkmp, 5_000, 7_000)
    async with reacting(kkmp, pool, log, faulty):
        await settled(kkmp)
    assert await amounts(kkmp) == [7_000]
    (note,) = await parked(kkmp)
    assert (note["code"], note["position"]) == ("KeyError", 1)
    assert note["reason"] == "KeyError"  # its message may quote what was said


@pytest.mark.parametrize("token", [b"a\x0bb", b"\x0c", b"\xff\xfe"])
async def test_a_subject_of_odd_bytes_makes_no_reaction_deaf(
    kkmp: Log, pool: asyncpg.Pool, log: str, token: bytes
) -> None:
    host, _, port = log.removeprefix("nats://").partition(":")
    subject = GROUP.subject("Collected").encode().replace(b"garuda", token)
    async with reacting(kkmp, pool, log):
        _, stranger = await asyncio.open_connection(host, int(port))
        stranger.write(b"CONNECT {}\r\nPUB %s 2\r\n{}\r\nPING\r\n" % subject)
        await stranger.drain()
        async with asyncio.timeout(30):
            while await kkmp.head() == 0:
                await asyncio.sleep(0.01)
        stranger.close()
        await stranger.wait_closed()
        await say(kkmp, 5_000)
        await settled(kkmp)
    assert await amounts(kkmp) == [5_000]
