"""The rules of a session: who may take one of its seats, and who was there."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.training.commands import (
    Attendance,
    Enrolment,
    Participation,
    Schedule,
    ScheduleSession,
    SessionCommand,
    WithdrawEnrolment,
)
from services.training.domain.curriculum import refuse_twice
from services.training.events import (
    AttendanceRecorded,
    CurriculumPublished,
    EnrolmentWithdrawn,
    ParticipantEnrolled,
    SessionEvent,
    SessionScheduled,
)
from shared.decider import Decider, Refusal, Refused

ALREADY_SCHEDULED = Refusal(
    "session_already_scheduled",
    id="Sesi {session} sudah dijadwalkan dengan isi lain.",
    en="Session {session} is scheduled with another content.",
)
UNKNOWN_CURRICULUM = Refusal(
    "curriculum_unknown",
    id="Kurikulum {curriculum} belum diterbitkan.",
    en="Curriculum {curriculum} is not published.",
    kind="missing",
)
UNKNOWN_MODULE = Refusal(
    "module_unknown",
    id="Modul {module} tidak ada dalam kurikulum {curriculum}.",
    en="Module {module} is not in curriculum {curriculum}.",
    kind="invalid",
)
UNKNOWN_SESSION = Refusal(
    "session_unknown",
    id="Sesi ini tidak ada.",
    en="There is no such session.",
    kind="missing",
)
NO_TRAINING_NEED = Refusal(
    "no_training_need",
    id="Orang ini tidak memegang jabatan yang wajib dilatih di koperasi {cooperative}.",
    en="This person holds no seat with a training need in cooperative {cooperative}.",
)
SESSION_FULL = Refusal(
    "session_full",
    id="Sesi sudah penuh: {seats} tempat terisi.",
    en="The session is full: {seats} seats are taken.",
)
NOT_ENROLLED = Refusal(
    "not_enrolled",
    id="Orang ini tidak terdaftar pada sesi ini.",
    en="This person is not enrolled in this session.",
)
NOT_HELD_YET = Refusal(
    "session_not_held_yet",
    id="Sesi baru diadakan pada {held_on}.",
    en="The session is held on {held_on}, not before.",
)


@dataclass(frozen=True, slots=True)
class Participant:
    """An officer of a cooperative."""

    cooperative: str
    person: UUID


@dataclass(frozen=True, slots=True)
class Attended:
    """A participant was there on that day."""

    participant: Participant
    attended_on: date


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A session with its seats."""

    plan: SessionScheduled
    enrolled: frozenset[Participant] = frozenset()
    attended: frozenset[Attended] = frozenset()


type Session = Scheduled | None
"""What is known of a session, if there is one."""


def decide(command: SessionCommand, state: Session) -> list[SessionEvent]:
    """Schedule, enrol, free a seat, record attendance."""
    match command, state:
        case Schedule(), None:
            return [_plan(command)]
        case Schedule(), Scheduled(plan=plan):
            if _content(command.asked) != plan:
                raise Refused(ALREADY_SCHEDULED, session=command.asked.id)
            return []
        case Enrolment() | Attendance(), None:
            raise Refused(UNKNOWN_SESSION)
        case Enrolment(), Scheduled():
            return _enrol(command, state)
        case WithdrawEnrolment(), None:
            return []
        case WithdrawEnrolment(), Scheduled():
            return _withdraw(command, state)
        case Attendance(), Scheduled():
            return _attend(command, state)


def evolve(state: Session, event: SessionEvent) -> Session:
    """Fill the seats."""
    match event, state:
        case SessionScheduled(), _:
            return Scheduled(event)
        case ParticipantEnrolled() | EnrolmentWithdrawn() | AttendanceRecorded(), None:
            return None  # cannot be: nobody enrols in a session that is not there
        case ParticipantEnrolled(cooperative, person), Scheduled():
            return replace(state, enrolled=state.enrolled | {Participant(cooperative, person)})
        case EnrolmentWithdrawn(cooperative, person), Scheduled():
            return replace(state, enrolled=state.enrolled - {Participant(cooperative, person)})
        case AttendanceRecorded(cooperative, person, attended_on), Scheduled():
            attended = Attended(Participant(cooperative, person), attended_on)
            return replace(state, attended=state.attended | {attended})


session: Decider[SessionCommand, Session, SessionEvent] = Decider(decide, evolve, initial=None)


def participation(state: Session, cooperative: str, person: UUID) -> Participation | None:
    """What the session says of one person; None when there is no such session."""
    if state is None:
        return None
    participant = Participant(cooperative, person)
    days = [one.attended_on for one in state.attended if one.participant == participant]
    return Participation(
        curriculum=state.plan.curriculum,
        modules=state.plan.modules,
        enrolled=participant in state.enrolled,
        attended_on=max(days, default=None),
    )


def _plan(command: Schedule) -> SessionScheduled:
    asked = command.asked
    if command.curriculum is None:
        raise Refused(UNKNOWN_CURRICULUM, curriculum=asked.curriculum)
    refuse_twice(asked.modules)
    for module in asked.modules:
        if module not in _codes(command.curriculum):
            raise Refused(UNKNOWN_MODULE, module=module, curriculum=asked.curriculum)
    return _content(asked)


def _content(asked: ScheduleSession) -> SessionScheduled:
    return SessionScheduled(
        title=asked.title,
        curriculum=asked.curriculum,
        modules=asked.modules,
        topics=asked.topics,
        venue=asked.venue,
        held_on=asked.held_on,
        seats=asked.seats,
    )


def _codes(content: CurriculumPublished) -> frozenset[str]:
    return frozenset(module.code for module in content.modules)


def _enrol(command: Enrolment, state: Scheduled) -> list[SessionEvent]:
    participant = Participant(command.asked.cooperative, command.asked.person)
    if participant in state.enrolled:
        return []
    if not command.needed:
        raise Refused(NO_TRAINING_NEED, cooperative=participant.cooperative)
    if len(state.enrolled) >= state.plan.seats:
        raise Refused(SESSION_FULL, seats=state.plan.seats)
    return [ParticipantEnrolled(participant.cooperative, participant.person)]


def _withdraw(command: WithdrawEnrolment, state: Scheduled) -> list[SessionEvent]:
    participant = Participant(command.cooperative, command.person)
    came = any(one.participant == participant for one in state.attended)
    if participant not in state.enrolled or came or state.plan.held_on < command.day:
        return []
    return [EnrolmentWithdrawn(participant.cooperative, participant.person)]


def _attend(command: Attendance, state: Scheduled) -> list[SessionEvent]:
    participant = Participant(command.asked.cooperative, command.asked.person)
    attended_on = state.plan.held_on  # a session is one day, so far
    if Attended(participant, attended_on) in state.attended:
        return []
    if participant not in state.enrolled:
        raise Refused(NOT_ENROLLED)
    if command.day < attended_on:
        raise Refused(NOT_HELD_YET, held_on=attended_on)
    return [AttendanceRecorded(participant.cooperative, participant.person, attended_on)]
