"""The day that it is, as the log says."""

from typing import Any

from shared.tables import Table

TABLES: tuple[Table[Any], ...] = ()
