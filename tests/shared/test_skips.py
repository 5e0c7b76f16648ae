"""A position that nobody could read is skipped by a fact, and is empty from then on."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import count

import asyncpg
import pytest

from shared import asked
from shared.envelope import Recorded, Unreadable, Vocabulary, cloud_event
from shared.log import Log
from shared.past import Past
from shared.projection import Projection, Runner
from shared.skips import skip_of
from shared.subjects import EVERYTHING
from shared.tables import Key, Table, fold_tables
from shared.transact import Transactor
from tests.shared.story import (
    CASH,
    HALL,
    SUNTER_AGUNG,
    Emptied,
    Empty,
    Paid,
    Pay,
    asked_by,
    box,
    connected,
    provisioned,
    record,
    skip_at,
)

EARLIER = Vocabulary("cash", (Paid,))
"""A release that does not know yet that a box can be emptied."""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Box:
    place: str
    box: str
    held: int


def box_of(said: Recorded) -> list[Key]:
    return [(said.place, said.id)]


def box_row(row: Box | None, said: Recorded, key: Key) -> Box | None:
    return Box(*key, held=box.evolve(row.held if row else 0, said.data))


BOXES = Table("box", Box, ("place", "box"), {Paid: box_of, Emptied: box_of}, box_row)
SQL = "CREATE TABLE box (place text, box text, held bigint NOT NULL, PRIMARY KEY (place, box))"


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log) as made:
        yield made


@pytest.fixture(scope="module")
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    made = await asyncpg.create_pool(database, min_size=1, max_size=10)
    yield made
    await made.close()


@pytest.fixture
def cash() -> Projection:
    """The projection of the cash boxes, in a schema that is not there yet."""
    return Projection(f"cash_{next(_numbers)}", (BOXES,), SQL, "first")


@asynccontextmanager
async def following(
    projection: Projection, vocabulary: Vocabulary, url: str, pool: asyncpg.Pool
) -> AsyncGenerator[Runner]:
    """A process of its own, as far as the log is concerned."""
    async with connected(url) as bus:
        runner = Runner(projection, vocabulary, await Log(bus).open(), pool)
        await runner.prepare()
        task = asyncio.create_task(runner.run())
        try:
            yield runner
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def rows(projection: Projection, pool: asyncpg.Pool) -> list[Box]:
    found = await pool.fetch(f"SELECT * FROM {projection.schema}.box ORDER BY box")  # noqa: S608 - our name
    return [Box(*row) for row in found]


async def from_nothing(kkmp: Log, vocabulary: Vocabulary) -> list[Box]:
    await kkmp.learn_skips()
    read = [vocabulary.read(stored) async for stored in kkmp.scan(EVERYTHING)]
    return list(fold_tables((BOXES,), filter(None, read))["box"].values())


async def halted(runner: Runner) -> None:
    async with asyncio.timeout(30):
        while runner.status.state != "halted":
            await asyncio.sleep(0.01)


async def reached(runner: Runner, position: int) -> None:
    """Wait until it has gone on to a position, from wherever it halted or began again."""
    async with asyncio.timeout(30):
        while runner.status.position < position or runner.status.state != "following":
            await asyncio.sleep(0.01)


async def by_hand(kkmp: Log, payload: bytes = b"{", event: str = "Paid") -> int:
    """Put into the log what no service would write."""
    await kkmp.bus.ask(HALL.subject(event), payload, {"ce-type": f"id.kkmp.cash.{event}.v1"})
    return await kkmp.head()


async def test_a_halted_reader_goes_on_once_the_position_is_skipped(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    await record(kkmp, Paid(5))
    async with following(cash, CASH, log, pool) as runner:
        position = await by_hand(kkmp)
        await halted(runner)
        assert f"position {position}" in runner.status.why
        skipped_by = await skip_at(kkmp, position)
        await reached(runner, skipped_by)
        assert await rows(cash, pool) == [Box(SUNTER_AGUNG, HALL.id, 5)]
    assert await rows(cash, pool) == await from_nothing(kkmp, CASH)


async def test_a_skip_of_another_leaf_skips_nothing(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    position = await by_hand(kkmp)
    forged = await skip_at(kkmp, position, leaf="00" * 32)
    async with following(cash, CASH, log, pool) as runner:
        await halted(runner)
        await asyncio.sleep(0.1)
        assert runner.status.state == "halted"
        await reached(runner, await skip_at(kkmp, position))
    assert forged == position + 1


async def test_said_twice_it_is_one_fact(kkmp: Log) -> None:
    position = await by_hand(kkmp)
    first = await skip_at(kkmp, position)
    assert await skip_at(kkmp, position) == first
    assert await kkmp.head() == first


async def test_versions_count_without_it_and_the_expectation_includes_it(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    await office.transact(HALL, box, Pay(5), asked_by("before"))
    position = await by_hand(kkmp)
    with pytest.raises(Unreadable, match=f"position {position}"):
        await office.transact(HALL, box, Pay(6), asked_by("meanwhile"))
    await skip_at(kkmp, position)
    await kkmp.learn_skips()
    outcome = await office.transact(HALL, box, Pay(7), asked_by("after"))
    assert outcome.version == 2
    assert await office.state(HALL, box) == 12
    assert await Transactor(kkmp, CASH).state(HALL, box) == 12


async def test_who_had_counted_it_goes_on_with_his_versions(kkmp: Log, log: str) -> None:
    later = Transactor(kkmp, CASH)
    await later.transact(HALL, box, Pay(5), asked_by("1"))
    emptied = await later.transact(HALL, box, Empty(), asked_by("2"))
    await later.transact(HALL, box, Pay(7), asked_by("3"))
    async with connected(log) as bus:
        theirs = await Log(bus).open()
        await skip_at(theirs, emptied.position)
        await theirs.learn_skips()
        earlier = Transactor(theirs, EARLIER)
        assert await earlier.state(HALL, box) == 12
        assert (await earlier.transact(HALL, box, Pay(1), asked_by("4"))).version == 4
    await kkmp.learn_skips()
    assert await later.state(HALL, box) == 13


async def test_a_release_that_had_folded_it_folds_again_without_it(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    of_earlier = Projection(f"cash_{next(_numbers)}", (BOXES,), SQL, "earlier")
    of_later = Projection(f"cash_{next(_numbers)}", (BOXES,), SQL, "later")
    emptied = await record(kkmp, Paid(5), Emptied())
    last = await record(kkmp, Paid(7))
    async with following(of_later, CASH, log, pool) as later:
        await later.wait_for(last)
        assert await rows(of_later, pool) == [Box(SUNTER_AGUNG, HALL.id, 7)]
        async with following(of_earlier, EARLIER, log, pool) as earlier:
            await halted(earlier)
            skipped_by = await skip_at(kkmp, emptied)
            await reached(earlier, skipped_by)
            await reached(later, skipped_by)
    expected = [Box(SUNTER_AGUNG, HALL.id, 12)]
    assert await rows(of_earlier, pool) == await rows(of_later, pool) == expected
    assert await from_nothing(kkmp, CASH) == expected


async def test_tables_that_were_left_before_the_skip_was_heard_are_folded_again(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    emptied = await record(kkmp, Paid(5), Emptied())
    async with following(cash, CASH, log, pool) as runner:
        await runner.wait_for(emptied)
    skipped_by = await skip_at(kkmp, emptied)
    async with following(cash, CASH, log, pool) as runner:
        await reached(runner, skipped_by)
        assert await rows(cash, pool) == [Box(SUNTER_AGUNG, HALL.id, 5)]


async def test_the_idempotency_table_keeps_its_envelope(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    emptied = await record(kkmp, Paid(5), Emptied())
    request = asked_by(f"{HALL.id} after 0").id
    async with following(cash, EARLIER, log, pool) as runner:
        await halted(runner)
        await reached(runner, await skip_at(kkmp, emptied))
    known = await asked.known(pool, cash.schema, request)
    assert known is not None
    assert (known.events, known.position) == (2, emptied)


async def test_a_repeat_of_what_is_skipped_is_no_second_fact(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    paid = await office.transact(HALL, box, Pay(5), asked_by("once"))
    await skip_at(kkmp, paid.position)
    await kkmp.learn_skips()
    again = await office.transact(HALL, box, Pay(5), asked_by("once"))
    assert (again.repeated, again.events) == (True, paid.events)
    assert await office.state(HALL, box) == 0


async def test_a_past_takes_it_as_empty_also_before_the_skip(
    cash: Projection, kkmp: Log, database: str
) -> None:
    emptied = await record(kkmp, Paid(5), Emptied())
    past = Past(cash, CASH, kkmp, database)
    try:
        assert await held(past, emptied) == [0]
        await skip_at(kkmp, emptied)
        await kkmp.learn_skips()
        assert await held(past, emptied) == [5]
    finally:
        await past.close()


async def held(past: Past, position: int) -> list[int]:
    async with past.at(None, position, 0, "somebody") as (connection, _):
        return [row["held"] for row in await connection.fetch("SELECT held FROM box")]


async def test_the_feed_shows_which_fact_skips_it(kkmp: Log) -> None:
    position = await by_hand(kkmp)
    skipped_by = await skip_at(kkmp, position)
    await kkmp.learn_skips()
    shown = [cloud_event(stored) for stored in await kkmp.page(1, 10)]
    assert shown[0]["skippedby"] == skipped_by
    assert shown[1]["type"] == "id.kkmp.operations.PositionSkipped.v1"
    assert "skippedby" not in shown[1]


async def test_a_skip_that_nobody_can_read_halts_too_and_can_be_skipped(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    await kkmp.bus.ask(skip_of(7).subject("PositionSkipped"), b"{}")
    position = await kkmp.head()
    async with following(cash, CASH, log, pool) as runner:
        await halted(runner)
        await reached(runner, await skip_at(kkmp, position))
