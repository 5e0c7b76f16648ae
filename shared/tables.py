"""A table is a key and a fold: pure, so that it can be tried without a database.

The same code serves the live projection, a rebuild, and the check that both are equal.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.envelope import Recorded

type Key = tuple[Any, ...]
type Rows = dict[Key, Any]


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

    def touched(self, events: Iterable[Recorded]) -> set[Key]:
        """The keys of all rows that *events* touch."""
        keys = self.keys
        return {
            key for event in events if (of := keys.get(event.data.__class__)) for key in of(event)
        }

    def fold(self, events: Iterable[Recorded], rows: Rows) -> None:
        """Bring *rows* up to date with *events*, in place; a removed row stays as None."""
        keys, evolve = self.keys, self.evolve
        for event in events:
            of = keys.get(event.data.__class__)
            if of is not None:
                for key in of(event):
                    rows[key] = evolve(rows.get(key), event, key)


def fold_tables(tables: Iterable[Table[Any]], events: Iterable[Recorded]) -> dict[str, Rows]:
    """Fold *events* from nothing: what every table must hold after them."""
    history = list(events)
    folded: dict[str, Rows] = {}
    for table in tables:
        rows: Rows = {}
        table.fold(history, rows)
        folded[table.name] = {key: row for key, row in rows.items() if row is not None}
    return folded
