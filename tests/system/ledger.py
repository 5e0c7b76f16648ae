"""What a test holds the system to: the log as it lies there, and what each table must hold."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple
from typing import Any
from uuid import UUID

import asyncpg

from deploy.dev import SERVICES
from shared.asked import table_of
from shared.bus import Bus
from shared.envelope import Recorded, Stored
from shared.log import Log
from shared.reader import pages
from shared.tables import fold_tables


async def whole_log(bus: Bus) -> list[Stored]:
    """Every event from the first position to the last; raises when one is missing."""
    log = await Log(bus).open()
    return [stored async for page in pages(log, 0, await log.head()) for stored in page]


def assert_every_version_once(history: list[Stored]) -> None:
    """No event id is twice in the log, and each entity counts 1, 2, 3."""
    ids = Counter(stored.attribute("id") for stored in history)
    assert [found for found, times in ids.items() if times > 1] == []
    versions: dict[str, int] = {}
    for stored in history:
        family = stored.subject.rpartition(".")[0]
        versions[family] = versions.get(family, 0) + 1
        assert int(stored.attribute("sequence")) == versions[family], stored.subject


def assert_all_in_the_log(acknowledged: Iterable[UUID], history: list[Stored]) -> None:
    """Every event that somebody was told of is there."""
    stored = {event.attribute("id") for event in history}
    assert [event for event in acknowledged if str(event) not in stored] == []


async def assert_tables_equal_a_fresh_fold(dsn: str, history: list[Stored]) -> int:
    """Every table of every service holds, row by row, what the log says; return the rows."""
    compared = 0
    connection = await asyncpg.connect(dsn)
    try:
        for service in SERVICES:
            read = service.vocabulary.read
            events: list[Recorded] = [event for stored in history if (event := read(stored))]
            tables = (*service.tables, table_of(service.vocabulary.own))
            expected = fold_tables(tables, events)
            for table in tables:
                found = await connection.fetch(
                    f"SELECT * FROM {service.name}.{table.name}"  # noqa: S608 - our names
                )
                rows: dict[Any, Any] = {
                    tuple(record[name] for name in table.key): table.row(**dict(record))
                    for record in found
                }
                wanted = expected[table.name]
                assert rows.keys() == wanted.keys(), table.name
                for key, row in wanted.items():
                    assert astuple(rows[key]) == astuple(row), (table.name, key)
                compared += len(rows)
    finally:
        await connection.close()
    return compared
