"""The two endpoints of the README in a service of their own: what they got without asking."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from fastapi import APIRouter
from starlette.types import Message

from shared.embedded import Servers
from shared.http.app import application, build
from shared.http.server import listen, serve
from shared.log import Log
from shared.patience import CannotStart
from shared.service import Running, run
from shared.settings import Settings
from tests.credentials import bearer
from tests.membership.door import problem
from tests.shared.hall import service, snippets
from tests.shared.story import provisioned

ANCOL, PAPANGGO = "31.72.05.1003", "31.72.02.1004"
PAY = f"/v1/cooperatives/{ANCOL}/box/payments"


@pytest.fixture(scope="module")
async def kkmp(log: str) -> AsyncGenerator[Log]:
    async with provisioned(log) as made:
        yield made


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    folder = tmp_path_factory.mktemp("cash", numbered=False)
    settings = Settings(
        nats_url=cell.nats_url, postgres_dsn=cell.postgres_dsn, rate_per_second=0.01, rate_burst=60
    )
    listening = listen("127.0.0.1", 0)
    up = asyncio.Event()
    serving = asyncio.create_task(serve([(service(folder), settings, listening)], up))
    waiting = asyncio.create_task(up.wait())
    await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
    try:
        if not up.is_set():
            await serving
        host, port = listening.getsockname()
        async with httpx2.AsyncClient(base_url=f"http://{host}:{port}", timeout=20) as client:
            yield client
    finally:
        waiting.cancel()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


@pytest.fixture(scope="module")
async def pengurus(cell: Servers, door: httpx2.AsyncClient) -> dict[str, str]:
    return await bearer(cell.postgres_dsn, f"pengurus:{ANCOL}")


def test_a_new_endpoint_is_under_fifteen_lines() -> None:
    found = snippets()
    assert len(found) == 2
    for snippet in found:
        assert len(snippet.strip().splitlines()) < 15


async def test_the_command_lets_nobody_in_but_those_who_may(
    door: httpx2.AsyncClient, cell: Servers, pengurus: dict[str, str], kkmp: Log
) -> None:
    before = await kkmp.head()
    body, key = {"amount": 5_000}, {"Idempotency-Key": "nobody"}
    problem(await door.post(PAY, json=body, headers=key), 401, "credential_missing")
    refused = key | {"Authorization": "Bearer kkmp_not_a_key"}
    problem(await door.post(PAY, json=body, headers=refused), 401, "credential_refused")
    auditor = await bearer(cell.postgres_dsn, "auditor:31.72")
    problem(await door.post(PAY, json=body, headers=key | auditor), 403, "role_not_allowed")
    elsewhere = PAY.replace(ANCOL, PAPANGGO)
    answer = await door.post(elsewhere, json=body, headers=key | pengurus)
    problem(answer, 403, "outside_jurisdiction")
    assert await kkmp.head() == before


async def test_the_command_is_recorded_once_with_its_actor_and_the_query_shows_it_at_any_time(
    door: httpx2.AsyncClient, kkmp: Log, pengurus: dict[str, str]
) -> None:
    asked = pengurus | {"Idempotency-Key": "once"}
    first = await door.post(PAY, json={"amount": 5_000}, headers=asked)
    again = await door.post(PAY, json={"amount": 5_000}, headers=asked)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"repeated": True}
    problem(
        await door.post(PAY, json={"amount": 6_000}, headers=asked), 422, "idempotency_key_reused"
    )
    position = first.json()["position"]
    (stored,) = await kkmp.page(position, 1)
    assert stored.attribute("authtype") == "api_key"
    assert pengurus["Authorization"].split("_")[1] == stored.attribute("authid")

    now = await door.get("/v1/boxes", params={"min_position": position}, headers=pengurus)
    assert now.json()["items"] == [{"code": ANCOL, "held": 5_000}]
    then = await door.get("/v1/boxes", params={"as_of_position": position - 1}, headers=pengurus)
    assert then.json()["items"] == []
    table = await door.get("/v1/boxes.csv", headers=pengurus)
    assert table.text.splitlines() == ["code,held", f"{ANCOL},5000"]
    same = await door.get("/v1/boxes", headers=pengurus | {"If-None-Match": now.headers["etag"]})
    assert same.status_code == 304


async def test_what_is_not_right_is_a_problem_and_says_what(
    door: httpx2.AsyncClient, pengurus: dict[str, str]
) -> None:
    problem(
        await door.post(PAY, json={"amount": 1}, headers=pengurus), 400, "idempotency_key_missing"
    )
    asked = pengurus | {"Idempotency-Key": "wrong"}
    text = await door.post(PAY, content=b"amount=1", headers=asked)
    problem(text, 415, "media_type_unsupported")
    deep = b"[" * 60_000
    nested = asked | {"Content-Type": "application/json"}
    problem(await door.post(PAY, content=deep, headers=nested), 422, "request_invalid")
    large = b'{"amount": ' + b" " * 70_000 + b"1}"
    problem(await door.post(PAY, content=large, headers=nested), 413, "body_too_large")
    levels = b'{"amount": 1, "effective_at": ' + b"[" * 3_000 + b"]" * 3_000 + b"}"
    problem(await door.post(PAY, content=levels, headers=nested), 422, "request_invalid")
    early = {"amount": 1, "effective_at": "0001-01-01T00:00:00+14:00"}
    problem(await door.post(PAY, json=early, headers=asked), 422, "request_invalid")
    negative = await door.post(PAY, json={"amount": -1}, headers=asked)
    assert problem(negative, 422, "request_invalid")["errors"][0]["pointer"] == "#/amount"
    problem(await door.get("/v1/boxes?code=x", headers=pengurus), 422, "parameter_unknown")


def _busy(running: Running) -> int:
    """How many connections of the pool somebody holds."""
    return running.pool.get_size() - running.pool.get_idle_size()


async def test_an_answer_that_nobody_reads_holds_no_connection_of_the_database(
    door: httpx2.AsyncClient, cell: Servers, tmp_path: Path, pengurus: dict[str, str]
) -> None:
    (tmp_path / "cash").mkdir()
    made = service(tmp_path / "cash")
    settings = Settings(nats_url=cell.nats_url, postgres_dsn=cell.postgres_dsn)
    held: list[int] = []
    async with run(made, settings) as running:
        app = build(made, running)
        async with asyncio.timeout(60):  # until the tables have followed, and need none either
            while running.runner.status.state != "following" or _busy(running):
                await asyncio.sleep(0.05)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                held.append(message["status"])
                held.append(_busy(running))

        path = "/v1/boxes"
        headers = [(b"authorization", pengurus["Authorization"].encode())]
        await app(
            {
                "type": "http",
                "method": "GET",
                "path": path,
                "raw_path": path.encode(),
                "query_string": b"",
                "headers": headers,
            },
            receive,
            send,
        )
    assert held == [200, 0]


async def test_every_answer_carries_the_headers_that_protect_a_browser(
    door: httpx2.AsyncClient, pengurus: dict[str, str]
) -> None:
    for answer in (await door.get("/v1/boxes", headers=pengurus), await door.get("/v1/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["x-correlation-id"]


async def test_who_asks_too_often_waits(door: httpx2.AsyncClient, cell: Servers) -> None:
    eager = await bearer(cell.postgres_dsn, f"lurah:{ANCOL}")
    answers = [await door.get("/v1/boxes", headers=eager) for _ in range(70)]
    refused = next(answer for answer in answers if answer.status_code != 200)
    problem(refused, 429, "rate_limited")
    assert int(refused.headers["retry-after"]) >= 1


async def test_a_route_without_a_rule_does_not_start(tmp_path: Path) -> None:

    folder = tmp_path / "cash"
    folder.mkdir()
    lawless = APIRouter()

    @lawless.get("/v1/everything")
    async def everything() -> None: ...

    made = service(folder)
    made.router.include_router(lawless)
    with pytest.raises(CannotStart, match="/v1/everything"):
        application(made)
