"""What may be asked of membership over HTTP, and what it answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

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
from shared.access import EVERYBODY, Role, below
from shared.codes import KelurahanCode, dashed
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Ask, Asking, Receipt
from shared.http.door import CITY_WIDE, REGION, Door, Within
from shared.identity import derived_id
from shared.subjects import Entity

door = Door(
    cooperatives="Koperasi yang terdaftar, satu di setiap kelurahan. "
    "/ The registered cooperatives, one in each kelurahan.",
    members="Permohonan, keanggotaan, dan simpanan. / Applications, memberships and savings.",
    board="Kursi pengurus dan pengawas, dan siapa yang mendudukinya. "
    "/ The seats of pengurus and pengawas, and who holds them.",
)

type Person = Annotated[
    UUID,
    Field(
        description="The member's id: `entity` in the receipt of the application.",
        examples=["3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f"],
    ),
]

_BOARD = {Role.PENGURUS}
_HELPERS = {Role.PENGURUS, Role.PENDAMPING, Role.SUDIN}
_OFFICE = {Role.PENGURUS, Role.LURAH, Role.SUDIN}
_REGISTER = {Role.PENGURUS, Role.PENGAWAS, Role.PENDAMPING, Role.LURAH, Role.SUDIN, Role.AUDITOR}
_FIGURES = EVERYBODY - {Role.PEMASOK}


def _cooperative(code: str) -> Entity:
    return Entity("membership", code, "cooperative", dashed(code))


def _member(code: str, person: UUID | str) -> Entity:
    return Entity("membership", code, "member", str(person))


def _board(code: str) -> Entity:
    return Entity("membership", code, "board", dashed(code))


async def _registered(ask: Ask, code: str) -> bool:
    return not isinstance(await ask.state(_cooperative(code), cooperative), Nothing)


@door.command("/cooperatives", "cooperatives", may={Role.SUDIN}, at=CITY_WIDE)
async def register_cooperative(body: RegisterCooperative, ask: Asking) -> Receipt:
    """Enter the cooperative of a kelurahan into the register."""
    return await ask(_cooperative(body.code), cooperative, body, body)


@door.command("/cooperatives/{code}/applications", "members", may=_HELPERS, at="code")
async def apply_for_membership(
    code: KelurahanCode, body: ApplyForMembership, ask: Asking
) -> Receipt:
    """Take in an application; the receipt's entity is the id that stands for the person."""
    command = Application(body, await _registered(ask, code), ask.day(body))
    return await ask(_member(code, ask.fresh_id("member")), member, command, body)


@door.command(
    "/cooperatives/{code}/members/{person}/verification", "members", may=_HELPERS, at="code"
)
async def verify_applicant(
    code: KelurahanCode, person: Person, body: VerifyApplicant, ask: Asking
) -> Receipt:
    """Say that identity and domicile have been checked."""
    return await ask(_member(code, person), member, body, body)


@door.command("/cooperatives/{code}/members/{person}/approval", "members", may=_BOARD, at="code")
async def approve_application(
    code: KelurahanCode, person: Person, body: ApproveApplication, ask: Asking
) -> Receipt:
    """Accept the applicant, who then owes the simpanan pokok."""
    return await ask(_member(code, person), member, body, body)


@door.command("/cooperatives/{code}/members/{person}/rejection", "members", may=_BOARD, at="code")
async def reject_application(
    code: KelurahanCode, person: Person, body: RejectApplication, ask: Asking
) -> Receipt:
    """Decline the application, with a reason."""
    return await ask(_member(code, person), member, body, body)


@door.command("/cooperatives/{code}/members/{person}/savings", "members", may=_HELPERS, at="code")
async def record_savings_payment(
    code: KelurahanCode, person: Person, body: RecordSavingsPayment, ask: Asking
) -> Receipt:
    """Record a payment; the simpanan pokok makes an approved applicant a member."""
    return await ask(_member(code, person), member, body, body)


