"""The past answers as the present did then, and keeps nothing when it goes."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

import asyncpg
import pytest

from deploy.dev import SERVICES
from shared import past as module
from shared.batches import Write
from shared.envelope import Recorded, Stored, Unreadable
from shared.log import Log
from shared.past import Past, PastInPreparation, PositionAhead
from shared.projection import DATABASE_AWAY, Projection, Runner
from shared.provision import provision
from shared.reader import PAGE, LogBroken
from shared.service import Definition
from shared.subjects import Entity
from shared.tables import Key, Table
from tests.shared.story import (
    CASH,
    HALL,
    NOON,
    BoxEvent,
    Emptied,
    Paid,
    asked_by,
    delete_streams,
    hall,
    provisioned,
    record,
    record_many,
)

_numbers = count(1)
MINUTE = timedelta(minutes=1)
LONG = 2 * PAGE + 1
QUESTIONS = (
    "SELECT * FROM box ORDER BY box",
    "SELECT count(*), sum(held)::bigint FROM box",
    "SELECT b.box, (SELECT max(o.held) FROM box o WHERE o.box <> b.box) FROM box b ORDER BY 1",
)


@dataclass(frozen=True, slots=True)
class BoxRow:
    """What a box holds, in rupiah, and when something was last put in; an empty one has no row."""

    box: str
    held: int
    paid_at: datetime


def box_row(row: BoxRow | None, said: Recorded, key: Key) -> BoxRow | None:
    match said.data:
        case Paid(amount=amount):
            return BoxRow(*key, held=amount + (row.held if row else 0), paid_at=said.time)
        case _:
            return None


def box_of(said: Recorded) -> list[Key]:
    return [(said.id,)]


BOXES = Table("box", BoxRow, ("box",), {Paid: box_of, Emptied: box_of}, box_row)
SQL = """
    CREATE TABLE box (
        box text PRIMARY KEY,
        held bigint NOT NULL,
        paid_at timestamptz NOT NULL
    );
    COMMENT ON TABLE box IS 'The cash boxes.';
    CREATE INDEX ON box (held);
"""


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log) as made:
        yield made


@pytest.fixture
def cash() -> Projection:
    return Projection(f"cash_{next(_numbers)}", (BOXES,), SQL, "")


@pytest.fixture
async def past(cash: Projection, kkmp: Log, database: str) -> AsyncGenerator[Past]:
    made = Past(cash, CASH, kkmp, database)
    yield made
    await made.close()


@pytest.fixture
async def pool(cash: Projection, database: str) -> AsyncGenerator[asyncpg.Pool]:
    """Connections that find the tables that follow the log by their names."""
    settings = {"search_path": cash.schema}
    async with asyncpg.create_pool(database, min_size=1, server_settings=settings) as made:
        yield made


@pytest.fixture
async def live(cash: Projection, kkmp: Log, pool: asyncpg.Pool) -> AsyncGenerator[Runner]:
    runner = Runner(cash, CASH, kkmp, pool)
    await runner.prepare()
    following = asyncio.create_task(runner.run())
    yield runner
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following


@pytest.fixture
async def watcher(database: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


@pytest.fixture
def held_up(kkmp: Log, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """The log gives its first page and no other, until this is set."""
    more, page = asyncio.Event(), kkmp.page

    async def slowly(start: int, size: int) -> list[Stored]:
        if start > PAGE:
            await more.wait()
        return await page(start, size)

    monkeypatch.setattr(kkmp, "page", slowly)
    return more


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a fold: whatever needs one is in preparation."""
    monkeypatch.setattr(module, "_PATIENCE", 0)


async def say(kkmp: Log, minute: int, said: BoxEvent, entity: Entity = HALL) -> int:
    """Record what happened so many minutes after noon; return its position."""
    before = await kkmp.read(entity)
    cause = replace(asked_by(f"{entity.id} {len(before)}"), at=NOON + minute * MINUTE)
    draft = CASH.draft(entity, said, cause, 0, len(before) + 1)
    return await kkmp.append(Write(entity, before[-1].position if before else 0, (draft,)))


async def answers(connection: Any) -> list[list[tuple[Any, ...]]]:  # noqa: ANN401 - or a pool
    return [[tuple(row) for row in await connection.fetch(question)] for question in QUESTIONS]


async def held(
    past: Past,
    minute: int | None = None,
    position: int | None = None,
    wanted: int = 0,
    who: str = "siti",
) -> tuple[dict[str, int], int]:
    """What the boxes held then, and the position at which that is known."""
    moment = None if minute is None else NOON + minute * MINUTE
    async with past.at(moment, position, wanted, who) as (connection, known_at):
        rows = await connection.fetch("SELECT box, held FROM box")
    return {row["box"]: row["held"] for row in rows}, known_at


