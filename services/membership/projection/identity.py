"""Claims on identity numbers, and suspected duplicates."""

from typing import Any

from shared.tables import Table

TABLES: tuple[Table[Any], ...] = ()
