"""Yearly meetings and quarterly reports."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.membership.events.rat import (
    QuarterlyReportEvent,
    QuarterlyReportOverdue,
    QuarterlyReportSubmitted,
    RATEvent,
    RATHeld,
    RATOverdue,
    RATReportReturned,
    RATReportSubmitted,
    RATScheduled,
    RATVerified,
)
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class RATRow:
    """The meeting of a cooperative on a book year; *due_on* is the deadline that it missed."""

    cooperative: str
    book_year: int
    status: str = "belum"
    planned_on: date | None = None
    venue: str | None = None
    held_on: date | None = None
    present: int | None = None
    members: int | None = None
    quorum: bool | None = None
    decisions: str | None = None
    assets: int | None = None
    savings: int | None = None
    turnover: int | None = None
    shu: int | None = None
    report_url: str | None = None
    returned_because: str | None = None
    due_on: date | None = None
    overdue: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class QuarterlyReportRow:
    """The report of a cooperative on a quarter; *due_on* is the deadline that it missed."""

    cooperative: str
    year: int
    quarter: int
    members: int | None = None
    savings: int | None = None
    transaction_count: int | None = None
    transaction_value: int | None = None
    reported_at: datetime | None = None
    due_on: date | None = None
    overdue: bool = False
    version: int = 1


def _book_year(event: Recorded) -> Iterable[Key]:
    said: RATEvent = event.data
    return ((event.place, said.book_year),)


def _rat_row(row: RATRow | None, event: Recorded, key: Key) -> RATRow | None:
    said: RATEvent = event.data
    version = event.version
    if isinstance(said, RATVerified | RATReportReturned):  # of a report that a past may not hold
        if row is None or row.status not in ("draft", "verified"):
            return row and replace(row, version=version)
        if isinstance(said, RATVerified):
            return replace(row, version=version, status="verified")
        return replace(row, version=version, status="dilaksanakan", returned_because=said.reason)
    row = replace(row or RATRow(*key), version=version)
    match said:
        case RATScheduled():
            status = "dijadwalkan" if row.status == "belum" else row.status
            return replace(row, status=status, planned_on=said.on, venue=said.venue)
        case RATHeld():
            return replace(
                row,
                status="dilaksanakan" if said.quorum else "tanpa-kuorum",
                held_on=said.held_on,
                present=said.present,
                members=said.members,
                quorum=said.quorum,
                decisions=said.decisions,
                overdue=row.overdue and not said.quorum,
            )
        case RATReportSubmitted():
            return replace(
                row,
                status="draft",
                assets=said.assets,
                savings=said.savings,
                turnover=said.turnover,
                shu=said.shu,
                report_url=said.url,
                returned_because=None,
            )
        case RATOverdue():
            return replace(row, due_on=said.due_on, overdue=not row.quorum)


def _quarter(event: Recorded) -> Iterable[Key]:
    said: QuarterlyReportEvent = event.data
    return ((event.place, said.year, said.quarter),)


def _quarterly_report_row(
    row: QuarterlyReportRow | None, event: Recorded, key: Key
) -> QuarterlyReportRow:
    said: QuarterlyReportEvent = event.data
    row = replace(row or QuarterlyReportRow(*key), version=event.version)
    match said:
        case QuarterlyReportSubmitted():
            return replace(
                row,
                members=said.members,
                savings=said.savings,
                transaction_count=said.transaction_count,
                transaction_value=said.transaction_value,
                reported_at=event.time,
                overdue=False,
            )
        case QuarterlyReportOverdue():
            return replace(row, due_on=said.due_on, overdue=row.reported_at is None)


_OF_MEETINGS = (
    RATScheduled,
    RATHeld,
    RATReportSubmitted,
    RATVerified,
    RATReportReturned,
    RATOverdue,
)

TABLES: tuple[Table[Any], ...] = (
    Table(
        "rat",
        RATRow,
        ("cooperative", "book_year"),
        dict.fromkeys(_OF_MEETINGS, _book_year),
        _rat_row,
    ),
    Table(
        "quarterly_report",
        QuarterlyReportRow,
        ("cooperative", "year", "quarter"),
        dict.fromkeys((QuarterlyReportSubmitted, QuarterlyReportOverdue), _quarter),
        _quarterly_report_row,
    ),
)
