"""A table is a key and a fold: pure, so that it can be tried without a database.

The same code serves the live projection, a rebuild, and the check that both are equal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.envelope import Recorded

type Key = tuple[Any, ...]
type Rows = dict[Key, Any]
type Touch = tuple[Recorded, Key]
"""An event, and a row that it touches."""


@dataclass(frozen=True)
class Table[Row]:
    """One table of a projection.

    *row* is a frozen dataclass whose fields are the columns, those of *key* first; its values are
    scalars. *keys* says which rows an event touches: an event that is not named there touches none.
    *evolve* makes the row from the row before (None: there is none) and returns None to remove it.
    """

    name: str
    row: type[Row]
    key: tuple[str, ...]
    keys: Mapping[type, Callable[[Recorded], Iterable[Key]]]
    evolve: Callable[[Row | None, Recorded, Key], Row | None]

    def touches(self, events: Iterable[Recorded]) -> list[Touch]:
        """Which events touch which rows, in order; an event may touch several."""
        keys = self.keys
        return [
            (event, key)
            for event in events
            if (of := keys.get(event.data.__class__))
            for key in of(event)
        ]

    def fold(self, touches: Iterable[Touch], rows: Rows) -> Rows:
        """Bring *rows* up to date with *touches*, in place, and return those that changed.

        A removed row stays as None.
        """
        evolve = self.evolve
        changed: Rows = {}
        for event, key in touches:
            changed[key] = rows[key] = evolve(rows.get(key), event, key)
        return changed


def fold_tables(tables: Iterable[Table[Any]], events: Iterable[Recorded]) -> dict[str, Rows]:
    """Fold *events* from nothing: what every table must hold after them."""
    history = list(events)
    folded: dict[str, Rows] = {}
    for table in tables:
        rows: Rows = {}
        table.fold(table.touches(history), rows)
        folded[table.name] = {key: row for key, row in rows.items() if row is not None}
    return folded
