"""What may be asked of training, and what each rule must know besides.

A `Command` is what comes over HTTP; the dataclass around it adds the facts from elsewhere. In all
of them, *day* is the day in Jakarta (WIB) on which it happens.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.training.events import CurriculumPublished
from shared.calendar import Day
from shared.codes import KelurahanCode
from shared.messages import Command, Whole, example
from shared.texts import no_formula

type Slug = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64, examples=["kkmp-dasar-2025"]),
]
"""A lower-case name with dashes: an id, or the code of a module."""

type Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(no_formula)]
"""A line of text for people."""

type Percent = Annotated[Whole, Field(ge=0, le=100)]
"""A mark out of 100."""


class ModuleOffered(BaseModel):
    """One module of a curriculum that is to be published."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True
    )

    code: Annotated[Slug, Field(examples=["dasar-perkoperasian"])]
    """The subject's code: the same subject in every curriculum."""
    title: Annotated[Line, Field(examples=["Dasar perkoperasian"])]
    """The subject's name."""
    hours: Annotated[Whole, Field(ge=1, le=200, examples=[4])]
    """How long it takes, in lesson hours (JP, jam pelajaran)."""
    mandatory: bool
    """Whether a seat is trained only with it."""


class PublishCurriculum(Command):
    """Publish a curriculum."""

    model_config = example(
        id="kkmp-dasar-2025",
        title="Pembekalan pengurus dan pengawas KKMP",
        modules=[
            {
                "code": "dasar-perkoperasian",
                "title": "Dasar perkoperasian",
                "hours": 4,
                "mandatory": True,
            }
        ],
        pass_mark=70,
        validity_months=36,
        roles=["pengurus", "pengawas"],
        from_date="2025-06-01",
    )

    id: Slug
    """The curriculum's id, for ever: lower case with dashes."""
    title: Annotated[Line, Field(examples=["Pembekalan pengurus dan pengawas KKMP"])]
    """Its name for people."""
    modules: Annotated[tuple[ModuleOffered, ...], Field(min_length=1, max_length=50)]
    """What it teaches, in order."""
    pass_mark: Annotated[Percent, Field(examples=[70])]
    """The least score to pass with, out of 100."""
    validity_months: Annotated[Whole, Field(ge=1, le=120, examples=[36])]
    """For how many months a certificate of it is valid."""
    roles: Annotated[
        tuple[Slug, ...],
        Field(min_length=1, max_length=20, examples=[["pengurus", "pengawas"]]),
    ]
    """Whom it is for: each names an organ or a single seat."""
    from_date: Day | None = None
    """The first day on which it is in force; without it, the day on which it is asked."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Publish this, today."""

    asked: PublishCurriculum
    day: date


class ScheduleSession(Command):
    """Announce a session that teaches these modules of a curriculum."""

    model_config = example(
        id="pembekalan-2025-11-04",
        title="Pembekalan KKMP se-Jakarta Utara",
        curriculum="kkmp-dasar-2025",
        modules=["dasar-perkoperasian"],
        topics=["penguatan kelembagaan"],
        venue="Kantor Wali Kota Jakarta Utara",
        held_on="2025-11-04",
        seats=62,
    )

    id: Annotated[Slug, Field(examples=["pembekalan-2025-11-04"])]
    """The session's id, for ever: lower case with dashes."""
    title: Annotated[Line, Field(examples=["Pembekalan KKMP se-Jakarta Utara"])]
    """Its name for people."""
    curriculum: Slug
    """The id of the curriculum that it follows."""
    modules: Annotated[
        tuple[Slug, ...],
        Field(min_length=1, max_length=50, examples=[["dasar-perkoperasian"]]),
    ]
    """The codes of the modules that it teaches."""
    topics: Annotated[
        tuple[Line, ...], Field(max_length=50, examples=[["penguatan kelembagaan"]])
    ] = ()
    """What it is about, in words of its own."""
    venue: Annotated[Line, Field(examples=["Kantor Wali Kota Jakarta Utara"])]
    """Where it is held."""
    held_on: Day
    """The day on which it is held."""
    seats: Annotated[Whole, Field(ge=1, le=10_000, examples=[62])]
    """How many can take part."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Schedule this; *curriculum* is what the named one says, if it is published."""

    asked: ScheduleSession
    curriculum: CurriculumPublished | None


class EnrolParticipant(Command):
    """Give an officer of a cooperative a seat in the session."""

    model_config = example(
        cooperative="31.72.02.1006", person="3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f"
    )

    cooperative: KelurahanCode
    """Code of the cooperative that the person serves."""
    person: UUID
    """The officer's id in membership."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Enrol this person; *needed* says whether the person's own record holds a training need."""

    asked: EnrolParticipant
    needed: bool


@dataclass(frozen=True, slots=True)
class WithdrawEnrolment:
    """This person left the board on that day: a seat in a session from then on is free."""

    cooperative: str
    person: UUID
    day: date


class RecordAttendance(Command):
    """A participant was at the session."""

    model_config = example(
        cooperative="31.72.02.1006", person="3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f"
    )

    cooperative: KelurahanCode
    """Code of the cooperative that the person serves."""
    person: UUID
    """The officer's id in membership."""


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

    model_config = example(
        cooperative="31.72.02.1006",
        person="3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f",
        score=85,
    )

    cooperative: KelurahanCode
    """Code of the cooperative that the person serves."""
    person: UUID
    """The officer's id in membership."""
    score: Annotated[Percent, Field(examples=[85])]
    """The score, out of 100."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """Record this for the session; *participation* is None when there is no such session."""

    session: str
    asked: RecordAssessment
    participation: Participation | None


class CompleteTraining(Command):
    """A participant of the session has completed it."""

    model_config = example(
        cooperative="31.72.02.1006", person="3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f"
    )

    cooperative: KelurahanCode
    """Code of the cooperative that the person serves."""
    person: UUID
    """The officer's id in membership."""


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

    model_config = example(
        cooperative="31.72.02.1006",
        person="3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f",
        session="pembekalan-2025-11-04",
    )

    cooperative: KelurahanCode
    """Code of the cooperative that the person serves."""
    person: UUID
    """The officer's id in membership."""
    session: Annotated[Slug, Field(examples=["pembekalan-2025-11-04"])]
    """The id of the session that was completed."""


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


type SessionCommand = Schedule | Enrolment | WithdrawEnrolment | Attendance
type OfficerCommand = (
    IdentifyNeeds | ReviewNeeds | WithdrawNeeds | Assessment | Completion | Certification
)
