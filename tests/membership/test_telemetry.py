"""What a service tells of its work: traces, lines and numbers, and not a word of anybody's."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from prometheus_client.parser import text_string_to_metric_families

from shared.embedded import Servers, embedded
from shared.envelope import Recorded, Vocabulary
from shared.log import Log
from shared.messages import event
from shared.projection import Projection, Runner
from shared.provision import provision
from shared.reactions import Facts, Reaction, Reactor, Request
from shared.transact import Transactor
from tests.membership.door import (
    SITI,
    ask,
    asked,
    founding,
    joined,
    open_door,
    problem,
    somebody,
    told,
)
from tests.shared.story import HALL, BoxCommand, BoxEvent, Emptied, Paid, Pay, box, provisioned
from tests.shared.test_logs import logged
from tests.shared.test_tracing import ONE, context_of, in_trace_of, recording, written


@pytest.fixture
async def door(cell: Servers, kkmp: Log, tmp_path: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path) as client:
        yield client


@event
class CooperativeRegistered:
    """All that the hall's cash office reads of it."""

    name: str


CASH = Vocabulary("cash", (Paid, Emptied), {"membership": (CooperativeRegistered,)})


async def congratulate(_: Recorded, __: Facts) -> list[Request[BoxCommand, int, BoxEvent]]:
    """A new cooperative is given something for its box."""
    return [Request(HALL, box, Pay(10_000))]


@asynccontextmanager
async def cash_office(kkmp: Log, cell: Servers) -> AsyncGenerator[Runner]:
    """Run another service, which hears membership and has tables of its own."""
    async with asyncpg.create_pool(cell.postgres_dsn, min_size=1, max_size=3) as pool:
        runner = Runner(Projection("cash", (), "SELECT 1", ""), CASH, kkmp, pool)
        await runner.prepare()
        following = asyncio.create_task(runner.run())
        facts = Facts(Transactor(kkmp, CASH), runner, pool)
        hears = Reaction(
            "congratulate", "membership", "cooperative", CooperativeRegistered, congratulate
        )
        await provision(kkmp.bus, durables=[hears.durable("cash")])
        reactor = Reactor([hears], CASH, kkmp, facts, cell.nats_url)
        await reactor.start()
        try:
            yield runner
        finally:
            await reactor.stop()
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following


async def until[T](look: Callable[[], Awaitable[T]]) -> T:
    """Return what *look* finds, as soon as it finds something."""
    async with asyncio.timeout(60):
        while not (found := await look()):
            await asyncio.sleep(0.02)
        return found


def named(spans: tuple[ReadableSpan, ...], name: str) -> ReadableSpan:
    (span,) = (one for one in spans if one.name == name)
    return span


def of_cash(span: ReadableSpan) -> bool:
    return span.instrumentation_scope is not None and span.instrumentation_scope.name == "kkmp.cash"


