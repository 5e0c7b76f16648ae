"""The rulebook of adequacy: how much is needed a day, how long it lasts, and when that is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.inventory.commands import Circumstances, Policy, ReviewCover, StockCommand
from services.inventory.domain.adequacy import cover_tenths, daily_demand, days_observed
from services.inventory.domain.stock import demand_of, stock
from services.inventory.events import LowReason, StockEvent, StockLow, StockRecovered
from shared.decider import Refused
from shared.identity import derived_id
from shared.testing.scenario import Scenario
from tests.inventory.story import (
    FULL,
    MEMBERS,
    MODEL,
    RICE,
    SESSION_DAY,
    TERMS,
    UNJUDGED,
    count,
    counted,
    delivery,
    line,
    received,
    review,
    sale,
    sold,
)

rice = Scenario(stock)
long_story = settings(max_examples=40)

ON_THE_FIRST_DAY = 37_555
"""27 parts of the model and one part of no sales yet, in g a day."""
TWO_TONS = 2_000_000


def low(
    alert: int, on_hand: int, demand: int, cover: int, reason: LowReason = "cover_below_threshold"
) -> StockLow:
    return StockLow(
        alert=derived_id(line(alert), "StockLow"),
        on_hand=on_hand,
        daily_demand=demand,
        cover_tenths=cover,
        threshold_days=7,
        reason=reason,
        active_members=175,
        policy_version=1,
    )


def recovered(alert: int, on_hand: int, demand: int, cover: int) -> StockRecovered:
    return StockRecovered(
        alert=derived_id(line(alert), "StockLow"),
        on_hand=on_hand,
        daily_demand=demand,
        cover_tenths=cover,
        threshold_days=10,
        active_members=175,
        policy_version=1,
    )


LOW_AT_200_KG = low(1, 200_000, ON_THE_FIRST_DAY, 53)


def test_175_members_eat_39_kg_of_rice_a_day() -> None:
    assert daily_demand(TERMS, 81_230, active_members=175, sold=0, days=0) == MODEL


def test_one_lot_of_two_tons_lasts_51_days() -> None:
    assert cover_tenths(TWO_TONS, MODEL) == 513


def test_households_and_the_share_bought_here_scale_the_need() -> None:
    families = replace(TERMS, household_size=4, capture_percent=50)
    assert daily_demand(families, 81_230, active_members=175, sold=0, days=0) == 77_892


@pytest.mark.parametrize(
    ("days", "sold_so_far", "expected"),
    [
        (1, 0, ON_THE_FIRST_DAY),
        (14, 140_000, 24_473),
        (28, 280_000, 10_000),
        (400, 4_000_001, 10_001),
    ],
)
def test_real_sales_take_over_from_the_model_within_28_days(
    days: int, sold_so_far: int, expected: int
) -> None:
    found = daily_demand(TERMS, 81_230, active_members=175, sold=sold_so_far, days=days)
    assert found == expected


def test_without_a_figure_of_consumption_sales_alone_tell() -> None:
    assert daily_demand(TERMS, None, active_members=175, sold=30, days=4) == 8
    assert daily_demand(TERMS, None, active_members=175, sold=0, days=0) is None


def test_before_a_member_is_counted_sales_alone_tell() -> None:
    assert daily_demand(TERMS, 81_230, active_members=0, sold=30, days=4) == 8


def test_days_observed_are_days_of_the_calendar() -> None:
    assert days_observed(date(2024, 2, 28), date(2024, 3, 1)) == 3
    assert days_observed(SESSION_DAY, SESSION_DAY) == 1
    assert days_observed(None, None) == 0


def test_without_demand_there_is_no_cover_to_tell() -> None:
    assert cover_tenths(5_000, 0) is None
    assert cover_tenths(5_000, None) is None


def test_a_late_entry_widens_the_days_observed() -> None:
    late = SESSION_DAY - timedelta(days=9)
    state = stock.fold([received(50_000), sold(10_000), sold(10_000, day=late)])
    assert (state.first_on, state.last_on) == (late, SESSION_DAY)


def test_a_delivery_that_lasts_less_than_a_week_is_told_at_once() -> None:
    rice.given().when(delivery("200", circumstances=FULL)).then(received(200_000), LOW_AT_200_KG)


def test_a_week_to_the_gram_is_not_low() -> None:
    week = 7 * ON_THE_FIRST_DAY
    enough = delivery(week, unit="g", circumstances=FULL, unit_cost=11)
    rice.given().when(enough).then(received(week))
    short = delivery(week - 1, unit="g", circumstances=FULL, unit_cost=11)
    rice.given().when(short).then(received(week - 1), low(1, week - 1, ON_THE_FIRST_DAY, 69))


def test_a_sale_a_breach_and_a_low_stock_are_one_decision() -> None:
    happened = stock.decide(
        sale("5", unit_price=14_000, circumstances=FULL), stock.fold([received(265_000)])
    )
    assert [type(event).__name__ for event in happened] == [
        "GoodsSold",
        "PriceCeilingBreached",
        "StockLow",
    ]


def test_low_is_told_once() -> None:
    told = (received(200_000), LOW_AT_200_KG)
    rice.given(*told).when(sale("1", circumstances=FULL)).then(sold(1_000))


def test_an_empty_shelf_says_so() -> None:
    rice.given(received(200_000)).when(count("0", circumstances=FULL)).then(
        counted(0), low(3, 0, ON_THE_FIRST_DAY, 0, "stock_out")
    )


def test_above_the_threshold_alone_a_stock_has_not_recovered() -> None:
    told = (received(200_000), LOW_AT_200_KG)
    more = delivery("150", 4, circumstances=FULL)
    rice.given(*told).when(more).then(received(150_000, 4))


def test_at_the_threshold_and_the_margin_it_has() -> None:
    told = (received(200_000), LOW_AT_200_KG)
    rest = 10 * ON_THE_FIRST_DAY - 200_000
    more = delivery(rest, 4, unit="g", unit_cost=11, circumstances=FULL)
    rice.given(*told).when(more).then(
        received(rest, 4), recovered(1, 10 * ON_THE_FIRST_DAY, ON_THE_FIRST_DAY, 100)
    )


def test_after_recovering_a_new_alert_has_its_own_id() -> None:
    told = (
        received(200_000),
        LOW_AT_200_KG,
        received(TWO_TONS, 4),
        recovered(1, 2_200_000, ON_THE_FIRST_DAY, 585),
    )
    rice.given(*told).when(count("100", 5, circumstances=FULL)).then(
        counted(100_000, 5), low(5, 100_000, ON_THE_FIRST_DAY, 26)
    )


def test_when_members_join_a_review_tells_without_a_movement() -> None:
    rice.given(received(200_000)).when(review()).then(low(9, 200_000, ON_THE_FIRST_DAY, 53))


def test_when_members_leave_a_review_ends_the_alert() -> None:
    told = (received(200_000), LOW_AT_200_KG)
    fewer = replace(FULL, demand=replace(MEMBERS, active_members=50))
    rice.given(*told).when(review(circumstances=fewer)).then(
        replace(recovered(1, 200_000, 10_730, 186), active_members=50)
    )


def test_reviewing_twice_changes_nothing() -> None:
    told = (received(200_000), low(9, 200_000, ON_THE_FIRST_DAY, 53))
    rice.given(*told).when(review()).then()


def test_where_nothing_was_ever_kept_nothing_is_low() -> None:
    rice.given().when(review()).then()


@pytest.mark.parametrize(
    "circumstances",
    [
        UNJUDGED,
        replace(FULL, policy=None),
        replace(FULL, demand=None),
        replace(FULL, commodity=replace(RICE, consumption_per_head_year=None)),
        replace(FULL, commodity=replace(RICE, consumption_per_head_year=0)),
    ],
)
def test_without_a_known_demand_nothing_is_low(circumstances: Circumstances) -> None:
    rice.given().when(delivery("0.001", circumstances=circumstances)).then(received(1))


def test_an_alert_stays_open_while_demand_is_unknown() -> None:
    told = (received(200_000), LOW_AT_200_KG)
    rice.given(*told).when(review(circumstances=UNJUDGED)).then()


@st.composite
def asked(draw: st.DrawFn) -> StockCommand:
    """Any movement or review, under any policy, members and day."""
    terms = replace(
        TERMS,
        low_days=draw(st.integers(1, 20)),
        recovery_margin_days=draw(st.integers(1, 20)),
        blend_days=draw(st.integers(1, 60)),
    )
    members = replace(MEMBERS, active_members=draw(st.integers(0, 300)))
    circumstances = draw(
        st.sampled_from([FULL, replace(FULL, policy=Policy(terms, 2), demand=members)])
    )
    number, day = draw(st.integers(1, 10**9)), SESSION_DAY + timedelta(draw(st.integers(0, 90)))
    kg = draw(st.integers(1, 800))
    kind = draw(st.sampled_from([delivery, sale, count]))
    if draw(st.booleans()):
        return kind(kg, number, circumstances=circumstances, day=day)
    return review(number, circumstances)


def cause(command: StockCommand) -> UUID:
    return command.review if isinstance(command, ReviewCover) else command.line


def told(commands: Sequence[StockCommand]) -> list[StockEvent]:
    happened: list[StockEvent] = []
    state = stock.initial
    for command in commands:
        try:
            said = stock.decide(command, state)
        except Refused:
            continue
        happened += said
        state = stock.fold(said, state)
    return happened


@long_story
@given(st.lists(asked(), max_size=30, unique_by=cause))
def test_low_and_recovered_alternate_and_name_the_same_alert(commands: list[StockCommand]) -> None:
    open_alert: UUID | None = None
    seen: set[UUID] = set()
    for event in told(commands):
        match event:
            case StockLow(alert=alert):
                assert open_alert is None
                assert alert not in seen
                open_alert = alert
                seen.add(alert)
            case StockRecovered(alert=alert):
                assert alert == open_alert
                open_alert = None
            case _:
                pass


@long_story
@given(st.lists(asked(), max_size=30))
def test_an_alert_is_told_with_figures_that_bear_it_out(commands: list[StockCommand]) -> None:
    for event in told(commands):
        match event:
            case StockLow():
                assert event.on_hand < event.threshold_days * event.daily_demand
            case StockRecovered():
                assert event.on_hand >= event.threshold_days * event.daily_demand
            case _:
                pass


@long_story
@given(st.lists(asked(), max_size=20), st.integers(1, 10**9))
def test_a_review_right_after_a_decision_has_nothing_to_add(
    commands: list[StockCommand], number: int
) -> None:
    last = delivery(1, number, circumstances=FULL)
    state = stock.fold([*told(commands)])
    after = stock.fold(stock.decide(last, state), state)
    assert stock.decide(review(number + 1, FULL), after) == []


@long_story
@given(st.lists(st.integers(-8, 8), max_size=40))
def test_a_stock_that_wavers_within_the_margin_is_told_low_at_most_once(
    steps: list[int],
) -> None:
    commands = [
        count(272 + step, number, circumstances=FULL) for number, step in enumerate(steps, 1)
    ]
    alerts = [event for event in told(commands) if isinstance(event, StockLow | StockRecovered)]
    assert len(alerts) <= 1


@long_story
@given(st.lists(asked(), max_size=20))
def test_a_known_need_is_never_below_zero(commands: list[StockCommand]) -> None:
    need = demand_of(stock.fold(told(commands)), FULL)
    assert need is not None
    assert need >= 0
