"""Quarterly reports over HTTP, and which of them are missing."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field

from services.membership.api.door import FIGURES, door, founded_on
from services.membership.api.rat import REPORTERS
from services.membership.commands.rat import Quarter, QuarterlyReport, SubmitQuarterlyReport
from services.membership.domain.rat import FIRST_BOOK_YEAR
from services.membership.domain.reports import quarterly_report, report_of
from shared.access import below
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Editing, Receipt
from shared.http.door import REGION, Within

type Year = Annotated[int, Path(ge=FIRST_BOOK_YEAR, le=2100, description="The year.")]
type QuarterOfYear = Annotated[int, Path(ge=1, le=4, description="Which quarter of it.")]


@door.command(
    "/cooperatives/{code}/quarterly-reports/{year}/{quarter}", "rat", may=REPORTERS, at="code"
)
async def submit_quarterly_report(
    code: KelurahanCode,
    year: Year,
    quarter: QuarterOfYear,
    body: SubmitQuarterlyReport,
    ask: Editing,
) -> Receipt:
    """Report the figures of a quarter, or correct those that were reported."""
    of = Quarter(year, quarter)
    command = QuarterlyReport(body, of, await founded_on(ask, code), ask.day(body))
    return await ask(report_of(code, of), quarterly_report, command, body)


class QuarterlyReportAnswer(BaseModel):
    """A quarter that was reported on, or missed. *version* is the one that an edit names."""

    cooperative: str
    year: int
    quarter: int
    members: int | None
    savings: int | None
    transaction_count: int | None
    transaction_value: int | None
    reported_at: datetime | None
    due_on: date | None = Field(description="The deadline that it missed.")
    overdue: bool = Field(description="It missed the deadline, and is not there.")
    version: int


@door.query("/cooperatives/{code}/quarterly-reports", "rat", may=FIGURES, at="code")
async def list_quarterly_reports(
    code: KelurahanCode, read: Reading, cut: Paging
) -> Page[QuarterlyReportAnswer]:
    """List the quarters of a cooperative that were reported on or missed, in their order."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    return await read.page(
        cut,
        lambda row: QuarterlyReportAnswer(**row),
        "concat_ws(' ', year, quarter)",
        "SELECT * FROM quarterly_report WHERE cooperative = $1",
        code,
    )


class QuarterlyReportMissing(BaseModel):
    """A report that missed its deadline and is still not there."""

    code: str
    name: str
    kecamatan: str
    year: int
    quarter: int
    due_on: date


@door.query("/quarterly-reports/overdue", "rat", may=FIGURES, at=REGION)
async def list_overdue_quarterly_reports(
    read: Reading, within: Within, cut: Paging
) -> Page[QuarterlyReportMissing]:
    """List the quarterly reports of a region that missed their deadline and are not there."""
    return await read.page(
        cut,
        lambda row: QuarterlyReportMissing(**row),
        "concat_ws(' ', code, year, quarter)",
        """
        SELECT c.code, c.name, c.kecamatan, q.year, q.quarter, q.due_on
        FROM quarterly_report q JOIN cooperative c ON c.code = q.cooperative
        WHERE q.overdue AND c.code LIKE ANY($1)
        """,
        below(within),
    )