async def eventually[T](asked: Callable[[], Awaitable[T]]) -> T:
    """Ask again for as long as it is in preparation."""
    async with asyncio.timeout(60):
        while True:
            with suppress(PastInPreparation):
                return await asked()
            await asyncio.sleep(0.005)


async def backends(watcher: asyncpg.Connection, cash: Projection) -> list[int]:
    name = f"kkmp-{cash.schema}-past"
    rows = await watcher.fetch(
        "SELECT pid FROM pg_stat_activity WHERE application_name = $1 ORDER BY backend_start", name
    )
    return [row["pid"] for row in rows]


async def become(watcher: asyncpg.Connection, cash: Projection, number: int) -> list[int]:
    """Wait until there are so many connections to pasts; return them, the oldest first."""
    async with asyncio.timeout(60):
        while len(found := await backends(watcher, cash)) != number:
            await asyncio.sleep(0.01)
    return found


async def pid_of(past: Past, position: int) -> int:
    async with past.at(None, position, 0, "siti") as (connection, _):
        return await connection.fetchval("SELECT pg_backend_pid()")


async def test_every_question_has_at_every_position_the_answer_that_it_had_then(
    past: Past, live: Runner, pool: asyncpg.Pool, kkmp: Log
) -> None:
    answered = {0: await answers(pool)}
    story = [
        (1, Paid(50_000)), (1, Paid(20_000)), (2, Paid(10_000)), (1, Emptied()), (2, Emptied()),
        (3, Paid(7_000)), (2, Paid(1)),
    ]  # fmt: skip
    for number, said in story:
        position = await record(kkmp, said, entity=hall(number))
        await live.wait_for(position)
        answered[position] = await answers(pool)
    for position, then in answered.items():
        async with past.at(None, position, 0, "siti") as (connection, known_at):
            assert (await answers(connection), known_at) == (then, position)
    async with past.at(NOON, None, 0, "siti") as (connection, known_at):
        assert (await answers(connection), known_at) == (answered[len(story)], len(story))


async def test_a_moment_holds_what_happened_up_to_and_with_it(past: Past, kkmp: Log) -> None:
    for minute, amount in ((0, 1), (10, 20), (20, 300)):
        await say(kkmp, minute, Paid(amount))
    assert [(await held(past, minute))[0] for minute in (-1, 0, 9, 10, 20)] == [
        {}, {HALL.id: 1}, {HALL.id: 1}, {HALL.id: 21}, {HALL.id: 321},
    ]  # fmt: skip


async def test_what_is_learned_late_is_in_the_past_from_then_on(
    past: Past, kkmp: Log, watcher: asyncpg.Connection, cash: Projection
) -> None:
    await say(kkmp, 0, Paid(1))
    await say(kkmp, 30, Paid(20))
    assert await held(past, 15) == ({HALL.id: 1}, 2)
    (before,) = await backends(watcher, cash)
    late = await say(kkmp, 10, Paid(300))
    await say(kkmp, 40, Paid(4_000), hall(2))
    assert await held(past, 15, wanted=late) == ({HALL.id: 301}, 4)
    assert await backends(watcher, cash) == [before]  # it went on from where it was


async def test_both_together_say_what_was_known_there_of_what_had_happened_by_then(
    past: Past, kkmp: Log
) -> None:
    await say(kkmp, 0, Paid(1))
    await say(kkmp, 30, Paid(20))
    await say(kkmp, 10, Paid(300))
    assert await held(past, 15, position=2) == ({HALL.id: 1}, 2)
    assert await held(past, 15, position=3) == ({HALL.id: 301}, 3)
    assert await held(past, 30, position=2) == ({HALL.id: 21}, 2)


async def test_an_instant_is_one_past_however_its_offset_is_written(
    past: Past, kkmp: Log, watcher: asyncpg.Connection, cash: Projection
) -> None:
    await say(kkmp, 0, Paid(1))
    for hours in (0, 7):
        moment = NOON.astimezone(timezone(timedelta(hours=hours)))
        async with past.at(moment, None, 0, "siti") as (connection, _):
            assert await connection.fetchval("SELECT held FROM box") == 1
    assert len(await backends(watcher, cash)) == 1


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
async def test_before_the_first_event_the_tables_of_a_service_are_there_and_empty(
    service: Definition, kkmp: Log, database: str
) -> None:
    past = Past(Projection.of(service.folder, service.tables), service.vocabulary, kkmp, database)
    try:
        async with past.at(None, 0, 0, "siti") as (connection, position):
            for table in service.tables:
                assert await connection.fetch(f"SELECT * FROM {table.name}") == []  # noqa: S608 - our names
            kept = await connection.fetch(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 't'"
            )
        assert position == 0
        assert {row["relname"] for row in kept} == {table.name for table in service.tables}
    finally:
        await past.close()


