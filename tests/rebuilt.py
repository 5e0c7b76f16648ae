"""What the tables of a service must hold: its log, folded from nothing, held against them."""

from dataclasses import fields
from typing import Any, cast

import asyncpg

from shared.asked import table_of
from shared.bus import connect
from shared.embedded import Servers
from shared.log import Log
from shared.service import Definition
from shared.subjects import EVERYTHING
from shared.tables import fold_tables


async def unlike_the_log(service: Definition, cell: Servers) -> dict[str, list[Any]]:
    """Return, for each table that differs from a rebuilt one, the rows that only one of them has.

    The service has followed the log to its end, and stands still.
    """
    bus = await connect(cell.nats_url, "rebuilt")
    database = await asyncpg.connect(cell.postgres_dsn)
    try:
        log = await Log(bus).open()
        read = service.vocabulary.read
        events = [event async for one in log.scan(EVERYTHING) if (event := read(one)) is not None]
        tables = (*service.tables, table_of(service.vocabulary.own))
        folded = fold_tables(tables, events)
        found: dict[str, list[Any]] = {}
        for table in tables:
            names = [field.name for field in fields(table.row)]
            live = {
                tuple(map(_plain, record))
                for record in await database.fetch(
                    f"SELECT {', '.join(names)} FROM {service.name}.{table.name}"  # noqa: S608 - our names
                )
            }
            rows = folded[table.name].values()
            rebuilt = {tuple(_plain(getattr(row, name)) for name in names) for row in rows}
            if unlike := live ^ rebuilt:
                found[table.name] = sorted(unlike, key=repr)
        return found
    finally:
        await database.close()
        await bus.close()


def _plain(value: Any) -> Any:  # noqa: ANN401 - a column's
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value
