"""The one runner of all projections: read the log, fold it, write rows and position together.

A batch of events becomes one transaction that begins by moving the position, fenced: of two
replicas only one wins, and a crash repeats nothing. With the position lies the leaf of its event.
When a position is missing, when the log is shorter than we are or its leaf differs, when an event
cannot be read: the projection halts and says why. It never guesses and never skips.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

import asyncpg
import structlog

from shared.envelope import Recorded, Stored, Unreadable, Vocabulary, broker_header
from shared.leaf import leaf_hash
from shared.log import DOORBELL, Log, LogUnreachable
from shared.reader import LogBroken, pages
from shared.tables import Key, Rows, Table

_log = structlog.get_logger()
_POLL_SECONDS = 1.0
_GATHER_SECONDS = 0.02
_BATCH_PAGES = 8
_AHEAD = 1
_MOST_KNOWN_ROWS = 100_000
_COLLECT_AFTER = 50_000
"""Objects: a batch of events has no cycles, and is not to be searched for them again and again."""
_OUTSIDE = ("api.py", "app.py", "reactions.py", "__main__.py")
DATABASE_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.InterfaceError,
    OSError,
    TimeoutError,
)
"""What asyncpg raises while Postgres is away, going away or too busy: it may work later."""


class ProjectionBehind(Exception):  # noqa: N818 - the finding itself
    """The projection did not reach the position that was asked for in time."""

    def __init__(self, position: int, wanted: int, why: str) -> None:
        """*why* is empty when it is merely slow."""
        super().__init__(f"at position {position}, asked for {wanted}{': ' if why else ''}{why}")
        self.position = position


class _Fenced(Exception):  # noqa: N818 - a control signal
    """Another replica moved the position."""


@dataclass(frozen=True)
class Projection:
    """A set of tables in one Postgres schema, and how they are made."""

    schema: str
    tables: tuple[Table[Any], ...]
    sql: str
    fingerprint: str

    @classmethod
    def of(cls, folder: Path, tables: tuple[Table[Any], ...]) -> "Projection":
        """The projection of the service in *folder*; whatever its rows depend on is in the hash."""
        sources = sorted(
            path
            for path in (folder / "schema.sql", *folder.rglob("*.py"))
            if path.name not in _OUTSIDE
        )
        fingerprint = sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()
        return cls(folder.name, tables, (folder / "schema.sql").read_text(), fingerprint)


@dataclass(slots=True)
class Status:
    """Where a projection is: its position, and if it does not follow the log, why."""

    position: int = 0
    state: Literal["starting", "following", "waiting", "halted"] = "starting"
    why: str = ""


class Runner:
    """Keeps one projection up to date, and lets questions wait for a position."""

    def __init__(
        self, projection: Projection, vocabulary: Vocabulary, log: Log, pool: asyncpg.Pool
    ) -> None:
        """Call `prepare`, then run `run` as a task."""
        self.projection = projection
        self.status = Status()
        self._vocabulary = vocabulary
        self._log = log
        self._pool = pool
        self._head = 0
        self._rung = asyncio.Event()
        self._hurry = asyncio.Event()
        self._wanted = 0
        self._moved = asyncio.Condition()
        self._statements: dict[str, _Statements] = {}

    async def prepare(self) -> None:
        """Make the schema, or make it anew when the tables or the folds are not those of its code.

        Every table can be dropped and filled again from the log, so this loses nothing.
        """
        schema = self.projection.schema
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", schema
            )
            if await self._fingerprint(connection) != self.projection.fingerprint:
                await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
                await connection.execute(f"CREATE SCHEMA {schema}")
                await connection.execute(_position_table(schema))
                await connection.execute(self.projection.sql)
                await connection.execute(
                    f"INSERT INTO {schema}.projection VALUES (0, '\\x', $1)",  # noqa: S608 - our name
                    self.projection.fingerprint,
                )
            for table in self.projection.tables:
                self._statements[table.name] = await _statements(connection, schema, table)
        await self._log.bus.subscribe_raw(f"{DOORBELL}.>", self._ring)

    async def _fingerprint(self, connection: Any) -> str | None:  # noqa: ANN401 - pool proxy
        schema = self.projection.schema
        if await connection.fetchval("SELECT to_regclass($1)", f"{schema}.projection") is None:
            return None
        return await connection.fetchval(f"SELECT fingerprint FROM {schema}.projection")  # noqa: S608 - our name

    def _ring(self, _: bytes, block: bytes, __: bytes) -> None:
        self._head = max(self._head, int(broker_header(block, b"Nats-Sequence")))
        self._rung.set()

    async def run(self) -> None:
        """Follow the log until cancelled, or until the projection must halt."""
        gc.set_threshold(_COLLECT_AFTER, 20, 20)
        pause = 0.1
        while True:
            try:
                await self._follow()
            except (LogBroken, Unreadable) as finding:
                await self._become("halted", str(finding))
                return
            except _Fenced:
                continue
            except LogUnreachable as away:
                await self._become("waiting", f"log: {away}")
            except DATABASE_AWAY as away:
                await self._become("waiting", f"database: {type(away).__name__}: {away}")
            except Exception as fault:  # in a fold of ours: whoever asks must not wait for it
                await self._become("halted", f"{type(fault).__name__}: {fault}")
                raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0) if self.status.state == "waiting" else 0.1

    async def _follow(self) -> None:
        await self._anchor()
        await self._become("following")
        connections = self._log.bus.stats["reconnects"]
        while True:
            self._rung.clear()
            if self._head > self.status.position:
                await self._catch_up(self._head)
                await self._gather()
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), _POLL_SECONDS)
                continue
            self._head = await self._log.head()
            if self._log.bus.stats["reconnects"] != connections:
                return
            if self._head < self.status.position:
                await self._anchor()

    async def _gather(self) -> None:
        """Let what comes close together share a transaction, unless somebody waits for it."""
        if self._wanted <= self.status.position:
            self._hurry.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), _GATHER_SECONDS)

    async def _anchor(self) -> None:
        """Take our position from the database, and hold it against the log."""
        schema = self.projection.schema
        row = await self._pool.fetchrow(f"SELECT position, leaf FROM {schema}.projection")  # noqa: S608 - our name
        if row is None:
            raise LogBroken(f"{schema}.projection has lost its row")
        self.status.position = row["position"]
        head = self._head = await self._log.head()
        if head < self.status.position:
            raise LogBroken(f"the log ends at {head}, we have folded {self.status.position}")
        if self.status.position:
            (last,) = await self._log.page(self.status.position, 1) or [None]
            if last is None or _leaf(last) != row["leaf"]:
                raise LogBroken(f"the event at our position {self.status.position} is another one")

    async def _catch_up(self, until: int) -> None:
        empty = self.status.position == 0
        tables = [_Filling(statements, empty=empty) for statements in self._statements.values()]
        batches = _batches(pages(self._log, self.status.position, until))
        async with contextlib.aclosing(_ahead(self._decoded(batches))) as decoded:
            async for last, events in decoded:
                await self._write(last, events, tables)
                async with self._moved:
                    self.status.position = last.position
                    self._moved.notify_all()

    async def _decoded(
        self, batches: AsyncIterator[list[Stored]]
    ) -> AsyncIterator[tuple[Stored, list[Recorded]]]:
        """Yield what can be read; the events before an unreadable one are still folded."""
        read = self._vocabulary.read
        async for batch in batches:
            events: list[Recorded] = []
            for index, stored in enumerate(batch):
                try:
                    event = read(stored)
                except Unreadable:
                    if index:
                        yield batch[index - 1], events
                    raise
                if event is not None:
                    events.append(event)
            yield batch[-1], events

    async def _write(
        self, last: Stored, events: Sequence[Recorded], tables: Sequence["_Filling"]
    ) -> None:
        schema = self.projection.schema
        async with self._pool.acquire() as connection, connection.transaction():
            moved = await connection.execute(
                f"UPDATE {schema}.projection SET position = $2, leaf = $3 WHERE position = $1",  # noqa: S608 - our name
                self.status.position,
                last.position,
                _leaf(last),
            )
            if moved != "UPDATE 1":
                raise _Fenced
            for table in tables:
                await table.fold(connection, events)

    async def wait_for(self, position: int, seconds: float = 5.0) -> None:
        """Return once the rows show the log up to *position*; raises `ProjectionBehind`."""
        if self.status.position >= position:
            return
        self._wanted = max(self._wanted, min(position, self._head + 1))
        self._hurry.set()

        async def reached() -> None:
            async with self._moved:
                await self._moved.wait_for(
                    lambda: self.status.position >= position or self.status.state == "halted"
                )

        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reached(), seconds)
        if self.status.position < position:
            raise ProjectionBehind(self.status.position, position, self.status.why)

    async def _become(
        self, state: Literal["following", "waiting", "halted"], why: str = ""
    ) -> None:
        if state == "halted":
            _log.error("projection halted", schema=self.projection.schema, why=why)
        elif state == "waiting" and self.status.state != "waiting":
            _log.warning("projection waits", schema=self.projection.schema, why=why)
        async with self._moved:
            self.status.state, self.status.why = state, why
            self._moved.notify_all()


@dataclass(frozen=True)
class _Statements:
    """The three statements of one table; the column types come from the database's catalogue."""

    table: Table[Any]
    columns: tuple[str, ...]
    select: str
    upsert: str
    delete: str

    async def fetch(self, connection: Any, keys: set[Key]) -> Rows:  # noqa: ANN401 - pool proxy
        """Return the rows of *keys* that exist."""
        found = await connection.fetch(self.select, *_columns(keys))
        width = len(self.table.key)
        return {tuple(record)[:width]: self.table.row(*record) for record in found}

    async def store(self, connection: Any, rows: Rows) -> None:  # noqa: ANN401 - pool proxy
        """Write *rows*; None removes."""
        if kept := [row for row in rows.values() if row is not None]:
            columns = [list(map(attrgetter(name), kept)) for name in self.columns]
            await connection.execute(self.upsert, *columns)
        if gone := [key for key, row in rows.items() if row is None]:
            await connection.execute(self.delete, *_columns(gone))


