"""How an officer passes, completes and is certified."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.commands import (
    Assessment,
    Certification,
    CompleteTraining,
    Completion,
    IssueCertificate,
    OfficerCommand,
    Participation,
    RecordAssessment,
)
from services.training.domain.certificate import months_later, number_of
from services.training.domain.officer import (
    ALREADY_COMPLETED,
    BELOW_PASS_MARK,
    COMPLETED_BEFORE_ATTENDED,
    NOT_ASSESSED,
    NOT_ATTENDED,
    NOT_COMPLETED,
    officer,
)
from services.training.domain.record import Need
from services.training.domain.session import NOT_ENROLLED, UNKNOWN_CURRICULUM, UNKNOWN_SESSION
from services.training.events import (
    AssessmentRecorded,
    CertificateIssued,
    CurriculumPublished,
    Module,
    SeatLeft,
    TrainingCompleted,
    TrainingNeedIdentified,
)
from shared.testing.scenario import Scenario

SUNTER_AGUNG = "31.72.02.1006"
SITI = UUID("0197a1f0-0000-7000-8000-000000000001")
SESSION = "ruang-bahari-2025-11-04"
HELD_ON = date(2025, 11, 4)
MODULES = ("penguatan-permodalan", "penyusunan-proposal")
CURRICULUM = CurriculumPublished(
    title="Pengurus dan pengawas KKMP",
    modules=tuple(Module(code, code, 3, mandatory=True) for code in MODULES),
    pass_mark=70,
    validity_months=36,
    roles=("pengurus", "pengawas"),
    from_date=date(2025, 10, 1),
)
ATTENDED = Participation("kkmp-2025", MODULES, enrolled=True, attended_on=HELD_ON)
ENROLLED = Participation("kkmp-2025", MODULES, enrolled=True, attended_on=None)
ABSENT = Participation("kkmp-2025", MODULES, enrolled=False, attended_on=None)


def owes(module: str, seat: str = "sekretaris") -> TrainingNeedIdentified:
    return TrainingNeedIdentified(seat, module, "kkmp-2025", date(2025, 12, 30), 10)


def completed(
    *modules: str, seats: tuple[str, ...] = ("sekretaris",), session: str = SESSION
) -> TrainingCompleted:
    return TrainingCompleted(session, "kkmp-2025", seats, modules, HELD_ON)


def assess(score: int, participation: Participation | None = ATTENDED) -> Assessment:
    asked = RecordAssessment(cooperative=SUNTER_AGUNG, person=SITI, score=score)
    return Assessment(SESSION, asked, participation)


def complete(
    participation: Participation | None = ATTENDED,
    curriculum: CurriculumPublished | None = CURRICULUM,
    day: date = HELD_ON,
) -> Completion:
    asked = CompleteTraining(cooperative=SUNTER_AGUNG, person=SITI)
    return Completion(SESSION, asked, participation, curriculum, day)


def certify(curriculum: CurriculumPublished | None = CURRICULUM) -> Certification:
    asked = IssueCertificate(cooperative=SUNTER_AGUNG, person=SITI, session=SESSION)
    return Certification(asked, curriculum)


def certificate(*modules: str, seats: tuple[str, ...]) -> CertificateIssued:
    return CertificateIssued(
        number=number_of(SUNTER_AGUNG, SITI, SESSION, HELD_ON),
        session=SESSION,
        curriculum="kkmp-2025",
        modules=modules,
        seats=seats,
        valid_from=HELD_ON,
        valid_until=date(2028, 11, 4),
    )


PASSED = AssessmentRecorded(SESSION, 82)
FAILED = AssessmentRecorded(SESSION, 55)
nobody = Scenario(officer)
siti = nobody.given(owes(MODULES[0]), owes(MODULES[1]))


def test_a_participant_is_assessed() -> None:
    siti.when(assess(82)).then(PASSED)


def test_assessing_twice_changes_nothing() -> None:
    siti.given(PASSED).when(assess(82)).then()


def test_a_new_attempt_stands_beside_the_old_one() -> None:
    siti.given(FAILED).when(assess(82)).then(PASSED)
    assert officer.fold([FAILED, PASSED]).attempts == (FAILED, PASSED)


def test_a_completed_session_is_not_assessed_again() -> None:
    siti.given(PASSED, completed(*MODULES)).when(assess(90)).then_refused(ALREADY_COMPLETED)


def test_who_attended_and_passed_completes() -> None:
    siti.given(PASSED).when(complete()).then(completed(*MODULES))


def test_completing_twice_changes_nothing() -> None:
    siti.given(PASSED, completed(*MODULES)).when(complete()).then()


def test_the_pass_mark_is_enough() -> None:
    siti.given(AssessmentRecorded(SESSION, 70)).when(complete()).then(completed(*MODULES))


def test_who_is_below_the_pass_mark_does_not_complete() -> None:
    siti.given(FAILED).when(complete()).then_refused(BELOW_PASS_MARK)


def test_the_last_attempt_counts() -> None:
    siti.given(FAILED, PASSED).when(complete()).then(completed(*MODULES))
    siti.given(PASSED, FAILED).when(complete()).then_refused(BELOW_PASS_MARK)


def test_a_score_of_another_session_does_not_count() -> None:
    other = AssessmentRecorded("sesi-lain", 95)
    siti.given(other).when(complete()).then_refused(NOT_ASSESSED)


def test_who_is_not_assessed_does_not_complete() -> None:
    siti.when(complete()).then_refused(NOT_ASSESSED)


def test_who_did_not_attend_does_not_complete() -> None:
    siti.given(PASSED).when(complete(ENROLLED)).then_refused(NOT_ATTENDED)


def test_nobody_completes_before_attending() -> None:
    early = complete(day=date(2025, 11, 3))
    siti.given(PASSED).when(early).then_refused(COMPLETED_BEFORE_ATTENDED)


def test_completion_needs_the_curriculum_of_the_session() -> None:
    siti.given(PASSED).when(complete(curriculum=None)).then_refused(UNKNOWN_CURRICULUM)


@pytest.mark.parametrize("command", [assess(82, ABSENT), complete(ABSENT)])
def test_who_is_not_enrolled_is_neither_assessed_nor_completes(command: OfficerCommand) -> None:
    siti.when(command).then_refused(NOT_ENROLLED)


@pytest.mark.parametrize("command", [assess(82, None), complete(None)])
def test_a_session_that_is_not_there_is_refused(command: OfficerCommand) -> None:
    siti.when(command).then_refused(UNKNOWN_SESSION)


def test_a_completion_names_the_seats_whose_needs_it_meets() -> None:
    also = siti.given(owes(MODULES[0], "bendahara"), owes("pengawasan-internal", "ketua"))
    also.given(PASSED).when(complete()).then(completed(*MODULES, seats=("bendahara", "sekretaris")))


def test_who_left_the_board_meanwhile_still_completes() -> None:
    left = nobody.given(owes(MODULES[0]), SeatLeft("sekretaris", 20), PASSED)
    left.when(complete()).then(completed(*MODULES, seats=()))


def test_a_completion_meets_the_needs_of_its_modules_and_no_others() -> None:
    record = officer.fold([owes(MODULES[0]), owes("lainnya"), completed(*MODULES)])
    assert record.needs == (
        Need("sekretaris", MODULES[0], 10, met=True),
        Need("sekretaris", "lainnya", 10),
    )


def test_a_completed_training_is_certified() -> None:
    done = siti.given(PASSED, completed(*MODULES))
    done.when(certify()).then(certificate(*MODULES, seats=("sekretaris",)))


def test_certifying_twice_changes_nothing() -> None:
    done = siti.given(completed(*MODULES), certificate(*MODULES, seats=("sekretaris",)))
    done.when(certify()).then()


def test_what_is_not_completed_is_not_certified() -> None:
    siti.given(PASSED).when(certify()).then_refused(NOT_COMPLETED)


def test_a_certificate_needs_the_curriculum_of_the_session() -> None:
    siti.given(completed(*MODULES)).when(certify(None)).then_refused(UNKNOWN_CURRICULUM)


def test_a_certificate_of_half_the_modules_certifies_no_seat() -> None:
    half = siti.given(completed(MODULES[0]))
    half.when(certify()).then(certificate(MODULES[0], seats=()))


def test_the_session_that_brings_the_rest_certifies_the_seat() -> None:
    rest = siti.given(completed(MODULES[0], session="sesi-1"), completed(MODULES[1]))
    rest.when(certify()).then(certificate(MODULES[1], seats=("sekretaris",)))


def test_a_certificate_number_is_the_same_for_whoever_derives_it() -> None:
    number = number_of(SUNTER_AGUNG, SITI, SESSION, HELD_ON)
    assert number == number_of(SUNTER_AGUNG, SITI, SESSION, HELD_ON)
    assert number == "KKMP-PLT-2025-157HG-7J34T"


def test_certificate_numbers_differ_by_person_and_by_session() -> None:
    numbers = {
        number_of(SUNTER_AGUNG, UUID(int=person), session, HELD_ON)
        for person in range(100)
        for session in ("sesi-1", "sesi-2")
    }
    assert len(numbers) == 200


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 11, 4), 36, date(2028, 11, 4)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2025, 12, 15), 12, date(2026, 12, 15)),
    ],
)
def test_validity_ends_on_the_same_day_or_the_last_of_a_short_month(
    day: date, months: int, later: date
) -> None:
    assert months_later(day, months) == later


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(min_value=1, max_value=120))
def test_every_certificate_is_valid_for_its_months(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day
