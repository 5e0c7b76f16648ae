"""The feed over HTTP: the log as a client follows it, and of it what the client may see."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from shared.access import Grant
from shared.api_keys import ApiKeys
from shared.codes import dashed
from shared.embedded import Servers
from shared.http import streams
from shared.http.streams import seconds_left
from shared.log import Log
from shared.subjects import Entity
from tests.credentials import bearer
from tests.membership.door import open_door, problem
from tests.shared.story import SUNTER_AGUNG, Emptied, Paid, provisioned, record

WARAKAS = "31.72.02.1007"
ANCOL = "31.72.05.1003"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"

type Said = dict[str, Any]


def box(place: str) -> Entity:
    return Entity("cash", place, "box", f"hall-{dashed(place)}")


@pytest.fixture(scope="module")
async def kkmp(log: str) -> AsyncGenerator[Log]:
    async with provisioned(log) as made:
        for place in (SUNTER_AGUNG, WARAKAS, ANCOL, SUNTER_AGUNG, "31.72.0.0") * 5:
            await record(made, Paid(1), entity=box(place))
        await record(made, Emptied(), entity=box(SUNTER_AGUNG))
        await record(made, Emptied(), entity=box(ANCOL))
        yield made


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        yield client


def read(answer: httpx2.Response) -> list[Said]:
    """Return the events of an answer in either form."""
    assert answer.status_code == 200, answer.text
    if answer.headers["content-type"] == BATCH:
        return answer.json()
    assert answer.headers["content-type"] == LINES
    return [json.loads(line) for line in answer.text.splitlines()]


async def read_on(door: httpx2.AsyncClient, url: str, **headers: str) -> list[Said]:
    """Follow the links from *url* until the log has no more."""
    said: list[Said] = []
    head = -1
    while True:
        answer = await door.get(url, headers=headers)
        said += read(answer)
        position = int(answer.headers["kkmp-log-position"])
        if position == head:
            return said
        head, url = position, answer.links["next"]["url"]


async def events_of(source: AsyncIterator[httpx2.ServerSentEvent]) -> AsyncIterator[Said]:
    """Yield the events of a stream, whose ids are their positions."""
    async for block in source:
        if block.data:
            said: Said = json.loads(block.data)
            assert block.id == str(said["position"])
            assert block.event == said["type"].split(".")[3]
            yield said


async def first(count: int, door: httpx2.AsyncClient, url: str, **headers: str) -> list[Said]:
    """Return the first *count* events of a stream."""
    said: list[Said] = []
    async with asyncio.timeout(30), door.sse(url, headers=headers) as source:
        async for event in events_of(aiter(source)):
            said.append(event)
            if len(said) == count:
                break
    return said


@pytest.mark.parametrize("form", [BATCH, LINES])
async def test_the_pages_joined_are_the_log(door: httpx2.AsyncClient, kkmp: Log, form: str) -> None:
    stored = [one async for one in kkmp.scan("kkmp.>")]
    said = await read_on(door, "/v1/events?limit=7", Accept=form)
    assert [one["position"] for one in said] == [one.position for one in stored]
    assert [one["id"] for one in said] == [one.attribute("id") for one in stored]
    assert [one["data"] for one in said] == [json.loads(one.payload) for one in stored]
    assert said == await first(len(stored), door, "/v1/events/stream?after=0")


async def test_the_cursor_moves_although_nothing_matches(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    answer = await door.get("/v1/events?type=Refilled&type=Burnt&after=3")
    head = await kkmp.head()
    assert (read(answer), answer.headers["kkmp-log-position"]) == ([], str(head))
    link = answer.headers["link"]
    assert link == f'</v1/events?type=Refilled&type=Burnt&after={head}>; rel="next"'


@pytest.mark.parametrize(
    ("query", "places", "types", "count"),
    [
        ("region=31.72.02", {SUNTER_AGUNG, WARAKAS}, {"Paid", "Emptied"}, 16),
        ("type=Emptied", {SUNTER_AGUNG, ANCOL}, {"Emptied"}, 2),
        ("type=Emptied&type=Paid&region=31.72.05", {ANCOL}, {"Paid", "Emptied"}, 6),
        ("entity=box/hall-31-72-02-1006&service=cash", {SUNTER_AGUNG}, {"Paid", "Emptied"}, 11),
        ("entity=box/hall-31-72-02-1006&region=31.72.05", set[str](), set[str](), 0),
        ("service=training", set[str](), set[str](), 0),
    ],
)
async def test_filters_narrow_the_feed(
    door: httpx2.AsyncClient, query: str, places: set[str], types: set[str], count: int
) -> None:
    said = read(await door.get(f"/v1/events?{query}"))
    assert len(said) == count
    assert {one["place"] for one in said} == places
    assert {one["type"].split(".")[3] for one in said} == types


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", BATCH),
        ("application/json", BATCH),
        (f"{LINES};q=0.5, application/*;q=0.1", LINES),
        (f"text/html, {BATCH}", BATCH),
        ("text/csv", ""),
        (f"{BATCH};q=0", ""),
    ],
)
async def test_the_form_is_the_one_that_is_accepted(
    door: httpx2.AsyncClient, accept: str, form: str
) -> None:
    answer = await door.get("/v1/events?limit=1", headers={"Accept": accept})
    if form:
        assert answer.headers["content-type"] == form
    else:
        problem(answer, 406, "not_acceptable")


async def test_one_who_may_see_a_kelurahan_sees_nothing_else(
    door: httpx2.AsyncClient, cell: Servers
) -> None:
    mine = await bearer(cell.postgres_dsn, f"pengurus:{SUNTER_AGUNG}")
    for query, count in (
        ("", 11),
        ("type=Paid", 10),
        ("type=Emptied", 1),
        (f"region={SUNTER_AGUNG}", 11),
        ("service=cash&type=Paid&type=Emptied", 11),
        ("entity=box/hall-31-72-05-1003", 0),
    ):
        for form in (BATCH, LINES):
            said = await read_on(door, f"/v1/events?{query}", Accept=form, **mine)
            assert (len(said), {one["place"] for one in said} <= {SUNTER_AGUNG}) == (count, True)
        if count:
            streamed = await first(count, door, f"/v1/events/stream?after=0&{query}", **mine)
            assert {one["place"] for one in streamed} == {SUNTER_AGUNG}
    for region in (ANCOL, WARAKAS, "31.72.02", "31.72", "31"):
        for path in ("/v1/events", "/v1/events/stream"):
            answer = await door.get(f"{path}?region={region}", headers=mine)
            problem(answer, 403, "outside_jurisdiction")


async def test_one_who_may_see_several_places_sees_each_of_them(
    door: httpx2.AsyncClient, cell: Servers
) -> None:
    two = await bearer(cell.postgres_dsn, f"pendamping:{ANCOL}", f"pendamping:{WARAKAS}")
    said = await read_on(door, "/v1/events?limit=3", **two)
    assert len(said) == 11
    assert {one["place"] for one in said} == {ANCOL, WARAKAS}
    assert said == await first(11, door, "/v1/events/stream?after=0", **two)


async def test_a_supplier_does_not_read_the_log(door: httpx2.AsyncClient, cell: Servers) -> None:
    supplier = await bearer(cell.postgres_dsn, "pemasok:31.72")
    for path in ("/v1/events", "/v1/events/stream"):
        problem(await door.get(path, headers=supplier), 403, "role_not_allowed")


async def test_a_stream_goes_on_behind_the_last_id_and_begins_with_what_is_new(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    begin = await kkmp.head()
    async with asyncio.timeout(30), door.sse("/v1/events/stream") as source:
        headers = source.response.headers
        assert headers["x-accel-buffering"] == "no"
        assert headers["cache-control"] == "no-store"
        blocks = aiter(source)
        opening = await anext(blocks)
        assert (opening.id, opening.retry, opening.data) == (str(begin), 2000, "")
        said = events_of(blocks)
        for number in (1, 2):
            position = await record(kkmp, Paid(number), entity=box(WARAKAS))
            assert (await anext(said))["position"] == position
    url = "/v1/events/stream?after=1"
    (resumed,) = await first(1, door, url, **{"Last-Event-ID": str(begin)})
    assert (resumed["position"], resumed["data"]) == (begin + 1, {"amount": 1})


@pytest.mark.parametrize("text", ["-1", "x", "", "9223372036854775808", "1.5"])
async def test_a_position_that_is_none_is_refused(door: httpx2.AsyncClient, text: str) -> None:
    answers = [
        await door.get(f"/v1/events?after={text}"),
        await door.get(f"/v1/events/stream?after={text}"),
        await door.get("/v1/events/stream", headers={"Last-Event-ID": text}),
    ]
    for answer in answers:
        problem(answer, 422, "request_invalid")


async def test_the_position_of_another_log_is_refused(door: httpx2.AsyncClient, kkmp: Log) -> None:
    beyond = await kkmp.head() + 1
    problem(await door.get(f"/v1/events?after={beyond}"), 422, "position_ahead")
    problem(await door.get(f"/v1/events/stream?after={beyond}"), 422, "position_ahead")


@pytest.mark.parametrize("query", ["entity=member", "entity=", "type=*", "service=>", "typ=x"])
async def test_a_filter_that_is_none_is_refused(door: httpx2.AsyncClient, query: str) -> None:
    for path in ("/v1/events", "/v1/events/stream"):
        assert (await door.get(f"{path}?{query}")).status_code == 422


async def test_a_credential_follows_so_many_streams_at_once(
    door: httpx2.AsyncClient, cell: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = await bearer(cell.postgres_dsn, "auditor:31.72")
    another = await bearer(cell.postgres_dsn, "auditor:31.72")
    async with AsyncExitStack() as stack:
        for _ in range(streams.MOST_OF_ONE):
            await stack.enter_async_context(door.sse("/v1/events/stream", headers=headers))
        refused = await door.get("/v1/events/stream", headers=headers)
        problem(refused, 429, "too_many_streams")
        assert int(refused.headers["retry-after"]) > 0
        # another may follow too, unless all together are too many
        assert await first(1, door, "/v1/events/stream?after=0", **another)
        monkeypatch.setattr(streams, "MOST_OF_ALL", streams.MOST_OF_ONE)
        refused = await door.get("/v1/events/stream", headers=another)
        problem(refused, 429, "too_many_streams")
    async with asyncio.timeout(30):  # and a stream that is closed makes room for one
        while True:
            async with door.stream("GET", "/v1/events/stream", headers=headers) as answer:
                if answer.status_code == 200:
                    break


def test_a_stream_lasts_no_longer_than_the_credential_and_never_for_ever() -> None:
    now = datetime(2025, 11, 4, tzinfo=UTC)
    assert seconds_left(now + timedelta(seconds=5), now) == 5
    assert seconds_left(now + timedelta(days=1), now) == seconds_left(None, now) == 900
    assert seconds_left(now - timedelta(seconds=5), now) < 0


async def test_a_stream_ends_when_the_credential_expires(
    door: httpx2.AsyncClient, cell: Servers
) -> None:
    async with asyncpg.create_pool(cell.postgres_dsn, min_size=1, max_size=1) as pool:
        expires_at = datetime.now(UTC) + timedelta(seconds=3)
        issued = await ApiKeys(pool).issue("short", [Grant.parse("auditor:31.72")], expires_at)
    headers = {"Authorization": f"Bearer {issued.text}"}
    async with asyncio.timeout(30), door.sse("/v1/events/stream", headers=headers) as source:
        blocks = [block async for block in source]
    assert len(blocks) == 1
    assert datetime.now(UTC) >= expires_at


async def test_when_the_service_stops_its_streams_end_and_are_not_cut(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    async with AsyncExitStack() as stack:
        async with asyncio.timeout(60), open_door(cell, tmp_path) as door:
            client = httpx2.AsyncClient(base_url=door.base_url, headers=door.headers, timeout=60)
            await stack.enter_async_context(client)
            source = await stack.enter_async_context(client.sse("/v1/events/stream"))
            blocks = aiter(source)
            await anext(blocks)
        # what is left of the stream is its end; were it cut, this would raise
        assert [block async for block in blocks] == []
