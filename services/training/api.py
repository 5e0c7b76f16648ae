"""What may be asked of training over HTTP, and what it answers."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter

from services.training.commands import (
    Assessment,
    Attendance,
    Certification,
    CompleteTraining,
    Completion,
    Enrolment,
    EnrolParticipant,
    IssueCertificate,
    Publication,
    PublishCurriculum,
    RecordAssessment,
    RecordAttendance,
    Schedule,
    ScheduleSession,
    Slug,
)
from services.training.domain.curriculum import Curriculum, curriculum
from services.training.domain.officer import officer
from services.training.domain.session import Session, participation, session
from shared.access import EVERYBODY, Role, below
from shared.codes import CITY
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Ask, Asking, Receipt
from shared.http.door import ANSWER, CITY_FACTS, CITY_WIDE, REGION, Door, Within
from shared.subjects import Entity

door = Door(
    curricula="Kurikulum: apa yang wajib dipelajari pemegang kursi. "
    "/ Curricula: what the holders of seats must learn.",
    sessions="Sesi pelatihan, peserta, dan hasilnya. / Sessions, participants and results.",
    certificates="Sertifikat dan masa berlakunya. / Certificates, and until when they are valid.",
    coverage="Berapa kursi yang pemegangnya sudah terlatih. "
    "/ How many seats have a trained holder.",
)

_AGENCY = {Role.SUDIN}
_READERS = EVERYBODY - {Role.PEMASOK}

type Number = Annotated[
    str,
    Field(
        description="The number of a certificate, as it is printed on it.",
        pattern=r"^[A-Z0-9-]+$",
        max_length=40,
        examples=["KKMP-PLT-2025-157HG-7J34T"],
    ),
]

type SessionId = Annotated[
    Slug, Field(description="The session's id.", examples=["pembekalan-2025-11-04"])
]


def _curriculum(code: str) -> Entity:
    return Entity("training", CITY, "curriculum", code)


def _session(code: str) -> Entity:
    return Entity("training", CITY, "session", code)


def _officer(cooperative: str, person: UUID) -> Entity:
    return Entity("training", cooperative, "officer", str(person))


async def _taught(ask: Ask, held: Session) -> Curriculum:
    """Return the curriculum that a session follows."""
    return held and await ask.state(_curriculum(held.plan.curriculum), curriculum)


@door.command("/curricula", "curricula", may=_AGENCY, at=CITY_WIDE)
async def publish_curriculum(body: PublishCurriculum, ask: Asking) -> Receipt:
    """Publish what the holders of some seats must learn; it never changes afterwards."""
    return await ask(_curriculum(body.id), curriculum, Publication(body, ask.day(body)), body)


@door.command("/sessions", "sessions", may=_AGENCY, at=CITY_WIDE)
async def schedule_session(body: ScheduleSession, ask: Asking) -> Receipt:
    """Announce a session with its seats; it never changes afterwards."""
    followed = await ask.state(_curriculum(body.curriculum), curriculum)
    return await ask(_session(body.id), session, Schedule(body, followed), body)


@door.command("/sessions/{code}/participants", "sessions", may=_AGENCY, at=CITY_WIDE)
async def enrol_participant(code: SessionId, body: EnrolParticipant, ask: Asking) -> Receipt:
    """Give a seat in the session to somebody who holds a seat with a training need."""
    record = await ask.state(_officer(body.cooperative, body.person), officer)
    return await ask(_session(code), session, Enrolment(body, record.needs_training), body)


@door.command("/sessions/{code}/attendance", "sessions", may=_AGENCY, at=CITY_WIDE)
async def record_attendance(code: SessionId, body: RecordAttendance, ask: Asking) -> Receipt:
    """Say that a participant was there."""
    return await ask(_session(code), session, Attendance(body, ask.day(body)), body)


@door.command("/sessions/{code}/assessments", "sessions", may=_AGENCY, at=CITY_WIDE)
async def record_assessment(code: SessionId, body: RecordAssessment, ask: Asking) -> Receipt:
    """Record an attempt; another one stands beside it, and the last one counts."""
    held = await ask.state(_session(code), session)
    part = participation(held, body.cooperative, body.person)
    entity = _officer(body.cooperative, body.person)
    return await ask(entity, officer, Assessment(code, body, part), body)


@door.command("/sessions/{code}/completions", "sessions", may=_AGENCY, at=CITY_WIDE)
async def complete_training(code: SessionId, body: CompleteTraining, ask: Asking) -> Receipt:
    """Say that a participant who attended and passed has completed the session."""
    held = await ask.state(_session(code), session)
    part = participation(held, body.cooperative, body.person)
    command = Completion(code, body, part, await _taught(ask, held), ask.day(body))
    return await ask(_officer(body.cooperative, body.person), officer, command, body)


@door.command("/certificates", "certificates", may=_AGENCY, at=CITY_WIDE)
async def issue_certificate(body: IssueCertificate, ask: Asking) -> Receipt:
    """Certify a completed session; the holder's board shows the number."""
    held = await ask.state(_session(body.session), session)
    command = Certification(body, await _taught(ask, held))
    return await ask(_officer(body.cooperative, body.person), officer, command, body)


