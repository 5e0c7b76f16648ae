"""Days as people here count them: in Western Indonesian Time, which has no summer time."""

from datetime import date, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")
"""UTC+7, all year (Keppres 41/1987)."""


def day_of(moment: datetime) -> date:
    """Return the day on which *moment* falls in Jakarta."""
    return moment.astimezone(WIB).date()
