"""What can happen in training. The place, the entity, the time and the actor are the envelope's."""

from datetime import date
from uuid import UUID

from shared.messages import event


@event
class Module:
    """One module of a curriculum. Its code means the same subject in every curriculum."""

    code: str
    title: str
    hours: int
    mandatory: bool


@event
class CurriculumPublished:
    """A curriculum is in force from a day on. It never changes: another content is another id.

    *hours* of a module are lesson hours (jam pelajaran); *pass_mark* is out of 100. *roles* are
    those it is meant for: each names an organ or a single seat.
    """

    title: str
    modules: tuple[Module, ...]
    pass_mark: int
    validity_months: int
    roles: tuple[str, ...]
    from_date: date


@event
class SessionScheduled:
    """A session will teach these modules of a curriculum, in so many seats."""

    title: str
    curriculum: str
    modules: tuple[str, ...]
    topics: tuple[str, ...]
    venue: str
    held_on: date
    seats: int


@event
class ParticipantEnrolled:
    """An officer of a cooperative has a seat in the session."""

    cooperative: str
    person: UUID


@event
class AttendanceRecorded:
    """A participant was there on that day."""

    cooperative: str
    person: UUID
    attended_on: date


@event
class TrainingNeedIdentified:
    """The holder of a seat owes one module by a day.

    *appointed_at_position* is where the log has the appointment that the need follows from: it
    tells two terms of one person in one seat apart.
    """

    seat: str
    module: str
    curriculum: str
    due_on: date
    appointed_at_position: int


@event
class TrainingNeedWithdrawn:
    """An open need is owed no longer: that appointment is over."""

    seat: str
    module: str
    appointed_at_position: int


@event
class SeatLeft:
    """The person left a seat: what was appointed before this position of the log is over.

    Recorded even when no need was open, because the appointment itself may still be on its way.
    """

    seat: str
    ended_at_position: int


@event
class AssessmentRecorded:
    """One attempt in a session, out of 100. Attempts are added, never replaced."""

    session: str
    score: int


@event
class TrainingCompleted:
    """The person attended the session and passed. *seats* are those with needs that this meets."""

    session: str
    curriculum: str
    seats: tuple[str, ...]
    modules: tuple[str, ...]
    completed_on: date


@event
class CertificateIssued:
    """A certificate of a completed session, valid from a day and until the day before another.

    *seats* are those in which nothing more is owed: all their mandatory modules are met.
    """

    number: str
    session: str
    curriculum: str
    modules: tuple[str, ...]
    seats: tuple[str, ...]
    valid_from: date
    valid_until: date


OF_CURRICULUM = (CurriculumPublished,)
OF_SESSION = (SessionScheduled, ParticipantEnrolled, AttendanceRecorded)
OF_OFFICER = (
    TrainingNeedIdentified,
    TrainingNeedWithdrawn,
    SeatLeft,
    AssessmentRecorded,
    TrainingCompleted,
    CertificateIssued,
)
OWN = OF_CURRICULUM + OF_SESSION + OF_OFFICER

type CurriculumEvent = CurriculumPublished
type SessionEvent = SessionScheduled | ParticipantEnrolled | AttendanceRecorded
type OfficerEvent = (
    TrainingNeedIdentified
    | TrainingNeedWithdrawn
    | SeatLeft
    | AssessmentRecorded
    | TrainingCompleted
    | CertificateIssued
)
type Event = CurriculumEvent | SessionEvent | OfficerEvent
