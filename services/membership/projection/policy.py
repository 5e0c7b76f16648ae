"""What the sub-agency has set."""

from typing import Any

from shared.tables import Table

TABLES: tuple[Table[Any], ...] = ()