class _Filling:
    """One table while the log is caught up with: a row that we wrote is not read again.

    Nobody else writes meanwhile, for the position is moved first and fenced.
    """

    def __init__(self, statements: _Statements, *, empty: bool) -> None:
        """*empty* says that nothing has been folded into the table yet."""
        self._statements = statements
        self._known: Rows = {}
        self._complete = empty

    async def fold(self, connection: Any, events: Sequence[Recorded]) -> None:  # noqa: ANN401 - pool proxy
        """Bring the table up to date with *events*."""
        table = self._statements.table
        touched = table.touched(events)
        if not touched:
            return
        known = self._known
        if not self._complete and (unknown := touched - known.keys()):
            known |= await self._statements.fetch(connection, unknown)
        table.fold(events, known)
        await self._statements.store(connection, {key: known[key] for key in touched})
        if len(known) > _MOST_KNOWN_ROWS:
            known.clear()
            self._complete = False


async def _statements(connection: Any, schema: str, table: Table[Any]) -> _Statements:  # noqa: ANN401 - pool proxy
    name = f"{schema}.{table.name}"
    types = dict(
        await connection.fetch(
            """
            SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
            WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped
            """,
            name,
        )
    )
    columns = [field.name for field in fields(table.row)]
    if set(columns) != set(types) or columns[: len(table.key)] != list(table.key):
        raise TypeError(f"{name}: columns {sorted(types)}, row {columns}, key {table.key}")
    key = ", ".join(table.key)
    values = [column for column in columns if column not in table.key]
    change = (
        "UPDATE SET " + ", ".join(f"{column} = EXCLUDED.{column}" for column in values)
        if values
        else "NOTHING"
    )

    def arrays(names: Sequence[str]) -> str:
        return ", ".join(f"${index}::{types[name]}[]" for index, name in enumerate(names, 1))

    listed, upserted = ", ".join(columns), arrays(columns)
    return _Statements(
        table,
        tuple(columns),
        select=f"SELECT {listed} FROM unnest({arrays(table.key)}) AS wanted ({key})"  # noqa: S608 - our names
        f" JOIN {name} USING ({key})",
        upsert=f"INSERT INTO {name} ({listed}) SELECT * FROM unnest({upserted})"  # noqa: S608 - our names
        f" ON CONFLICT ({key}) DO {change}",
        delete=f"DELETE FROM {name} WHERE ({key}) IN"  # noqa: S608 - our names
        f" (SELECT * FROM unnest({arrays(table.key)}))",
    )


