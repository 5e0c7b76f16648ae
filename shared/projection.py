"""The one runner of all projections: read the log, fold it, write rows and position together.

A batch of events becomes one transaction that begins by moving the position, fenced: of two
replicas only one wins, and a crash repeats nothing. With the position lies the leaf of its event.
When a position is missing, when the log is shorter than we are or its leaf differs, when an event
cannot be read: the projection halts and says why. It never guesses, and takes a position as empty
only when a recorded skip says so (`shared/skips.py`).
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import asyncpg
import structlog

from shared import asked
from shared.envelope import Stored, Unreadable, Vocabulary, rung_position
from shared.folding import (
    Batch,
    Filling,
    Statements,
    decoded,
    refuse_another_log,
    statements,
)
from shared.leaf import leaf_of
from shared.log import DOORBELL, Log, LogUnreachable
from shared.reader import LogBroken, pages
from shared.skips import skip_in
from shared.tables import Table
from shared.tracing import folding, tracer

_log = structlog.get_logger()
_POLL_SECONDS = 1.0
_GATHER_SECONDS = 0.02
_MOST_TRIED = 5_000
_BATCH_PAGES = 8
_COLLECT_AFTER = 50_000
"""Objects: a batch of events has no cycles, and is not to be searched for them again and again."""
_OUTSIDE = {"api", "app", "explanations", "reactions", "__main__"}
_OUR_OWN = f"""
    CREATE TABLE projection (
        position bigint NOT NULL,
        leaf bytea NOT NULL,
        fingerprint text NOT NULL,
        skipped bigint[] NOT NULL DEFAULT '{{}}',
        halted bigint
    );
    COMMENT ON TABLE projection IS
        'One row: the log up to this position is in the tables; leaf names its last event.';
    COMMENT ON COLUMN projection.skipped IS 'Positions that the tables take as empty.';
    COMMENT ON COLUMN projection.halted IS 'Position of the event that could not be folded.';
    {asked.SQL}
