"""What may be asked of training over HTTP, and what it answers."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

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
from shared.codes import CITY, RegionPrefix
from shared.http.answering import After, Limit, Page, Read, Reading, after_key
from shared.http.asking import Ask, Asking, Receipt
from shared.subjects import Entity

router = APIRouter()


def _curriculum(code: str) -> Entity:
    return Entity("training", CITY, "curriculum", code)


def _session(code: str) -> Entity:
    return Entity("training", CITY, "session", code)


def _officer(cooperative: str, person: UUID) -> Entity:
    return Entity("training", cooperative, "officer", str(person))


async def _taught(ask: Ask, held: Session) -> Curriculum:
    """Return the curriculum that a session follows."""
    return held and await ask.state(_curriculum(held.plan.curriculum), curriculum)


@router.post("/curricula", tags=["curricula"])
async def publish_curriculum(body: PublishCurriculum, ask: Asking) -> Receipt:
    """Publish what the holders of some seats must learn; it never changes afterwards."""
    return await ask(_curriculum(body.id), curriculum, Publication(body, ask.day(body)), body)


@router.post("/sessions", tags=["sessions"])
async def schedule_session(body: ScheduleSession, ask: Asking) -> Receipt:
    """Announce a session with its seats; it never changes afterwards."""
    followed = await ask.state(_curriculum(body.curriculum), curriculum)
    return await ask(_session(body.id), session, Schedule(body, followed), body)


@router.post("/sessions/{code}/participants", tags=["sessions"])
async def enrol_participant(code: Slug, body: EnrolParticipant, ask: Asking) -> Receipt:
    """Give a seat in the session to somebody who holds a seat with a training need."""
    record = await ask.state(_officer(body.cooperative, body.person), officer)
    return await ask(_session(code), session, Enrolment(body, record.needs_training), body)


@router.post("/sessions/{code}/attendance", tags=["sessions"])
async def record_attendance(code: Slug, body: RecordAttendance, ask: Asking) -> Receipt:
    """Say that a participant was there."""
    return await ask(_session(code), session, Attendance(body, ask.day(body)), body)


@router.post("/sessions/{code}/assessments", tags=["sessions"])
async def record_assessment(code: Slug, body: RecordAssessment, ask: Asking) -> Receipt:
    """Record an attempt; another one stands beside it, and the last one counts."""
    held = await ask.state(_session(code), session)
    part = participation(held, body.cooperative, body.person)
    entity = _officer(body.cooperative, body.person)
    return await ask(entity, officer, Assessment(code, body, part), body)


@router.post("/sessions/{code}/completions", tags=["sessions"])
async def complete_training(code: Slug, body: CompleteTraining, ask: Asking) -> Receipt:
    """Say that a participant who attended and passed has completed the session."""
    held = await ask.state(_session(code), session)
    part = participation(held, body.cooperative, body.person)
    command = Completion(code, body, part, await _taught(ask, held), ask.day(body))
    return await ask(_officer(body.cooperative, body.person), officer, command, body)


@router.post("/certificates", tags=["certificates"])
async def issue_certificate(body: IssueCertificate, ask: Asking) -> Receipt:
    """Certify a completed session; the holder's board shows the number."""
    held = await ask.state(_session(body.session), session)
    command = Certification(body, await _taught(ask, held))
    return await ask(_officer(body.cooperative, body.person), officer, command, body)


class ModuleAnswer(BaseModel):
    """One module; *hours* are lesson hours (JP)."""

    code: str
    title: str
    hours: int
    mandatory: bool


class CurriculumAnswer(BaseModel):
    """A curriculum, in force from *from_date* on, for the organs or seats in *roles*."""

    id: str
    title: str
    pass_mark: int = Field(description="Out of 100.")
    validity_months: int
    from_date: date
    roles: list[str]
    modules: list[ModuleAnswer]


@router.get("/curricula", tags=["curricula"])
async def list_curricula(
    read: Reading, limit: Limit = 100, after: After = None
) -> Page[CurriculumAnswer]:
    """List the published curricula by id."""
    rows = await read.rows(
        """
        SELECT c.curriculum AS id, c.title, c.pass_mark, c.validity_months, c.from_date,
            ARRAY(
                SELECT r.role FROM training.curriculum_role r
                WHERE r.curriculum = c.curriculum ORDER BY r.role
            ) AS roles
        FROM training.curriculum c WHERE c.curriculum > $1 ORDER BY c.curriculum LIMIT $2
        """,
        after_key(after),
        limit + 1,
    )
    modules = await _modules(read, [row["id"] for row in rows])
    return Page[CurriculumAnswer].of(
        rows,
        limit,
        read.position,
        lambda row: CurriculumAnswer(**row, modules=modules[row["id"]]),
        lambda row: row["id"],
    )


