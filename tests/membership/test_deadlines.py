"""The rules of deadlines: dated, and exactly one for each period."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.membership.commands.deadlines import SetDeadlinePolicy
from services.membership.commands.rat import Quarter
from services.membership.domain.deadlines import (
    SOURCES,
    applying,
    deadline,
    deadlines,
    end_of_year,
    quarters_before,
)
from services.membership.events.deadlines import DeadlinePolicySet, Obligation
from shared.testing.scenario import Scenario

NOTHING_SET = deadlines.initial
the_city = Scenario(deadlines)

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
said = st.builds(
    SetDeadlinePolicy,
    obligation=st.sampled_from(Obligation),
    applies_from=days,
    months_after=st.integers(1, 24),
    day=st.none() | st.integers(1, 31),
)


def rat_from(applies_from: date, months_after: int, day: int | None = None) -> SetDeadlinePolicy:
    return SetDeadlinePolicy(
        obligation=Obligation.RAT, applies_from=applies_from, months_after=months_after, day=day
    )


def test_a_meeting_was_due_in_six_months_up_to_the_book_year_2024_and_is_by_march_since() -> None:
    due = {
        year: deadline(Obligation.RAT, end_of_year(year), NOTHING_SET)
        for year in (2023, 2024, 2025)
    }
    assert due == {
        2023: date(2024, 6, 30),
        2024: date(2025, 6, 30),
        2025: date(2026, 3, 31),
    }


def test_a_quarterly_report_is_due_at_the_end_of_the_next_month() -> None:
    due = [
        deadline(Obligation.QUARTERLY, Quarter(2025, quarter).last, NOTHING_SET)
        for quarter in (1, 2, 3, 4)
    ]
    assert due == [date(2025, 4, 30), date(2025, 7, 31), date(2025, 10, 31), date(2026, 1, 31)]


def test_a_deadline_that_is_set_applies_from_its_day_and_not_before() -> None:
    asked = rat_from(date(2026, 1, 1), 4, 15)
    policy = DeadlinePolicySet(Obligation.RAT, date(2026, 1, 1), 4, 15)
    the_city.when(asked).then(policy)
    policies = deadlines.fold([policy])
    assert deadline(Obligation.RAT, end_of_year(2025), policies) == date(2026, 3, 31)
    assert deadline(Obligation.RAT, end_of_year(2026), policies) == date(2027, 4, 15)


def test_a_deadline_set_twice_changes_nothing_nor_does_one_that_the_code_begins_with() -> None:
    asked = rat_from(date(2026, 1, 1), 4, 15)
    (policy,) = deadlines.decide(asked, NOTHING_SET)
    the_city.given(policy).when(asked).then()
    the_city.when(rat_from(date(2025, 1, 1), 3, 31)).then()


def test_a_deadline_set_for_the_same_day_takes_the_place_of_the_one_before() -> None:
    (first,) = deadlines.decide(rat_from(date(2025, 1, 1), 4), NOTHING_SET)
    policies = deadlines.fold([first])
    assert deadline(Obligation.RAT, end_of_year(2025), policies) == date(2026, 4, 30)
    back = DeadlinePolicySet(Obligation.RAT, date(2025, 1, 1), 3, 31)
    the_city.given(first).when(rat_from(date(2025, 1, 1), 3, 31)).then(back)


def test_the_day_of_a_deadline_is_the_last_one_of_a_month_that_is_shorter() -> None:
    (policy,) = deadlines.decide(rat_from(date(2026, 1, 1), 2, 31), NOTHING_SET)
    assert deadline(Obligation.RAT, end_of_year(2027), deadlines.fold([policy])) == date(
        2028, 2, 29
    )


def test_each_deadline_that_the_code_begins_with_says_whence_it_is() -> None:
    assert [one.source for one in applying(NOTHING_SET)] == list(SOURCES.values())


@given(st.lists(said, max_size=6), st.integers(1900, 2100))
def test_exactly_one_deadline_applies_to_each_book_year(
    asked: list[SetDeadlinePolicy], book_year: int
) -> None:
    policies = NOTHING_SET
    for one in asked:
        policies = deadlines.fold(deadlines.decide(one, policies), policies)
    last = end_of_year(book_year)
    for obligation in Obligation:
        found = [
            one
            for one in applying(policies)
            if one.policy.obligation is obligation and one.covers(last)
        ]
        assert len(found) == 1
        assert deadline(obligation, last, policies) > last


@given(days, st.integers(1, 12))
def test_the_quarters_before_a_day_are_over_and_follow_each_other(day: date, most: int) -> None:
    quarters = quarters_before(day, most)
    assert len(quarters) == most
    for earlier, later in pairwise(quarters):
        assert earlier.last + timedelta(days=1) == later.first
    assert quarters[-1].last < day <= quarters[-1].next.last
