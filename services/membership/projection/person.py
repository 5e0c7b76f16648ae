"""What is held on a person: sealed texts, consent, and who looked."""

from typing import Any

from shared.tables import Table

TABLES: tuple[Table[Any], ...] = ()
