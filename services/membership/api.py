"""What may be asked of membership over HTTP, and what it answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from services.membership.commands import (
    Application,
    ApplyForMembership,
    AppointExOfficio,
    Appointment,
    AppointOfficer,
    ApproveApplication,
    CertifyBoard,
    ExOfficioAppointment,
    RecordSavingsPayment,
    RegisterCooperative,
    RejectApplication,
    Resignation,
    ResignMember,
    VerifyApplicant,
)
from services.membership.domain.board import Board, board
from services.membership.domain.cooperative import Nothing, cooperative
from services.membership.domain.member import Member, member
from services.membership.events import Organ, Seat
from shared.codes import KelurahanCode, RegionPrefix, dashed
from shared.http.answering import After, Limit, Page, Reading, after_key
from shared.http.asking import Ask, Asking, Receipt
from shared.identity import derived_id
from shared.subjects import Entity

router = APIRouter()


def _cooperative(code: str) -> Entity:
    return Entity("membership", code, "cooperative", dashed(code))


def _member(code: str, person: UUID | str) -> Entity:
    return Entity("membership", code, "member", str(person))


def _board(code: str) -> Entity:
    return Entity("membership", code, "board", dashed(code))


async def _registered(ask: Ask, code: str) -> bool:
    return not isinstance(await ask.state(_cooperative(code), cooperative), Nothing)


@router.post("/cooperatives", tags=["cooperatives"])
async def register_cooperative(body: RegisterCooperative, ask: Asking) -> Receipt:
    """Enter the cooperative of a kelurahan into the register."""
    return await ask(_cooperative(body.code), cooperative, body, body)


@router.post("/cooperatives/{code}/applications", tags=["members"])
async def apply_for_membership(
    code: KelurahanCode, body: ApplyForMembership, ask: Asking
) -> Receipt:
    """Take in an application; the receipt's entity is the id that stands for the person."""
    command = Application(body, await _registered(ask, code), ask.day(body))
    return await ask(_member(code, ask.fresh_id("member")), member, command, body)


@router.post("/cooperatives/{code}/members/{person}/verification", tags=["members"])
async def verify_applicant(
    code: KelurahanCode, person: UUID, body: VerifyApplicant, ask: Asking
) -> Receipt:
    """Say that identity and domicile have been checked."""
    return await ask(_member(code, person), member, body, body)


@router.post("/cooperatives/{code}/members/{person}/approval", tags=["members"])
async def approve_application(
    code: KelurahanCode, person: UUID, body: ApproveApplication, ask: Asking
) -> Receipt:
    """Accept the applicant, who then owes the simpanan pokok."""
    return await ask(_member(code, person), member, body, body)


@router.post("/cooperatives/{code}/members/{person}/rejection", tags=["members"])
async def reject_application(
    code: KelurahanCode, person: UUID, body: RejectApplication, ask: Asking
) -> Receipt:
    """Decline the application, with a reason."""
    return await ask(_member(code, person), member, body, body)


@router.post("/cooperatives/{code}/members/{person}/savings", tags=["members"])
async def record_savings_payment(
    code: KelurahanCode, person: UUID, body: RecordSavingsPayment, ask: Asking
) -> Receipt:
    """Record a payment; the simpanan pokok makes an approved applicant a member."""
    return await ask(_member(code, person), member, body, body)


@router.post("/cooperatives/{code}/members/{person}/resignation", tags=["members"])
async def resign_member(
    code: KelurahanCode, person: UUID, body: ResignMember, ask: Asking
) -> Receipt:
    """Record that a member leaves."""
    held: Board = await ask.state(_board(code), board)
    command = Resignation(body, in_office=held.seat_of(str(person)) is not None)
    return await ask(_member(code, person), member, command, body)


@router.post("/cooperatives/{code}/board/appointments", tags=["board"])
async def appoint_officer(code: KelurahanCode, body: AppointOfficer, ask: Asking) -> Receipt:
    """Give an elected seat to a member."""
    person = await ask.state(_member(code, body.person), member)
    return await ask(_board(code), board, Appointment(body, isinstance(person, Member)), body)


@router.post("/cooperatives/{code}/board/ex-officio", tags=["board"])
async def appoint_ex_officio(code: KelurahanCode, body: AppointExOfficio, ask: Asking) -> Receipt:
    """Seat the lurah as chair of the pengawas."""
    lurah = str(derived_id("lurah", code, body.from_date))
    command = ExOfficioAppointment(body, lurah, await _registered(ask, code))
    return await ask(_board(code), board, command, body)


@router.post("/cooperatives/{code}/board/certification", tags=["board"])
async def certify_board(code: KelurahanCode, body: CertifyBoard, ask: Asking) -> Receipt:
    """Say that the board is complete and in order."""
    return await ask(_board(code), board, body, body)


class CooperativeAnswer(BaseModel):
    """A cooperative. *last_heard_at* is when its last fact was recorded."""

    code: str
    name: str
    kecamatan: str
    founded_on: date
    active_members: int
    last_heard_at: datetime


_COOPERATIVES = """
    SELECT c.*, (
        SELECT count(*) FROM membership.member m
        WHERE m.cooperative = c.code AND m.status = 'active'
    ) AS active_members
    FROM membership.cooperative c
"""


