"""The rulebook of a stock: what comes in, what goes out, what is found, and at which price."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inventory.commands import Circumstances, StockCommand
from services.inventory.domain.commodity import COMMODITY_UNKNOWN
from services.inventory.domain.movement import (
    COUNT_NEGATIVE,
    EXPIRED_ON_RECEIPT,
    LOT_MISSING,
    MONEY_NEGATIVE,
    NOT_ENOUGH_STOCK,
    QUANTITY_NOT_POSITIVE,
    SUPPLIER_MISSING,
)
from services.inventory.domain.stock import stock
from services.inventory.domain.units import QUANTITY_NOT_WHOLE, UNIT_DOES_NOT_FIT
from services.inventory.events import (
    GoodsReceived,
    GoodsSold,
    PriceCeilingBreached,
    StockCounted,
    StockEvent,
)
from shared.decider import Refused
from shared.testing.scenario import Scenario
from tests.inventory.story import (
    HET_2024,
    RICE,
    SESSION_DAY,
    UNJUDGED,
    count,
    counted,
    delivery,
    line,
    received,
    sale,
    sold,
)

rice = Scenario(stock)

BEFORE_THE_RISE, THE_RISE = date(2025, 8, 21), date(2025, 8, 22)
NOWHERE = Circumstances()


def test_a_lot_comes_in_with_its_supplier() -> None:
    rice.given().when(delivery("50")).then(received(50_000))


def test_a_delivery_in_g_costs_the_same_as_in_kg() -> None:
    rice.given().when(delivery("50000", unit="g", unit_cost=11)).then(received(50_000))


def test_goods_are_good_on_the_day_they_expire() -> None:
    fresh = replace(received(50_000), expires_on=SESSION_DAY)
    rice.given().when(delivery("50", expires_on=SESSION_DAY)).then(fresh)


def test_expired_goods_do_not_come_in() -> None:
    stale = delivery("50", expires_on=SESSION_DAY - timedelta(days=1))
    rice.given().when(stale).then_refused(EXPIRED_ON_RECEIPT)


def test_a_delivery_names_its_supplier() -> None:
    rice.given().when(delivery("50", supplier="  ")).then_refused(SUPPLIER_MISSING)


def test_a_delivery_names_its_lot() -> None:
    rice.given().when(delivery("50", lot="")).then_refused(LOT_MISSING)


def test_goods_may_be_given_for_nothing_but_not_for_less() -> None:
    rice.given().when(delivery("50", unit_cost=0)).then(replace(received(50_000), unit_cost=0))
    rice.given().when(delivery("50", unit_cost=-1)).then_refused(MONEY_NEGATIVE)


def test_a_sale_takes_out_what_was_sold() -> None:
    rice.given(received(50_000)).when(sale("2.5")).then(sold(2_500))


def test_the_last_gram_can_be_sold() -> None:
    rice.given(received(50_000)).when(sale("50")).then(sold(50_000))


def test_no_more_is_sold_than_there_is() -> None:
    rice.given(received(50_000), sold(49_000)).when(sale("1.001")).then_refused(NOT_ENOUGH_STOCK)


def test_what_is_missing_is_told_in_the_unit_that_was_asked_for() -> None:
    with pytest.raises(Refused, match="only 1 kg, not enough for 2 kg"):
        stock.decide(sale("2"), stock.fold([received(1_000)]))


def test_a_sale_is_not_below_zero() -> None:
    rice.given(received(50_000)).when(sale("1", unit_price=-1)).then_refused(MONEY_NEGATIVE)


def test_a_count_says_what_was_found_and_not_what_was_missing() -> None:
    rice.given(received(50_000)).when(count("48.2")).then(counted(48_200))


def test_after_a_count_the_books_are_what_was_found() -> None:
    found = (received(50_000), counted(48_200))
    rice.given(*found).when(sale("48.2")).then(sold(48_200))
    rice.given(*found).when(sale("48.3")).then_refused(NOT_ENOUGH_STOCK)


def test_nothing_can_be_found() -> None:
    rice.given(received(50_000)).when(count("0")).then(counted(0))


def test_a_count_that_confirms_the_books_is_a_fact_too() -> None:
    rice.given(received(50_000)).when(count("50")).then(counted(50_000))


def test_less_than_nothing_is_not_found() -> None:
    rice.given(received(50_000)).when(count("-1")).then_refused(COUNT_NEGATIVE)


@pytest.mark.parametrize("quantity", ["0", "-1", "0.000"])
def test_what_moves_is_more_than_nothing(quantity: str) -> None:
    rice.given().when(delivery(quantity)).then_refused(QUANTITY_NOT_POSITIVE)
    rice.given(received(1_000)).when(sale(quantity)).then_refused(QUANTITY_NOT_POSITIVE)


@pytest.mark.parametrize(
    "command", [delivery("1", unit="l"), sale("1", unit="butir"), count("1", unit="karung")]
)
def test_every_movement_is_in_a_unit_that_fits(command: StockCommand) -> None:
    rice.given(received(50_000)).when(command).then_refused(UNIT_DOES_NOT_FIT)


@pytest.mark.parametrize("command", [delivery("0.0001"), sale("0.0001"), count("0.0001")])
def test_every_movement_comes_to_whole_grams(command: StockCommand) -> None:
    rice.given(received(50_000)).when(command).then_refused(QUANTITY_NOT_WHOLE)


@pytest.mark.parametrize(
    "command",
    [
        delivery("1", circumstances=NOWHERE),
        sale("1", circumstances=NOWHERE),
        count("1", circumstances=NOWHERE),
    ],
)
def test_only_what_is_in_the_catalogue_moves(command: StockCommand) -> None:
    rice.given(received(50_000)).when(command).then_refused(COMMODITY_UNKNOWN)


def test_beras_medium_sold_at_13200_on_21_august_2025_breaches_the_het() -> None:
    dear = sale("5", unit_price=13_200, day=BEFORE_THE_RISE)
    rice.given(received(50_000)).when(dear).then(
        sold(5_000, unit_price=13_200, day=BEFORE_THE_RISE),
        PriceCeilingBreached(
            line=line(2),
            kind="HET",
            unit_price=13_200,
            maximum=12_500,
            over_by=700,
            legal="Perbadan 5/2024",
            sold_on=BEFORE_THE_RISE,
        ),
    )


def test_the_same_sale_on_22_august_2025_does_not() -> None:
    dear = sale("5", unit_price=13_200, day=THE_RISE)
    fair = sold(5_000, unit_price=13_200, day=THE_RISE)
    rice.given(received(50_000)).when(dear).then(fair)


def test_a_price_per_g_is_judged_per_kg() -> None:
    by_gram = sale("500", unit="g", unit_price=13, day=BEFORE_THE_RISE)
    happened = stock.decide(by_gram, stock.fold([received(50_000)]))
    assert [type(event) for event in happened] == [GoodsSold, PriceCeilingBreached]


def test_above_a_hap_is_kept_as_a_breach_of_a_hap() -> None:
    reference = replace(UNJUDGED, references=(replace(HET_2024, kind="HAP"),))
    happened = stock.decide(
        sale("1", unit_price=12_501, circumstances=reference), stock.fold([received(50_000)])
    )
    assert [event.kind for event in happened if isinstance(event, PriceCeilingBreached)] == ["HAP"]


def test_without_a_reference_any_price_is_sold_at() -> None:
    free = Circumstances(commodity=RICE)
    rice.given(received(50_000)).when(sale("1", unit_price=99_000, circumstances=free)).then(
        sold(1_000, unit_price=99_000)
    )


@st.composite
def asked(draw: st.DrawFn) -> StockCommand:
    grams, number = str(draw(st.integers(0, 60_000))), draw(st.integers(1, 10**6))
    kind = draw(st.sampled_from([delivery, sale, count]))
    return kind(grams, number, unit="g")


def book(commands: list[StockCommand]) -> list[StockEvent]:
    """What follows when these are asked one after the other; a refused one changes nothing."""
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


@given(st.lists(asked(), max_size=25))
def test_on_hand_is_the_sum_of_the_lines_and_never_below_zero(
    commands: list[StockCommand],
) -> None:
    state, total = stock.initial, 0
    for event in book(commands):
        state = stock.evolve(state, event)
        match event:
            case GoodsReceived():
                total += event.quantity
            case GoodsSold():
                total -= event.quantity
            case StockCounted():
                total = event.counted
            case _:
                pass
        assert state.on_hand == total >= 0
