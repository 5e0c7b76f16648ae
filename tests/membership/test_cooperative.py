"""The rules of the register of cooperatives."""

from datetime import date

import pytest

from services.membership.commands.cooperative import RegisterCooperative
from services.membership.domain.cooperative import (
    REGISTERED_OTHERWISE,
    UNKNOWN_KELURAHAN,
    cooperative,
)
from services.membership.domain.territory import KELURAHAN
from services.membership.events.cooperative import CooperativeRegistered
from shared.testing.scenario import Scenario

FOUNDED = date(2025, 5, 31)
ASKED = RegisterCooperative(
    code="31.72.02.1006",
    name="Koperasi Kelurahan Merah Putih Sunter Agung",
    founded_on=FOUNDED,
)
REGISTERED = CooperativeRegistered(ASKED.name, "Tanjung Priok", FOUNDED)
sunter_agung = Scenario(cooperative)


def test_a_cooperative_is_registered_in_the_kecamatan_of_its_kelurahan() -> None:
    sunter_agung.when(ASKED).then(REGISTERED)


def test_registering_twice_changes_nothing() -> None:
    sunter_agung.given(REGISTERED).when(ASKED).then()


@pytest.mark.parametrize(
    "otherwise", [{"name": "Koperasi Sunter Agung"}, {"founded_on": date(2025, 6, 1)}]
)
def test_a_second_entry_with_other_data_is_refused(otherwise: dict[str, object]) -> None:
    asked = ASKED.model_copy(update=otherwise)
    sunter_agung.given(REGISTERED).when(asked).then_refused(REGISTERED_OTHERWISE)


@pytest.mark.parametrize("code", ["31.72.02.1099", "31.71.02.1006"])
def test_a_kelurahan_that_is_not_of_jakarta_utara_is_refused(code: str) -> None:
    asked = ASKED.model_copy(update={"code": code})
    sunter_agung.when(asked).then_refused(UNKNOWN_KELURAHAN)


def test_jakarta_utara_has_thirty_one_kelurahan() -> None:
    assert len(KELURAHAN) == 31
    assert all(code.startswith("31.72.") for code in KELURAHAN)
