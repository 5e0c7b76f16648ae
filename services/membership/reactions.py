"""When training says this, or we say that, membership asks itself something."""

from collections.abc import Sequence
from typing import Any

from services.membership.commands.board import CertifyOfficer, EndTerms
from services.membership.commands.identity import ForgetIdentity, ReleaseIdentity
from services.membership.commands.member import NoteArrears
from services.membership.commands.rat import MissDeadline, MissQuarterlyReport, Quarter
from services.membership.commands.savings import FallDue
from services.membership.domain.board import board
from services.membership.domain.deadlines import (
    DEADLINES,
    deadline,
    deadlines,
    end_of_year,
    quarters_before,
)
from services.membership.domain.identity import identity, identity_of
from services.membership.domain.member import member
from services.membership.domain.rat import FIRST_BOOK_YEAR, rat, rat_of
from services.membership.domain.reports import QUARTERS_ASKED, quarterly_report, report_of
from services.membership.domain.savings import savings
from services.membership.events.board import Seat
from services.membership.events.calendar import DayBegan
from services.membership.events.deadlines import Obligation
from services.membership.events.member import MemberLeft, MembershipRejected
from services.membership.events.person import SubjectErased
from services.membership.events.savings import Billed, SavingsBillFellDue
from services.membership.upstream import CertificateIssued
from shared.codes import dashed
from shared.envelope import Recorded
from shared.erasing import forgetting
from shared.reactions import Facts, Reaction, Request
from shared.subjects import Entity


async def certify_officer(heard: Recorded, _: Facts) -> Sequence[Request[Any, Any, Any]]:
    """A certificate certifies the seats that its holder was trained for."""
    said: CertificateIssued = heard.data
    seats = tuple(Seat(seat) for seat in said.seats)
    return [
        Request(
            Entity("membership", heard.place, "board", dashed(heard.place)),
            board,
            CertifyOfficer(seats, heard.id, said.number, said.valid_from, said.valid_until),
        )
    ]


async def release_claims(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who belongs no more holds no identity number: what was rectified later is given free too."""
    marks = await _marks(heard, facts)
    release = ReleaseIdentity(heard.id, heard.place)
    return [Request(identity_of(mark), identity, release) for mark in marks]


async def _marks(heard: Recorded, facts: Facts) -> list[str]:
    """The keyed hashes of the numbers that stand for a person, or stood."""
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        "SELECT identity FROM membership.claim WHERE cooperative = $1 AND member = $2",
        heard.place,
        heard.id,
    )
    return [row["identity"] for row in rows]


async def destroy_key(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Destroy the key of whoever was erased, also where the one who asked had no time to.

    A number that is given again does not lead back to them.
    """
    if facts.keys is None:
        raise TypeError("membership was not given the keys")
    await facts.keys.erase(heard.id)
    forget = ForgetIdentity(heard.id, heard.place)
    return [Request(identity_of(mark), identity, forget) for mark in await _marks(heard, facts)]


async def let_bills_fall_due(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """A day that began closes the bills that were to be paid before it."""
    said: DayBegan = heard.data
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        """
        SELECT DISTINCT cooperative FROM membership.savings_bill
        WHERE status = 'open' AND due_on < $1 ORDER BY 1
        """,
        said.day,
    )
    return [
        Request(
            Entity("membership", row["cooperative"], "savings", dashed(row["cooperative"])),
            savings,
            FallDue(said.day),
        )
        for row in rows
    ]


async def note_arrears(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who has paid less simpanan wajib than fell due since joining owes the rest.

    Each month's bill is paid in turn: what is missing begins with the first that is not covered.
    """
    said: SavingsBillFellDue = heard.data
    if said.kind is not Billed.WAJIB:
        return []
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        """
        WITH asked AS (
            SELECT m.member, b.period, m.wajib,
                sum(b.amount) OVER (PARTITION BY m.member ORDER BY b.period) AS until_then
            FROM membership.member m
            JOIN membership.savings_bill b ON b.cooperative = m.cooperative
                AND b.kind = 'wajib' AND b.status = 'due'
                AND b.due_on >= (m.joined_at AT TIME ZONE 'Asia/Jakarta')::date
            WHERE m.cooperative = $1 AND m.status = 'active'
        )
        SELECT member, (max(until_then) - max(wajib))::bigint AS owed, min(period) AS since
        FROM asked WHERE until_then > wajib GROUP BY member ORDER BY member
        """,
        heard.place,
    )
    return [
        Request(
            Entity("membership", heard.place, "member", row["member"]),
            member,
            NoteArrears(row["owed"], row["since"]),
        )
        for row in rows
    ]


async def end_terms(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """A term is over on the day after its last one, or on the first later day that is said."""
    said: DayBegan = heard.data
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        "SELECT DISTINCT cooperative FROM membership.seat WHERE until_date < $1 ORDER BY 1",
        said.day,
    )
    return [
        Request(
            Entity("membership", row["cooperative"], "board", dashed(row["cooperative"])),
            board,
            EndTerms(said.day),
        )
        for row in rows
    ]


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


REACTIONS = (
    Reaction("bills-fall-due", "membership", "calendar", DayBegan, let_bills_fall_due),
    Reaction("missing-meetings", "membership", "calendar", DayBegan, note_missing_meetings),
    Reaction("missing-reports", "membership", "calendar", DayBegan, note_missing_reports),
    Reaction("note-arrears", "membership", "savings", SavingsBillFellDue, note_arrears),
    Reaction("release-claims-of-left", "membership", "member", MemberLeft, release_claims),
    Reaction(
        "release-claims-of-rejected", "membership", "member", MembershipRejected, release_claims
    ),
    Reaction("destroy-key-of-erased", "membership", "person", SubjectErased, destroy_key),
    forgetting("membership", SubjectErased),
    Reaction("certify-officer", "training", "officer", CertificateIssued, certify_officer),
    Reaction("end-terms", "membership", "calendar", DayBegan, end_terms),
)
