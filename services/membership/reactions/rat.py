"""Meetings and reports are late once their deadline is past."""

from collections.abc import Sequence
from typing import Any

from services.membership.commands.rat import MissDeadline, MissQuarterlyReport, Quarter
from services.membership.domain.deadlines import (
    DEADLINES,
    deadline,
    deadlines,
    end_of_year,
    quarters_before,
)
from services.membership.domain.rat import FIRST_BOOK_YEAR, rat, rat_of
from services.membership.domain.reports import QUARTERS_ASKED, quarterly_report, report_of
from services.membership.events.calendar import DayBegan
from services.membership.events.deadlines import Obligation
from shared.envelope import Recorded
from shared.reactions import Facts, Reaction, Request


async def note_missing_meetings(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """The first day that begins after a deadline finds the yearly meetings that were not held."""
    said: DayBegan = heard.data
    policies = await facts.transactor.state(DEADLINES, deadlines)
    due = {
        year: due_on
        for year in range(FIRST_BOOK_YEAR, said.day.year)
        if (due_on := deadline(Obligation.RAT, end_of_year(year), policies)) < said.day
    }
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        """
        SELECT c.code, asked.book_year
        FROM membership.cooperative c
        CROSS JOIN unnest($1::integer[], $2::date[]) AS asked(book_year, last)
        LEFT JOIN membership.rat r ON r.cooperative = c.code AND r.book_year = asked.book_year
        WHERE c.founded_on <= asked.last AND r.quorum IS NOT TRUE AND r.due_on IS NULL
        ORDER BY asked.book_year, c.code
        """,
        list(due),
        [end_of_year(year) for year in due],
    )
    return [
        Request(
            rat_of(row["code"], row["book_year"]),
            rat,
            MissDeadline(row["book_year"], due[row["book_year"]]),
        )
        for row in rows
    ]


async def note_missing_reports(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """The first day that begins after a deadline finds the quarterly reports that are missing.

    They are owed from the quarter after the founding on; what is older than that many is let be.
    """
    said: DayBegan = heard.data
    policies = await facts.transactor.state(DEADLINES, deadlines)
    due = {
        of: due_on
        for of in quarters_before(said.day, QUARTERS_ASKED)
        if (due_on := deadline(Obligation.QUARTERLY, of.last, policies)) < said.day
    }
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        """
        SELECT c.code, asked.year, asked.quarter
        FROM membership.cooperative c
        CROSS JOIN unnest($1::integer[], $2::integer[], $3::date[]) AS asked(year, quarter, first)
        LEFT JOIN membership.quarterly_report r
            ON r.cooperative = c.code AND (r.year, r.quarter) = (asked.year, asked.quarter)
        WHERE c.founded_on < asked.first AND r.cooperative IS NULL
        ORDER BY asked.year, asked.quarter, c.code
        """,
        [of.year for of in due],
        [of.quarter for of in due],
        [of.first for of in due],
    )
    return [
        Request(
            report_of(row["code"], of := Quarter(row["year"], row["quarter"])),
            quarterly_report,
            MissQuarterlyReport(of, due[of]),
        )
        for row in rows
    ]


REACTIONS: tuple[Reaction, ...] = (
    Reaction("missing-meetings", "membership", "calendar", DayBegan, note_missing_meetings),
    Reaction("missing-reports", "membership", "calendar", DayBegan, note_missing_reports),
)
