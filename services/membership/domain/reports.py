"""The rules of quarterly reports: one for each quarter, corrected by another one."""

from dataclasses import dataclass, replace

from services.membership.commands.rat import (
    MissQuarterlyReport,
    Quarter,
    QuarterlyReport,
    QuarterlyReportCommand,
)
from services.membership.domain.rat import within
from services.membership.events.rat import (
    QuarterlyReportEvent,
    QuarterlyReportOverdue,
    QuarterlyReportSubmitted,
)
from shared.codes import dashed
from shared.decider import Decider, Refusal, Refused
from shared.subjects import Entity

QUARTER_RUNNING = Refusal(
    "quarter_running",
    "Triwulan {quarter} tahun {year} belum berakhir pada {today}.",
    "Quarter {quarter} of {year} is not over on {today}.",
    "invalid",
)

QUARTERS_ASKED = 8
"""How many quarters back a missing report is still noted."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What is known of a quarter: the report that counts, and whether it was missing."""

    report: QuarterlyReportSubmitted | None = None
    overdue: bool = False


def report_of(code: str, of: Quarter) -> Entity:
    """The report of a cooperative on a quarter."""
    return Entity("membership", code, "rat", f"{dashed(code)}-{of.year}-q{of.quarter}")


def _decide(command: QuarterlyReportCommand, known: Reported) -> list[QuarterlyReportEvent]:
    match command:
        case QuarterlyReport():
            return _submit(command, known)
        case MissQuarterlyReport(of=of, due_on=due_on):
            settled = known.report is not None or known.overdue
            return [] if settled else [QuarterlyReportOverdue(of.year, of.quarter, due_on)]


def _submit(command: QuarterlyReport, known: Reported) -> list[QuarterlyReportEvent]:
    asked, of = command.asked, command.of
    within(command.founded_on, of.last)
    if command.today <= of.last:
        raise Refused(QUARTER_RUNNING, quarter=of.quarter, year=of.year, today=command.today)
    said = QuarterlyReportSubmitted(
        year=of.year,
        quarter=of.quarter,
        members=asked.members,
        savings=asked.savings,
        transaction_count=asked.transaction_count,
        transaction_value=asked.transaction_value,
    )
    return [] if said == known.report else [said]


def _evolve(known: Reported, said: QuarterlyReportEvent) -> Reported:
    match said:
        case QuarterlyReportSubmitted():
            return replace(known, report=said)
        case QuarterlyReportOverdue():
            return replace(known, overdue=True)


quarterly_report: Decider[QuarterlyReportCommand, Reported, QuarterlyReportEvent] = Decider(
    _decide, _evolve, initial=Reported()
)
