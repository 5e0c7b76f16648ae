"""The past: the same fold of the same log, up to a position or a moment, for one who asks.

`position`: what was known when the log ended there. `moment`: what had happened by then, as we know
it now. Both: what had happened by then, as it was known there.

Its tables are temporary ones of a connection of its own, named like the live ones, so that every
question finds them with the same words. They end with the connection: a crash leaves nothing to
clean away, and replicas do not meet.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import structlog

from shared.envelope import SKIPPED, Recorded, Stored, Vocabulary
from shared.folding import Filling, Statements, decoded, refuse_another_log, statements
from shared.leaf import leaf_of
from shared.log import Log
from shared.projection import DATABASE_AWAY, Projection
from shared.reader import pages

_log = structlog.get_logger()
_MOST_KEPT = 4
_MOST_OF_ONE = 2
_PATIENCE = 5.0
_SCHEMA = "pg_temp"

type _Key = tuple[datetime | None, int | None]


class PastInPreparation(Exception):  # noqa: N818 - the finding itself
    """The past is not folded yet. That goes on: ask again, and it is further or there."""

    def __init__(self, done: int, of: int) -> None:
        """It is at position *done* and must come to *of*; 0 when it has not begun."""
        super().__init__(f"folded up to position {done} of {of}")
        self.done = done
        self.of = of


class PositionAhead(Exception):  # noqa: N818 - the finding itself
    """The log does not reach the position that was asked for."""

    def __init__(self, position: int, head: int) -> None:
        """*head* is where the log ends."""
        super().__init__(f"asked for {position}, the log ends at {head}")
        self.asked = position
        self.head = head


class Past:
    """Keeps a few pasts of one projection; the one that nobody asked for longest goes first.

    That also bounds who waits: a past that finds no place among them is refused at once.
    """

    def __init__(self, projection: Projection, vocabulary: Vocabulary, log: Log, dsn: str) -> None:
        """Nothing is folded before somebody asks."""
        self._projection = projection
        self._vocabulary = vocabulary
        self._log = log
        self._dsn = dsn
        self._kept: OrderedDict[_Key, _Tables] = OrderedDict()
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """End all pasts."""
        for tables in self._kept.values():
            await tables.close()
        self._kept.clear()

    @contextlib.asynccontextmanager
    async def at(
        self, moment: datetime | None, position: int | None, head_wanted: int, who: str
    ) -> AsyncGenerator[tuple[Any, int]]:
        """Yield a connection to the tables of a past, and the position that they are known at.

        Without *position* that is the head of the log, which must have come to *head_wanted*. *who*
        asks has a share of the places. Raises `PositionAhead`, `PastInPreparation`, `Unreadable`,
        `LogBroken`, `LogUnreachable`, and what asyncpg raises while Postgres is away.
        """
        until = await self._until(position, head_wanted)
        tables = self._tables((moment, position), until, who)
        tables.users += 1
        try:
            await self._have(tables, until)
            try:
                yield tables.connection, tables.position
            except DATABASE_AWAY:
                tables.end()
                raise
            finally:
                if tables.left_open:
                    tables.end()
                tables.lock.release()
        finally:
            tables.users -= 1

    async def _until(self, position: int | None, head_wanted: int) -> int:
        head = await self._log.head()
        wanted = head_wanted if position is None else position
        if wanted > head:
            raise PositionAhead(wanted, head)
        return head if position is None else position

    def _tables(self, key: _Key, until: int, who: str) -> "_Tables":
        """Return the tables that are kept for *key*, or new ones in the place of others.

        One asker has no more than his share of them in use: the others are for the others.
        """
        if (tables := self._kept.get(key)) is not None:
            outdated = tables.skips != self._log.skips.known
            if outdated and tables.busy:
                raise PastInPreparation(0, until)
            if outdated or tables.lost:
                self._kept.pop(key).end()
        if key not in self._kept:
            if sum(kept.busy and kept.who == who for kept in self._kept.values()) == _MOST_OF_ONE:
                raise PastInPreparation(0, until)
            if len(self._kept) == _MOST_KEPT:
                idle = next((key for key, kept in self._kept.items() if not kept.busy), None)
                if idle is None:
                    raise PastInPreparation(0, until)
                self._kept.pop(idle).end()
            self._kept[key] = _Tables(key[0], who, self._log.skips.known)
        self._kept.move_to_end(key)
        return self._kept[key]

    async def _have(self, tables: "_Tables", until: int) -> None:
        """Return holding the lock of *tables* that are folded at least up to *until*."""
        patience = asyncio.timeout(_PATIENCE)
        try:
            async with patience:
                while tables.connection is None or tables.position < until:
                    await self._join(tables, until)
                await tables.lock.acquire()
        except TimeoutError as late:
            if patience.expired():
                raise PastInPreparation(tables.position, until) from late
            raise

    async def _join(self, tables: "_Tables", until: int) -> None:
        """Wait for the fold that is going on, or begin one, which goes on without us."""
        folding = tables.folding
        if folding is None:
            folding = tables.folding = asyncio.create_task(self._fold(tables, until))
            folding.add_done_callback(_say_failure)
        if not folding.done():
            await asyncio.wait({folding})
        if tables.folding is folding:
            tables.folding = None
        folding.result()

    async def _fold(self, tables: "_Tables", until: int) -> None:
        """Fold in turns with other pasts, a page each: who has a short way is there soon."""
        async with tables.lock:
            if tables.connection is None:
                await self._open(tables)
            if tables.position:
                await refuse_another_log(self._log, tables.position, tables.leaf)
            empty = tables.position == 0
            filling = [Filling(one, empty=empty) for one in tables.statements]
            read = decoded(self._vocabulary, pages(self._log, tables.position, until))
            async with contextlib.aclosing(read) as found:
                async for batch in found:
                    self._take_in(batch.skips, tables, until)
                    async with self._turn:
                        await tables.write(filling, batch.events)
                    tables.position, tables.leaf = batch.last.position, leaf_of(batch.last)
        tables.folding = None  # a failure stays there until somebody is told

    def _take_in(self, skips: Sequence[Stored], tables: "_Tables", until: int) -> None:
        """Learn *skips*; what was folded without knowing them is folded again when asked for."""
        if [stored for stored in skips if self._log.skips.hear(stored)]:
            tables.end()
            raise PastInPreparation(0, until)

    async def _open(self, tables: "_Tables") -> None:
        connection = await asyncpg.connect(
            self._dsn,
            timeout=5,
            command_timeout=30,
            server_settings={
                "search_path": _SCHEMA,
                "application_name": f"kkmp-{self._projection.schema}-past",
            },
        )
        try:
            await connection.execute(self._projection.sql)
            tables.statements = [
                await statements(connection, _SCHEMA, table) for table in self._projection.tables
            ]
        except BaseException:
            connection.terminate()
            raise
        tables.connection = connection


class _Tables:
    """The tables of one past, on the connection that they live as long as."""

    def __init__(self, moment: datetime | None, who: str, skips: int) -> None:
        """*moment* is the last at which an event may have happened, *who* asked for it first.

        *skips* is how many skips were known then: with more of them it is another past.
        """
        self.who = who
        self.skips = skips
        self.connection: asyncpg.Connection | None = None
        self.statements: Sequence[Statements] = ()
        self.position = 0
        self.leaf = b""
        self.users = 0
        self.lock = asyncio.Lock()
        self.folding: asyncio.Task[None] | None = None
        self._moment = moment

    @property
    def busy(self) -> bool:
        """Whether somebody looks at them, waits for them, or folds into them."""
        return self.users > 0 or (self.folding is not None and not self.folding.done())

    @property
    def lost(self) -> bool:
        """Whether they are gone, and nobody need be told why any more."""
        gone = self.connection is not None and self.connection.is_closed()
        return gone and self.folding is None

    @property
    def left_open(self) -> bool:
        """Whether one who was cancelled left a transaction behind, which the next would be in."""
        connection = self.connection
        return (
            connection is not None and not connection.is_closed() and connection.is_in_transaction()
        )

    async def write(self, filling: Sequence[Filling], events: Sequence[Recorded]) -> None:
        """Fold those of *events* that had happened by then."""
        if (moment := self._moment) is not None:
            events = [event for event in events if _is_by(event, moment)]
        try:
            for one in filling:
                await one.fold(self.connection, events)
        except BaseException:  # some of it may be written, and what is known in memory is ahead
            self.end()
            raise

    def end(self) -> None:
        """Let go of the connection, and with it of the tables."""
        if self.connection is not None:
            self.connection.terminate()

    async def close(self) -> None:
        """End what folds, and then the tables."""
        if self.folding is not None:
            self.folding.cancel()
            await asyncio.wait({self.folding})
        self.end()


def _is_by(event: Recorded, moment: datetime) -> bool:
    """Whether *event* had happened by then; a skipped one tells no time, and moves no row."""
    return event.data is not SKIPPED and event.time <= moment


def _say_failure(folding: asyncio.Task[None]) -> None:
    """Say why a past could not be folded, as perhaps nobody waits for it any more."""
    if not folding.cancelled() and (why := folding.exception()) is not None:
        _log.warning("past not folded", why=f"{type(why).__name__}: {why}")
