"""A service counts what it does, and tells the numbers alone."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import httpx2
import pytest
import uvicorn
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from shared.decider import Refused
from shared.envelope import Recorded, Unreadable
from shared.http.connections import Connections
from shared.http.observed import Observed
from shared.log import Log
from shared.metrics import Metrics
from shared.projection import Projection, ProjectionBehind, Runner
from shared.provision import provision
from shared.reactions import Facts, Reaction, Reactor, Request
from shared.transact import CauseReused, Transactor
from tests.shared.story import HALL, MOST, Empty, Paid, Pay, asked_by, box, provisioned, record
from tests.shared.test_reactions import CASH, Collected, deposit, say, settled


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    async with provisioned(log) as made:
        yield made


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    made = await asyncpg.create_pool(database, min_size=1, max_size=2)
    yield made
    await made.close()


def numbers(metrics: Metrics, name: str) -> dict[str, float]:
    """The samples of a name that are not 0, by their labels' values in the order of the labels."""
    text, _ = metrics.exposition("")
    return {
        " ".join(sample.labels.values()): sample.value
        for family in prometheus(text.decode())
        for sample in family.samples
        if sample.name == name and sample.value
    }


async def test_a_command_is_counted_by_what_came_of_it(kkmp: Log) -> None:
    metrics = Metrics()
    cash = Transactor(kkmp, CASH, metrics=metrics)
    for key in ("first", "second", "first"):
        await cash.transact(HALL, box, Pay(1_000), asked_by(key))
    await cash.transact(HALL, box, Empty(), asked_by("third"))
    await cash.transact(HALL, box, Empty(), asked_by("fourth"))
    with pytest.raises(Refused):
        await cash.transact(HALL, box, Pay(MOST + 1), asked_by("fifth"))
    with pytest.raises(CauseReused):
        await cash.transact(HALL, box, Pay(1), asked_by("first", "another body"))
    assert numbers(metrics, "kkmp_commands_total") == {
        "recorded": 3,
        "repeated": 1,
        "nothing": 1,
        "refused": 2,
    }
    await kkmp.bus.ask(HALL.subject("Stolen"), b"{}")
    with pytest.raises(Unreadable):
        await cash.transact(HALL, box, Pay(1), asked_by("sixth"))
    assert numbers(metrics, "kkmp_commands_total")["failed"] == 1


async def test_a_decision_that_is_made_again_is_a_conflict(kkmp: Log) -> None:
    ours, theirs = Metrics(), Metrics()
    cash, other = Transactor(kkmp, CASH, metrics=ours), Transactor(kkmp, CASH, metrics=theirs)
    await cash.transact(HALL, box, Pay(1_000), asked_by("first"))
    await other.transact(HALL, box, Pay(1_000), asked_by("second"))
    await cash.transact(HALL, box, Pay(1_000), asked_by("third"))
    assert numbers(ours, "kkmp_conflicts_total") == {"": 1}
    assert numbers(theirs, "kkmp_conflicts_total") == {}


