"""The rulebook of the catalogue: what a commodity is, and which units fit it."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.inventory.commands import DefineCommodity, ReceiveGoods, Unit
from services.inventory.domain.commodity import BASE_UNIT_FIXED, commodity
from services.inventory.domain.units import (
    QUANTITY_NOT_WHOLE,
    UNIT_DOES_NOT_FIT,
    base_units,
    kind_of,
    per_trade_unit,
)
from shared.decider import Refused
from shared.testing.scenario import Scenario
from tests.inventory.story import BERAS, RICE

rice = Scenario(commodity)
OIL = replace(RICE, name="Minyak goreng rakyat", base_unit="ml", trade_unit="l")
EGGS = replace(RICE, name="Telur ayam ras", base_unit="butir", trade_unit="butir")


def define(unit: Unit = "kg", grade: str = "medium", consumption: int = 81_230) -> DefineCommodity:
    return DefineCommodity(
        code=BERAS,
        name="Beras medium",
        grade=grade,
        unit=unit,
        consumption_per_head_year=consumption,
        source="Bapanas 2023",
    )


def test_rice_is_counted_in_g_and_traded_in_kg() -> None:
    rice.given().when(define("kg")).then(RICE)


def test_either_unit_of_a_kind_defines_the_same() -> None:
    rice.given().when(define("g")).then(RICE)


def test_defining_twice_changes_nothing() -> None:
    rice.given(RICE).when(define()).then()


def test_a_better_figure_of_consumption_defines_it_anew() -> None:
    better = replace(RICE, consumption_per_head_year=78_000)
    rice.given(RICE).when(define(consumption=78_000)).then(better)


def test_the_books_keep_their_unit() -> None:
    rice.given(RICE).when(define("butir")).then_refused(BASE_UNIT_FIXED)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("g", ("g", "kg")),
        ("kg", ("g", "kg")),
        ("ml", ("ml", "l")),
        ("l", ("ml", "l")),
        ("butir", ("butir", "butir")),
        ("tabung", ("tabung", "tabung")),
    ],
)
def test_a_unit_belongs_to_one_kind(unit: Unit, kind: tuple[str, str]) -> None:
    assert kind_of(unit) == kind


@pytest.mark.parametrize("code", ["Beras", "beras_medium", "beras medium", "-beras", ""])
def test_a_code_is_lower_case_with_dashes(code: str) -> None:
    with pytest.raises(ValidationError):
        DefineCommodity(code=code, name="Beras", grade="medium", unit="kg", source="Bapanas")


def test_a_sack_of_12_and_a_half_kg_is_12500_g() -> None:
    assert base_units(RICE, Decimal("12.5"), "kg") == 12_500


def test_a_bottle_of_oil_may_be_said_in_either_unit() -> None:
    assert base_units(OIL, Decimal("0.5"), "l") == base_units(OIL, Decimal(500), "ml")


@pytest.mark.parametrize(("quantity", "unit"), [("0.0005", "kg"), ("0.5", "g"), ("12.50001", "kg")])
def test_a_quantity_comes_to_whole_base_units(quantity: str, unit: str) -> None:
    with pytest.raises(Refused) as refused:
        base_units(RICE, Decimal(quantity), unit)
    assert refused.value.refusal == QUANTITY_NOT_WHOLE


def test_half_an_egg_is_not_sold() -> None:
    with pytest.raises(Refused, match=r"0\.5 butir does not come to a whole number of butir"):
        base_units(EGGS, Decimal("0.5"), "butir")


def test_a_wrong_unit_is_told_the_units_that_fit() -> None:
    with pytest.raises(Refused, match="Units that fit: g, kg") as refused:
        base_units(RICE, Decimal(1), "karung")
    assert refused.value.refusal == UNIT_DOES_NOT_FIT


def test_units_that_fit_are_named_once() -> None:
    with pytest.raises(Refused, match=r"Units that fit: butir\."):
        base_units(EGGS, Decimal(1), "kg")


def test_a_price_per_g_is_a_thousand_times_that_per_kg() -> None:
    assert per_trade_unit(RICE, 13, "g") == 13_000
    assert per_trade_unit(RICE, 13_200, "kg") == 13_200


@given(st.integers(-(10**12), 10**12))
def test_grams_survive_the_way_over_kilograms(grams: int) -> None:
    assert base_units(RICE, Decimal(grams) / 1000, "kg") == grams


def test_a_decimal_on_the_wire_keeps_its_digits() -> None:
    body = '{"quantity": 0.1, "unit": "kg", "supplier": "Bulog", "lot": "1", "unit_cost": 1}'
    assert base_units(RICE, ReceiveGoods.model_validate_json(body).quantity, "kg") == 100


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "1e40", "1e-40", "1000000001"])
def test_what_is_no_amount_of_goods_does_not_come_in(quantity: str) -> None:
    with pytest.raises(ValidationError):
        ReceiveGoods.model_validate(
            {
                "quantity": quantity,
                "unit": "kg",
                "supplier": "Bulog",
                "lot": "1",
                "unit_cost": 11_000,
            }
        )