async def test_one_trace_leads_from_a_request_to_the_tables_of_another_service(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    with recording() as exporter, logged() as lines:
        async with open_door(cell, tmp_path) as door, cash_office(kkmp, cell) as office:
            answer = await ask(door, "/cooperatives", founding("31.72.01.1001"), traceparent=ONE)
            (registered,) = await kkmp.page(answer.json()["position"], 1)
            (paid,) = await until(lambda: kkmp.read(HALL))
            await office.wait_for(paid.position)
        spans = exporter.get_finished_spans()
    request = named(spans, "POST /v1/cooperatives")
    reaction = named(spans, "congratulate")
    assert request.parent is not None
    assert reaction.parent is not None
    assert written(request.parent) == ONE
    assert written(context_of(request)) == registered.header("traceparent")
    assert written(reaction.parent) == registered.header("traceparent")
    assert written(context_of(reaction)) == paid.header("traceparent")
    assert in_trace_of(paid.header("traceparent")) == in_trace_of(ONE)
    links = {written(link.context) for span in spans for link in span.links if of_cash(span)}
    assert registered.header("traceparent") in links
    correlation = registered.attribute("correlationid")
    assert paid.attribute("correlationid") == correlation == answer.headers["X-Correlation-ID"]
    (line,) = (line for line in lines() if line.get("route") == "/v1/cooperatives")
    assert (line["correlation_id"], line["trace_id"]) == (correlation, in_trace_of(ONE))


async def test_the_consequences_of_a_request_bear_the_id_that_the_asker_gave_it(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    given = str(uuid4())
    answer = await ask(
        door, "/cooperatives", founding("31.72.01.1002"), **{"X-Correlation-ID": given.upper()}
    )
    (stored,) = await kkmp.page(answer.json()["position"], 1)
    assert answer.headers["X-Correlation-ID"] == stored.attribute("correlationid") == given
    refused = await ask(door, "/cooperatives", {}, **{"X-Correlation-ID": given})
    assert problem(refused, 422, "request_invalid")["correlation_id"] == given


@pytest.mark.parametrize("given", [SITI["name"], "1" * 36, "{" + "1" * 32 + "}"])
async def test_what_is_no_id_is_not_taken_for_one(door: httpx2.AsyncClient, given: str) -> None:
    answer = await door.get("/livez", headers={"X-Correlation-ID": given})
    assert UUID(answer.headers["X-Correlation-ID"]).version == 7


async def test_a_request_is_one_line_that_says_who_asked_what_and_what_came_of_it(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    code = "31.72.01.1003"
    with logged() as lines:
        async with open_door(cell, tmp_path) as door:
            answer = await ask(door, "/cooperatives", founding(code))
            seen = {"min_position": answer.json()["position"]}
            await door.get(f"/v1/cooperatives/{code}/members.csv", params=seen)
            await ask(door, "/cooperatives/31.72.01.1004/applications", SITI)
            await door.get("/v1/nowhere")
    requests = [line for line in lines() if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in requests] == [
        ("POST", "/v1/cooperatives", 201),
        ("GET", "/v1/cooperatives/{code}/members", 200),
        ("POST", "/v1/cooperatives/{code}/applications", 404),
        ("GET", "none", 404),
    ]
    assert [line.get("refusal") for line in requests] == [
        None,
        None,
        "cooperative_not_registered",
        "not_found",
    ]
    first = requests[0]
    assert first["bytes"] == len(answer.content)
    assert first["ms"] > 0
    assert (first["service"], first["level"]) == ("membership", "info")
    (stored,) = await kkmp.page(answer.json()["position"], 1)
    assert first["actor"] == stored.attribute("authid")
    assert "actor" not in requests[3]


async def test_the_numbers_are_open_to_all_and_count_what_was_asked(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    code = "31.72.01.1005"
    async with open_door(cell, tmp_path) as door:
        await ask(door, "/cooperatives", founding(code), key="once")
        await ask(door, "/cooperatives", founding(code), key="once")
        await ask(door, "/cooperatives", founding("31.72.02.1099"))
        await ask(door, "/cooperatives", founding("31.72.02.1099"))
        head = await kkmp.head()
        await door.get("/v1/cooperatives", params={"min_position": head})
        async with httpx2.AsyncClient(base_url=door.base_url, timeout=60) as stranger:
            answer = await stranger.get("/metrics")
            ready = (await stranger.get("/readyz")).json()
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    counted = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert counted["kkmp_commands_total", "recorded"] == 1
    assert counted["kkmp_commands_total", "repeated"] == 1
    assert counted["kkmp_refusals_total", "kelurahan_unknown"] == 2
    requests = "kkmp_http_request_duration_seconds_count"
    assert counted[requests, "POST", "/v1/cooperatives", "2xx"] == 2
    assert counted[requests, "POST", "/v1/cooperatives", "4xx"] == 2
    assert counted["kkmp_projection_state", "following"] == 1
    assert counted["kkmp_log_head",] == ready["log"]["head"] == head
    assert counted["kkmp_projection_lag",] == head - counted["kkmp_projection_position",]
    assert ready["projection"]["lag"] == head - ready["projection"]["position"]


CODE = "31.72.06.1001"
APPLY = f"/cooperatives/{CODE}/applications"
MEMBERS = f"/v1/cooperatives/{CODE}/members"
WORDS = " ".join(str(value) for value in SITI.values())
CANARIES = WORDS.split()
TYPED = quote(WORDS)
BODIES = (
    SITI | {"identity_number": WORDS},
    SITI | {WORDS: WORDS},
    SITI | {"effective_at": WORDS},
    {"name": [WORDS]},
)
TEXTS = (f'{{"name": "{WORDS}"', f'"{WORDS}"', f"\xff{WORDS}")
PATHS = (
    f"/{TYPED}",
    f"/v1/cooperatives/{TYPED}",
    f"{MEMBERS}/{TYPED}",
    f"{MEMBERS}?{TYPED}={TYPED}",
    f"{MEMBERS}?after={TYPED}",
    f"{MEMBERS}?status={TYPED}",
    f"{MEMBERS}/count?as_of={TYPED}",
    f"/v1/cooperatives?region={TYPED}",
    f"/v1/events?type={TYPED}",
)
HEADERS = (
    *("Accept", "Accept-Language", "Authorization", "Content-Type", "Cookie", "If-None-Match"),
    *("Referer", "User-Agent", "X-Correlation-ID", "traceparent", "tracestate"),
)


async def type_it_everywhere(door: httpx2.AsyncClient) -> None:
    """Send a person's data wherever they may be typed, rightly or wrongly."""
    for body in BODIES:
        problem(await ask(door, APPLY, body), 422, "request_invalid")
    headers = {"Idempotency-Key": WORDS, "Content-Type": "application/json"}
    for text in TEXTS:
        content = text.encode("latin-1")
        answer = await door.post(f"/v1{APPLY}", content=content, headers=headers)
        problem(answer, 422, "request_invalid")
    for path in PATHS:
        assert (await door.get(path)).is_client_error
    for name in HEADERS:
        await ask(door, APPLY, somebody(), **{name: WORDS})
        await door.get(MEMBERS, headers={name: WORDS})


async def break_it(door: httpx2.AsyncClient, kkmp: Log, dsn: str) -> None:
    """Let a command and a question fail for a reason that nobody foresaw."""

    async def fail(*given: object) -> None:
        raise KeyError(f"{given} {WORDS}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transactor, "_append", fail)
        problem(await ask(door, APPLY, somebody()), 500, "internal_error")
    await told(door, f"/cooperatives/{CODE}", min_position=await kkmp.head())
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        await pool.execute("ALTER TABLE membership.member RENAME TO gone")
        problem(await door.get(MEMBERS), 500, "internal_error")
        await pool.execute("ALTER TABLE membership.gone RENAME TO member")


async def test_nobodys_words_are_told_whatever_is_sent_and_whatever_breaks(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    with recording() as exporter, logged("DEBUG") as lines:
        async with open_door(cell, tmp_path) as door:
            await asked(door, "/cooperatives", **founding(CODE))
            await joined(door, CODE)
            await type_it_everywhere(door)
            await break_it(door, kkmp, cell.postgres_dsn)
            numbers = (await door.get("/metrics")).text
        spans = exporter.get_finished_spans()
    faults = {line["exception"][0]["type"] for line in lines() if "exception" in line}
    assert faults == {"KeyError", "UndefinedTableError"}
    sent = len(BODIES) + len(TEXTS) + len(PATHS) + 2 * len(HEADERS)
    assert sum(line["event"] == "request" for line in lines()) >= sent
    assert sum(span.name.startswith(("GET ", "POST ")) for span in spans) >= sent
    written_lines = [json.dumps(line, ensure_ascii=False) for line in lines()]
    everything = "\n".join([*written_lines, *(span.to_json() for span in spans), numbers])
    assert [canary for canary in CANARIES if canary in everything] == []


@pytest.mark.embedded
async def test_a_service_without_its_database_is_not_ready_though_nothing_happened(
    folder: Path,
) -> None:
    async with (
        embedded(folder, fast=True) as servers,
        provisioned(servers.nats_url),
        open_door(servers, folder) as door,
    ):
        assert (await door.get("/readyz")).status_code == 200
        servers.postgres.kill()
        await asyncio.sleep(1)  # for as long the answer before is given again
        ready = await door.get("/readyz")
        assert ready.status_code == 503
        assert any(reason.startswith("database: ") for reason in ready.json()["reasons"])
        assert (await door.get("/livez")).status_code == 200
