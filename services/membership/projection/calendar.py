"""The day that it is, as the log says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.membership.events.calendar import DayBegan
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class TodayRow:
    """The latest day that began in a city."""

    city: str
    day: date


def _city(event: Recorded) -> Iterable[Key]:
    return ((event.place,),)


def _today(row: TodayRow | None, event: Recorded, key: Key) -> TodayRow:
    said: DayBegan = event.data
    return TodayRow(*key, day=max(row.day, said.day) if row else said.day)


TABLES: tuple[Table[Any], ...] = (Table("today", TodayRow, ("city",), {DayBegan: _city}, _today),)
