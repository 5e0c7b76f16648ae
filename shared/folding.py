"""From a log to rows: what the tables that follow it and those of the past have in common."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from shared.envelope import Recorded, Stored, Unreadable, Vocabulary
from shared.leaf import leaf_of
from shared.log import Log
from shared.reader import LogBroken
from shared.skips import skip_in
from shared.tables import Key, Rows, Table

_AHEAD = 1
_MOST_KNOWN_ROWS = 100_000


async def refuse_another_log(log: Log, position: int, leaf: bytes) -> None:
    """Raise `LogBroken` when the event at *position* is not the one that was folded."""
    (last,) = await log.page(position, 1) or [None]
    if last is None or leaf_of(last) != leaf:
        raise LogBroken(f"the event at our position {position} is another one")


@dataclass(slots=True)
class Batch:
    """Events that are folded together: what could be read of a stretch of the log."""

    last: Stored
    events: list[Recorded]
    skips: list[Stored]
    """The skips that were recorded in it."""
    skipped: list[int]
    """The positions in it that are taken as empty."""


def decoded(vocabulary: Vocabulary, batches: AsyncIterator[list[Stored]]) -> AsyncGenerator[Batch]:
    """Yield what could be read of each batch, one batch ahead of the consumer.

    The events before an unreadable one are still yielded; then it raises `Unreadable`.
    """
    return _ahead(_decoded(vocabulary, batches))


async def _decoded(
    vocabulary: Vocabulary, batches: AsyncIterator[list[Stored]]
) -> AsyncIterator[Batch]:
    read = vocabulary.read
    async for stretch in batches:
        batch = Batch(stretch[-1], [], [], [])
        for index, stored in enumerate(stretch):
            try:
                event = read(stored)
                if event is not None:
                    batch.events.append(event)
                elif skip_in(stored):
                    batch.skips.append(stored)
            except Unreadable:
                if index:
                    batch.last = stretch[index - 1]
                    yield batch
                raise
            if stored.skipped:
                batch.skipped.append(stored.position)
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


@dataclass(frozen=True)
class Statements:
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


async def statements(connection: Any, schema: str, table: Table[Any]) -> Statements:  # noqa: ANN401 - pool proxy
    """Return how *table* is read and written in *schema*, which holds it by now."""
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
    return Statements(
        table,
        tuple(columns),
        select=f"SELECT {listed} FROM unnest({arrays(table.key)}) AS wanted ({key})"  # noqa: S608 - our names
        f" JOIN {name} USING ({key})",
        upsert=f"INSERT INTO {name} ({listed}) SELECT * FROM unnest({upserted})"  # noqa: S608 - our names
        f" ON CONFLICT ({key}) DO {change}",
        delete=f"DELETE FROM {name} WHERE ({key}) IN"  # noqa: S608 - our names
        f" (SELECT * FROM unnest({arrays(table.key)}))",
    )


class Filling:
    """One table while the log is caught up with: a row that we wrote is not read again.

    Nobody else may write meanwhile.
    """

    def __init__(self, statements: Statements, *, empty: bool) -> None:
        """*empty* says that nothing has been folded into the table yet."""
        self._statements = statements
        self._known: Rows = {}
        self._complete = empty

    async def fold(self, connection: Any, events: Sequence[Recorded]) -> None:  # noqa: ANN401 - pool proxy
        """Bring the table up to date with *events*."""
        table = self._statements.table
        touches = table.touches(events)
        if not touches:
            return
        known = self._known
        if not self._complete and (unknown := {key for _, key in touches} - known.keys()):
            known |= await self._statements.fetch(connection, unknown)
        await self._statements.store(connection, table.fold(touches, known))
        if len(known) > _MOST_KNOWN_ROWS:
            known.clear()
            self._complete = False


def _columns(rows: Sequence[Key] | set[Key]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True))
