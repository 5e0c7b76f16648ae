"""Bills, and what members owe."""

from typing import Any

from shared.tables import Table

TABLES: tuple[Table[Any], ...] = ()
