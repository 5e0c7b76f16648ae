"""The rulebook of the adequacy policy and of the count of members that demand follows."""

from dataclasses import replace

import pytest

from services.inventory.commands import SetAdequacyPolicy, UpdateDemandModel
from services.inventory.domain.demand import demand
from services.inventory.domain.policy import (
    POLICY_OUT_OF_RANGE,
    RECOVERY_ABOVE_CEILING,
    policy,
)
from services.inventory.events import DemandModelUpdated
from shared.testing.scenario import Scenario
from tests.inventory.story import MEMBERS, TERMS

adequacy = Scenario(policy)
sunter_agung = Scenario(demand)

ASKED = SetAdequacyPolicy(
    household_size=1,
    capture_percent=100,
    low_days=7,
    recovery_margin_days=3,
    ceiling_days=90,
)


def test_a_policy_is_set_and_sales_take_over_after_28_days() -> None:
    adequacy.given().when(ASKED).then(TERMS)


def test_setting_it_twice_changes_nothing() -> None:
    adequacy.given(TERMS).when(ASKED).then()


def test_a_policy_that_held_once_can_be_set_again() -> None:
    adequacy.given(TERMS, replace(TERMS, low_days=10)).when(ASKED).then(TERMS)


def test_the_version_of_a_policy_is_how_often_one_was_set() -> None:
    held = policy.fold([TERMS, replace(TERMS, low_days=10)])
    assert held is not None
    assert (held.version, held.terms.low_days) == (2, 10)


@pytest.mark.parametrize(
    "change",
    [
        {"household_size": 0},
        {"household_size": 21},
        {"capture_percent": 0},
        {"capture_percent": 101},
        {"low_days": 0},
        {"recovery_margin_days": 0},
        {"ceiling_days": 91},
        {"blend_days": 0},
    ],
)
def test_a_policy_keeps_within_its_bounds(change: dict[str, int]) -> None:
    asked = SetAdequacyPolicy.model_validate(ASKED.model_dump() | change)
    adequacy.given().when(asked).then_refused(POLICY_OUT_OF_RANGE)


def test_a_stock_can_recover_below_the_ceiling() -> None:
    asked = SetAdequacyPolicy.model_validate(ASKED.model_dump() | {"ceiling_days": 10})
    adequacy.given().when(asked).then_refused(RECOVERY_ABOVE_CEILING)


def test_the_first_count_of_members_is_taken_over() -> None:
    asked = UpdateDemandModel(active_members=175, counted_at_position=400)
    sunter_agung.given().when(asked).then(MEMBERS)


def test_a_newer_count_is_taken_over() -> None:
    asked = UpdateDemandModel(active_members=174, counted_at_position=401)
    sunter_agung.given(MEMBERS).when(asked).then(DemandModelUpdated(174, 401))


@pytest.mark.parametrize("position", [399, 400])
def test_an_older_count_changes_nothing(position: int) -> None:
    asked = UpdateDemandModel(active_members=174, counted_at_position=position)
    sunter_agung.given(MEMBERS).when(asked).then()


def test_the_same_count_changes_nothing() -> None:
    asked = UpdateDemandModel(active_members=175, counted_at_position=450)
    sunter_agung.given(MEMBERS).when(asked).then()


def test_fifty_joins_counted_once_are_one_update() -> None:
    burst = [UpdateDemandModel(active_members=225, counted_at_position=450)] * 50
    state = demand.fold([MEMBERS])
    happened: list[DemandModelUpdated] = []
    for asked in burst:
        said = demand.decide(asked, state)
        happened += said
        state = demand.fold(said, state)
    assert happened == [DemandModelUpdated(225, 450)]
