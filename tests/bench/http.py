"""The door: a command beside the bare append, a query beside the bare SQL, over HTTP."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import asyncpg
import nats

from services.membership.api.cooperative import COOPERATIVES
from services.membership.app import service as membership
from shared.bus import connect
from shared.embedded import EmbeddedNats, embedded
from shared.identity import fresh_id
from shared.provision import provision
from shared.subjects import Entity, parse
from tests.bench.appends import Bare
from tests.bench.facts import fill, histories
from tests.bench.report import Line, Section
from tests.bench.rounds import Step, Way, Worker, take_turns
from tests.credentials import CITY_STAFF, bearer
from tests.system.replica import replicas

_ROUNDS = 5
_MEMBERS = 1_550
_ALONE, _CLIENTS, _EACH = 100, 20, 15
_POOL_SIZE = 10
_PAYMENT = {"kind": "wajib", "amount": 25_000}
ON = (
    "uvicorn in a process of its own; API key, roles and places, rate limit, Idempotency-Key, "
    "ETag, metrics, a recorded span, a line of log; its tables follow; the client is aiohttp"
)
"""What the door does for each request that is measured here."""


class _Door:
    """Membership, as its clients reach it."""

    def __init__(
        self, client: aiohttp.ClientSession, headers: dict[str, str], members: list[Entity]
    ) -> None:
        self._client = client
        self._headers = headers
        self._members = members

    def payments(self, clients: int, each: int) -> list[Worker]:
        return [[partial(self._pay, member)] * each for member in self._members[:clients]]

    def cooperatives(self, clients: int, each: int) -> list[Worker]:
        return self._questions(
            [f"/v1/cooperatives/{member.place}" for member in self._members[:clients]], each
        )

    def lives(self, clients: int, each: int) -> list[Worker]:
        return self._questions(["/livez"] * clients, each)

    async def see(self, position: int) -> None:
        """Wait until the tables show a position."""
        code = self._members[0].place
        await self._get(f"/v1/cooperatives/{code}", min_position=position)

    def _questions(self, paths: list[str], each: int) -> list[Worker]:
        return [[partial(self._get, path)] * each for path in paths]

    async def _pay(self, member: Entity) -> None:
        path = f"/v1/cooperatives/{member.place}/members/{member.id}/savings"
        headers = self._watched() | {"Idempotency-Key": str(fresh_id())}
        async with self._client.post(path, json=_PAYMENT, headers=headers) as answer:
            await _expect(answer, 201)

    async def _get(self, path: str, **query: int) -> None:
        async with self._client.get(path, params=query, headers=self._watched()) as answer:
            await _expect(answer, 200)

    def _watched(self) -> dict[str, str]:
        """The headers of a caller who records the trace, so that the door does too."""
        trace = fresh_id().hex
        return {**self._headers, "traceparent": f"00-{trace}-{trace[-16:]}-01"}


async def _expect(answer: aiohttp.ClientResponse, status: int) -> None:
    said = await answer.read()
    if answer.status != status:
        raise AssertionError(f"{answer.status} instead of {status}: {said.decode()}")


class _Sql:
    """The statement of the query alone."""

    def __init__(self, pool: asyncpg.Pool, members: list[Entity]) -> None:
        self._pool = pool
        self._members = members

    def cooperatives(self, clients: int, each: int) -> list[Worker]:
        return [[self._ask(member.place)] * each for member in self._members[:clients]]

    def _ask(self, code: str) -> Step:
        return lambda: self._pool.fetchrow(COOPERATIVES + "WHERE c.code = $1", code)


async def over_http(folder: Path) -> Section:
    """Measure one client alone and twenty at once; the bare append has a log of its own."""
    history = histories(_MEMBERS)
    members = [
        parse(draft.subject).entity
        for draft in history.drafts
        if draft.subject.endswith(".MemberJoined")
    ][:_CLIENTS]
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(embedded(folder))
        bus = await connect(servers.nats_url, "bench-http")
        stack.push_async_callback(bus.close)
        await provision(bus, durables=membership.durables)
        head = await fill(bus, history.drafts)
        (service,) = await stack.enter_async_context(replicas(1, "membership", servers, folder))
        headers = await bearer(servers.postgres_dsn, *CITY_STAFF)
        client = await stack.enter_async_context(
            aiohttp.ClientSession(service.url, connector=aiohttp.TCPConnector(limit=_CLIENTS))
        )
        door = _Door(client, headers, members)
        await door.see(head)
        pool = await stack.enter_async_context(
            asyncpg.create_pool(
                servers.postgres_dsn,
                max_size=_POOL_SIZE,
                server_settings={"search_path": "membership"},
                reset=_keep,
            )
        )
        bare = await stack.enter_async_context(_bare(folder / "bare"))
        lines = await _measure(door, bare, _Sql(pool, members))
    return Section(
        "Over HTTP: a command beside a bare js.publish of its message, a query beside its bare SQL",
        "p50 over bare p50",
        lines,
    )


async def _keep(_: object) -> None:
    """Save the bare SQL the round trip that resets a connection, as the services do."""


@asynccontextmanager
async def _bare(folder: Path) -> AsyncGenerator[Bare]:
    server = EmbeddedNats()
    await server.start(folder)
    try:
        bus = await connect(server.url, "bench-bare")
        await provision(bus)
        await bus.close()
        client = await nats.connect(server.url)
        yield Bare(client.jetstream(timeout=10))
        await client.close()
    finally:
        await server.stop()


async def _measure(door: _Door, bare: Bare, sql: _Sql) -> list[Line]:
    lines: list[Line] = []
    for what, at in (("one client", (1, _ALONE)), (f"{_CLIENTS} clients", (_CLIENTS, _EACH))):
        lines += await take_turns(
            _ROUNDS,
            Way(f"bare: append, {what}", partial(bare.warm, *at)),
            Way(f"kkmp: record_savings_payment, {what}", partial(door.payments, *at)),
        )
        lines += await take_turns(
            _ROUNDS,
            Way(f"bare: SQL, {what}", partial(sql.cooperatives, *at)),
            Way(f"kkmp: show_cooperative, {what}", partial(door.cooperatives, *at)),
        )
        lines += await take_turns(
            _ROUNDS, Way(f"kkmp: GET /livez, the floor, {what}", partial(door.lives, *at))
        )
    return lines
