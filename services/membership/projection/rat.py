"""Yearly meetings and quarterly reports."""

from typing import Any

from shared.tables import Table

TABLES: tuple[Table[Any], ...] = ()