@door.command(
    "/cooperatives/{code}/members/{person}/resignation", "members", may=_HELPERS, at="code"
)
async def resign_member(
    code: KelurahanCode, person: Person, body: ResignMember, ask: Asking
) -> Receipt:
    """Record that a member leaves."""
    held: Board = await ask.state(_board(code), board)
    command = Resignation(body, in_office=held.seat_of(str(person)) is not None)
    return await ask(_member(code, person), member, command, body)


@door.command("/cooperatives/{code}/board/appointments", "board", may=_BOARD, at="code")
async def appoint_officer(code: KelurahanCode, body: AppointOfficer, ask: Asking) -> Receipt:
    """Give an elected seat to a member."""
    person = await ask.state(_member(code, body.person), member)
    return await ask(_board(code), board, Appointment(body, isinstance(person, Member)), body)


@door.command("/cooperatives/{code}/board/ex-officio", "board", may=_OFFICE, at="code")
async def appoint_ex_officio(code: KelurahanCode, body: AppointExOfficio, ask: Asking) -> Receipt:
    """Seat the lurah as chair of the pengawas."""
    lurah = str(derived_id("lurah", code, body.from_date))
    command = ExOfficioAppointment(body, lurah, await _registered(ask, code))
    return await ask(_board(code), board, command, body)


@door.command("/cooperatives/{code}/board/certification", "board", may=_BOARD, at="code")
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
        SELECT count(*) FROM member m WHERE m.cooperative = c.code AND m.status = 'active'
    ) AS active_members
    FROM cooperative c
"""


@door.query("/cooperatives", "cooperatives", may=EVERYBODY, at=REGION)
async def list_cooperatives(read: Reading, within: Within, cut: Paging) -> Page[CooperativeAnswer]:
    """List the cooperatives of a region by code."""
    return await read.page(
        cut,
        lambda row: CooperativeAnswer(**row),
        "code",
        _COOPERATIVES + "WHERE c.code LIKE ANY($1)",
        below(within),
    )


@door.query("/cooperatives/{code}", "cooperatives", may=EVERYBODY, at="code")
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
    pokok: int = Field(description="Simpanan pokok paid, in rupiah.")
    wajib: int = Field(description="Simpanan wajib paid, in rupiah.")
    sukarela: int = Field(description="Simpanan sukarela paid, in rupiah.")
    version: int = Field(description="How many events the membership has.")


@door.query("/cooperatives/{code}/members", "members", may=_REGISTER, at="code")
async def list_members(
    code: KelurahanCode,
    read: Reading,
    cut: Paging,
    status: Annotated[
        MemberStatus | None, Query(description="Only memberships in this state.")
    ] = None,
) -> Page[MemberAnswer]:
    """List the register of a cooperative, by id."""
    return await read.page(
        cut,
        lambda row: MemberAnswer(**row),
        "member",
        "SELECT * FROM member WHERE cooperative = $1 AND ($2::text IS NULL OR status = $2)",
        code,
        status,
    )


class MemberCount(BaseModel):
    """How many members a cooperative has, or had: joined at or before *as_of*, left after it."""

    cooperative: str
    count: int
    as_of: datetime | None


@door.query(
    "/cooperatives/{code}/members/count", "members", may=_FIGURES, at="code", as_of_in_rows=True
)
async def count_members(code: KelurahanCode, read: Reading) -> MemberCount:
    """Count the active members, now or as of an instant."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    (found,) = await read.rows(
        """
        SELECT count(*) FROM member
        WHERE cooperative = $1 AND joined_at IS NOT NULL AND CASE WHEN $2::timestamptz IS NULL
            THEN status = 'active'
            ELSE joined_at <= $2 AND (left_at IS NULL OR left_at > $2)
        END
        """,
        code,
        read.as_of,
    )
    return MemberCount(cooperative=code, count=found["count"], as_of=read.as_of)


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


@door.query("/cooperatives/{code}/board", "board", may=_FIGURES, at="code")
async def show_board(code: KelurahanCode, read: Reading) -> BoardAnswer:
    """Show who holds which seat, and which seats are certified by training."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    certified = await read.rows("SELECT certified_at FROM board WHERE cooperative = $1", code)
    rows: list[Any] = await read.rows("SELECT * FROM seat WHERE cooperative = $1", code)
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
