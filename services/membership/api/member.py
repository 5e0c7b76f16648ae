"""Joining, and the register of members, over HTTP."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from services.membership.api.arrears import UNPAID_SINCE
from services.membership.api.door import (
    FIGURES,
    HELPERS,
    PENGURUS,
    REGISTER,
    Person,
    day_of_answer,
    door,
    founded_on,
    member_of,
    record_of,
)
from services.membership.api.identity import (
    claiming,
    fingerprint,
    noticing_duplicates,
    previous,
    releasing,
)
from services.membership.api.masking import ERASED_OF, masked
from services.membership.api.others import others_under
from services.membership.commands.member import (
    MEMBER_NUMBER,
    Application,
    ApplyForMembership,
    ApproveApplication,
    Import,
    ImportMember,
    RejectApplication,
    Verification,
    VerifyApplicant,
)
from services.membership.domain.member import member
from services.membership.domain.standing import Standing
from services.membership.events.member import LeavingCause, Missing
from shared.access import below
from shared.calendar import WIB, Day
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Read, Reading
from shared.http.asking import Ask, Asking, Receipt
from shared.http.door import REGION, Within
from shared.keyring import DAMAGED, Sealed
from shared.population import Agreement
from shared.subjects import Entity
from shared.transact import Part

_COMPARED = ("identity_number", "name", "born_on")
"""What the population register is asked about."""


@door.command("/cooperatives/{code}/applications", "members", may=HELPERS, at="code")
async def apply_for_membership(
    code: KelurahanCode, body: ApplyForMembership, ask: Asking
) -> Receipt:
    """Take in an application; the receipt's entity is the id that stands for the person.

    The identity number is claimed with it: one person has one membership in the city.
    A trial does not look at what other cooperatives hold.
    """
    person = ask.fresh_id("member")
    number = body.identity_number
    command = Application(
        body,
        await founded_on(ask, code),
        ask.day(body),
        fingerprint(ask, number),
        await previous(ask, code, number),
    )
    async with noticing_duplicates(ask, code, number):
        claim = claiming(ask, code, person, number)
        return await ask(member_of(code, person), member, command, body, also=[claim])


@door.command("/cooperatives/{code}/member-imports", "members", may=HELPERS, at="code")
async def import_member(code: KelurahanCode, body: ImportMember, ask: Asking) -> Receipt:
    """Take over a membership from a paper register, as of the day on which it began.

    What the register lacks is flagged, and can be filled in later. A trial does not look at what
    other cooperatives hold.
    """
    person = ask.fresh_id("member")
    joined_at = datetime.combine(body.joined_on, datetime.min.time(), WIB)
    number = body.identity_number
    command = Import(
        body,
        await founded_on(ask, code),
        ask.day(body),
        joined_at,
        number and fingerprint(ask, number),
        () if number is None else await others_under(ask, code, fingerprint(ask, number)),
        await _number_taken(ask, code, person, body),
    )
    entity = member_of(code, person)
    at = min(joined_at, ask.now)  # a day that is still to come is refused by the rules
    if number is None:
        return await ask(entity, member, command, body, at=at)
    async with noticing_duplicates(ask, code, number):
        claim = claiming(ask, code, person, number)
        return await ask(entity, member, command, body, also=[claim], at=at)


@door.command(
    "/cooperatives/{code}/members/{person}/verification", "members", may=HELPERS, at="code"
)
async def verify_applicant(
    code: KelurahanCode, person: Person, body: VerifyApplicant, ask: Asking
) -> Receipt:
    """Say that identity and domicile have been checked; the population register is asked too."""
    entity = member_of(code, person)
    command = Verification(body, await _registry(ask, entity))
    return await ask(entity, member, command, body)


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
    """Decline the application, with a reason; the identity number is free again."""
    entity = member_of(code, person)
    return await ask(entity, member, body, body, also=await identity_freed(ask, entity))


async def _number_taken(ask: Ask, code: str, person: UUID, body: ImportMember) -> bool:
    """Whether the book's number is somebody else's; who comes back may have it again.

    The tables say so: of two that are asked at one instant both may pass.
    """
    if body.number is None:
        return False
    own = {str(person)}
    if body.identity_number and (before := await previous(ask, code, body.identity_number)):
        own.add(before)
    await ask.running.runner.wait_for(await ask.running.log.head())
    return await ask.running.pool.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM membership.member
            WHERE cooperative = $1 AND number = $2 AND member <> ALL($3)
        )
        """,
        code,
        body.number,
        sorted(own),
    )


