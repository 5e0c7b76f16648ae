"""What is owed in every seat that a person holds, once something is published."""

from datetime import date

from services.training.commands import IdentifyNeeds, Published, ReviewNeeds
from services.training.domain.officer import officer
from services.training.events import CurriculumPublished, Module, TrainingNeedIdentified
from shared.testing.scenario import Scenario

FOUNDED = date(2025, 5, 31)
CONTENT = CurriculumPublished(
    title="Pengurus dan pengawas KKMP",
    modules=(Module("dasar-perkoperasian", "Dasar perkoperasian", 4, mandatory=True),),
    pass_mark=70,
    validity_months=36,
    roles=("pengurus", "pengawas"),
    from_date=date(2025, 4, 1),
)
PUBLISHED = (Published("kkmp-2025", CONTENT),)


def held(seat: str, organ: str, position: int) -> IdentifyNeeds:
    return IdentifyNeeds(seat, organ, FOUNDED, position, PUBLISHED)


def owed(seat: str, position: int) -> TrainingNeedIdentified:
    return TrainingNeedIdentified(
        seat, "dasar-perkoperasian", "kkmp-2025", date(2025, 8, 29), position
    )


SECRETARY = held("sekretaris", "pengurus", 10)
SUPERVISOR = held("pengawas-1", "pengawas", 11)
BOTH = ReviewNeeds((SECRETARY, SUPERVISOR))
nobody = Scenario(officer)


def test_who_holds_two_seats_owes_for_both() -> None:
    nobody.given().when(BOTH).then(owed("sekretaris", 10), owed("pengawas-1", 11))


def test_a_review_adds_only_what_is_not_owed_yet() -> None:
    nobody.given(owed("sekretaris", 10)).when(BOTH).then(owed("pengawas-1", 11))


def test_reviewing_twice_changes_nothing() -> None:
    nobody.given(owed("sekretaris", 10), owed("pengawas-1", 11)).when(BOTH).then()
