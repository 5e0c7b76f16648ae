"""Days and instants as people here write and count them: in ISO 8601, and in Jakarta's time."""

import re
from datetime import date, datetime, timedelta, timezone
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator
from pydantic_core import PydanticKnownError

WIB = timezone(timedelta(hours=7), "WIB")
"""UTC+7, all year (Keppres 41/1987)."""
_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PLUS_LOST = re.compile(r"(\S{10}[T ][\d:.]+) (\d{2}:?\d{2})", re.ASCII | re.IGNORECASE)
"""A `+` in the address of a request means a blank, unless it is written `%2B`."""
_LONGEST = 40
"""No instant is written in more characters."""


def day_of(moment: datetime) -> date:
    """Return the day on which *moment* falls in Jakarta."""
    return moment.astimezone(WIB).date()


def midnight_after(day: date) -> datetime:
    """Return the instant at which *day* ends in Jakarta."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), WIB)


def _written_day(value: object) -> object:
    if _is_number(value):
        raise PydanticKnownError("date_parsing", {"error": "not of the form 2025-11-04"})
    return value


def _written_instant(value: object) -> object:
    if _is_number(value):
        raise PydanticKnownError(
            "datetime_parsing", {"error": "not of the form 2025-11-04T10:00:00+07:00"}
        )
    if isinstance(value, str) and len(value) <= _LONGEST:
        found = _PLUS_LOST.fullmatch(value)
        return f"{found[1]}+{found[2]}" if found else value
    return value


def _is_number(value: object) -> bool:
    """Whether pydantic would take *value* for seconds since 1970, which nobody here means."""
    return isinstance(value, int | float) or (isinstance(value, str) and not _WRITTEN.match(value))


_FIRST_YEAR = 1900
"""Nothing here happened before: an earlier time is a mistake, and the first years of the calendar
are no times at all to those who read the answers (databases, zones, spreadsheets)."""


def _of_our_times[T: date](value: T) -> T:
    if value.year < _FIRST_YEAR:
        raise PydanticKnownError("greater_than_equal", {"ge": f"{_FIRST_YEAR}-01-01"})
    return value


type Day = Annotated[date, BeforeValidator(_written_day), AfterValidator(_of_our_times)]
"""A day as it is asked for: `2025-11-04`, from 1900 on."""

type Instant = Annotated[
    AwareDatetime, BeforeValidator(_written_instant), AfterValidator(_of_our_times)
]
"""An instant as it is asked for, with its offset from UTC: `2025-11-04T10:00:00+07:00`."""
