"""The end of the log is heard once for all who wait for more."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from shared.embedded import Servers
from shared.log import DOORBELL, Log
from shared.tail import Tail
from tests.shared.story import Paid, connected, provisioned, record

FOR_EVER = 60.0


@pytest.fixture(scope="module")
async def kkmp(log: str) -> AsyncGenerator[Log]:
    async with provisioned(log) as made:
        yield made


async def test_all_who_wait_hear_of_one_event_at_once(kkmp: Log) -> None:
    tail = await Tail(kkmp).open()
    assert tail.position == await kkmp.head()
    waiting = [asyncio.create_task(tail.beyond(tail.position, FOR_EVER)) for _ in range(50)]
    await asyncio.sleep(0)
    position = await record(kkmp, Paid(1))
    assert set(await asyncio.wait_for(asyncio.gather(*waiting), 30)) == {position}
    assert await tail.beyond(position - 1, FOR_EVER) == position


async def test_who_waits_in_vain_is_told_where_the_log_ends(kkmp: Log) -> None:
    tail = await Tail(kkmp).open()
    assert await tail.beyond(tail.position, 0.01) == await kkmp.head()


async def test_a_ring_that_is_lost_is_made_up_for(kkmp: Log) -> None:
    deaf = Tail(kkmp)
    await record(kkmp, Paid(1))
    first = await asyncio.wait_for(deaf.beyond(0, FOR_EVER), 30)
    assert first == await kkmp.head()
    waiting = asyncio.create_task(deaf.beyond(first, FOR_EVER))
    await asyncio.sleep(0)
    position = await record(kkmp, Paid(1))
    assert await asyncio.wait_for(waiting, 30) == position


async def test_who_gives_up_leaves_nothing_behind(kkmp: Log) -> None:
    tail = await Tail(kkmp).open()
    before = asyncio.all_tasks()
    waiting = [asyncio.create_task(tail.beyond(tail.position, FOR_EVER)) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert len(asyncio.all_tasks() - before) == 4  # and the one that asks now and then
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_when_it_closes_nobody_waits_any_longer(kkmp: Log) -> None:
    tail = await Tail(kkmp).open()
    waiting = asyncio.create_task(tail.beyond(tail.position, FOR_EVER))
    await asyncio.sleep(0)
    tail.close()
    assert await asyncio.wait_for(waiting, 30) == tail.position
    assert await asyncio.wait_for(tail.beyond(tail.position, FOR_EVER), 30) == tail.position


async def test_a_ring_that_is_none_ends_nothing(kkmp: Log, servers: Servers) -> None:
    tail = await Tail(kkmp).open()
    async with connected(servers.nats_url) as stranger:
        await stranger.tell(f"{DOORBELL}.hoax", b"")
        await stranger.tell(f"{DOORBELL}.hoax", b"", {"Nats-Sequence": "many"})
        await stranger.flush()
    waiting = asyncio.create_task(tail.beyond(tail.position, FOR_EVER))
    position = await record(kkmp, Paid(1))
    assert await asyncio.wait_for(waiting, 30) == position


async def test_a_false_ring_is_looked_after_and_wakes_nobody(
    kkmp: Log, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail = await Tail(kkmp).open()
    looked: list[int] = []
    asked = kkmp.head

    async def head() -> int:
        looked.append(await asked())
        return looked[-1]

    monkeypatch.setattr(kkmp, "head", head)
    waiting = asyncio.create_task(tail.beyond(tail.position, FOR_EVER))
    await asyncio.sleep(0)
    async with connected(servers.nats_url) as stranger:
        for _ in range(1_000):
            await stranger.tell(f"{DOORBELL}.hoax", b"", {"Nats-Sequence": "1000000000"})
        await stranger.flush()
    await asyncio.sleep(0.1)
    assert not waiting.done()
    assert len(looked) < 200
    position = await record(kkmp, Paid(1))
    assert await asyncio.wait_for(waiting, 30) == position == tail.position
