"""A request that led to facts is known for ever, by its id, and proven by what it said."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import UUID

import asyncpg
import pytest

from shared import projection
from shared.asked import Known, event_ids, known, same_request, table_of
from shared.batches import Write
from shared.envelope import Cause, Recorded, Vocabulary, instant
from shared.log import Log
from shared.projection import Projection, Runner
from shared.reader import PAGE
from shared.subjects import Entity
from shared.tables import fold_tables
from shared.transact import Part, Transactor
from tests.shared.story import (
    CASH,
    HALL,
    NOON,
    BoxEvent,
    Emptied,
    Paid,
    Pay,
    asked_by,
    box,
    hall,
    provisioned,
    record_many,
)

AT = instant(NOON)

_numbers = count(1)


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log) as made:
        yield made


@pytest.fixture(scope="module")
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    async with asyncpg.create_pool(database, min_size=1) as made:
        yield made


@pytest.fixture
def cash() -> Projection:
    """A projection with no table but the machinery's own."""
    return Projection(f"cash_{next(_numbers)}", (), "", "first")


@asynccontextmanager
async def following(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, vocabulary: Vocabulary = CASH
) -> AsyncGenerator[Runner]:
    runner = Runner(cash, vocabulary, kkmp, pool)
    await runner.prepare()
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def rows(cash: Projection, pool: asyncpg.Pool) -> dict[UUID, Known]:
    found = await pool.fetch(f"SELECT * FROM {cash.schema}.asked")  # noqa: S608 - our name
    return {row["request"]: Known(**row) for row in found}


async def say(kkmp: Log, cause: Cause, *said: BoxEvent, entity: Entity = HALL) -> tuple[UUID, ...]:
    """Record what *cause* leads to; return the ids of the events."""
    before = await kkmp.read(entity)
    drafts = tuple(
        CASH.draft(entity, event, cause, index, len(before) + index + 1)
        for index, event in enumerate(said)
    )
    await kkmp.append(Write(entity, before[-1].position if before else 0, drafts))
    return tuple(draft.id for draft in drafts)


async def test_a_request_has_one_row_that_says_what_it_led_to(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    siti, budi = asked_by("siti", "pays"), asked_by("budi", "pays")
    first, *_ = await say(kkmp, siti, Paid(1), Paid(2), Emptied())
    (other,) = await say(kkmp, budi, Paid(3), entity=hall(2))
    async with following(cash, kkmp, pool) as runner:
        await runner.wait_for(4)
        assert await rows(cash, pool) == {
            siti.id: Known(
                siti.id, HALL.family, first, events=3, version=3, position=3, recorded_at=AT
            ),
            budi.id: Known(
                budi.id, hall(2).family, other, events=1, version=1, position=4, recorded_at=AT
            ),
        }
        found = await known(pool, cash.schema, siti.id)
        assert found is not None
        assert (found.entity, found.events) == (HALL, 3)
        assert await known(pool, cash.schema, asked_by("agus").id) is None


async def test_what_a_request_said_is_proven_by_the_ids_that_follow_from_it(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    transactor = Transactor(kkmp, CASH)
    siti = asked_by("siti", "pays 5,000")
    outcome = await transactor.transact(HALL, box, Pay(5_000), siti)
    async with following(cash, kkmp, pool) as runner:
        await runner.wait_for(outcome.position)
        found = await known(pool, cash.schema, siti.id)
    assert found is not None
    assert same_request(found, "pays 5,000")
    assert event_ids(found, "pays 5,000") == outcome.events
    assert not same_request(found, "pays 6,000")
    assert not same_request(replace(found, family=hall(2).family), "pays 5,000")


async def test_the_ids_of_all_events_are_found_again(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    siti = asked_by("siti", "much")
    said = await say(kkmp, siti, Paid(1), Paid(2), Emptied())
    async with following(cash, kkmp, pool) as runner:
        await runner.wait_for(3)
        found = await known(pool, cash.schema, siti.id)
    assert found is not None
    assert event_ids(found, "much") == said


async def test_a_request_keeps_its_first_meaning(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    siti = asked_by("siti", "here")
    (first,) = await say(kkmp, siti, Paid(1))
    later = replace(siti, fingerprint="there", recorded_at=siti.recorded_at + timedelta(seconds=1))
    await say(kkmp, later, Paid(2), entity=hall(2))
    async with following(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
        assert list((await rows(cash, pool)).values()) == [
            Known(siti.id, HALL.family, first, events=1, version=1, position=1, recorded_at=AT)
        ]


async def test_of_several_entities_that_a_request_changes_it_is_about_the_one_that_was_asked(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    siti = asked_by("siti", "moves 5")
    outcome = await Transactor(kkmp, CASH).transact_all(
        [Part(HALL, box, Pay(5)), Part(hall(2), box, Pay(7))], siti
    )
    async with following(cash, kkmp, pool) as runner:
        await runner.wait_for(outcome.position)
        found = await known(pool, cash.schema, siti.id)
    assert found is not None
    assert (found.entity, found.position, found.version) == (HALL, outcome.position, 1)
    assert event_ids(found, "moves 5") == outcome.events


async def test_a_reaction_is_no_request(cash: Projection, kkmp: Log, pool: asyncpg.Pool) -> None:
    await say(kkmp, replace(asked_by("a fact"), authtype="system"), Paid(1))
    async with following(cash, kkmp, pool) as runner:
        await runner.wait_for(1)
        assert await rows(cash, pool) == {}


async def test_what_others_were_asked_is_theirs(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await say(kkmp, asked_by("siti"), Paid(1))
    bank = Vocabulary("bank", (), {"cash": (Paid, Emptied)})
    async with following(cash, kkmp, pool, bank) as runner:
        await runner.wait_for(1)
        assert await rows(cash, pool) == {}


async def test_the_rows_equal_a_fresh_fold_however_often_they_are_made(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projection, "_BATCH_PAGES", 1)
    await say(kkmp, asked_by("siti"), Paid(1), entity=hall(2))
    last = await record_many(kkmp, HALL, range(1, 1_501), batch=500)  # one lies on both pages
    stored = [one for start in (1, PAGE + 1) for one in await kkmp.page(start, PAGE)]
    events: list[Recorded] = [event for one in stored if (event := CASH.read(one))]
    fresh = fold_tables([table_of(CASH.own)], events)["asked"]
    expected = {request: row for (request,), row in fresh.items()}
    assert sorted(row.events for row in expected.values()) == [1, 500, 500, 500]
    for fingerprint in ("first", "first", "second"):
        made = replace(cash, fingerprint=fingerprint)
        async with following(made, kkmp, pool) as runner:
            await runner.wait_for(last)
            assert await rows(cash, pool) == expected


async def test_an_event_that_names_no_request_halts_the_projection(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    headers = {"ce-type": "id.kkmp.cash.Paid.v1"}
    await kkmp.bus.ask(HALL.subject("Paid"), b'{"amount": 1}', headers)
    async with following(cash, kkmp, pool) as runner:
        async with asyncio.timeout(60):
            while runner.status.state != "halted":
                await asyncio.sleep(0.01)
        assert runner.status.why.startswith(f"event at position 1 ({HALL.subject('Paid')}): ")
        assert "ce-causationid" in runner.status.why
