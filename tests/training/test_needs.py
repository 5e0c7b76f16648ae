"""What the holder of a seat must learn, as membership says who holds it."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.training.commands import IdentifyNeeds, OfficerCommand, Published, WithdrawNeeds
from services.training.domain.officer import officer
from services.training.domain.record import Need, Officer
from services.training.events import (
    CurriculumPublished,
    Module,
    OfficerEvent,
    SeatLeft,
    TrainingCompleted,
    TrainingNeedIdentified,
    TrainingNeedWithdrawn,
)
from shared.testing.scenario import Scenario

FOUNDED = date(2025, 5, 31)
CONTENT = CurriculumPublished(
    title="Pengurus dan pengawas KKMP",
    modules=(
        Module("dasar-perkoperasian", "Dasar perkoperasian", 4, mandatory=False),
        Module("penguatan-permodalan", "Penguatan permodalan", 3, mandatory=True),
        Module("penyusunan-proposal", "Penyusunan proposal usaha", 3, mandatory=True),
    ),
    pass_mark=70,
    validity_months=36,
    roles=("pengurus", "pengawas"),
    from_date=date(2025, 4, 1),
)
PUBLISHED = (Published("kkmp-2025", CONTENT),)
nobody = Scenario(officer)


def appointed(
    position: int = 10,
    *,
    seat: str = "sekretaris",
    from_date: date = FOUNDED,
    published: tuple[Published, ...] = PUBLISHED,
) -> IdentifyNeeds:
    return IdentifyNeeds(seat, "pengurus", from_date, position, published)


def ended(position: int = 20, *, seat: str = "sekretaris") -> WithdrawNeeds:
    return WithdrawNeeds(seat, position)


def owed(
    module: str, position: int = 10, due_on: date = date(2025, 8, 29), seat: str = "sekretaris"
) -> TrainingNeedIdentified:
    return TrainingNeedIdentified(seat, module, "kkmp-2025", due_on, position)


CAPITAL = owed("penguatan-permodalan")
PROPOSAL = owed("penyusunan-proposal")
CAPITAL_WITHDRAWN = TrainingNeedWithdrawn("sekretaris", "penguatan-permodalan", 10)
PROPOSAL_WITHDRAWN = TrainingNeedWithdrawn("sekretaris", "penyusunan-proposal", 10)
LEFT = SeatLeft("sekretaris", 20)
CAPITAL_LEARNT = TrainingCompleted(
    "sesi-1", "kkmp-2025", ("sekretaris",), ("penguatan-permodalan",), date(2025, 11, 4)
)
secretary = nobody.given(CAPITAL, PROPOSAL)


def test_who_is_appointed_owes_each_mandatory_module_within_ninety_days() -> None:
    nobody.when(appointed()).then(CAPITAL, PROPOSAL)


def test_hearing_of_an_appointment_twice_changes_nothing() -> None:
    secretary.when(appointed()).then()


def test_hearing_of_it_again_after_a_new_curriculum_changes_nothing() -> None:
    newer = CurriculumPublished("KKMP 2026", CONTENT.modules, 75, 24, CONTENT.roles, FOUNDED)
    again = appointed(published=(*PUBLISHED, Published("kkmp-2026", newer)))
    secretary.when(again).then()


def test_nothing_is_owed_before_something_is_published() -> None:
    nobody.when(appointed(published=())).then()


def test_the_time_runs_from_the_first_curriculum_when_it_came_after_the_appointment() -> None:
    late = CurriculumPublished(
        CONTENT.title, CONTENT.modules, 70, 36, CONTENT.roles, date(2025, 10, 1)
    )
    due_on = date(2025, 12, 30)
    nobody.when(appointed(published=(Published("kkmp-2025", late),))).then(
        owed("penguatan-permodalan", due_on=due_on), owed("penyusunan-proposal", due_on=due_on)
    )


def test_each_seat_of_a_person_has_its_own_needs() -> None:
    secretary.when(appointed(15, seat="bendahara")).then(
        owed("penguatan-permodalan", 15, seat="bendahara"),
        owed("penyusunan-proposal", 15, seat="bendahara"),
    )


def test_who_leaves_a_seat_owes_nothing_for_it() -> None:
    secretary.when(ended()).then(CAPITAL_WITHDRAWN, PROPOSAL_WITHDRAWN, LEFT)


def test_what_is_met_is_not_withdrawn() -> None:
    secretary.given(CAPITAL_LEARNT).when(ended()).then(PROPOSAL_WITHDRAWN, LEFT)


def test_leaving_twice_changes_nothing() -> None:
    secretary.given(CAPITAL_WITHDRAWN, PROPOSAL_WITHDRAWN, LEFT).when(ended()).then()


def test_leaving_one_seat_leaves_the_other_as_it_is() -> None:
    secretary.when(ended(seat="bendahara")).then(SeatLeft("bendahara", 20))


def test_an_end_heard_before_its_appointment_is_remembered() -> None:
    nobody.when(ended()).then(LEFT)


def test_an_appointment_heard_after_its_end_leaves_no_need() -> None:
    nobody.given(LEFT).when(appointed()).then()


def test_a_second_term_is_owed_anew() -> None:
    past = secretary.given(CAPITAL_WITHDRAWN, PROPOSAL_WITHDRAWN, LEFT)
    past.when(appointed(30, from_date=date(2026, 5, 31))).then(
        owed("penguatan-permodalan", 30, date(2026, 8, 29)),
        owed("penyusunan-proposal", 30, date(2026, 8, 29)),
    )


def test_a_second_term_replaces_a_first_whose_end_is_not_heard_yet() -> None:
    secretary.when(appointed(30)).then(
        CAPITAL_WITHDRAWN,
        PROPOSAL_WITHDRAWN,
        owed("penguatan-permodalan", 30),
        owed("penyusunan-proposal", 30),
    )


def test_the_end_of_a_first_term_leaves_the_second_as_it_is() -> None:
    again = nobody.given(owed("penguatan-permodalan", 30))
    again.when(ended(20)).then(SeatLeft("sekretaris", 20))


def test_who_holds_a_seat_may_be_enrolled_and_who_left_may_not() -> None:
    assert not Officer().needs_training
    assert officer.fold([CAPITAL]).needs_training
    assert officer.fold([CAPITAL, CAPITAL_LEARNT]).needs_training
    assert not officer.fold([CAPITAL, CAPITAL_LEARNT, LEFT]).needs_training


def hear(commands: Sequence[OfficerCommand]) -> list[OfficerEvent]:
    history: list[OfficerEvent] = []
    for command in commands:
        history += officer.decide(command, officer.fold(history))
    return history


TERMS: list[OfficerCommand] = [appointed(10), ended(20), appointed(30), ended(40), appointed(50)]


@given(st.integers(min_value=1, max_value=len(TERMS)), st.data())
def test_appointments_and_ends_in_any_order_and_repeated_converge(
    terms: int, data: st.DataObject
) -> None:
    happened = TERMS[:terms]
    again = data.draw(st.lists(st.sampled_from(happened), max_size=4))
    heard = data.draw(st.permutations([*happened, *again]))
    assert officer.fold(hear(heard)).needs == officer.fold(hear(happened)).needs
    last = happened[-1]
    if isinstance(last, WithdrawNeeds):
        assert officer.fold(hear(heard)).needs == ()
    elif isinstance(last, IdentifyNeeds):
        position = last.appointed_at_position
        assert officer.fold(hear(heard)).needs == (
            Need("sekretaris", "penguatan-permodalan", position),
            Need("sekretaris", "penyusunan-proposal", position),
        )
