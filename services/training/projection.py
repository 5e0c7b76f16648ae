"""The tables of training: each is a key and a pure fold of facts, ours and membership's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.training.events import (
    STREAMS,
    AssessmentRecorded,
    AttendanceRecorded,
    CertificateIssued,
    CurriculumPublished,
    EnrolmentWithdrawn,
    ParticipantEnrolled,
    SessionEvent,
    SessionScheduled,
    TrainingCompleted,
    TrainingNeedIdentified,
    TrainingNeedWithdrawn,
)
from services.training.upstream import OfficerAppointed, OfficerAppointmentEnded
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class CurriculumRow:
    """A published curriculum."""

    curriculum: str
    title: str
    pass_mark: int
    validity_months: int
    from_date: date


@dataclass(frozen=True, slots=True)
class CurriculumModuleRow:
    """One module of a curriculum; *ordinal* is its place there, from 0."""

    curriculum: str
    module: str
    ordinal: int
    title: str
    hours: int
    mandatory: bool


@dataclass(frozen=True, slots=True)
class CurriculumRoleRow:
    """An organ or a seat that a curriculum is meant for."""

    curriculum: str
    role: str


@dataclass(frozen=True, slots=True)
class SeatRow:
    """Who holds a seat now. *appointed_at_position* is where the log says so."""

    cooperative: str
    seat: str
    person: UUID
    organ: str
    from_date: date
    appointed_at_position: int


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One module that a person owes for a seat; open while neither met nor withdrawn."""

    cooperative: str
    seat: str
    person: UUID
    module: str
    curriculum: str
    due_on: date
    appointed_at_position: int
    met_on: date | None = None
    met_in: str | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session and how many came."""

    session: str
    title: str
    curriculum: str
    venue: str
    held_on: date
    seats: int
    enrolled: int = 0
    attended: int = 0


@dataclass(frozen=True, slots=True)
class SessionModuleRow:
    """One module that a session teaches."""

    session: str
    ordinal: int
    module: str


@dataclass(frozen=True, slots=True)
class SessionTopicRow:
    """One topic of a session, in its own words."""

    session: str
    ordinal: int
    topic: str


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One person in one session, from the seat to the certificate."""

    session: str
    cooperative: str
    person: UUID
    enrolled_at: datetime
    attended_on: date | None = None
    attempts: int = 0
    score: int | None = None
    completed_on: date | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate: valid from a day on and before another."""

    number: str
    cooperative: str
    person: UUID
    session: str
    curriculum: str
    valid_from: date
    valid_until: date


@dataclass(frozen=True, slots=True)
class CertificateModuleRow:
    """One module that a certificate covers."""

    number: str
    module: str


@dataclass(frozen=True, slots=True)
class CertificateSeatRow:
    """One seat in which nothing more is owed with a certificate."""

    number: str
    seat: str


def _own(recorded: Recorded) -> Iterable[Key]:
    """The row of the entity itself."""
    return [(recorded.id,)]


def _curriculum(_row: CurriculumRow | None, recorded: Recorded, _key: Key) -> CurriculumRow:
    event: CurriculumPublished = recorded.data
    return CurriculumRow(
        recorded.id, event.title, event.pass_mark, event.validity_months, event.from_date
    )


def _curriculum_module(
    _row: CurriculumModuleRow | None, recorded: Recorded, key: Key
) -> CurriculumModuleRow:
    event: CurriculumPublished = recorded.data
    codes = [module.code for module in event.modules]
    ordinal = codes.index(key[1])
    module = event.modules[ordinal]
    return CurriculumModuleRow(
        recorded.id, module.code, ordinal, module.title, module.hours, module.mandatory
    )


def _seat(row: SeatRow | None, recorded: Recorded, _key: Key) -> SeatRow | None:
    event: OfficerAppointed | OfficerAppointmentEnded = recorded.data
    match event:
        case OfficerAppointed(seat, person, organ, from_date):
            return SeatRow(recorded.place, seat, person, organ, from_date, recorded.position)
        case OfficerAppointmentEnded(person=person):
            return row if row and row.person != person else None


def _need_keys(recorded: Recorded) -> Iterable[Key]:
    event: TrainingNeedIdentified | TrainingNeedWithdrawn = recorded.data
    return [(recorded.place, event.seat, UUID(recorded.id), event.module)]


def _met_keys(recorded: Recorded) -> Iterable[Key]:
    event: TrainingCompleted = recorded.data
    person = UUID(recorded.id)
    return [
        (recorded.place, seat, person, module) for seat in event.seats for module in event.modules
    ]


def _need(row: NeedRow | None, recorded: Recorded, _key: Key) -> NeedRow | None:
    event: TrainingNeedIdentified | TrainingNeedWithdrawn | TrainingCompleted = recorded.data
    match event, row:
        case TrainingNeedIdentified(seat, module, curriculum, due_on, position), _:
            person = UUID(recorded.id)
            return NeedRow(recorded.place, seat, person, module, curriculum, due_on, position)
        case TrainingNeedWithdrawn() | TrainingCompleted(), None:
            return None  # a module of the session that the seat does not owe
        case TrainingNeedWithdrawn(), NeedRow():
            if row.appointed_at_position != event.appointed_at_position:
                return row
            return replace(row, withdrawn_at=recorded.time)
        case TrainingCompleted(session=session, completed_on=completed_on), NeedRow():
            if row.met_on or row.withdrawn_at:
                return row
            return replace(row, met_on=completed_on, met_in=session)


def _session(row: SessionRow | None, recorded: Recorded, _key: Key) -> SessionRow | None:
    event: SessionEvent = recorded.data
    match event, row:
        case SessionScheduled(), _:
            return SessionRow(
                recorded.id,
                event.title,
                event.curriculum,
                event.venue,
                event.held_on,
                event.seats,
            )
        case ParticipantEnrolled() | EnrolmentWithdrawn() | AttendanceRecorded(), None:
            return None
        case ParticipantEnrolled(), SessionRow():
            return replace(row, enrolled=row.enrolled + 1)
        case EnrolmentWithdrawn(), SessionRow():
            return replace(row, enrolled=max(row.enrolled - 1, 0))
        case AttendanceRecorded(), SessionRow():
            return replace(row, attended=row.attended + 1)


def _participant_keys(recorded: Recorded) -> Iterable[Key]:
    event: ParticipantEnrolled | EnrolmentWithdrawn | AttendanceRecorded = recorded.data
    return [(recorded.id, event.cooperative, event.person)]


def _trainee_keys(recorded: Recorded) -> Iterable[Key]:
    event: AssessmentRecorded | TrainingCompleted | CertificateIssued = recorded.data
    return [(event.session, recorded.place, UUID(recorded.id))]


def _participant(
    row: ParticipantRow | None, recorded: Recorded, _key: Key
) -> ParticipantRow | None:
    event: (
        ParticipantEnrolled
        | EnrolmentWithdrawn
        | AttendanceRecorded
        | AssessmentRecorded
        | TrainingCompleted
        | CertificateIssued
    ) = recorded.data
    match event, row:
        case ParticipantEnrolled(cooperative, person), _:
            return ParticipantRow(recorded.id, cooperative, person, recorded.time)
        case EnrolmentWithdrawn(), _:
            return None
        case _, None:
            return None  # a past in which the person was not enrolled yet
        case AttendanceRecorded(attended_on=attended_on), ParticipantRow():
            return replace(row, attended_on=attended_on)
        case AssessmentRecorded(score=score), ParticipantRow():
            return replace(row, score=score, attempts=row.attempts + 1)
        case TrainingCompleted(completed_on=completed_on), ParticipantRow():
            return replace(row, completed_on=completed_on)
        case CertificateIssued(number=number), ParticipantRow():
            return replace(row, certificate=number)


def _certificate(_row: CertificateRow | None, recorded: Recorded, _key: Key) -> CertificateRow:
    event: CertificateIssued = recorded.data
    return CertificateRow(
        event.number,
        recorded.place,
        UUID(recorded.id),
        event.session,
        event.curriculum,
        event.valid_from,
        event.valid_until,
    )


def _seat_keys(recorded: Recorded) -> Iterable[Key]:
    return [(recorded.place, recorded.data.seat)]


curriculum = Table(
    "curriculum", CurriculumRow, ("curriculum",), {CurriculumPublished: _own}, _curriculum
)
curriculum_module = Table(
    "curriculum_module",
    CurriculumModuleRow,
    ("curriculum", "module"),
    {CurriculumPublished: lambda e: [(e.id, module.code) for module in e.data.modules]},
    _curriculum_module,
)
curriculum_role = Table(
    "curriculum_role",
    CurriculumRoleRow,
    ("curriculum", "role"),
    {CurriculumPublished: lambda e: [(e.id, role) for role in e.data.roles]},
    lambda _row, recorded, key: CurriculumRoleRow(recorded.id, key[1]),
)
seat_training = Table(
    "seat_training",
    SeatRow,
    ("cooperative", "seat"),
    {OfficerAppointed: _seat_keys, OfficerAppointmentEnded: _seat_keys},
    _seat,
)
need = Table(
    "need",
    NeedRow,
    ("cooperative", "seat", "person", "module"),
    {
        TrainingNeedIdentified: _need_keys,
        TrainingNeedWithdrawn: _need_keys,
        TrainingCompleted: _met_keys,
    },
    _need,
)
session = Table(
    "session",
    SessionRow,
    ("session",),
    dict.fromkeys(STREAMS["session"], _own),
    _session,
)
session_module = Table(
    "session_module",
    SessionModuleRow,
    ("session", "ordinal"),
    {SessionScheduled: lambda e: [(e.id, index) for index in range(len(e.data.modules))]},
    lambda _row, recorded, key: SessionModuleRow(
        recorded.id, key[1], recorded.data.modules[key[1]]
    ),
)
session_topic = Table(
    "session_topic",
    SessionTopicRow,
    ("session", "ordinal"),
    {SessionScheduled: lambda e: [(e.id, index) for index in range(len(e.data.topics))]},
    lambda _row, recorded, key: SessionTopicRow(recorded.id, key[1], recorded.data.topics[key[1]]),
)
participant = Table(
    "participant",
    ParticipantRow,
    ("session", "cooperative", "person"),
    {
        ParticipantEnrolled: _participant_keys,
        EnrolmentWithdrawn: _participant_keys,
        AttendanceRecorded: _participant_keys,
        AssessmentRecorded: _trainee_keys,
        TrainingCompleted: _trainee_keys,
        CertificateIssued: _trainee_keys,
    },
    _participant,
)
certificate = Table(
    "certificate",
    CertificateRow,
    ("number",),
    {CertificateIssued: lambda e: [(e.data.number,)]},
    _certificate,
)
certificate_module = Table(
    "certificate_module",
    CertificateModuleRow,
    ("number", "module"),
    {CertificateIssued: lambda e: [(e.data.number, module) for module in e.data.modules]},
    lambda _row, _recorded, key: CertificateModuleRow(key[0], key[1]),
)
certificate_seat = Table(
    "certificate_seat",
    CertificateSeatRow,
    ("number", "seat"),
    {CertificateIssued: lambda e: [(e.data.number, seat) for seat in e.data.seats]},
    lambda _row, _recorded, key: CertificateSeatRow(key[0], key[1]),
)

TABLES = (
    curriculum,
    curriculum_module,
    curriculum_role,
    seat_training,
    need,
    session,
    session_module,
    session_topic,
    participant,
    certificate,
    certificate_module,
    certificate_seat,
)