async def test_the_future_has_no_past(past: Past, kkmp: Log) -> None:
    await say(kkmp, 0, Paid(1))
    with pytest.raises(PositionAhead, match="asked for 2, the log ends at 1"):
        await held(past, position=2)
    with pytest.raises(PositionAhead, match="asked for 2, the log ends at 1"):
        await held(past, 0, wanted=2)


async def test_a_past_goes_with_its_connection_and_is_folded_again(
    past: Past, kkmp: Log, watcher: asyncpg.Connection, cash: Projection
) -> None:
    await record(kkmp, Paid(1), Paid(20))
    assert await held(past, position=2) == ({HALL.id: 21}, 2)
    (lost,) = await backends(watcher, cash)
    with pytest.raises(DATABASE_AWAY):  # noqa: PT012 - the question is asked inside
        async with past.at(None, 2, 0, "siti") as (connection, _):
            await watcher.execute("SELECT pg_terminate_backend($1, 5000)", lost)
            await connection.fetch("SELECT * FROM box")
    assert await held(past, position=2) == ({HALL.id: 21}, 2)
    (found,) = await backends(watcher, cash)
    assert found != lost
    tables = "SELECT count(*) FROM pg_class WHERE relname = 'box' AND relpersistence = 't'"
    assert await watcher.fetchval(tables) == 1


async def test_a_past_that_was_lost_while_nobody_looked_is_folded_again(
    at_once: None, past: Past, kkmp: Log, watcher: asyncpg.Connection, cash: Projection
) -> None:
    await record(kkmp, Paid(1))
    await eventually(lambda: held(past, position=1))
    (lost,) = await backends(watcher, cash)
    await watcher.execute("SELECT pg_terminate_backend($1)", lost)
    await become(watcher, cash, 0)
    with suppress(PastInPreparation, *DATABASE_AWAY):  # the first may hear of it
        await held(past, position=1)
    assert await eventually(lambda: held(past, position=1)) == ({HALL.id: 1}, 1)


async def test_a_past_that_does_not_answer_in_time_is_let_go(past: Past, kkmp: Log) -> None:
    await record(kkmp, Paid(1))
    before = await pid_of(past, 1)
    with pytest.raises(TimeoutError):
        async with past.at(None, 1, 0, "siti") as (connection, _):
            await connection.execute("SELECT pg_sleep(60)", timeout=0.01)
    assert await pid_of(past, 1) != before


async def test_the_past_that_nobody_asked_for_longest_goes_first_and_never_one_in_use(
    past: Past, kkmp: Log, watcher: asyncpg.Connection, cash: Projection
) -> None:
    await record(kkmp, *(Paid(number) for number in range(1, 7)))
    first = await pid_of(past, 1)
    second, third = await pid_of(past, 2), await pid_of(past, 3)
    await pid_of(past, 4)
    assert await pid_of(past, 1) == first
    async with past.at(None, 3, 0, "siti") as (connection, _):
        await pid_of(past, 5)  # takes the place of the second
        await pid_of(past, 6)  # not of the third, which is in use, but of the fourth
        assert await connection.fetchval("SELECT held FROM box") == 6
    kept = await become(watcher, cash, 4)
    assert kept[:2] == [first, third]
    assert second not in kept


async def test_one_asker_uses_a_share_of_the_places_and_all_askers_no_more_than_there_are(
    past: Past, kkmp: Log
) -> None:
    await record(kkmp, *(Paid(number) for number in range(1, 6)))
    async with past.at(None, 1, 0, "siti"), past.at(None, 2, 0, "siti"):
        with pytest.raises(PastInPreparation, match="folded up to position 0 of 5"):
            await held(past, position=5, who="siti")
        async with past.at(None, 3, 0, "budi"), past.at(None, 4, 0, "budi"):
            with pytest.raises(PastInPreparation, match="folded up to position 0 of 5"):
                await held(past, position=5, who="agus")
        assert await held(past, position=5, who="agus") == ({HALL.id: 15}, 5)
    assert await held(past, position=5, who="siti") == ({HALL.id: 15}, 5)


async def test_a_long_fold_goes_on_while_the_asker_is_told_how_far_it_is(
    at_once: None, held_up: asyncio.Event, past: Past, kkmp: Log
) -> None:
    last = await record_many(kkmp, HALL, [1] * LONG)
    seen: list[int] = []
    async with asyncio.timeout(60):
        while PAGE not in seen:
            with pytest.raises(PastInPreparation) as preparing:
                await held(past, position=last)
            assert preparing.value.of == LONG
            seen.append(preparing.value.done)
            await asyncio.sleep(0.005)
    assert set(seen) == {0, PAGE}
    held_up.set()
    assert await eventually(lambda: held(past, position=last)) == ({HALL.id: LONG}, LONG)