async def identity_freed(ask: Ask, entity: Entity) -> list[Part[Any, Any, Any]]:
    """The part that gives free the identity number of the membership *entity*, if it has one."""
    await ask.running.runner.wait_for(await ask.running.log.head())
    standing: Standing = await ask.state(entity, member)
    rectified = await ask.running.pool.fetch(
        """
        SELECT identity FROM membership.claim
        WHERE cooperative = $1 AND member = $2 AND NOT released
        """,
        entity.place,
        entity.id,
    )
    marks: set[str] = {row["identity"] for row in rectified}
    if standing.identity is not None:
        marks.add(standing.identity)
    return [releasing(mark, entity.place, entity.id) for mark in sorted(marks)]


async def _registry(ask: Ask, entity: Entity) -> Agreement:
    """Ask the population register about an applicant: what was applied with, as put right since."""
    if ask.dry_run:  # nothing of it leaves this service for a trial
        return Agreement.NOT_ASKED
    latest: dict[str, Sealed] = {}
    for of in (entity, record_of(entity.place, entity.id)):
        for stored in await ask.running.log.read(of):
            type_ = stored.subject.rpartition(".")[2]
            if stored.skipped or type_ not in ("MembershipApplied", "IdentityRectified"):
                continue
            said, event_id = json.loads(stored.payload), stored.attribute("id")
            for field in _COMPARED:
                if text := said.get(field):
                    latest[field] = Sealed(text, event_id, type_, entity.place, entity.id, field)
    if latest.keys() != set(_COMPARED):
        return Agreement.NOT_ASKED
    wanted = [latest[field] for field in _COMPARED]
    number, name, born_on = opened = await ask.running.keys.open(wanted)
    if not (number and name and born_on) or DAMAGED in opened:
        return Agreement.NOT_ASKED
    return await ask.running.population.compare(number, name, born_on)


type MemberStatus = Literal["applied", "verified", "approved", "rejected", "active", "left"]


class MemberAnswer(BaseModel):
    """A membership: the half-open time from *joined_at* to *left_at*; savings in rupiah.

    The name is masked.
    """

    member: str
    name: str = "••••"
    status: MemberStatus
    applied_at: datetime
    joined_at: datetime | None
    left_at: datetime | None
    left_by: LeavingCause | None
    pokok: int = Field(description="Simpanan pokok paid, in rupiah.")
    wajib: int = Field(description="Simpanan wajib paid, in rupiah.")
    sukarela: int = Field(description="Simpanan sukarela paid, in rupiah.")
    owed: int = Field(description="Simpanan wajib in arrears, in rupiah.")
    owed_since: str | None = Field(description="The first month that is not paid in full.")
    dismissal: str | None = Field(description="How far a proposal to dismiss the member has come.")
    number: str | None = Field(description="The number in the cooperative's own book.")
    source: str | None = Field(description="Where a membership from paper stood.")
    missing: str = Field(
        description="What a paper register did not say and nobody filled in, blanks between."
    )
    previous: str | None = Field(
        description="The same person's membership before this one, unless either was erased."
    )
    version: int = Field(description="How many events the membership has.")


