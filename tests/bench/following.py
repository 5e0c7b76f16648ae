"""How far tables have followed: their own position, looked at from outside every few milliseconds.

Ours and the library's are looked at by the same code, as neither's own way to wait is fine enough.
"""

import time
from collections.abc import Callable

import psycopg
from psycopg.errors import UndefinedTable

_EVERY_SECONDS = 0.005


def follow(
    dsn: str,
    position: str,
    upto: int,
    until: float,
    stopped: Callable[[], bool] = lambda: False,
) -> int:
    """Return the last value of the query *position*: *upto*, or less at *until* or when stopped."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        seen = 0
        while seen < upto and time.perf_counter() < until and not stopped():
            time.sleep(_EVERY_SECONDS)
            seen = _look(connection, position.encode())
        return seen


def _look(connection: psycopg.Connection, position: bytes) -> int:
    try:
        row = connection.execute(position).fetchone()
    except UndefinedTable:
        return 0  # the runner has not made it yet
    return int(row[0] or 0) if row else 0