@router.get("/cooperatives", tags=["cooperatives"])
async def list_cooperatives(
    read: Reading,
    region: Annotated[RegionPrefix, Query(description="Only those below this code.")] = "31.72",
    limit: Limit = 100,
    after: After = None,
) -> Page[CooperativeAnswer]:
    """List the cooperatives of a region by code."""
    rows = await read.rows(
        _COOPERATIVES
        + """
        WHERE (c.code = $1 OR starts_with(c.code, $1 || '.')) AND c.code > $2
        ORDER BY c.code LIMIT $3
        """,
        region,
        after_key(after),
        limit + 1,
    )
    return Page[CooperativeAnswer].of(
        rows, limit, read.position, lambda row: CooperativeAnswer(**row), lambda row: row["code"]
    )


@router.get("/cooperatives/{code}", tags=["cooperatives"])
async def show_cooperative(code: KelurahanCode, read: Reading) -> CooperativeAnswer:
    """Show one cooperative."""
    row = await read.row(f"koperasi {code}", _COOPERATIVES + "WHERE c.code = $1", code)
    return CooperativeAnswer(**row)


type MemberStatus = Literal["applied", "verified", "approved", "rejected", "active", "left"]


class MemberAnswer(BaseModel):
    """A membership: the half-open time from *joined_at* to *left_at*; savings in rupiah.

    The name is sealed, and not opened here.
    """

    member: str
    name: str = "••••"
    status: MemberStatus
    applied_at: datetime
    joined_at: datetime | None
    left_at: datetime | None
    pokok: int
    wajib: int
    sukarela: int
    version: int


@router.get("/cooperatives/{code}/members", tags=["members"])
async def list_members(
    code: KelurahanCode,
    read: Reading,
    status: MemberStatus | None = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[MemberAnswer]:
    """List the register of a cooperative, by id."""
    rows = await read.rows(
        """
        SELECT member, status, applied_at, joined_at, left_at, pokok, wajib, sukarela, version
        FROM membership.member
        WHERE cooperative = $1 AND member > $2 AND ($3::text IS NULL OR status = $3)
        ORDER BY member LIMIT $4
        """,
        code,
        after_key(after),
        status,
        limit + 1,
    )
    return Page[MemberAnswer].of(
        rows, limit, read.position, lambda row: MemberAnswer(**row), lambda row: row["member"]
    )


class MemberCount(BaseModel):
    """How many members a cooperative has, or had: joined at or before *as_of*, left after it."""

    cooperative: str
    count: int
    as_of: datetime | None


@router.get("/cooperatives/{code}/members/count", tags=["members"])
async def count_members(
    code: KelurahanCode,
    read: Reading,
    as_of: Annotated[
        AwareDatetime | None, Query(description="An instant with offset; without it: now.")
    ] = None,
) -> MemberCount:
    """Count the active members as of an instant, by what is known now."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM membership.cooperative WHERE code = $1", code)
    found = await read.rows(
        """
        SELECT count(*) FROM membership.member
        WHERE cooperative = $1 AND joined_at IS NOT NULL AND CASE WHEN $2::timestamptz IS NULL
            THEN status = 'active'
            ELSE joined_at <= $2 AND (left_at IS NULL OR left_at > $2)
        END
        """,
        code,
        as_of,
    )
    return MemberCount(cooperative=code, count=found[0]["count"], as_of=as_of)


class SeatAnswer(BaseModel):
    """One seat; *person* is null while it is vacant."""

    seat: Seat
    organ: Organ
    ex_officio: bool
    person: str | None = None
    from_date: date | None = None
    until_date: date | None = None
    certificate: str | None = None
    certified_until: date | None = None


class BoardAnswer(BaseModel):
    """The board: every seat that there must be, and whether the board was certified."""

    cooperative: str
    certified_at: datetime | None
    vacant: int
    certified_seats: int
    seats: list[SeatAnswer]
    position: int


@router.get("/cooperatives/{code}/board", tags=["board"])
async def show_board(code: KelurahanCode, read: Reading) -> BoardAnswer:
    """Show who holds which seat, and which seats are certified by training."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM membership.cooperative WHERE code = $1", code)
    certified = await read.rows(
        "SELECT certified_at FROM membership.board WHERE cooperative = $1", code
    )
    rows: list[Any] = await read.rows(
        """
        SELECT seat, organ, ex_officio, person, from_date, until_date, certificate, certified_until
        FROM membership.seat WHERE cooperative = $1
        """,
        code,
    )
    held = {row["seat"]: SeatAnswer(**row) for row in rows}
    vacant = {
        seat.value: SeatAnswer(seat=seat, organ=seat.organ, ex_officio=seat.ex_officio)
        for seat in Seat
    }
    seats = list((vacant | held).values())
    return BoardAnswer(
        cooperative=code,
        certified_at=certified[0]["certified_at"] if certified else None,
        vacant=sum(seat.person is None for seat in seats),
        certified_seats=sum(seat.certificate is not None for seat in seats),
        seats=seats,
        position=read.position,
    )