@door.query("/cooperatives/{code}/members", "members", may=REGISTER, at="code")
async def list_members(
    code: KelurahanCode,
    read: Reading,
    cut: Paging,
    status: Annotated[
        MemberStatus | None, Query(description="Only memberships in this state.")
    ] = None,
    missing: Annotated[Missing | None, Query(description="Only those who still lack this.")] = None,
    number: Annotated[
        str | None,
        Query(
            max_length=40,
            pattern=MEMBER_NUMBER,
            description="Only who has this number in the cooperative's book.",
        ),
    ] = None,
) -> Page[MemberAnswer]:
    """List the register of a cooperative, by id; names are masked, so nobody is found by name."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    page = await read.page(
        cut,
        _member,
        "member",
        f"""
        SELECT m.*, {UNPAID_SINCE} FROM member m WHERE cooperative = $1
            AND ($2::text IS NULL OR status = $2)
            AND ($3::text IS NULL OR $3 = ANY(string_to_array(missing, ' ')))
            AND ($4::text IS NULL OR number = $4)
        """,  # noqa: S608 - our own text
        code,
        status,
        missing,
        number,
    )
    await _shown(read, code, page.items)
    return page


def _member(row: Mapping[str, Any]) -> MemberAnswer:
    said = dict(row)
    since = said.pop("unpaid_since")
    return MemberAnswer(**said | {"owed_since": since})


async def _shown(read: Read, code: str, shown: Sequence[MemberAnswer]) -> None:
    """Put the masked names to the memberships, and take links to or from the erased.

    Also from the past: it is asked who is erased now.
    """
    linked = [one for one in shown if one.previous]
    persons = {who for one in linked for who in (one.member, one.previous) if who}
    rows = await read.rows(ERASED_OF, code, sorted(persons)) if persons else []
    gone = {row["member"] for row in rows}
    for one in linked:
        if gone & {one.member, one.previous}:
            one.previous = None
    names = await masked(read, [(code, one.member) for one in shown], "name")
    for one in shown:
        one.name = names.get((code, one.member), {}).get("name", one.name)


class ApplicationAnswer(BaseModel):
    """An application that is not decided, or not paid, and how long it has waited."""

    cooperative: str
    cooperative_name: str
    kecamatan: str
    member: str
    name: str = Field(default="••••", description="Masked.")
    status: MemberStatus
    applied_at: datetime
    days: int | None = Field(description="Days since then, by the latest day that began.")


@door.query("/applications", "members", may=REGISTER, at=REGION)
async def list_applications(
    read: Reading,
    within: Within,
    cut: Paging,
    older_than_days: Annotated[
        int, Query(ge=0, le=10_000, description="Only those that have waited longer.")
    ] = 0,
) -> Page[ApplicationAnswer]:
    """List the applications that wait: for a check, for a decision, or for the simpanan pokok.

    Those that have waited longest come first.
    """
    today = await day_of_answer(read)
    page = await read.page(
        cut,
        lambda row: ApplicationAnswer(
            cooperative=row["cooperative"],
            cooperative_name=row["cooperative_name"],
            kecamatan=row["kecamatan"],
            member=row["member"],
            status=row["status"],
            applied_at=row["applied_at"],
            days=row["days"],
        ),
        "to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US ') || member",
        """
        SELECT * FROM (
            SELECT m.*, c.name AS cooperative_name, c.kecamatan,
                $2::date - (applied_at AT TIME ZONE 'Asia/Jakarta')::date AS days
            FROM member m JOIN cooperative c ON c.code = m.cooperative
            WHERE cooperative LIKE ANY($1) AND status IN ('applied', 'verified', 'approved')
        ) waiting WHERE coalesce(days, 0) >= $3
        """,
        below(within),
        today,
        older_than_days,
    )
    names = await masked(read, [(one.cooperative, one.member) for one in page.items], "name")
    for one in page.items:
        one.name = names.get((one.cooperative, one.member), {}).get("name", one.name)
    return page


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


class Churn(BaseModel):
    """Who came and went in the half-open time from *since* to *until*.

    *opening* + *joined* - *left* = *closing*, always.
    """

    cooperative: str
    since: date
    until: date
    opening: int
    joined: int
    left: int
    resigned: int
    deceased: int
    dismissed: int
    closing: int


@door.query("/cooperatives/{code}/members/churn", "members", may=FIGURES, at="code")
async def member_churn(
    code: KelurahanCode,
    read: Reading,
    since: Annotated[Day, Query(description="The first day.")],
    until: Annotated[Day, Query(description="The first day that no longer counts.")],
) -> Churn:
    """Count who joined and who left between two days, in Jakarta's time."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    first, end = (datetime.combine(day, datetime.min.time(), WIB) for day in (since, until))
    (found,) = await read.rows(
        """
        SELECT
            count(*) FILTER (WHERE joined_at < $2 AND (left_at >= $2) IS NOT FALSE) AS opening,
            count(*) FILTER (WHERE joined_at >= $2 AND joined_at < $3) AS joined,
            count(*) FILTER (WHERE gone) AS "left",
            count(*) FILTER (WHERE gone AND left_by = 'resigned') AS resigned,
            count(*) FILTER (WHERE gone AND left_by = 'deceased') AS deceased,
            count(*) FILTER (WHERE gone AND left_by = 'dismissed') AS dismissed,
            count(*) FILTER (WHERE joined_at < $3 AND (left_at >= $3) IS NOT FALSE) AS closing
        FROM (
            SELECT *, left_at >= $2 AND left_at < $3 AS gone FROM member
            WHERE cooperative = $1 AND joined_at IS NOT NULL
        ) known
        """,
        code,
        first,
        max(first, end),
    )
    return Churn(cooperative=code, since=since, until=until, **found)


@door.query("/cooperatives/{code}/members/{person}", "members", may=REGISTER, at="code")
async def show_member(code: KelurahanCode, person: Person, read: Reading) -> MemberAnswer:
    """Show one membership; the name is masked."""
    row = await read.row(
        f"anggota {person}",
        f"SELECT m.*, {UNPAID_SINCE} FROM member m WHERE cooperative = $1 AND member = $2",  # noqa: S608 - our own text
        code,
        str(person),
    )
    answer = _member(row)
    await _shown(read, code, [answer])
    return answer