async def test_a_fact_that_was_heard_is_counted_by_what_came_of_it(
    kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    metrics = Metrics()
    waited: list[int] = []

    async def react(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
        match heard.data.amount:
            case 1 if not waited:
                waited.append(heard.position)
                raise ProjectionBehind(0, 1, "")
            case 2:
                return [Request(HALL, box, Pay(MOST))]
            case _:
                return await deposit(heard, facts)

    runner = Runner(Projection("cash", (), "SELECT 1", ""), CASH, kkmp, pool)
    facts = Facts(Transactor(kkmp, CASH, metrics=metrics), runner, pool)
    reaction = Reaction("deposit", "scouts", "group", Collected, react)
    await provision(kkmp.bus, durables=[reaction.durable("cash")])
    reactor = Reactor([reaction], CASH, kkmp, facts, log, metrics)
    assert "deposit" not in numbers(metrics, "kkmp_reactions_total")
    await reactor.start()
    try:
        await say(kkmp, 1)
        await say(kkmp, 2)
        await settled(kkmp)
    finally:
        await reactor.stop()
    counted = numbers(metrics, "kkmp_reactions_total")
    assert (counted["done deposit"], counted["parked deposit"]) == (1, 1)
    assert counted["waits deposit"] >= 1
    assert numbers(metrics, "kkmp_reaction_duration_seconds_count") == {
        "deposit": sum(counted.values())
    }
    assert numbers(metrics, "kkmp_refusals_total") == {"box_full": 1}
    assert numbers(metrics, "kkmp_commands_total") == {"recorded": 1, "refused": 1}


async def test_how_far_the_tables_are_is_told_from_what_their_runner_knows(
    kkmp: Log, pool: asyncpg.Pool
) -> None:
    metrics = Metrics()
    runner = Runner(Projection("cash", (), "SELECT 1", ""), CASH, kkmp, pool)
    await runner.prepare()
    metrics.watch(runner)
    assert numbers(metrics, "kkmp_projection_state") == {"starting": 1}
    following = asyncio.create_task(runner.run())
    try:
        await record(kkmp, Paid(1), Paid(2))
        await runner.wait_for(2)
        assert numbers(metrics, "kkmp_projection_position") == {"": 2}
        assert numbers(metrics, "kkmp_projection_lag") == {}
        assert numbers(metrics, "kkmp_projection_state") == {"following": 1}
        await kkmp.bus.ask(HALL.subject("Stolen"), b"{}")
        async with asyncio.timeout(60):
            while runner.status.state != "halted":
                await asyncio.sleep(0.01)
        assert numbers(metrics, "kkmp_log_head") == {"": 3}
        assert numbers(metrics, "kkmp_projection_lag") == {"": 1}
        assert numbers(metrics, "kkmp_projection_state") == {"halted": 1}
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


def test_connections_that_were_cut_are_counted_by_why() -> None:
    metrics, connections = Metrics(), Connections(1)
    metrics.watch_connections(connections)
    connections.cut["idle"] += 2
    assert numbers(metrics, "kkmp_http_cut_connections_total") == {"idle": 2}
    assert numbers(metrics, "kkmp_http_connections") == {}


def test_what_is_told_is_prometheus_text_or_openmetrics() -> None:
    metrics = Metrics()
    metrics.request("GET", "/v1/boxes/{box}", 200, 0.003)
    metrics.refused("box_full")
    text, media_type = metrics.exposition("text/html, application/openmetrics-text; version=x.y")
    assert media_type.startswith("application/openmetrics-text; version=1.0.0")
    families = openmetrics.text_string_to_metric_families(text.decode())  # pyright: ignore[reportUnknownVariableType] - its parameter has no type
    strict = {family.name for family in families}
    assert {name for name in strict if not name.startswith("process_")} == {
        "kkmp_http_request_duration_seconds",
        "kkmp_http_open_streams",
        "kkmp_commands",
        "kkmp_refusals",
        "kkmp_conflicts",
        "kkmp_reactions",
        "kkmp_reaction_duration_seconds",
    }
    text, media_type = metrics.exposition("*/*")
    assert media_type.startswith("text/plain; version=0.0.4")
    assert strict <= {family.name for family in prometheus(text.decode())}


@asynccontextmanager
async def hall(metrics: Metrics, release: asyncio.Event) -> AsyncGenerator[httpx2.AsyncClient]:
    """Serve what may go wrong in a hall, observed."""

    async def fail(_: HttpRequest) -> Response:
        raise KeyError("a fault of ours")

    async def stream(_: HttpRequest) -> Response:
        async def events() -> AsyncGenerator[bytes]:
            yield b"data: 1\n\n"
            await release.wait()

        return StreamingResponse(events(), media_type="text/event-stream")

    routes = [Route("/boxes/{box}", fail), Route("/stream", stream)]
    app = Observed(Starlette(routes=routes), "hall", metrics)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    host, port = listening.getsockname()
    try:
        async with httpx2.AsyncClient(base_url=f"http://{host}:{port}", timeout=20) as client:
            yield client
    finally:
        release.set()
        server.should_exit = True
        await serving


async def test_a_request_is_counted_by_its_template_even_when_it_fails() -> None:
    metrics = Metrics()
    async with hall(metrics, asyncio.Event()) as client:
        assert (await client.get("/boxes/3172024101900001")).status_code == 500
        assert (await client.get("/Siti-Kenari")).status_code == 404
        assert (await client.request("SITI", "/boxes/1")).status_code in (400, 405)
    counted = numbers(metrics, "kkmp_http_request_duration_seconds_count")
    assert counted["GET /boxes/{box} 5xx"] == 1
    assert counted["GET none 4xx"] == 1
    text, _ = metrics.exposition("")
    assert "317202" not in text.decode()
    assert "SITI" not in text.decode().upper()


async def test_a_stream_is_counted_while_it_is_open_and_is_no_slow_request() -> None:
    metrics = Metrics()
    release = asyncio.Event()
    async with hall(metrics, release) as client, client.stream("GET", "/stream") as answer:
        parts = answer.aiter_bytes()
        await anext(parts)
        assert numbers(metrics, "kkmp_http_open_streams") == {"": 1}
        release.set()
        with suppress(StopAsyncIteration):
            await anext(parts)
    assert numbers(metrics, "kkmp_http_open_streams") == {}
    assert numbers(metrics, "kkmp_http_request_duration_seconds_count") == {}
