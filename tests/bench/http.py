"""The door: a command beside the bare append, a query beside the bare SQL, over HTTP."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path

import aiohttp
import asyncpg
import nats

from services.membership.api.cooperative import one_cooperative
from services.membership.app import service as membership
from shared.bus import connect
from shared.embedded import EmbeddedNats, embedded
from shared.identity import fresh_id
from shared.provision import provision
from shared.subjects import Entity, parse
from tests.bench.appends import BARE, Bare
from tests.bench.facts import fill, histories
from tests.bench.report import OURS, Line, Section
from tests.bench.rounds import Step, Way, Worker, take_turns
from tests.bench.size import Size
from tests.credentials import CITY_STAFF, bearer
from tests.system.replica import replicas

COMMAND = "a command over HTTP with everything on"
QUERY = "a query over HTTP with everything on"
FLOOR = "GET /livez, the floor"
ONE = "one client"
_DAY = date(2025, 7, 21)
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
        return lambda: self._pool.fetchrow(*one_cooperative(_DAY, code))


async def over_http(folder: Path, size: Size) -> Section:
    """Measure one client alone and twenty at once; the bare append has a log of its own."""
    history = histories(size.history)
    members = [
        parse(draft.subject).entity
        for draft in history.drafts
        if draft.subject.endswith(".MemberJoined")
    ][: size.clients]
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(embedded(folder))
        bus = await connect(servers.nats_url, "bench-http")
        stack.push_async_callback(bus.close)
        await provision(bus, durables=membership.durables)
        head = await fill(bus, history.drafts)
        (service,) = await stack.enter_async_context(replicas(1, "membership", servers, folder))
        headers = await bearer(servers.postgres_dsn, *CITY_STAFF)
        client = await stack.enter_async_context(
            aiohttp.ClientSession(service.url, connector=aiohttp.TCPConnector(limit=size.clients))
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
        lines = await _measure(door, bare, _Sql(pool, members), size)
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


async def _measure(door: _Door, bare: Bare, sql: _Sql, size: Size) -> list[Line]:
    lines: list[Line] = []
    for who, at in ((ONE, (1, size.alone)), (several(size), (size.clients, size.each))):
        lines += await take_turns(
            size.rounds,
            f"{COMMAND}, {who}",
            Way(BARE, partial(bare.warm, *at)),
            Way(OURS, partial(door.payments, *at)),
        )
        lines += await take_turns(
            size.rounds,
            f"{QUERY}, {who}",
            Way("its bare SQL", partial(sql.cooperatives, *at)),
            Way(OURS, partial(door.cooperatives, *at)),
        )
        lines += await take_turns(
            size.rounds, f"{FLOOR}, {who}", Way(OURS, partial(door.lives, *at))
        )
    return lines


def several(size: Size) -> str:
    """Return what the clients that ask at once are called."""
    return f"{size.clients} clients"
