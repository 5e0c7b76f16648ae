"""The day as a fact: whoever is up says once that a day began, so that no rule reads a clock.

What expires, ends or falls due reacts to that fact; a replay has the same past as the live run.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog

from shared.calendar import WIB, day_of, midnight_after
from shared.envelope import Cause
from shared.identity import derived_id
from shared.log import LogRefused, LogUnreachable
from shared.transact import Contended, Part, Transactor

_log = structlog.get_logger()
_LOOK_AGAIN = timedelta(minutes=10)
"""A clock that was set, or a machine that slept, is found out within this time."""

type SayDay = Callable[[date], Part[Any, Any, Any]]
"""What a service asks of itself when a day begins."""


async def say_days(service: str, say: SayDay, transactor: Transactor) -> None:
    """Say each day as it begins in Jakarta, until cancelled; a missed one is not said later."""
    said: date | None = None
    while True:
        now = datetime.now(UTC)
        today = day_of(now)
        if today != said:
            try:
                await begin_day(service, say(today), today, transactor)
                said = today
            except (LogUnreachable, LogRefused, Contended) as away:
                _log.warning("day not recorded yet", day=today.isoformat(), why=str(away))
                await asyncio.sleep(1)
                continue
        await asyncio.sleep(min(_LOOK_AGAIN, midnight_after(today) - now).total_seconds() + 0.01)


async def begin_day(
    service: str, part: Part[Any, Any, Any], day: date, transactor: Transactor
) -> None:
    """Record that *day* began, unless somebody did."""
    identity = derived_id(service, "day", day)
    cause = Cause(
        id=identity,
        correlation=identity,
        at=datetime.combine(day, datetime.min.time(), WIB),
        recorded_at=datetime.now(UTC),
        authtype="system",
        authid=f"{service}/days",
    )
    await transactor.transact_all((part,), cause)