async def _modules(read: Read, curricula: list[str]) -> dict[str, list[ModuleAnswer]]:
    found = {one: list[ModuleAnswer]() for one in curricula}
    for row in await read.rows(
        """
        SELECT curriculum, module AS code, title, hours, mandatory
        FROM training.curriculum_module WHERE curriculum = ANY($1) ORDER BY curriculum, ordinal
        """,
        curricula,
    ):
        found[row["curriculum"]].append(ModuleAnswer(**row))
    return found


class SessionAnswer(BaseModel):
    """A session: of its *seats* so many are taken, so many came, so many completed it."""

    id: str
    title: str
    curriculum: str
    modules: list[str]
    topics: list[str]
    venue: str
    held_on: date
    seats: int
    enrolled: int
    attended: int
    completed: int


_SESSIONS = """
    SELECT s.session AS id, s.title, s.curriculum, s.venue, s.held_on, s.seats, s.enrolled,
        s.attended,
        ARRAY(
            SELECT m.module FROM training.session_module m
            WHERE m.session = s.session ORDER BY m.ordinal
        ) AS modules,
        ARRAY(
            SELECT t.topic FROM training.session_topic t
            WHERE t.session = s.session ORDER BY t.ordinal
        ) AS topics,
        (
            SELECT count(*) FROM training.participant p
            WHERE p.session = s.session AND p.completed_on IS NOT NULL
        ) AS completed
    FROM training.session s
"""


@router.get("/sessions", tags=["sessions"])
async def list_sessions(
    read: Reading, limit: Limit = 100, after: After = None
) -> Page[SessionAnswer]:
    """List the sessions by id."""
    rows = await read.rows(
        _SESSIONS + "WHERE s.session > $1 ORDER BY s.session LIMIT $2",
        after_key(after),
        limit + 1,
    )
    return Page[SessionAnswer].of(
        rows, limit, read.position, lambda row: SessionAnswer(**row), lambda row: row["id"]
    )


@router.get("/sessions/{code}", tags=["sessions"])
async def show_session(code: Slug, read: Reading) -> SessionAnswer:
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


@router.get("/certificates/{number}", tags=["certificates"])
async def show_certificate(number: str, read: Reading) -> CertificateAnswer:
    """Show what a certificate certifies, and until when."""
    row = await read.row(
        f"sertifikat {number}",
        """
        SELECT c.*,
            ARRAY(
                SELECT m.module FROM training.certificate_module m
                WHERE m.number = c.number ORDER BY m.module
            ) AS modules,
            ARRAY(
                SELECT s.seat FROM training.certificate_seat s
                WHERE s.number = c.number ORDER BY s.seat
            ) AS seats
        FROM training.certificate c WHERE c.number = $1
        """,
        number,
    )
    return CertificateAnswer(**row)


class Coverage(BaseModel):
    """Seats that training is prescribed for, and those whose holder is fully trained."""

    required: int
    trained: int
    coverage: float = Field(
        description="trained / required, of seats and to four digits; 0 when none is required."
    )


class CooperativeCoverage(Coverage):
    """The coverage of one cooperative."""

    cooperative: str


class RegionCoverage(BaseModel):
    """The coverage of a region and of each cooperative in it that has such seats."""

    region: str
    total: Coverage
    cooperatives: list[CooperativeCoverage]
    position: int


@router.get("/coverage", tags=["coverage"])
async def show_coverage(
    read: Reading,
    region: Annotated[RegionPrefix, Query(description="Only those below this code.")] = "31.72",
) -> RegionCoverage:
    """Show how many of the seats that training is prescribed for have a fully trained holder.

    Coverage is trained seats / required seats: seats, not heads. A vacant seat is not in it.
    """
    *rows, total = await read.rows(
        """
        WITH seat AS (
            SELECT need.cooperative, need.seat, bool_and(need.met_on IS NOT NULL) AS trained
            FROM training.need
            JOIN training.seat_training USING (cooperative, seat, person, appointed_at_position)
            WHERE need.withdrawn_at IS NULL
                AND (need.cooperative = $1 OR starts_with(need.cooperative, $1 || '.'))
            GROUP BY need.cooperative, need.seat
        )
        SELECT cooperative, count(*) AS required, count(*) FILTER (WHERE trained) AS trained
        FROM seat
        GROUP BY GROUPING SETS ((cooperative), ())
        ORDER BY cooperative NULLS LAST
        """,
        region,
    )
    return RegionCoverage(
        region=region,
        total=Coverage(
            required=total["required"], trained=total["trained"], coverage=_coverage(total)
        ),
        cooperatives=[CooperativeCoverage(**row, coverage=_coverage(row)) for row in rows],
        position=read.position,
    )


def _coverage(row: Any) -> float:  # noqa: ANN401 - asyncpg's record
    return round(row["trained"] / row["required"], 4) if row["required"] else 0.0
