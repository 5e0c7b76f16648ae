"""A projection shows the log up to a position; when it cannot, it halts there and says why."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count

import asyncpg
import pytest

from shared.bus import Bus
from shared.envelope import Recorded
from shared.log import Log
from shared.projection import Projection, ProjectionBehind, Runner
from shared.provision import provision
from shared.tables import Key, Table
from tests.shared.story import (
    CASH,
    HALL,
    SUNTER_AGUNG,
    Emptied,
    Paid,
    connected,
    delete_streams,
    hall,
    provisioned,
    record,
    record_many,
)

_numbers = count(1)


@dataclass(frozen=True, slots=True)
class BoxRow:
    """What a box holds, in rupiah; an empty one has no row."""

    place: str
    box: str
    held: int
    payments: int


def box_of(said: Recorded) -> list[Key]:
    return [(said.place, said.id)]


def box_row(row: BoxRow | None, said: Recorded, key: Key) -> BoxRow | None:
    match said.data:
        case Paid(amount=amount):
            row = row or BoxRow(*key, held=0, payments=0)
            return replace(row, held=row.held + amount, payments=row.payments + 1)
        case _:
            return None


BOXES = Table("box", BoxRow, ("place", "box"), {Paid: box_of, Emptied: box_of}, box_row)


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
    schema = f"cash_{next(_numbers)}"
    sql = """
        CREATE TABLE box (
            place text, box text, held bigint NOT NULL, payments integer NOT NULL,
            PRIMARY KEY (place, box)
        )
    """
    return Projection(schema, (BOXES,), sql, "first")


@asynccontextmanager
async def running(projection: Projection, kkmp: Log, pool: asyncpg.Pool) -> AsyncGenerator[Runner]:
    runner = Runner(projection, CASH, kkmp, pool)
    await runner.prepare()
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def halted(runner: Runner) -> str:
    """Wait until it halts; return why."""
    async with asyncio.timeout(60):
        while runner.status.state != "halted":
            await asyncio.sleep(0.01)
    return runner.status.why


async def rows(projection: Projection, pool: asyncpg.Pool) -> list[BoxRow]:
    found = await pool.fetch(f"SELECT * FROM {projection.schema}.box ORDER BY box")  # noqa: S608 - our name
    return [BoxRow(*row) for row in found]


async def position(projection: Projection, pool: asyncpg.Pool) -> int:
    return await pool.fetchval(f"SELECT position FROM {projection.schema}.projection")  # noqa: S608 - our name


def row(held: int, payments: int, box: str = HALL.id) -> BoxRow:
    return BoxRow(SUNTER_AGUNG, box, held, payments)


async def test_it_shows_what_was_there_before_and_follows_what_comes(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(5_000), Paid(7_000))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
        assert await rows(cash, pool) == [row(12_000, 2)]
        await runner.wait_for(await record(kkmp, Paid(1_000)))
        assert await rows(cash, pool) == [row(13_000, 3)]
        assert (runner.status.position, runner.status.state) == (3, "following")
    assert await position(cash, pool) == 3


async def test_a_removed_row_is_deleted(cash: Projection, kkmp: Log, pool: asyncpg.Pool) -> None:
    await record(kkmp, Paid(1), entity=hall(1))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(await record(kkmp, Paid(2), entity=hall(2)))
        await runner.wait_for(await record(kkmp, Emptied(), entity=hall(1)))
        assert await rows(cash, pool) == [row(2, 1, "hall-2")]
        await runner.wait_for(await record(kkmp, Paid(3), Emptied(), Paid(4), entity=hall(2)))
        assert await rows(cash, pool) == [row(4, 1, "hall-2")]


async def test_after_a_pause_it_goes_on_where_it_was(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(5_000))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(1)
    await record(kkmp, Paid(7_000))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
        assert await rows(cash, pool) == [row(12_000, 2)]


async def test_many_events_over_several_pages_are_each_counted_once(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    last = await record_many(kkmp, HALL, range(1, 2_502))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(last)
        assert await rows(cash, pool) == [row(sum(range(1, 2_502)), 2_501)]


async def test_who_waits_for_more_than_there_is_is_told_where_it_stands(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(1))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(1)
        with pytest.raises(ProjectionBehind, match="at position 1, asked for 2") as behind:
            await runner.wait_for(2, seconds=0.05)
        assert behind.value.position == 1


async def test_two_replicas_share_the_work_and_fold_nothing_twice(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    async with connected(log) as bus:
        other = await Log(bus).open()
        async with running(cash, kkmp, pool) as one, running(cash, other, pool) as two:
            last = 0
            for amount in range(1, 151):
                last = await record(kkmp, Paid(amount), entity=hall(amount % 3))
            await asyncio.gather(one.wait_for(last), two.wait_for(last))
            assert (one.status.state, two.status.state) == ("following", "following")
    assert await position(cash, pool) == last
    assert await rows(cash, pool) == [
        row(sum(range(number or 3, 151, 3)), 50, f"hall-{number}") for number in range(3)
    ]


async def test_it_halts_before_an_event_that_it_cannot_read_and_shows_all_before(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(5_000), Paid(7_000))
    headers = {"ce-type": "id.kkmp.cash.Paid.v1"}
    await kkmp.bus.ask(HALL.subject("Paid"), b'{"amount": "much"}', headers)
    await record(kkmp, Paid(1), entity=hall(2))
    async with running(cash, kkmp, pool) as runner:
        why = await halted(runner)
        assert why.startswith(f"event at position 3 ({HALL.subject('Paid')}): amount: ")
        with pytest.raises(ProjectionBehind, match="event at position 3"):
            await runner.wait_for(4)
    assert await position(cash, pool) == 2
    assert await rows(cash, pool) == [row(12_000, 2)]


async def test_it_halts_upon_an_event_of_its_own_that_it_does_not_know(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await kkmp.bus.ask(HALL.subject("Stolen"), b"{}")
    async with running(cash, kkmp, pool) as runner:
        assert "Stolen is no event that this version knows" in await halted(runner)
    assert await position(cash, pool) == 0


async def test_it_halts_when_the_log_is_shorter_than_what_it_has_folded(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(1), Paid(2))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
    await delete_streams(kkmp.bus)
    await provision(kkmp.bus)
    async with running(cash, kkmp, pool) as runner:
        assert await halted(runner) == "the log ends at 0, we have folded 2"
    assert await rows(cash, pool) == [row(3, 2)]


async def test_it_halts_when_the_log_is_exchanged_under_its_feet(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(1), Paid(2))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
        await delete_streams(kkmp.bus)
        await provision(kkmp.bus)
        assert await halted(runner) == "the log ends at 0, we have folded 2"


async def test_it_halts_when_its_last_event_is_another_one_now(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(1), Paid(2))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
    await delete_streams(kkmp.bus)
    await provision(kkmp.bus)
    await record(kkmp, Paid(1), Paid(200), Paid(3))
    async with running(cash, kkmp, pool) as runner:
        assert await halted(runner) == "the event at our position 2 is another one"


async def test_the_same_events_restored_into_an_empty_server_are_the_same_log(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(1), Paid(2))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
    await delete_streams(kkmp.bus)
    await provision(kkmp.bus)
    await record(kkmp, Paid(1), Paid(2))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(await record(kkmp, Paid(3)))
        assert await rows(cash, pool) == [row(6, 3)]


async def test_rows_are_kept_by_the_same_code_and_made_anew_by_other_code(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(1), Paid(2))
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
    await pool.execute(f"UPDATE {cash.schema}.box SET held = 99")  # noqa: S608 - our name
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(2)
        assert await rows(cash, pool) == [row(99, 2)]
    changed = replace(cash, fingerprint="second")
    async with running(changed, kkmp, pool) as runner:
        await runner.wait_for(2)
        assert await rows(cash, pool) == [row(3, 2)]


async def test_a_table_that_is_not_as_its_row_is_refused_at_the_start(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    other = replace(cash, sql=cash.sql.replace("payments integer NOT NULL,", ""))
    with pytest.raises(TypeError, match=rf"{cash.schema}\.box: columns .*'held'"):
        await Runner(other, CASH, kkmp, pool).prepare()


async def test_an_event_that_cannot_be_folded_halts_it_there_and_what_came_before_is_shown(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    def faulty(row: BoxRow | None, said: Recorded, key: Key) -> BoxRow | None:
        if said.data == Paid(2):
            raise KeyError(key)
        return box_row(row, said, key)

    broken = replace(cash, tables=(replace(BOXES, evolve=faulty),))
    await record(kkmp, Paid(1), Paid(2), Paid(3))
    async with running(broken, kkmp, pool) as runner:
        assert await halted(runner) == (
            f"event at position 2 ({HALL.subject('Paid')}): KeyError in a fold: see the log"
        )
        assert await rows(broken, pool) == [row(1, 1)]


async def test_a_number_that_no_column_holds_halts_it_where_it_stands(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    await record(kkmp, Paid(1), Paid(10**30))
    async with running(cash, kkmp, pool) as runner:
        assert "position 2 " in await halted(runner)
        assert await rows(cash, pool) == [row(1, 1)]


async def test_while_postgres_is_away_it_waits_and_then_goes_on(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool
) -> None:
    async with running(cash, kkmp, pool) as runner:
        await runner.wait_for(await record(kkmp, Paid(1)))
        await pool.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await runner.wait_for(await record(kkmp, Paid(2)))
        assert await rows(cash, pool) == [row(3, 2)]


@pytest.mark.parametrize("told", [None, "", "many", "-5", "3", "1000", "1000000000", "9" * 40])
async def test_a_false_ring_changes_nothing(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, log: str, told: str | None
) -> None:
    async with running(cash, kkmp, pool) as runner, connected(log) as stranger:
        await runner.wait_for(await record(kkmp, Paid(1)))
        await stranger.tell("tail.x", b"", None if told is None else {"Nats-Sequence": told})
        await stranger.flush()
        await runner.wait_for(await record(kkmp, Paid(2)))
        assert (runner.status.state, runner.head) == ("following", 2)
        assert await rows(cash, pool) == [row(3, 2)]
        assert kkmp.bus.stats["reconnects"] == 0


async def test_false_rings_without_end_do_not_keep_it_from_looking(
    cash: Projection, kkmp: Log, pool: asyncpg.Pool, log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(cash, kkmp, pool) as runner, connected(log) as stranger:
        await runner.wait_for(await record(kkmp, Paid(1)))
        monkeypatch.setattr(runner, "_told", 0)
        ringing = asyncio.create_task(ring_without_end(stranger))
        deaf = runner.status.position
        await kkmp.bus.api("STREAM.UPDATE.KKMP", await without_a_doorbell(kkmp))
        position = await record(kkmp, Paid(2))
        assert position > deaf
        await runner.wait_for(position, 10)
        ringing.cancel()


async def ring_without_end(bus: Bus) -> None:
    for _ in range(100_000):
        await bus.tell("tail.x", b"", {"Nats-Sequence": "1"})
        await bus.flush()


async def without_a_doorbell(kkmp: Log) -> dict[str, object]:
    settings = (await kkmp.bus.api("STREAM.INFO.KKMP"))["config"]
    settings.pop("republish")
    return settings
