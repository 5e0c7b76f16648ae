"""What a feed shows: what was asked for, in order, and honestly how far it has looked."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any, override

import pytest

from shared import feed
from shared.embedded import EmbeddedNats
from shared.envelope import Stored, cloud_event
from shared.feed import Looked, Wanted, look
from shared.http.streams import follow
from shared.log import DOORBELL, Log, LogUnreachable
from shared.past import PositionAhead
from shared.subjects import Entity
from shared.tail import Tail
from tests.shared.story import SUNTER_AGUNG, Emptied, Paid, provisioned, record

WARAKAS = "31.72.02.1007"
ANCOL = "31.72.05.1003"
CITY = Wanted(("31.72",))


def box(place: str, name: str = "hall") -> Entity:
    return Entity("cash", place, "box", name)


@pytest.fixture(scope="module")
async def kkmp(log: str) -> AsyncGenerator[Log]:
    async with provisioned(log) as made:
        for place in (SUNTER_AGUNG, WARAKAS, ANCOL) * 4:
            await record(made, Paid(1), entity=box(place))
        await record(made, Paid(1), entity=box(SUNTER_AGUNG, "other"))
        await record(made, Emptied(), entity=box(ANCOL))
        await record(made, Paid(1), entity=box("31.72.0.0"))
        yield made


async def read_on(log: Log, wanted: Wanted, most: int) -> tuple[list[int], list[int]]:
    """Look until the end: the positions of the events, and how far each look went."""
    found: list[int] = []
    cursors = [0]
    while cursors[-1] < await log.head():
        looked = await look(log, wanted, cursors[-1], most)
        assert looked.position > cursors[-1]
        assert all(cursors[-1] < one.position <= looked.position for one in looked.events)
        found += [one.position for one in looked.events]
        cursors.append(looked.position)
    return found, cursors


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (CITY, {SUNTER_AGUNG, WARAKAS, ANCOL, "31.72.0.0"}),
        (Wanted(("31",)), {SUNTER_AGUNG, WARAKAS, ANCOL, "31.72.0.0"}),
        (Wanted(("31.72.02",)), {SUNTER_AGUNG, WARAKAS}),
        (Wanted((WARAKAS,)), {WARAKAS}),
        (Wanted((WARAKAS, ANCOL)), {WARAKAS, ANCOL}),
        (Wanted((WARAKAS, SUNTER_AGUNG)), {SUNTER_AGUNG, WARAKAS}),
        (Wanted(("31.72.02.1006", "32")), {SUNTER_AGUNG}),
        (Wanted(("31.7",)), set[str]()),
    ],
)
async def test_of_all_places_those_that_one_may_see(
    kkmp: Log, wanted: Wanted, places: set[str]
) -> None:
    everything = [stored async for stored in kkmp.scan("kkmp.>")]
    expected = [
        one.position for one in everything if ".".join(one.subject.split(".")[2:6]) in places
    ]
    for most in (1, 4, 500):
        found, _ = await read_on(kkmp, wanted, most)
        assert found == expected


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(("31.72",), frozenset({"Emptied"})), 1),
        (Wanted(("31.72",), frozenset({"Paid", "Emptied"})), 15),
        (Wanted(("31.72",), stream="box", entity="other"), 1),
        (Wanted((ANCOL,), stream="box", entity="hall"), 5),
        (Wanted(("31.72",), service="cash", stream="box"), 15),
        (Wanted(("31.72",), service="membership"), 0),
        (Wanted((WARAKAS,), frozenset({"Emptied"})), 0),
    ],
)
async def test_of_all_events_those_that_are_asked_for(
    kkmp: Log, wanted: Wanted, count: int
) -> None:
    looked = await look(kkmp, wanted, 0, 500)
    assert len(looked.events) == count
    assert looked.position == await kkmp.head()


async def test_a_request_looks_at_so_many_events_and_says_how_far_it_came(
    kkmp: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_LOOKED_AT", 5)
    types = frozenset({"Emptied", "Refilled"})
    found, cursors = await read_on(kkmp, Wanted((ANCOL, WARAKAS), types), 100)
    assert found == [14]
    assert cursors == [0, 5, 10, 15]


async def test_a_position_that_the_log_has_not_reached_is_that_of_another_log(kkmp: Log) -> None:
    head = await kkmp.head()
    assert await look(kkmp, CITY, head, 1) == Looked([], head)
    with pytest.raises(PositionAhead):
        await look(kkmp, CITY, head + 1, 1)


class _Lagging(Log):
    """Read from a replica to which the last event has not come yet."""

    @override
    async def scan(self, subjects: str, after: int = 0, page: int = 500) -> AsyncIterator[Stored]:
        head = await self.head()
        async for stored in super().scan(subjects, after, page):
            if stored.position < head:
                yield stored


async def test_a_replica_that_lags_makes_nobody_pass_over_an_event(kkmp: Log) -> None:
    lagging = await _Lagging(kkmp.bus).open()
    head = await kkmp.head()
    assert (await look(lagging, CITY, 0, 500)).position == head - 1
    assert await look(lagging, CITY, head - 1, 500) == Looked([], head - 1)
    # and what it lacks but nobody asked for holds nobody up
    assert (await look(lagging, Wanted((ANCOL,)), 0, 500)).position == head


async def test_who_hears_nothing_for_a_while_is_told_how_far_the_log_is(kkmp: Log) -> None:
    tail = await Tail(kkmp).open()
    await kkmp.bus.tell(f"{DOORBELL}.hoax", b"", {"Nats-Sequence": "1000000"})

    async def looking(after: int) -> Looked:
        return await look(kkmp, Wanted((WARAKAS,)), after, 100)

    blocks = follow(tail, looking, 11, seconds=60, heartbeat=0.01)
    assert await anext(blocks) == b"retry: 2000\nid: 11\n\n"
    assert await anext(blocks) == b": still here\nid: 15\n\n"
    position = await record(kkmp, Paid(1), entity=box(WARAKAS))
    block = b""
    async with asyncio.timeout(30):
        while b"data:" not in block:
            block = await anext(blocks)
    assert block.startswith(f"id: {position}\nevent: Paid\ndata: {{".encode())
    assert block.endswith(b"}\n\n")
    await blocks.aclose()


async def test_a_stream_ends_when_its_time_is_over_or_the_service_stops(kkmp: Log) -> None:
    async def nothing(after: int) -> Looked:
        return Looked([], after)

    tail = await Tail(kkmp).open()
    async with asyncio.timeout(30):
        blocks = follow(tail, nothing, tail.position, seconds=0.01)
        assert [block async for block in blocks] == [b"retry: 2000\nid: %d\n\n" % tail.position]
        blocks = follow(tail, nothing, tail.position, seconds=60)
        await anext(blocks)
        tail.close()
        assert [block async for block in blocks] == []


@pytest.mark.embedded
async def test_a_stream_outlives_the_server_of_the_log(folder: Path) -> None:
    server, away = EmbeddedNats(), asyncio.Event()
    await server.start(folder / "nats")
    try:
        async with provisioned(server.url) as log, asyncio.timeout(90):
            tail = await Tail(log).open()

            async def looking(after: int) -> Looked:
                try:
                    return await look(log, CITY, after, 100)
                except LogUnreachable:
                    away.set()
                    raise

            blocks = follow(tail, looking, 0, seconds=600)
            await anext(blocks)
            await record(log, Paid(1))
            assert (await anext(blocks)).startswith(b"id: 1\n")

            tail.position = 2  # so that it looks, though there is nothing
            waiting = asyncio.ensure_future(anext(blocks))
            server.kill()
            await away.wait()
            await server.start(folder / "nats")
            await record(log, Paid(2))
            assert (await waiting).startswith(b"id: 2\n")
            await blocks.aclose()
    finally:
        server.kill()


NAME = re.compile(r"[a-z0-9]{1,20}")


def assert_valid(document: dict[str, Any]) -> None:
    """Hold *document* against the rules of the JSON format of CloudEvents 1.0."""
    again = json.loads(json.dumps(document, allow_nan=False))
    assert again == document
    assert document["specversion"] == "1.0"
    assert all(document[name] for name in ("id", "source", "type"))
    assert ("data" in document) != ("data_base64" in document)
    attributes = {name: document[name] for name in document.keys() - {"data", "data_base64"}}
    assert all(NAME.fullmatch(name) for name in attributes)
    assert all(value and isinstance(value, str | int) for value in attributes.values())


async def test_every_event_is_a_valid_cloud_event(kkmp: Log) -> None:
    for stored in (await look(kkmp, CITY, 0, 500)).events:
        assert_valid(cloud_event(stored))


@pytest.mark.parametrize(
    ("block", "payload"),
    [
        (b"", b""),
        (b"", b'{"joined": '),
        (b"", b'{"amount": NaN}'),
        (b"", b'{"amount": 1e999}'),
        (b"", b'"\\ud800"'),
        (b"", b"[" * 30_000),
        (b"NATS/1.0\r\nce-id: \xff\r\nce-Own_Name: x\r\nce-data: x\r\nce-time:\r\n\r\n", b"1"),
    ],
)
def test_what_no_service_wrote_is_a_valid_cloud_event_all_the_same(
    block: bytes, payload: bytes
) -> None:
    document = cloud_event(Stored(7, f"kkmp.cash.{WARAKAS}.box.hall.Paid", block, payload))
    assert_valid(document)
    assert (document["position"], document["place"]) == (7, WARAKAS)
    assert document["source"] == "/kkmp/unknown"


def test_of_two_headers_of_one_name_readers_and_the_feed_believe_the_same() -> None:
    block = b"NATS/1.0\r\nce-id: first\r\nce-id: second\r\n\r\n"
    stored = Stored(7, f"kkmp.cash.{WARAKAS}.box.hall.Paid", block, b"{}")
    assert cloud_event(stored)["id"] == stored.attribute("id") == "first"
