"""The rules of yearly meetings and of quarterly reports, and their tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.commands.rat import (
    BoardChange,
    Holding,
    MissDeadline,
    MissQuarterlyReport,
    Quarter,
    QuarterlyReport,
    RecordRATHeld,
    ReturnRATReport,
    ScheduleRAT,
    Scheduling,
    SubmitQuarterlyReport,
    SubmitRATReport,
    VerifyRATReport,
)
from services.membership.domain.cooperative import BEFORE_COOPERATIVE, DAY_AHEAD, NOT_REGISTERED
from services.membership.domain.rat import (
    BOOK_YEAR_RUNNING,
    HELD,
    MORE_THAN_MEMBERS,
    NO_QUORUM,
    NO_REPORT,
    NOT_HELD,
    VERIFIED,
    enough,
    rat,
)
from services.membership.domain.reports import QUARTER_RUNNING, quarterly_report
from services.membership.events.board import Seat
from services.membership.events.rat import (
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
from services.membership.projection.rat import TABLES, RATRow
from shared.tables import fold_tables
from shared.testing.scenario import Scenario
from tests.membership.test_tables import SUNTER_AGUNG, recorded

FOUNDED = date(2025, 5, 31)
DAY = timedelta(days=1)
MARCH, TODAY, DUE = date(2026, 3, 14), date(2026, 4, 2), date(2026, 3, 31)
DECISIONS = "Laporan pengurus diterima"
TREASURER = BoardChange(ended=(Seat.BENDAHARA,))

SCHEDULED = RATScheduled(2025, MARCH, "Aula kelurahan")
MEETING = RATHeld(2025, MARCH, 92, 182, quorum=True, decisions=DECISIONS)
REPORT = RATReportSubmitted(2025, 350_000_000, 120_000_000, 900_000_000, -2_500_000)
RETURNED = RATReportReturned(2025, "neraca tidak cocok")
RETURN = ReturnRATReport(reason=RETURNED.reason)

of_2025 = Scenario(rat)
held = of_2025.given(MEETING)
reported = held.given(REPORT)
verified = reported.given(RATVerified(2025))
returned = reported.given(RETURNED)


def scheduling(
    on: date = MARCH, venue: str = "Aula kelurahan", founded_on: date | None = FOUNDED
) -> Scheduling:
    return Scheduling(ScheduleRAT(on=on, venue=venue), 2025, founded_on)


def holding(
    held_on: date = MARCH,
    present: int = 92,
    members: int = 182,
    board: BoardChange | None = None,
    founded_on: date | None = FOUNDED,
    book_year: int = 2025,
) -> Holding:
    asked = RecordRATHeld(held_on=held_on, present=present, decisions=DECISIONS, board=board)
    return Holding(asked, book_year, founded_on, members, TODAY)


def report(shu: int = -2_500_000) -> SubmitRATReport:
    return SubmitRATReport(assets=350_000_000, savings=120_000_000, turnover=900_000_000, shu=shu)


def test_a_meeting_is_scheduled_and_scheduled_anew_until_it_is_held() -> None:
    of_2025.when(scheduling()).then(SCHEDULED)
    later = RATScheduled(2025, MARCH + DAY, "Aula kelurahan")
    of_2025.given(SCHEDULED).when(scheduling(MARCH + DAY)).then(later)
    held.when(scheduling()).then_refused(HELD)


def test_scheduling_a_meeting_twice_changes_nothing() -> None:
    of_2025.given(SCHEDULED).when(scheduling()).then()
    of_2025.given(SCHEDULED, MEETING).when(scheduling()).then()


def test_a_meeting_that_is_held_counts_who_was_there_of_how_many() -> None:
    of_2025.when(holding()).then(MEETING)


def test_recording_a_meeting_twice_changes_nothing_whoever_is_counted_by_now() -> None:
    held.when(holding()).then()
    held.when(holding(members=90)).then()


def test_a_meeting_that_was_held_is_not_recorded_otherwise() -> None:
    held.when(holding(present=93)).then_refused(HELD)
    held.when(holding(board=TREASURER)).then_refused(HELD)


def test_a_meeting_is_held_after_its_book_year() -> None:
    last = date(2025, 12, 31)
    of_2025.when(holding(last)).then_refused(BOOK_YEAR_RUNNING)
    of_2025.when(scheduling(last)).then_refused(BOOK_YEAR_RUNNING)
    of_2025.when(scheduling(last + DAY)).then(RATScheduled(2025, last + DAY, "Aula kelurahan"))


def test_a_meeting_may_be_planned_for_a_day_to_come_and_not_be_held_on_one() -> None:
    of_2025.when(scheduling(TODAY + DAY)).then(RATScheduled(2025, TODAY + DAY, "Aula kelurahan"))
    of_2025.when(holding(TODAY + DAY)).then_refused(DAY_AHEAD)


def test_there_is_no_meeting_of_a_cooperative_that_is_not_there() -> None:
    for command in (scheduling(founded_on=None), holding(founded_on=None)):
        of_2025.when(command).then_refused(NOT_REGISTERED)
    of_2025.when(holding(book_year=2024)).then_refused(BEFORE_COOPERATIVE)


def test_no_more_are_present_than_there_are_members() -> None:
    of_2025.when(holding(present=183)).then_refused(MORE_THAN_MEMBERS)


def test_without_a_quorum_a_meeting_is_held_and_changes_no_board() -> None:
    without = RATHeld(2025, MARCH, 91, 182, quorum=False, decisions=DECISIONS)
    of_2025.when(holding(present=91)).then(without)
    of_2025.when(holding(present=91, board=BoardChange())).then(without)
    of_2025.when(holding(present=91, board=TREASURER)).then_refused(NO_QUORUM)


def test_after_a_meeting_without_a_quorum_another_one_is_held_and_the_first_settles_nothing() -> (
    None
):
    failed = of_2025.given(RATHeld(2025, date(2026, 3, 1), 9, 182, quorum=False, decisions=""))
    failed.when(holding()).then(MEETING)
    failed.when(MissDeadline(2025, DUE)).then(RATOverdue(2025, DUE))
    failed.when(report()).then_refused(NOT_HELD)
    earlier = holding(held_on=date(2026, 2, 1))
    failed.when(earlier).then_refused(HELD)


def test_with_a_quorum_a_meeting_names_the_seats_that_it_changes() -> None:
    said = RATHeld(2025, MARCH, 92, 182, quorum=True, decisions=DECISIONS, seats=(Seat.BENDAHARA,))
    of_2025.when(holding(board=TREASURER)).then(said)
    of_2025.given(said).when(holding(board=TREASURER)).then()


@given(st.integers(0, 10**6))
def test_a_quorum_is_more_than_half(members: int) -> None:
    assert not enough(members // 2, members)
    assert enough(members // 2 + 1, members)


def test_a_meeting_that_was_held_is_reported_also_with_a_loss() -> None:
    held.when(report()).then(REPORT)
    of_2025.given(SCHEDULED).when(report()).then_refused(NOT_HELD)


def test_handing_in_a_report_twice_changes_nothing_and_another_replaces_it() -> None:
    reported.when(report()).then()
    verified.when(report()).then()
    (better,) = rat.decide(report(shu=5), rat.fold([MEETING, REPORT]))
    assert better == RATReportSubmitted(2025, 350_000_000, 120_000_000, 900_000_000, 5)


def test_a_verified_report_is_not_replaced() -> None:
    verified.when(report(shu=5)).then_refused(VERIFIED)


def test_a_report_is_verified_once() -> None:
    reported.when(VerifyRATReport()).then(RATVerified(2025))
    verified.when(VerifyRATReport()).then()


def test_what_was_not_handed_in_is_neither_verified_nor_returned() -> None:
    for command in (VerifyRATReport(), RETURN):
        held.when(command).then_refused(NO_REPORT)
    returned.when(VerifyRATReport()).then_refused(NO_REPORT)


def test_a_report_is_returned_once_for_one_reason_and_may_be_handed_in_again() -> None:
    reported.when(RETURN).then(RETURNED)
    returned.when(RETURN).then()
    returned.when(ReturnRATReport(reason="lain lagi")).then_refused(NO_REPORT)
    returned.when(report()).then(REPORT)
    returned.given(REPORT).when(RETURN).then(RETURNED)


def test_c11_a_verification_by_mistake_is_taken_back_by_returning_the_report() -> None:
    verified.when(RETURN).then(RETURNED)
    verified.given(RETURNED, REPORT).when(VerifyRATReport()).then(RATVerified(2025))


def test_a_meeting_that_is_not_held_is_overdue_once() -> None:
    missed = MissDeadline(2025, DUE)
    of_2025.given(SCHEDULED).when(missed).then(RATOverdue(2025, DUE))
    of_2025.given(RATOverdue(2025, DUE)).when(missed).then()
    held.when(missed).then()


THIRD = Quarter(2025, 3)
FIGURES = SubmitQuarterlyReport(
    members=182, savings=21_400_000, transaction_count=1_250, transaction_value=86_000_000
)
SUBMITTED = QuarterlyReportSubmitted(2025, 3, 182, 21_400_000, 1_250, 86_000_000)
MISSED = MissQuarterlyReport(THIRD, date(2025, 10, 31))
OVERDUE = QuarterlyReportOverdue(2025, 3, date(2025, 10, 31))
the_third = Scenario(quarterly_report)


def quarterly(
    today: date = TODAY,
    founded_on: date | None = FOUNDED,
    asked: SubmitQuarterlyReport = FIGURES,
    of: Quarter = THIRD,
) -> QuarterlyReport:
    return QuarterlyReport(asked, of, founded_on, today)


def test_a_quarter_is_reported_when_it_is_over() -> None:
    the_third.when(quarterly(date(2025, 10, 1))).then(SUBMITTED)
    the_third.when(quarterly(date(2025, 9, 30))).then_refused(QUARTER_RUNNING)


def test_reporting_a_quarter_twice_changes_nothing_and_other_figures_correct_it() -> None:
    reported_once = the_third.given(SUBMITTED)
    reported_once.when(quarterly()).then()
    more = FIGURES.model_copy(update={"members": 183})
    corrected = QuarterlyReportSubmitted(2025, 3, 183, 21_400_000, 1_250, 86_000_000)
    reported_once.when(quarterly(asked=more)).then(corrected)


def test_a_quarter_before_the_cooperative_is_not_reported() -> None:
    the_third.when(quarterly(founded_on=None)).then_refused(NOT_REGISTERED)
    the_third.when(quarterly(founded_on=date(2025, 10, 1))).then_refused(BEFORE_COOPERATIVE)


def test_a_missing_report_is_overdue_once_and_may_be_handed_in_after_that() -> None:
    the_third.when(MISSED).then(OVERDUE)
    the_third.given(OVERDUE).when(MISSED).then()
    the_third.given(SUBMITTED).when(MISSED).then()
    the_third.given(OVERDUE).when(quarterly()).then(SUBMITTED)


YEAR: tuple[RATEvent, ...] = (
    SCHEDULED,
    RATOverdue(2025, DUE),
    MEETING,
    REPORT,
    RETURNED,
    REPORT,
    RATVerified(2025),
)


def row(*events: RATEvent) -> RATRow:
    said = [recorded(one, number, "rat", "2025") for number, one in enumerate(events, 1)]
    return fold_tables(TABLES, said)["rat"][SUNTER_AGUNG, 2025]


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ((RATOverdue(2025, DUE),), "belum"),
        ((SCHEDULED,), "dijadwalkan"),
        ((SCHEDULED, MEETING), "dilaksanakan"),
        ((MEETING, REPORT), "draft"),
        ((MEETING, REPORT, RATVerified(2025)), "verified"),
        ((MEETING, REPORT, RATVerified(2025), RETURNED), "dilaksanakan"),
        ((MEETING, REPORT, RETURNED, REPORT), "draft"),
    ],
)
def test_a_meeting_has_the_status_of_its_last_fact(
    events: tuple[RATEvent, ...], status: str
) -> None:
    found = row(*events)
    assert (found.status, found.version) == (status, len(events))
    assert found.returned_because == (RETURNED.reason if events[-1] is RETURNED else None)


def test_c10_holding_the_meeting_ends_the_lateness_and_the_fact_stays() -> None:
    late = row(SCHEDULED, RATOverdue(2025, DUE))
    assert (late.overdue, late.due_on, late.status) == (True, DUE, "dijadwalkan")
    for events in ((RATOverdue(2025, DUE), MEETING), (MEETING, RATOverdue(2025, DUE))):
        settled = row(*events)
        assert (settled.overdue, settled.due_on) == (False, DUE)