def _position_table(schema: str) -> str:
    return f"""
        CREATE TABLE {schema}.projection (
            position bigint NOT NULL,
            leaf bytea NOT NULL,
            fingerprint text NOT NULL
        );
        COMMENT ON TABLE {schema}.projection IS
            'One row: the log up to this position is in the tables; leaf names its last event.';
    """


def _columns(rows: Sequence[Key] | set[Key]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))


def _leaf(stored: Stored) -> bytes:
    return leaf_hash(stored.position, stored.subject, stored.block, stored.payload)


async def _batches(pages_: AsyncIterator[list[Stored]]) -> AsyncIterator[list[Stored]]:
    """Join pages into the batches that are written together."""
    batch: list[Stored] = []
    number = 0
    async for page in pages_:
        batch += page
        number += 1
        if number % _BATCH_PAGES == 0:
            yield batch
            batch = []
    if batch:
        yield batch


async def _ahead[T](items: AsyncIterator[T]) -> AsyncGenerator[T]:
    """Yield *items*, producing the next ones while the consumer works on the last."""
    queue: asyncio.Queue[T | BaseException | None] = asyncio.Queue(_AHEAD)

    async def produce() -> None:
        try:
            async for item in items:
                await queue.put(item)
        except Exception as error:  # noqa: BLE001 - it is raised where the items are consumed
            await queue.put(error)
        else:
            await queue.put(None)

    producer = asyncio.create_task(produce())
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        producer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await producer