class ModuleAnswer(BaseModel):
    """One module."""

    code: str
    title: str
    hours: int = Field(description="Lesson hours (JP).")
    mandatory: bool


class CurriculumAnswer(BaseModel):
    """A curriculum, in force from *from_date* on, for the organs or seats in *roles*."""

    id: str
    title: str
    pass_mark: int = Field(description="The least score to pass with, out of 100.")
    validity_months: int = Field(description="For how many months a certificate is valid.")
    from_date: date
    roles: list[str]
    modules: list[ModuleAnswer]


_MODULES = TypeAdapter(list[ModuleAnswer])


@door.query("/curricula", "curricula", may=_READERS, at=CITY_FACTS)
async def list_curricula(read: Reading, cut: Paging) -> Page[CurriculumAnswer]:
    """List the published curricula by id."""
    return await read.page(
        cut,
        lambda row: CurriculumAnswer(**row, modules=_MODULES.validate_json(row["taught"])),
        "id",
        """
        SELECT c.curriculum AS id, c.title, c.pass_mark, c.validity_months, c.from_date,
            ARRAY(
                SELECT r.role FROM curriculum_role r
                WHERE r.curriculum = c.curriculum ORDER BY r.role
            ) AS roles,
            (
                SELECT json_agg(
                    json_build_object(
                        'code', m.module, 'title', m.title, 'hours', m.hours,
                        'mandatory', m.mandatory
                    ) ORDER BY m.ordinal
                )
                FROM curriculum_module m WHERE m.curriculum = c.curriculum
            ) AS taught
        FROM curriculum c
        """,
    )


class SessionAnswer(BaseModel):
    """A session: of its *seats* so many are taken, so many came, so many completed it."""

    id: str
    title: str
    curriculum: str
    modules: list[str]
    topics: list[str]
    venue: str
    held_on: date
    seats: int = Field(description="How many can take part.")
    enrolled: int = Field(description="How many of the seats are taken.")
    attended: int = Field(description="How many came.")
    completed: int = Field(description="How many completed it.")


_SESSIONS = """
    SELECT s.session AS id, s.title, s.curriculum, s.venue, s.held_on, s.seats, s.enrolled,
        s.attended,
        ARRAY(
            SELECT m.module FROM session_module m
            WHERE m.session = s.session ORDER BY m.ordinal
        ) AS modules,
        ARRAY(
            SELECT t.topic FROM session_topic t
            WHERE t.session = s.session ORDER BY t.ordinal
        ) AS topics,
        (
            SELECT count(*) FROM participant p
            WHERE p.session = s.session AND p.completed_on IS NOT NULL
        ) AS completed
    FROM session s
"""


