"""The rulebook of price references: HET and HAP, and the day on which each holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inventory.commands import PriceReference, PublishPriceReference
from services.inventory.domain.commodity import COMMODITY_UNKNOWN
from services.inventory.domain.price import (
    ENDS_BEFORE_IT_BEGINS,
    MAXIMUM_NOT_POSITIVE,
    MINIMUM_OUT_OF_RANGE,
    Breach,
    breach,
    in_force,
    price,
)
from services.inventory.domain.units import UNIT_DOES_NOT_FIT
from services.inventory.events import CommodityDefined, PriceReferencePublished
from shared.testing.scenario import Scenario
from tests.inventory.story import BERAS, HET_2024, HET_2025, RICE

rice = Scenario(price)

PREMIUM_2023 = replace(HET_2024, maximum=13_900, valid_from=date(2023, 3, 15))
RELAXED = replace(
    HET_2024, maximum=14_900, valid_from=date(2024, 3, 10), valid_until=date(2024, 3, 23)
)
SHALLOTS = replace(HET_2024, kind="HAP", minimum=36_500, maximum=41_500)


def publish(
    *,
    unit: str = "kg",
    minimum: int | None = None,
    maximum: int = 12_500,
    valid_until: date | None = None,
    commodity: CommodityDefined | None = RICE,
) -> PriceReference:
    asked = PublishPriceReference(
        commodity=BERAS,
        kind="HET",
        unit=unit,
        minimum=minimum,
        maximum=maximum,
        valid_from=date(2024, 6, 1),
        valid_until=valid_until,
        legal="Perbadan 5/2024",
        source="wartabanjar.com 2024-06-10",
        zone="1",
    )
    return PriceReference(asked, commodity)


def test_a_reference_is_published_per_trade_unit() -> None:
    rice.given().when(publish()).then(HET_2024)


def test_publishing_twice_changes_nothing() -> None:
    rice.given(HET_2024, HET_2025).when(publish()).then()


def test_a_correction_is_published_beside_what_it_corrects() -> None:
    rice.given(HET_2024).when(publish(maximum=12_400)).then(replace(HET_2024, maximum=12_400))


def test_what_is_not_in_the_catalogue_has_no_price() -> None:
    rice.given().when(publish(commodity=None)).then_refused(COMMODITY_UNKNOWN)


@pytest.mark.parametrize("unit", ["g", "l", "karung", ""])
def test_a_reference_speaks_of_the_trade_unit(unit: str) -> None:
    rice.given().when(publish(unit=unit)).then_refused(UNIT_DOES_NOT_FIT)


@pytest.mark.parametrize("maximum", [0, -1])
def test_a_maximum_is_above_zero(maximum: int) -> None:
    rice.given().when(publish(maximum=maximum)).then_refused(MAXIMUM_NOT_POSITIVE)


@pytest.mark.parametrize("minimum", [-1, 12_501])
def test_a_minimum_lies_below_the_maximum(minimum: int) -> None:
    rice.given().when(publish(minimum=minimum)).then_refused(MINIMUM_OUT_OF_RANGE)


def test_a_reference_does_not_end_before_it_begins() -> None:
    early = publish(valid_until=date(2024, 5, 31))
    rice.given().when(early).then_refused(ENDS_BEFORE_IT_BEGINS)


def test_a_reference_may_hold_for_one_day() -> None:
    day = date(2024, 6, 1)
    rice.given().when(publish(valid_until=day)).then(replace(HET_2024, valid_until=day))


def test_a_later_reference_takes_over_on_the_day_it_begins() -> None:
    assert in_force((HET_2024, HET_2025), date(2025, 8, 21)) == HET_2024
    assert in_force((HET_2024, HET_2025), date(2025, 8, 22)) == HET_2025


def test_the_order_of_publication_does_not_matter_between_different_days() -> None:
    assert in_force((HET_2025, HET_2024), date(2025, 8, 22)) == HET_2025


def test_before_the_first_reference_none_is_in_force() -> None:
    assert in_force((HET_2024,), date(2024, 5, 31)) is None


def test_a_temporary_reference_holds_through_its_last_day_and_then_gives_way() -> None:
    references = (PREMIUM_2023, RELAXED)
    assert in_force(references, date(2024, 3, 9)) == PREMIUM_2023
    assert in_force(references, date(2024, 3, 10)) == RELAXED
    assert in_force(references, date(2024, 3, 23)) == RELAXED
    assert in_force(references, date(2024, 3, 24)) == PREMIUM_2023


def test_of_two_that_begin_together_the_later_published_holds() -> None:
    corrected = replace(HET_2024, maximum=12_400)
    assert in_force((HET_2024, corrected), date(2024, 6, 1)) == corrected


def test_beras_medium_at_13200_breaches_on_21_august_2025_and_not_on_the_22nd() -> None:
    references = (HET_2024, HET_2025)
    assert breach(in_force(references, date(2025, 8, 21)), 13_200) == Breach(
        kind="HET", severity="violation", maximum=12_500, over_by=700, legal="Perbadan 5/2024"
    )
    assert breach(in_force(references, date(2025, 8, 22)), 13_200) is None


def test_a_price_at_the_maximum_is_no_breach() -> None:
    assert breach(HET_2024, 12_500) is None


def test_above_a_hap_is_a_warning_and_below_it_is_nothing() -> None:
    above = breach(SHALLOTS, 42_000)
    assert above is not None
    assert (above.severity, above.over_by) == ("warning", 500)
    assert breach(SHALLOTS, 30_000) is None


def test_without_a_reference_there_is_no_breach() -> None:
    assert breach(None, 99_000) is None


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@st.composite
def published(draw: st.DrawFn, *, open_ended: bool = False) -> PriceReferencePublished:
    begins = draw(days)
    lasts = None if open_ended else draw(st.none() | st.integers(0, 400))
    return replace(
        HET_2024,
        maximum=draw(st.integers(1, 99)) * 1_000,
        valid_from=begins,
        valid_until=None if lasts is None else begins + timedelta(days=lasts),
    )


def holds(reference: PriceReferencePublished, day: date) -> bool:
    return reference.valid_from <= day <= (reference.valid_until or date.max)


@given(st.lists(published(), max_size=8), days)
def test_one_is_in_force_whenever_one_holds_and_none_that_holds_began_later(
    references: list[PriceReferencePublished], day: date
) -> None:
    holding = [reference for reference in references if holds(reference, day)]
    found = in_force(references, day)
    if found is None:
        assert holding == []
    else:
        assert found in holding
        assert found.valid_from == max(reference.valid_from for reference in holding)


@given(st.lists(published(open_ended=True), max_size=8), days, days)
def test_without_ends_a_later_day_never_has_an_earlier_reference(
    references: list[PriceReferencePublished], one: date, other: date
) -> None:
    earlier, later = in_force(references, min(one, other)), in_force(references, max(one, other))
    if earlier is not None:
        assert later is not None
        assert earlier.valid_from <= later.valid_from


@given(st.lists(published(), max_size=8), published(), days)
def test_publishing_changes_only_the_days_from_which_the_new_one_holds(
    references: list[PriceReferencePublished], new: PriceReferencePublished, day: date
) -> None:
    if not holds(new, day):
        assert in_force([*references, new], day) == in_force(references, day)
