"""The rules of a curriculum."""

from datetime import date

import pytest
from pydantic import ValidationError

from services.training.commands import (
    ModuleOffered,
    Publication,
    PublishCurriculum,
    Published,
)
from services.training.domain.curriculum import (
    ALREADY_PUBLISHED,
    MODULE_TWICE,
    NOTHING_MANDATORY,
    curriculum,
    mandatory,
    owed_from,
)
from services.training.events import CurriculumPublished, Module
from shared.testing.scenario import Scenario

TODAY = date(2025, 10, 1)
COOPERATIVE_BASICS = ModuleOffered(
    code="dasar-perkoperasian", title="Dasar perkoperasian", hours=4, mandatory=True
)
BUSINESS_POTENTIAL = ModuleOffered(
    code="analisis-potensi-usaha", title="Analisis potensi usaha", hours=3, mandatory=False
)
ASKED = PublishCurriculum(
    id="kkmp-2025",
    title="Pengurus dan pengawas KKMP",
    modules=(COOPERATIVE_BASICS, BUSINESS_POTENTIAL),
    pass_mark=70,
    validity_months=36,
    roles=("pengurus", "pengawas"),
)
PUBLISHED = CurriculumPublished(
    title="Pengurus dan pengawas KKMP",
    modules=(
        Module("dasar-perkoperasian", "Dasar perkoperasian", 4, mandatory=True),
        Module("analisis-potensi-usaha", "Analisis potensi usaha", 3, mandatory=False),
    ),
    pass_mark=70,
    validity_months=36,
    roles=("pengurus", "pengawas"),
    from_date=TODAY,
)
nothing = Scenario(curriculum)


def published(name: str, from_date: date, *roles: str) -> Published:
    content = CurriculumPublished(name, PUBLISHED.modules, 70, 36, roles, from_date)
    return Published(name, content)


def test_a_curriculum_is_in_force_from_the_day_it_is_published() -> None:
    nothing.when(Publication(ASKED, TODAY)).then(PUBLISHED)


def test_a_curriculum_may_come_into_force_on_another_day() -> None:
    asked = ASKED.model_copy(update={"from_date": date(2026, 1, 1)})
    state = curriculum.fold(curriculum.decide(Publication(asked, TODAY), None))
    assert state is not None
    assert state.from_date == date(2026, 1, 1)


def test_publishing_twice_changes_nothing() -> None:
    nothing.given(PUBLISHED).when(Publication(ASKED, TODAY)).then()


def test_publishing_again_on_a_later_day_changes_nothing() -> None:
    nothing.given(PUBLISHED).when(Publication(ASKED, date(2025, 12, 1))).then()


def test_a_published_curriculum_never_changes() -> None:
    asked = ASKED.model_copy(update={"pass_mark": 60})
    nothing.given(PUBLISHED).when(Publication(asked, TODAY)).then_refused(ALREADY_PUBLISHED)


def test_a_published_curriculum_never_moves_to_another_day() -> None:
    asked = ASKED.model_copy(update={"from_date": date(2026, 1, 1)})
    nothing.given(PUBLISHED).when(Publication(asked, TODAY)).then_refused(ALREADY_PUBLISHED)


def test_a_module_stands_in_a_curriculum_once() -> None:
    asked = ASKED.model_copy(update={"modules": (COOPERATIVE_BASICS, COOPERATIVE_BASICS)})
    nothing.when(Publication(asked, TODAY)).then_refused(MODULE_TWICE)


def test_a_curriculum_has_a_mandatory_module() -> None:
    asked = ASKED.model_copy(update={"modules": (BUSINESS_POTENTIAL,)})
    nothing.when(Publication(asked, TODAY)).then_refused(NOTHING_MANDATORY)


def test_only_mandatory_modules_are_owed() -> None:
    assert mandatory(PUBLISHED) == ("dasar-perkoperasian",)


def test_a_pass_mark_is_out_of_a_hundred() -> None:
    with pytest.raises(ValidationError, match="less than or equal to 100"):
        PublishCurriculum.model_validate({**ASKED.model_dump(), "pass_mark": 101})


def test_the_curriculum_in_force_on_the_day_of_appointment_is_owed() -> None:
    first = published("kkmp-2025", date(2025, 4, 1), "pengurus")
    second = published("kkmp-2026", date(2026, 4, 1), "pengurus")
    audience = frozenset({"pengurus"})
    assert owed_from((second, first), audience, date(2025, 5, 31)) == first
    assert owed_from((second, first), audience, date(2026, 4, 1)) == second


def test_who_was_appointed_before_anything_was_published_owes_the_first() -> None:
    first = published("kkmp-2025", date(2025, 10, 1), "pengurus")
    second = published("kkmp-2026", date(2026, 4, 1), "pengurus")
    assert owed_from((second, first), frozenset({"pengurus"}), date(2025, 5, 31)) == first


def test_a_curriculum_binds_those_whom_it_is_meant_for() -> None:
    supervisors = published("pengawas-2025", date(2025, 4, 1), "pengawas")
    assert owed_from((supervisors,), frozenset({"pengurus"}), date(2025, 5, 31)) is None


def test_a_curriculum_may_be_meant_for_a_single_seat() -> None:
    treasurers = published("bendahara-2025", date(2025, 4, 1), "bendahara")
    assert owed_from((treasurers,), frozenset({"pengurus", "bendahara"}), date(2025, 5, 31))
    assert not owed_from((treasurers,), frozenset({"pengurus", "ketua"}), date(2025, 5, 31))