@door.query("/sessions", "sessions", may=_READERS, at=CITY_FACTS)
async def list_sessions(read: Reading, cut: Paging) -> Page[SessionAnswer]:
    """List the sessions by id."""
    return await read.page(cut, lambda row: SessionAnswer(**row), "id", _SESSIONS)


@door.query("/sessions/{code}", "sessions", may=_READERS, at=CITY_FACTS)
async def show_session(code: SessionId, read: Reading) -> SessionAnswer:
    """Show one session and how many came."""
    row = await read.row(f"sesi {code}", _SESSIONS + "WHERE s.session = $1", code)
    return SessionAnswer(**row)


class CertificateAnswer(BaseModel):
    """A certificate. *seats* are those in which its holder owed nothing more.

    It is valid from *valid_from* on and before *valid_until*, which is its first invalid day.
    """

    number: str
    cooperative: str
    person: UUID
    session: str
    curriculum: str
    modules: list[str]
    seats: list[str]
    valid_from: date
    valid_until: date


@door.query("/certificates/{number}", "certificates", may=_READERS, at=ANSWER)
async def show_certificate(number: Number, read: Reading) -> CertificateAnswer:
    """Show what a certificate certifies, and until when."""
    what = f"sertifikat {number}"
    row = await read.row(
        what,
        """
        SELECT c.*,
            ARRAY(
                SELECT m.module FROM certificate_module m
                WHERE m.number = c.number ORDER BY m.module
            ) AS modules,
            ARRAY(
                SELECT s.seat FROM certificate_seat s
                WHERE s.number = c.number ORDER BY s.seat
            ) AS seats
        FROM certificate c WHERE c.number = $1
        """,
        number,
    )
    read.confine(what, row["cooperative"])
    return CertificateAnswer(**row)


class Coverage(BaseModel):
    """Seats that training is prescribed for, and those whose holder is fully trained."""

    required: int = Field(description="Seats that training is prescribed for.")
    trained: int = Field(description="Those of them whose holder is fully trained.")
    coverage: float = Field(
        description="trained / required, of seats and to four digits; 0 when none is required."
    )


class CooperativeCoverage(Coverage):
    """The coverage of one cooperative."""

    cooperative: str


class RegionCoverage(BaseModel):
    """The coverage of *regions*, and of each cooperative in them that has such seats."""

    regions: list[str] = Field(
        description="The region asked for; without one, all that the caller may see."
    )
    total: Coverage
    cooperatives: list[CooperativeCoverage]
    position: int


@door.query("/coverage", "coverage", may=_READERS, at=REGION)
async def show_coverage(read: Reading, within: Within) -> RegionCoverage:
    """Show how many of the seats that training is prescribed for have a fully trained holder.

    Coverage is trained seats / required seats: seats, not heads. A vacant seat is not in it.
    """
    *rows, total = await read.rows(
        """
        WITH seat AS (
            SELECT need.cooperative, need.seat, bool_and(need.met_on IS NOT NULL) AS trained
            FROM need
            JOIN seat_training USING (cooperative, seat, person, appointed_at_position)
            WHERE need.withdrawn_at IS NULL
                AND need.cooperative LIKE ANY($1)
            GROUP BY need.cooperative, need.seat
        )
        SELECT cooperative, count(*) AS required, count(*) FILTER (WHERE trained) AS trained
        FROM seat
        GROUP BY GROUPING SETS ((cooperative), ())
        ORDER BY cooperative NULLS LAST
        """,
        below(within),
    )
    return RegionCoverage(
        regions=list(within),
        total=Coverage(
            required=total["required"], trained=total["trained"], coverage=_coverage(total)
        ),
        cooperatives=[CooperativeCoverage(**row, coverage=_coverage(row)) for row in rows],
        position=read.position,
    )


def _coverage(row: Any) -> float:  # noqa: ANN401 - asyncpg's record
    return round(row["trained"] / row["required"], 4) if row["required"] else 0.0
