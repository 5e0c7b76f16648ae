"""Joining, belonging and leaving over HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from services.membership.api.door import (
    FIGURES,
    HELPERS,
    PENGURUS,
    REGISTER,
    Person,
    board_of,
    door,
    member_of,
    registered,
)
from services.membership.commands.member import (
    Application,
    ApplyForMembership,
    ApproveApplication,
    RecordSavingsPayment,
    RejectApplication,
    Resignation,
    ResignMember,
    VerifyApplicant,
)
from services.membership.domain.board import Board, board
from services.membership.domain.member import member
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Asking, Receipt


@door.command("/cooperatives/{code}/applications", "members", may=HELPERS, at="code")
async def apply_for_membership(
    code: KelurahanCode, body: ApplyForMembership, ask: Asking
) -> Receipt:
    """Take in an application; the receipt's entity is the id that stands for the person."""
    command = Application(body, await registered(ask, code), ask.day(body))
    return await ask(member_of(code, ask.fresh_id("member")), member, command, body)


@door.command(
    "/cooperatives/{code}/members/{person}/verification", "members", may=HELPERS, at="code"
)
async def verify_applicant(
    code: KelurahanCode, person: Person, body: VerifyApplicant, ask: Asking
) -> Receipt:
    """Say that identity and domicile have been checked."""
    return await ask(member_of(code, person), member, body, body)


@door.command("/cooperatives/{code}/members/{person}/approval", "members", may=PENGURUS, at="code")
async def approve_application(
    code: KelurahanCode, person: Person, body: ApproveApplication, ask: Asking
) -> Receipt:
    """Accept the applicant, who then owes the simpanan pokok."""
    return await ask(member_of(code, person), member, body, body)


@door.command("/cooperatives/{code}/members/{person}/rejection", "members", may=PENGURUS, at="code")
async def reject_application(
    code: KelurahanCode, person: Person, body: RejectApplication, ask: Asking
) -> Receipt:
    """Decline the application, with a reason."""
    return await ask(member_of(code, person), member, body, body)


@door.command("/cooperatives/{code}/members/{person}/savings", "members", may=HELPERS, at="code")
async def record_savings_payment(
    code: KelurahanCode, person: Person, body: RecordSavingsPayment, ask: Asking
) -> Receipt:
    """Record a payment; the simpanan pokok makes an approved applicant a member."""
    return await ask(member_of(code, person), member, body, body)


@door.command(
    "/cooperatives/{code}/members/{person}/resignation", "members", may=HELPERS, at="code"
)
async def resign_member(
    code: KelurahanCode, person: Person, body: ResignMember, ask: Asking
) -> Receipt:
    """Record that a member leaves."""
    held: Board = await ask.state(board_of(code), board)
    command = Resignation(body, in_office=held.seat_of(str(person)) is not None)
    return await ask(member_of(code, person), member, command, body)


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


@door.query("/cooperatives/{code}/members", "members", may=REGISTER, at="code")
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
    "/cooperatives/{code}/members/count", "members", may=FIGURES, at="code", as_of_in_rows=True
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
