"""What may be asked of training, and what each rule must know besides.

A `Command` is what comes over HTTP; the dataclass around it adds the facts from elsewhere. In all
of them, *day* is the day in Jakarta (WIB) on which it happens.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.training.events import CurriculumPublished
from shared.codes import KelurahanCode
from shared.messages import Command

type Slug = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, examples=["kkmp-dasar-2025"]),
]
"""A lower-case name with dashes: an id, or the code of a module."""

type Line = Annotated[str, Field(min_length=1, max_length=200)]
"""A line of text for people."""

type Percent = Annotated[int, Field(ge=0, le=100)]
"""A mark out of 100."""


class ModuleOffered(BaseModel, frozen=True, extra="forbid", str_strip_whitespace=True):
    """One module of a curriculum that is to be published; *hours* are lesson hours (JP)."""

    code: Annotated[Slug, Field(examples=["dasar-perkoperasian"])]
    title: Annotated[Line, Field(examples=["Dasar perkoperasian"])]
    hours: Annotated[int, Field(ge=1, le=200, examples=[4])]
    mandatory: bool


class PublishCurriculum(Command):
    """Publish a curriculum, in force from *from_date* on, or from the day on which it is asked.

    *roles* says whom it is for: each entry names an organ or a single seat.
    """

    id: Slug
    title: Annotated[Line, Field(examples=["Pembekalan pengurus dan pengawas KKMP"])]
    modules: Annotated[tuple[ModuleOffered, ...], Field(min_length=1, max_length=50)]
    pass_mark: Annotated[Percent, Field(examples=[70])]
    validity_months: Annotated[int, Field(ge=1, le=120, examples=[36])]
    roles: Annotated[
        tuple[Slug, ...],
        Field(min_length=1, max_length=20, examples=[["pengurus", "pengawas"]]),
    ]
    from_date: date | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """Publish this, today."""

    asked: PublishCurriculum
    day: date


class ScheduleSession(Command):
    """Announce a session that teaches these modules of a curriculum."""

    id: Annotated[Slug, Field(examples=["pembekalan-2025-11-04"])]
    title: Annotated[Line, Field(examples=["Pembekalan KKMP se-Jakarta Utara"])]
    curriculum: Slug
    modules: Annotated[
        tuple[Slug, ...],
        Field(min_length=1, max_length=50, examples=[["dasar-perkoperasian"]]),
    ]
    topics: Annotated[
        tuple[Line, ...], Field(max_length=50, examples=[["penguatan kelembagaan"]])
    ] = ()
    venue: Annotated[Line, Field(examples=["Kantor Wali Kota Jakarta Utara"])]
    held_on: date
    seats: Annotated[int, Field(ge=1, le=10_000, examples=[62])]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Schedule this; *curriculum* is what the named one says, if it is published."""

    asked: ScheduleSession
    curriculum: CurriculumPublished | None


class EnrolParticipant(Command):
    """Give an officer of a cooperative a seat in the session."""

    cooperative: KelurahanCode
    person: UUID


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Enrol this person; *needed* says whether the person's own record holds a training need."""

    asked: EnrolParticipant
    needed: bool


class RecordAttendance(Command):
    """A participant was at the session."""

    cooperative: KelurahanCode
    person: UUID


@dataclass(frozen=True, slots=True)
class Attendance:
    """This participant was there, as we learn today."""

    asked: RecordAttendance
    day: date


@dataclass(frozen=True, slots=True)
class Participation:
    """What a session says of one person: a fact for the rules of the person's training record."""

    curriculum: str
    modules: tuple[str, ...]
    enrolled: bool
    attended_on: date | None


class RecordAssessment(Command):
    """A participant of the session was assessed."""

    cooperative: KelurahanCode
    person: UUID
    score: Annotated[Percent, Field(examples=[85])]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Record this for the session; *participation* is None when there is no such session."""

    session: str
    asked: RecordAssessment
    participation: Participation | None


class CompleteTraining(Command):
    """A participant of the session has completed it."""

    cooperative: KelurahanCode
    person: UUID


@dataclass(frozen=True, slots=True)
class Completion:
    """Complete the session; *participation* is None when there is none, and so *curriculum*."""

    session: str
    asked: CompleteTraining
    participation: Participation | None
    curriculum: CurriculumPublished | None
    day: date


class IssueCertificate(Command):
    """Certify a person's completed session."""

    cooperative: KelurahanCode
    person: UUID
    session: Annotated[Slug, Field(examples=["pembekalan-2025-11-04"])]


@dataclass(frozen=True, slots=True)
class Certification:
    """Certify this; *curriculum* is what the session's curriculum says."""

    asked: IssueCertificate
    curriculum: CurriculumPublished | None


@dataclass(frozen=True, slots=True)
class Published:
    """A curriculum with its id."""

    id: str
    content: CurriculumPublished


@dataclass(frozen=True, slots=True)
class IdentifyNeeds:
    """Membership says: the person was appointed. What is owed follows from what is *published*."""

    seat: str
    organ: str
    from_date: date
    appointed_at_position: int
    published: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class ReviewNeeds:
    """Something is published: say anew what the person owes in each seat that is *held*."""

    held: tuple[IdentifyNeeds, ...]


@dataclass(frozen=True, slots=True)
class WithdrawNeeds:
    """Membership says: the person's appointment to the seat ended."""

    seat: str
    ended_at_position: int


type SessionCommand = Schedule | Enrolment | Attendance
type OfficerCommand = (
    IdentifyNeeds | ReviewNeeds | WithdrawNeeds | Assessment | Completion | Certification
)
