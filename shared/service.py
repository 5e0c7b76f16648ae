"""A service as a whole: what it is made of, how it starts, and how it ends."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from fastapi import APIRouter

from shared.api_keys import ApiKeys
from shared.bus import connect, shown
from shared.credentials import Credentials
from shared.days import SayDay, say_days
from shared.durables import Durable
from shared.envelope import Vocabulary
from shared.erasing import Erasure, destroy_again
from shared.explanations import Explanation
from shared.keyring import KeyRing, SecretMissing
from shared.limits import Buckets, Rations
from shared.log import Log
from shared.metrics import Metrics
from shared.past import Past
from shared.patience import Patience
from shared.population import FakeRegistry, NobodyAsked, PopulationRegistry
from shared.projection import DATABASE_AWAY, Projection, Runner
from shared.provision import check
from shared.reactions import Facts, Reaction, Reactor
from shared.settings import Settings
from shared.tables import Table
from shared.tail import Tail
from shared.tokens import Tokens
from shared.transact import Transactor
from shared.watching import Watch

_log = structlog.get_logger()
_POOL_SIZE = 10
_POSTGRES = "Postgres"
_STOP_SECONDS = 2.0


@dataclass(frozen=True)
class Definition:
    """What a service is made of.

    *holds_keys* is said by the one that takes in personal data, *says_day* by the one that records
    the days of the cell, *erasure* by the one whose entities can be forgotten.
    """

    folder: Path
    summary: str
    vocabulary: Vocabulary
    tables: tuple[Table[Any], ...]
    router: APIRouter
    reactions: Sequence[Reaction] = ()
    explanations: Mapping[str, Explanation] = field(default_factory=dict[str, Explanation])
    holds_keys: bool = False
    says_day: SayDay | None = None
    erasure: Erasure | None = None

    @property
    def name(self) -> str:
        """The service's name, which is its folder's, its schema's and its subjects'."""
        return self.folder.name

    @property
    def durables(self) -> tuple[Durable, ...]:
        """What `kkmp provision` makes for the reactions."""
        return tuple(reaction.durable(self.name) for reaction in self.reactions)


@dataclass(frozen=True)
class Running:
    """A service that runs: what its endpoints work with."""

    name: str
    settings: Settings
    log: Log
    pool: asyncpg.Pool
    runner: Runner
    transactor: Transactor
    credentials: Credentials
    limits: Buckets
    rations: Rations
    past: Past
    tail: Tail
    metrics: Metrics
    population: PopulationRegistry
    held_keys: KeyRing | None
    watch: Watch
    reactor: Reactor

    @property
    def keys(self) -> KeyRing:
        """The keys of persons; only the service that takes in personal data has them."""
        if self.held_keys is None:
            raise TypeError(f"{self.name} holds no keys")
        return self.held_keys


@contextlib.asynccontextmanager
async def run(service: Definition, settings: Settings) -> AsyncGenerator[Running]:
    """Run *service* as long as the context lasts.

    Waits for nats-server and Postgres, in every step as long as the settings' patience lasts,
    refuses a log with other settings than decided, and then follows the log and reacts to it.
    """
    structlog.contextvars.bind_contextvars(service=service.name)
    nats = f"nats-server at {shown(settings.nats_url)}"
    patience = Patience(settings.start_seconds)
    through = patience.through
    async with contextlib.AsyncExitStack() as stack:
        bus = await through(
            "connect", nats, lambda: connect(settings.nats_url, f"kkmp-{service.name}")
        )
        stack.push_async_callback(bus.close)
        durables = service.durables
        await through(
            "check the log", nats, lambda: check(bus, settings.nats_monitor_url, durables)
        )
        log = await through("open the log", nats, Log(bus).open)
        pool = await through("connect", _POSTGRES, lambda: _pool(settings, service.name, "off"))
        stack.push_async_callback(_close, pool)
        keys = None
        if service.holds_keys:
            keys = await stack.enter_async_context(_keys(service, settings, patience))
        metrics = Metrics()
        transactor = Transactor(log, service.vocabulary, keys and keys.seal, metrics)
        if service.erasure and keys:
            destroy = partial(destroy_again, service.erasure, log, transactor, keys, metrics)
            await through("destroy the keys of the erased", f"{nats} or {_POSTGRES}", destroy)
        projection = Projection.of(service.folder, service.tables)
        runner = Runner(projection, service.vocabulary, log, pool)
        await through("make the tables", _POSTGRES, runner.prepare)
        metrics.watch(runner)
        watch = Watch(bus, service.durables)
        metrics.watch_durables(watch)
        past = Past(projection, service.vocabulary, log, settings.postgres_dsn)
        stack.push_async_callback(past.close)
        tail = Tail(log)
        await through("find the end of the log", nats, tail.open)
        api_keys = ApiKeys(pool)
        await through("make the table of API keys", _POSTGRES, api_keys.prepare)
        tokens = Tokens(settings.oidc_issuers)
        stack.push_async_callback(tokens.close)
        following = asyncio.create_task(runner.run(), name=f"{service.name} projection")
        stack.push_async_callback(_cancel, following)
        facts = Facts(transactor, runner, pool, bus, keys)
        reactor = await through(
            "begin to react", nats, lambda: _reacting(service, settings, log, facts, metrics)
        )
        stack.push_async_callback(reactor.stop)
        running = Running(
            service.name,
            settings,
            log,
            pool,
            runner,
            transactor,
            Credentials(tokens, api_keys),
            Buckets(settings.rate_per_second, settings.rate_burst),
            Rations(settings.writes_per_day),
            past,
            tail,
            metrics,
            FakeRegistry() if settings.population_registry == "fake" else NobodyAsked(),
            keys,
            watch,
            reactor,
        )
        if service.reactions:
            watching = asyncio.create_task(watch.run(), name=f"{service.name} durables")
            stack.push_async_callback(_cancel, watching)
        if service.says_day and settings.days:
            saying = asyncio.create_task(say_days(service.name, service.says_day, transactor))
            stack.push_async_callback(_cancel, saying)
        _log.info("service runs")
        yield running


async def _reacting(
    service: Definition, settings: Settings, log: Log, facts: Facts, metrics: Metrics
) -> Reactor:
    """Return a reactor that listens; one that cannot leaves nothing behind."""
    reactor = Reactor(service.reactions, service.vocabulary, log, facts, settings.nats_url, metrics)
    if not service.reactions:
        return reactor
    try:
        await reactor.start()
    except BaseException:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reactor.stop(), _STOP_SECONDS)
        raise
    return reactor


async def _pool(settings: Settings, schema: str, synchronous_commit: str) -> asyncpg.Pool:
    """Return a pool whose connections find *schema*'s tables by their names alone.

    A projection need not wait for the disk: it loses both, rows and position, or neither.
    """
    return await asyncpg.create_pool(
        settings.postgres_dsn,
        min_size=1,
        max_size=_POOL_SIZE,
        timeout=5,
        command_timeout=30,
        server_settings={"search_path": schema, "synchronous_commit": synchronous_commit},
        reset=_keep,
    )


async def _keep(_: object) -> None:
    """Save the round trip that would reset a connection: nobody here changes one's session."""


@contextlib.asynccontextmanager
async def _keys(
    service: Definition, settings: Settings, patience: Patience
) -> AsyncGenerator[KeyRing]:
    """The key ring, on connections that do wait for the disk: a lost key is a lost person."""
    if settings.secret_file is None:
        raise SecretMissing("KKMP_SECRET_FILE is not set: make one with `kkmp secrets new`")
    pool = await patience.through("connect", _POSTGRES, lambda: _pool(settings, service.name, "on"))
    try:
        keys = KeyRing(pool, f"{service.name}_keys", settings.secret_file)
        await patience.through("make the ring of keys", _POSTGRES, keys.prepare)
        yield keys
    finally:
        await _close(pool)


async def _close(pool: asyncpg.Pool) -> None:
    with contextlib.suppress(*DATABASE_AWAY):
        await asyncio.wait_for(pool.close(), 2)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