"""
DATABASE_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
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
        self.asked = wanted


class _LookAgain(Exception):  # noqa: N818 - a control signal
    """Our position is not what it was, or what lies before us reads otherwise."""


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
            if Path(path.relative_to(folder).parts[0]).stem not in _OUTSIDE
        )
        sources.append(Path(__file__).with_name("asked.py"))
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
        self._tracer = tracer(projection.schema)
        self._head = 0
        self._told = 0
        self._rung = asyncio.Event()
        self._hurry = asyncio.Event()
        self._wanted = 0
        self._moved = asyncio.Condition()
        self._statements: list[Statements] = []
        self._skipped: set[int] = set()
        self._singly = False

    @property
    def head(self) -> int:
        """The last position of the log that we have heard of."""
        return self._head

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
                await self._make(connection)
            self._statements = [
                await statements(connection, schema, table)
                for table in (*self.projection.tables, asked.table_of(self._vocabulary.own))
            ]
        await self._log.bus.subscribe_raw(f"{DOORBELL}.>", self._ring)

    async def _make(self, connection: Any) -> None:  # noqa: ANN401 - pool proxy
        schema = self.projection.schema
        await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        await connection.execute(f"CREATE SCHEMA {schema}")
        await connection.execute(f"SET LOCAL search_path TO {schema}")
        await connection.execute(_OUR_OWN + self.projection.sql)
        await connection.execute(
            "INSERT INTO projection (position, leaf, fingerprint) VALUES (0, '\\x', $1)",
            self.projection.fingerprint,
        )

    async def _fingerprint(self, connection: Any) -> str | None:  # noqa: ANN401 - pool proxy
        schema = self.projection.schema
        if await connection.fetchval("SELECT to_regclass($1)", f"{schema}.projection") is None:
            return None
        return await connection.fetchval(f"SELECT fingerprint FROM {schema}.projection")  # noqa: S608 - our name

    def _ring(self, _: bytes, block: bytes, __: bytes) -> None:
        self._told = max(self._told, rung_position(block))
        self._rung.set()

    async def run(self) -> None:
        """Follow the log until cancelled, or until the log is not what it was.

        At an event that cannot be folded it halts, and goes on once that is skipped.
        """
        gc.set_threshold(_COLLECT_AFTER, 20, 20)
        pause = 0.1
        while True:
            try:
                await self._follow()
            except LogBroken as finding:
                await self._become("halted", str(finding))
                return
            except Unreadable as finding:
                self._head = max(self._head, finding.position)
                await self._become("halted", str(finding))
                await self._until_skipped(finding.position)
                continue
            except _LookAgain:
                continue
            except LogUnreachable as away:
                await self._become("waiting", f"log: {away}")
            except DATABASE_AWAY as away:
                await self._become("waiting", f"database: {type(away).__name__}: {away}")
            except Exception as fault:  # of ours: whoever asks must not wait for it
                await self._become("halted", f"{type(fault).__name__}: see the log")
                _log.exception("projection failed", schema=self.projection.schema)
                raise
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0) if self.status.state == "waiting" else 0.1

    async def _until_skipped(self, position: int) -> None:
        """Return once a skip of *position* is recorded; the tables say meanwhile where they are."""
        said = False
        while True:
            self._rung.clear()
            try:
                said = said or await self._say_halted(position)
                await self._log.learn_skips()
                (stored,) = await self._log.page(position, 1)
                if stored.skipped:
                    return
            except (LogUnreachable, ValueError, *DATABASE_AWAY) as away:
                _log.warning("halted, and cannot look for a skip", why=str(away))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._rung.wait(), _POLL_SECONDS)
                await asyncio.sleep(_GATHER_SECONDS)

    async def _say_halted(self, position: int) -> bool:
        """Leave word for `kkmp skip`: what this release cannot fold may be skipped."""
        schema = self.projection.schema
        await self._pool.execute(
            f"UPDATE {schema}.projection SET halted = $2 WHERE position = $1",  # noqa: S608 - our name
            self.status.position,
            position,
        )
        return True

    async def _follow(self) -> None:
        await self._anchor()
        await self._become("following")
        connections = self._log.bus.stats["reconnects"]
        clock = asyncio.get_running_loop().time
        look_at = clock() + _POLL_SECONDS
        while True:
            self._rung.clear()
            if (until := await self._until()) > self.status.position:
                await self._catch_up(until)
                self._head = self.status.position
                await self._gather()
                continue
            if clock() < look_at:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._rung.wait(), look_at - clock())
                continue
            look_at = clock() + _POLL_SECONDS
            self._head = await self._log.head()
            if self._log.bus.stats["reconnects"] != connections:
                return
            if self._head < self.status.position:
                await self._anchor()

    async def _until(self) -> int:
        """Return up to where to read: as the log said, or a ring, which may be false.

        One that tells of a few more events is tried: where the log ends before, reading does too.
        """
        told, self._told = self._told, 0
        if told > self.status.position + _MOST_TRIED:
            told = min(told, await self._log.head())
        return max(self._head, told)

    async def _gather(self) -> None:
        """Let what comes close together share a transaction, unless somebody waits for it."""
        if self._wanted <= self.status.position:
            self._hurry.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), _GATHER_SECONDS)

    async def _anchor(self) -> None:
        """Take our position from the database, and hold it against the log."""
        head = self._head = await self._log.head()  # first: it is told while Postgres is away
        schema = self.projection.schema
        row = await self._pool.fetchrow(
            f"SELECT position, leaf, skipped FROM {schema}.projection"  # noqa: S608 - our name
        )
        if row is None:
            raise LogBroken(f"{schema}.projection has lost its row")
        self.status.position = row["position"]
        self._skipped = set(row["skipped"])
        if head < self.status.position:  # perhaps another replica has folded what came meanwhile
            head = self._head = await self._log.head()
        if head < self.status.position:
            raise LogBroken(f"the log ends at {head}, we have folded {self.status.position}")
        if self.status.position:
            await refuse_another_log(self._log, self.status.position, row["leaf"])

    async def _catch_up(self, until: int) -> None:
        empty = self.status.position == 0
        tables = [Filling(statements, empty=empty) for statements in self._statements]
        read = pages(self._log, self.status.position, until, hinted=until > self._head)
        batches = _one_by_one(read) if self._singly else _batches(read)
        async with contextlib.aclosing(decoded(self._vocabulary, batches)) as found:
            async for batch in found:
                await self._take_in(batch.skips)
                with folding(self._tracer, batch.events):
                    await self._write_or_find_fault(batch, tables)
                async with self._moved:
                    self.status.position = batch.last.position
                    self._moved.notify_all()
        self._singly = False

    async def _take_in(self, skips: Sequence[Stored]) -> None:
        """Learn *skips*; what was read or folded without knowing them is read or folded again."""
        if new := [stored for stored in skips if self._log.skips.hear(stored)]:
            _log.warning("positions skipped", by=[stored.position for stored in new])
            raise _LookAgain
        for stored in skips:
            said = skip_in(stored)
            if said is not None and await self._folded(said.position):
                await self._fold_again()
                raise _LookAgain

    async def _folded(self, position: int) -> bool:
        """Whether the tables hold the event at *position*, which is skipped by now."""
        if position > self.status.position or position in self._skipped:
            return False
        (stored,) = await self._log.page(position, 1) or [None]
        if stored is None or not stored.skipped:
            return False
        try:
            return self._vocabulary.read(stored._replace(skipped=0)) is not None
        except Unreadable:
            return False

    async def _fold_again(self) -> None:
        """Make the tables anew, from a log in which more positions are empty."""
        await self._become("starting", "a position that was folded is skipped: folding again")
        async with self._pool.acquire() as connection, connection.transaction():
            await self._move(connection, self.status.position, b"", ())  # or another replica did
            await self._make(connection)

    async def _write_or_find_fault(self, batch: Batch, tables: Sequence[Filling]) -> None:
        """Write *batch*; if its events cannot be folded, find out which one it is."""
        try:
            await self._write(batch, tables)
        except (_LookAgain, LogBroken, Unreadable):
            raise
        except Exception as fault:
            if isinstance(fault, DATABASE_AWAY) and not isinstance(fault, ValueError):
                raise
            if not self._singly:
                self._singly = True
                raise _LookAgain from fault
            _log.exception("fold failed", schema=self.projection.schema)
            why = f"{type(fault).__name__} in a fold: see the log"
            raise Unreadable(batch.last, why) from fault

    async def _write(self, batch: Batch, tables: Sequence[Filling]) -> None:
        last = batch.last
        async with self._pool.acquire() as connection, connection.transaction():
            await self._move(connection, last.position, leaf_of(last), batch.skipped)
            for table in tables:
                await table.fold(connection, batch.events)
        self._skipped.update(batch.skipped)

    async def _move(
        self,
        connection: Any,  # noqa: ANN401 - pool proxy
        position: int,
        leaf: bytes,
        skipped: Sequence[int],
    ) -> None:
        """Move the position, fenced; raises `_LookAgain` when it is not where we left it."""
        schema = self.projection.schema
        moved = await connection.execute(
            f"""
            UPDATE {schema}.projection
            SET position = $2, leaf = $3, skipped = skipped || $4::bigint[], halted = NULL
            WHERE position = $1
            """,  # noqa: S608 - our name
            self.status.position,
            position,
            leaf,
            skipped,
        )
        if moved != "UPDATE 1":
            raise _LookAgain

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
        self, state: Literal["starting", "following", "waiting", "halted"], why: str = ""
    ) -> None:
        if state == "halted":
            _log.error("projection halted", schema=self.projection.schema, why=why)
        elif state == "waiting" and self.status.state != "waiting":
            _log.warning("projection waits", schema=self.projection.schema, why=why)
        async with self._moved:
            self.status.state, self.status.why = state, why
            self._moved.notify_all()


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


async def _one_by_one(pages_: AsyncIterator[list[Stored]]) -> AsyncIterator[list[Stored]]:
    """Yield each event alone, to find the one that cannot be folded."""
    async for page in pages_:
        for stored in page:
            yield [stored]
