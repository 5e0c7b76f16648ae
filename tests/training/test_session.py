"""The rules of a session: its seats, and who was there."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training.commands import (
    Attendance,
    Enrolment,
    EnrolParticipant,
    Participation,
    RecordAttendance,
    Schedule,
    ScheduleSession,
    SessionCommand,
    WithdrawEnrolment,
)
from services.training.domain.curriculum import MODULE_TWICE
from services.training.domain.session import (
    ALREADY_SCHEDULED,
    NO_TRAINING_NEED,
    NOT_ENROLLED,
    NOT_HELD_YET,
    SESSION_FULL,
    UNKNOWN_CURRICULUM,
    UNKNOWN_MODULE,
    UNKNOWN_SESSION,
    Scheduled,
    participation,
    session,
)
from services.training.events import (
    AttendanceRecorded,
    CurriculumPublished,
    EnrolmentWithdrawn,
    Module,
    ParticipantEnrolled,
    SessionEvent,
    SessionScheduled,
)
from shared.decider import Refused
from shared.testing.scenario import Scenario

SUNTER_AGUNG = "31.72.02.1006"
SITI = UUID("0197a1f0-0000-7000-8000-000000000001")
BUDI = UUID("0197a1f0-0000-7000-8000-000000000002")
HELD_ON = date(2025, 11, 4)
CURRICULUM = CurriculumPublished(
    title="Pengurus dan pengawas KKMP",
    modules=(
        Module("penguatan-permodalan", "Penguatan permodalan", 3, mandatory=True),
        Module("penyusunan-proposal", "Penyusunan proposal usaha", 3, mandatory=True),
    ),
    pass_mark=70,
    validity_months=36,
    roles=("pengurus", "pengawas"),
    from_date=date(2025, 10, 1),
)
ASKED = ScheduleSession(
    id="ruang-bahari-2025-11-04",
    title="Peningkatan kapasitas pengurus",
    curriculum="kkmp-2025",
    modules=("penguatan-permodalan", "penyusunan-proposal"),
    topics=("permodalan", "proposal usaha"),
    venue="Ruang Bahari lt. 14, Kantor Wali Kota",
    held_on=HELD_ON,
    seats=62,
)
SCHEDULED = SessionScheduled(
    title="Peningkatan kapasitas pengurus",
    curriculum="kkmp-2025",
    modules=("penguatan-permodalan", "penyusunan-proposal"),
    topics=("permodalan", "proposal usaha"),
    venue="Ruang Bahari lt. 14, Kantor Wali Kota",
    held_on=HELD_ON,
    seats=62,
)
SITI_ENROLLED = ParticipantEnrolled(SUNTER_AGUNG, SITI)
SITI_WITHDRAWN = EnrolmentWithdrawn(SUNTER_AGUNG, SITI)
SITI_ATTENDED = AttendanceRecorded(SUNTER_AGUNG, SITI, HELD_ON)
nothing = Scenario(session)
planned = nothing.given(SCHEDULED)


def officer(number: int) -> UUID:
    return UUID(int=number + 1)


def enrol(person: UUID, *, needed: bool = True) -> Enrolment:
    return Enrolment(EnrolParticipant(cooperative=SUNTER_AGUNG, person=person), needed)


def attend(person: UUID, day: date = HELD_ON) -> Attendance:
    return Attendance(RecordAttendance(cooperative=SUNTER_AGUNG, person=person), day)


def leave(person: UUID, day: date = HELD_ON) -> WithdrawEnrolment:
    return WithdrawEnrolment(SUNTER_AGUNG, person, day)


def test_a_session_teaches_modules_of_a_published_curriculum() -> None:
    nothing.when(Schedule(ASKED, CURRICULUM)).then(SCHEDULED)


def test_a_session_needs_a_published_curriculum() -> None:
    nothing.when(Schedule(ASKED, None)).then_refused(UNKNOWN_CURRICULUM)


def test_a_session_teaches_no_module_that_its_curriculum_lacks() -> None:
    asked = ASKED.model_copy(update={"modules": ("memasak",)})
    nothing.when(Schedule(asked, CURRICULUM)).then_refused(UNKNOWN_MODULE)


def test_a_session_names_a_module_once() -> None:
    asked = ASKED.model_copy(update={"modules": ("penguatan-permodalan",) * 2})
    nothing.when(Schedule(asked, CURRICULUM)).then_refused(MODULE_TWICE)


def test_scheduling_twice_changes_nothing() -> None:
    planned.when(Schedule(ASKED, CURRICULUM)).then()


def test_a_scheduled_session_is_not_rewritten() -> None:
    asked = ASKED.model_copy(update={"venue": "Aula Kecamatan"})
    planned.when(Schedule(asked, CURRICULUM)).then_refused(ALREADY_SCHEDULED)


def test_an_officer_with_a_need_is_enrolled() -> None:
    planned.when(enrol(SITI)).then(SITI_ENROLLED)


def test_enrolling_twice_changes_nothing() -> None:
    planned.given(SITI_ENROLLED).when(enrol(SITI)).then()


def test_who_needs_no_training_takes_no_seat() -> None:
    planned.when(enrol(SITI, needed=False)).then_refused(NO_TRAINING_NEED)


def test_the_sixty_third_finds_no_seat() -> None:
    taken = [ParticipantEnrolled(SUNTER_AGUNG, officer(number)) for number in range(62)]
    planned.given(*taken).when(enrol(officer(62))).then_refused(SESSION_FULL)


def test_the_sixty_second_finds_the_last_seat() -> None:
    taken = [ParticipantEnrolled(SUNTER_AGUNG, officer(number)) for number in range(61)]
    last = officer(61)
    planned.given(*taken).when(enrol(last)).then(ParticipantEnrolled(SUNTER_AGUNG, last))


def test_who_holds_a_seat_in_a_full_session_keeps_it() -> None:
    taken = [ParticipantEnrolled(SUNTER_AGUNG, officer(number)) for number in range(62)]
    planned.given(*taken).when(enrol(officer(0))).then()


def test_a_participant_attends() -> None:
    planned.given(SITI_ENROLLED).when(attend(SITI)).then(SITI_ATTENDED)


def test_attendance_noted_the_day_after_counts_for_the_day_of_the_session() -> None:
    planned.given(SITI_ENROLLED).when(attend(SITI, date(2025, 11, 5))).then(SITI_ATTENDED)


def test_attending_twice_changes_nothing() -> None:
    planned.given(SITI_ENROLLED, SITI_ATTENDED).when(attend(SITI)).then()


def test_who_is_not_enrolled_does_not_attend() -> None:
    planned.given(SITI_ENROLLED).when(attend(BUDI)).then_refused(NOT_ENROLLED)


def test_nobody_attends_before_the_session_is_held() -> None:
    early = attend(SITI, date(2025, 11, 3))
    planned.given(SITI_ENROLLED).when(early).then_refused(NOT_HELD_YET)


@pytest.mark.parametrize("command", [enrol(SITI), attend(SITI)])
def test_a_session_that_is_not_there_has_no_seats(command: SessionCommand) -> None:
    nothing.when(command).then_refused(UNKNOWN_SESSION)


def test_a_session_says_who_took_part() -> None:
    state = session.fold([SCHEDULED, SITI_ENROLLED, SITI_ATTENDED])
    assert participation(state, SUNTER_AGUNG, SITI) == Participation(
        "kkmp-2025", ASKED.modules, enrolled=True, attended_on=HELD_ON
    )
    assert participation(state, SUNTER_AGUNG, BUDI) == Participation(
        "kkmp-2025", ASKED.modules, enrolled=False, attended_on=None
    )


def test_a_session_that_is_not_there_says_nothing_of_anybody() -> None:
    assert participation(None, SUNTER_AGUNG, SITI) is None


@given(
    seats=st.integers(min_value=1, max_value=5),
    asked=st.lists(st.integers(min_value=0, max_value=9), max_size=20),
)
def test_no_order_of_enrolments_exceeds_the_seats(seats: int, asked: list[int]) -> None:
    plan = SessionScheduled("Pelatihan", "kkmp-2025", (), (), "Balai", HELD_ON, seats)
    history: list[SessionEvent] = [plan]
    for number in asked:
        try:
            history += session.decide(enrol(officer(number)), session.fold(history))
        except Refused as refused:
            assert refused.refusal == SESSION_FULL  # noqa: PT017 - refusing is allowed, not due
    state = session.fold(history)
    assert isinstance(state, Scheduled)
    assert len(state.enrolled) == len(history) - 1 == min(seats, len(set(asked)))


def test_x2_who_leaves_the_board_before_the_session_frees_the_seat_in_it() -> None:
    planned.given(SITI_ENROLLED).when(leave(SITI)).then(SITI_WITHDRAWN)
    freed = nothing.given(replace(SCHEDULED, seats=1), SITI_ENROLLED, SITI_WITHDRAWN)
    freed.when(enrol(BUDI)).then(ParticipantEnrolled(SUNTER_AGUNG, BUDI))


def test_leaving_twice_changes_nothing() -> None:
    planned.given(SITI_ENROLLED, SITI_WITHDRAWN).when(leave(SITI)).then()
    planned.when(leave(SITI)).then()
    nothing.when(leave(SITI)).then()


def test_who_took_part_or_could_have_done_so_keeps_the_seat_after_leaving() -> None:
    planned.given(SITI_ENROLLED, SITI_ATTENDED).when(leave(SITI)).then()
    planned.given(SITI_ENROLLED).when(leave(SITI, HELD_ON + timedelta(days=1))).then()