async def test_whoever_asks_for_little_need_not_wait_for_the_end_of_a_long_fold(
    at_once: None, held_up: asyncio.Event, past: Past, kkmp: Log
) -> None:
    last = await record_many(kkmp, HALL, [1] * LONG)
    with pytest.raises(PastInPreparation):
        await held(past, position=last)
    assert await eventually(lambda: held(past, position=7)) == ({HALL.id: 7}, 7)
    with pytest.raises(PastInPreparation):
        await held(past, position=last)


async def test_those_who_ask_for_the_same_share_one_fold_and_look_in_turn(
    past: Past, kkmp: Log, watcher: asyncpg.Connection, cash: Projection
) -> None:
    last = await record_many(kkmp, HALL, [1] * LONG)
    found = await asyncio.gather(*(held(past, position=last) for _ in range(5)))
    assert found == [({HALL.id: LONG}, LONG)] * 5
    assert len(await backends(watcher, cash)) == 1


async def test_whoever_leaves_in_the_middle_leaves_nothing_to_the_next(
    past: Past, kkmp: Log
) -> None:
    await record(kkmp, Paid(1))
    async with past.at(None, 1, 0, "siti") as (connection, _):
        await connection.execute("BEGIN; DELETE FROM box")
    assert await held(past, position=1) == ({HALL.id: 1}, 1)


async def test_the_past_before_an_unreadable_event_can_be_asked_and_no_later_one(
    past: Past, kkmp: Log
) -> None:
    await record(kkmp, Paid(1))
    await kkmp.bus.ask(HALL.subject("Stolen"), b"{}")
    assert await held(past, position=1) == ({HALL.id: 1}, 1)
    for _ in range(2):
        with pytest.raises(Unreadable, match=r"position 2 .* no event that this version knows"):
            await held(past, 0)


async def test_an_event_that_does_not_say_when_it_happened_is_in_no_past_of_a_moment(
    past: Past, kkmp: Log
) -> None:
    await kkmp.bus.ask(HALL.subject("Emptied"), b"{}", {"ce-type": "id.kkmp.cash.Emptied.v1"})
    assert await held(past, position=1) == ({}, 1)
    with pytest.raises(Unreadable, match=r"position 1 .* ce-time is none: "):
        await held(past, 0)


async def test_a_past_does_not_go_on_in_another_log(past: Past, kkmp: Log) -> None:
    await record(kkmp, Paid(1), Paid(2))
    assert await held(past, 0) == ({HALL.id: 3}, 2)
    await delete_streams(kkmp.bus)
    await provision(kkmp.bus)
    await record(kkmp, Paid(1), Paid(200), Paid(3))
    with pytest.raises(LogBroken, match="the event at our position 2 is another one"):
        await held(past, 0)


async def test_a_fold_that_fails_is_told_to_the_next_one_who_asks_and_then_begun_anew(
    at_once: None, cash: Projection, kkmp: Log, database: str
) -> None:
    faults = [KeyError("fault")]

    def faulty(row: BoxRow | None, said: Recorded, key: Key) -> BoxRow | None:
        if faults and said.data == Paid(20):
            raise faults.pop()
        return box_row(row, said, key)

    later = replace(BOXES, name="later", evolve=faulty)
    both = replace(cash, tables=(BOXES, later), sql=SQL + SQL.replace("box (", "later ("))
    past = Past(both, CASH, kkmp, database)
    try:
        await record(kkmp, Paid(1))
        assert await eventually(lambda: held(past, 0)) == ({HALL.id: 1}, 1)
        await record(kkmp, Paid(20))
        with pytest.raises(KeyError, match="fault"):
            await eventually(lambda: held(past, 0))
        assert await eventually(lambda: held(past, 0)) == ({HALL.id: 21}, 2)
    finally:
        await past.close()


async def test_at_the_end_no_connection_and_no_fold_is_left(
    at_once: None,
    held_up: asyncio.Event,
    past: Past,
    kkmp: Log,
    watcher: asyncpg.Connection,
    cash: Projection,
) -> None:
    last = await record_many(kkmp, HALL, [1] * LONG)
    tasks = asyncio.all_tasks()
    await eventually(lambda: held(past, position=1))
    with pytest.raises(PastInPreparation):
        await held(past, position=last)
    await become(watcher, cash, 2)
    await past.close()
    await become(watcher, cash, 0)
    assert asyncio.all_tasks() <= tasks
