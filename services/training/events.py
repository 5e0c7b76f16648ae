"""What can happen in training. The place, the entity, the time and the actor are the envelope's."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from shared.messages import event


@event
class Module:
    """One module of a curriculum. Its code means the same subject in every curriculum."""

    code: str
    """The subject's code."""
    title: str
    """The subject's name."""
    hours: int
    """How long it takes, in lesson hours (jam pelajaran)."""
    mandatory: bool
    """Whether a seat is trained only with it."""


@event("Sebuah kurikulum terbit dan berlaku mulai hari tertentu.")
class CurriculumPublished:
    """A curriculum is in force from a day on. It never changes: another content is another id."""

    title: str
    """The curriculum's name."""
    modules: tuple[Module, ...]
    """What it teaches, in order."""
    pass_mark: int
    """The least score to pass with, out of 100."""
    validity_months: int
    """For how many months a certificate of it is valid."""
    roles: tuple[str, ...]
    """Whom it is meant for: each names an organ or a single seat."""
    from_date: date
    """The first day on which it is in force."""


@event("Sebuah sesi pelatihan dijadwalkan, dengan sejumlah tempat bagi peserta.")
class SessionScheduled:
    """A session will teach these modules of a curriculum, in so many seats."""

    title: str
    """The session's name."""
    curriculum: str
    """The id of the curriculum that it belongs to."""
    modules: tuple[str, ...]
    """The codes of the modules that it teaches."""
    topics: tuple[str, ...]
    """What it is about, in words of its own."""
    venue: str
    """Where it is held."""
    held_on: date
    """The day on which it is held."""
    seats: int
    """How many can take part."""


@event("Seorang pengurus atau pengawas koperasi mendapat tempat dalam sesi.")
class ParticipantEnrolled:
    """An officer of a cooperative has a seat in the session."""

    cooperative: str
    """The Kemendagri code of the participant's cooperative."""
    person: UUID
    """The id that stands for the participant."""


@event("Tempat seorang peserta dalam sesi dikosongkan karena ia tidak lagi memegang kursi.")
class EnrolmentWithdrawn:
    """A participant who holds no seat of a board any more does not take part: the seat is free."""

    cooperative: str
    """The Kemendagri code of the participant's cooperative."""
    person: UUID
    """The id that stands for the participant."""


@event("Seorang peserta hadir dalam sesi pada hari itu.")
class AttendanceRecorded:
    """A participant was there on that day."""

    cooperative: str
    """The Kemendagri code of the participant's cooperative."""
    person: UUID
    """The id that stands for the participant."""
    attended_on: date
    """The day."""


@event("Pemegang kursi wajib mengikuti satu modul, paling lambat pada hari tertentu.")
class TrainingNeedIdentified:
    """The holder of a seat owes one module by a day."""

    seat: str
    """The seat that needs it."""
    module: str
    """The code of the module."""
    curriculum: str
    """The id of the curriculum that asks for it."""
    due_on: date
    """The last day for it."""
    appointed_at_position: int
    """Where the log has the appointment: it tells two terms of one person in one seat apart."""


@event("Kewajiban pelatihan yang belum terpenuhi gugur karena masa jabatannya berakhir.")
class TrainingNeedWithdrawn:
    """An open need is owed no longer: that appointment is over."""

    seat: str
    """The seat that needed it."""
    module: str
    """The code of the module."""
    appointed_at_position: int
    """Where the log has the appointment that is over."""


@event("Seseorang tidak lagi memegang kursi.")
class SeatLeft:
    """The person left a seat: what was appointed before this position of the log is over.

    Recorded even when no need was open, because the appointment itself may still be on its way.
    """

    seat: str
    """Which seat."""
    ended_at_position: int
    """Where the log has the end of the appointment."""


@event("Hasil satu kali ujian dalam sebuah sesi dicatat.")
class AssessmentRecorded:
    """One attempt in a session, out of 100. Attempts are added, never replaced."""

    session: str
    """The id of the session."""
    score: int
    """The score, out of 100."""


@event("Seorang peserta mengikuti sesi dan lulus.")
class TrainingCompleted:
    """The person attended the session and passed."""

    session: str
    """The id of the session."""
    curriculum: str
    """The id of its curriculum."""
    seats: tuple[str, ...]
    """The seats with needs that this meets."""
    modules: tuple[str, ...]
    """The codes of the modules that the session taught."""
    completed_on: date
    """The day on which it was completed."""


@event("Sertifikat diterbitkan untuk sesi yang telah diselesaikan.")
class CertificateIssued:
    """A certificate of a completed session, valid from a day and until the day before another."""

    number: str
    """The number of the certificate."""
    session: str
    """The id of the session."""
    curriculum: str
    """The id of its curriculum."""
    modules: tuple[str, ...]
    """The codes of the modules that it certifies."""
    seats: tuple[str, ...]
    """The seats in which nothing more is owed: all their mandatory modules are met."""
    valid_from: date
    """The first day on which it is valid."""
    valid_until: date
    """The first day on which it is no longer valid."""


STREAMS: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "curriculum": (CurriculumPublished,),
        "session": (
            SessionScheduled,
            ParticipantEnrolled,
            EnrolmentWithdrawn,
            AttendanceRecorded,
        ),
        "officer": (
            TrainingNeedIdentified,
            TrainingNeedWithdrawn,
            SeatLeft,
            AssessmentRecorded,
            TrainingCompleted,
            CertificateIssued,
        ),
    }
)
"""Which kind of entity says what."""

OWN = tuple(said for events in STREAMS.values() for said in events)

type CurriculumEvent = CurriculumPublished
type SessionEvent = SessionScheduled | ParticipantEnrolled | EnrolmentWithdrawn | AttendanceRecorded
type OfficerEvent = (
    TrainingNeedIdentified
    | TrainingNeedWithdrawn
    | SeatLeft
    | AssessmentRecorded
    | TrainingCompleted
    | CertificateIssued
)
type Event = CurriculumEvent | SessionEvent | OfficerEvent
