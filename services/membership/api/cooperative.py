"""The register of cooperatives over HTTP: their papers, their gerai, their pauses."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field

from services.membership.api.door import (
    GERAI_KINDS_ENTITY,
    HELPERS,
    OFFICE,
    beginning,
    cooperative_of,
    day_of_answer,
    door,
)
from services.membership.commands.cooperative import (
    CloseGerai,
    Closure,
    LegalDocument,
    OpenGerai,
    Opening,
    RecordLegalDocument,
    RegisterCooperative,
    Registration,
    ResumeOperation,
    Resumption,
    SuspendOperation,
    Suspension,
)
from services.membership.commands.policy import Slug
from services.membership.domain.cooperative import cooperative
from services.membership.domain.policy import gerai_kinds, known
from services.membership.events.cooperative import DocumentKind
from shared.access import EVERYBODY, Role, below
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Read, Reading
from shared.http.asking import Asking, Editing, Receipt
from shared.http.door import CITY_WIDE, REGION, Within

type Gerai = Annotated[Slug, Path(description="The gerai's id within the cooperative.")]


@door.command("/cooperatives", "cooperatives", may={Role.SUDIN}, at=CITY_WIDE)
async def register_cooperative(body: RegisterCooperative, ask: Asking) -> Receipt:
    """Enter the cooperative of a kelurahan into the register."""
    return await ask(
        cooperative_of(body.code), cooperative, Registration(body, ask.day(body)), body
    )


@door.command("/cooperatives/{code}/documents", "cooperatives", may=HELPERS, at="code")
async def record_legal_document(
    code: KelurahanCode, body: RecordLegalDocument, ask: Asking
) -> Receipt:
    """Record a paper, a licence or an account; without `effective_at`, as of its day of issue."""
    command, at = LegalDocument(body, ask.day(body)), beginning(ask, body, body.issued_on)
    return await ask(cooperative_of(code), cooperative, command, body, at=at)


@door.command("/cooperatives/{code}/gerai", "gerai", may=HELPERS, at="code")
async def open_gerai(code: KelurahanCode, body: OpenGerai, ask: Asking) -> Receipt:
    """Open a gerai; without `effective_at`, as of its first day."""
    kinds = known(await ask.state(GERAI_KINDS_ENTITY, gerai_kinds))
    command, at = Opening(body, kinds, ask.day(body)), beginning(ask, body, body.opened_on)
    return await ask(cooperative_of(code), cooperative, command, body, at=at)


@door.command("/cooperatives/{code}/gerai/{gerai}/closure", "gerai", may=HELPERS, at="code")
async def close_gerai(code: KelurahanCode, gerai: Gerai, body: CloseGerai, ask: Asking) -> Receipt:
    """Close a gerai; without `effective_at`, as of the first day on which it is closed."""
    command, at = Closure(gerai, body, ask.day(body)), beginning(ask, body, body.closed_on)
    return await ask(cooperative_of(code), cooperative, command, body, at=at)


@door.command("/cooperatives/{code}/suspension", "cooperatives", may=OFFICE, at="code")
async def suspend_operation(code: KelurahanCode, body: SuspendOperation, ask: Editing) -> Receipt:
    """Say that the cooperative does not operate until a day; that ends by itself."""
    command = Suspension(body, ask.day(body))
    return await ask(cooperative_of(code), cooperative, command, body)


@door.command("/cooperatives/{code}/resumption", "cooperatives", may=OFFICE, at="code")
async def resume_operation(code: KelurahanCode, body: ResumeOperation, ask: Editing) -> Receipt:
    """Say that the cooperative operates again before its pause is over."""
    return await ask(cooperative_of(code), cooperative, Resumption(ask.day(body)), body)


class CooperativeAnswer(BaseModel):
    """A cooperative. *last_heard_at* is when its last fact was recorded."""

    code: str
    name: str
    kecamatan: str
    founded_on: date
    active_members: int
    last_heard_at: datetime
    operating: bool = Field(description="A gerai is open, and no pause runs.")
    open_gerai: int = Field(description="How many gerai are open.")
    suspended_until: date | None = Field(description="The last day of a pause that runs.")


class DocumentAnswer(BaseModel):
    """A paper that the cooperative holds. Of a bank account the last four characters are shown."""

    kind: DocumentKind
    number: str
    issued_on: date
    valid_until: date | None
    valid: bool = Field(description="It has not run out.")


type Documents = list[DocumentAnswer]
"""One cell of a table, as the answer is one cooperative and not a list."""


class CooperativeFile(CooperativeAnswer):
    """A cooperative with its papers. *version* is the one that an edit of it names."""

    suspended_because: str | None
    documents: Documents
    version: int


COOPERATIVES = """
    SELECT code, name, kecamatan, founded_on, last_heard_at, last_reported_at, version,
        active_members, open_gerai, open_gerai > 0 AND NOT suspended AS operating, suspended,
        CASE WHEN suspended THEN suspended_since END AS suspended_since,
        CASE WHEN suspended THEN suspended_until END AS suspended_until,
        CASE WHEN suspended THEN suspended_because END AS suspended_because
    FROM (
        SELECT c.*, coalesce(c.suspended_until >= $1::date, false) AS suspended, (
            SELECT count(*) FROM member m WHERE m.cooperative = c.code AND m.status = 'active'
        ) AS active_members, (
            SELECT count(*) FROM gerai g WHERE g.cooperative = c.code AND g.closed_on IS NULL
        ) AS open_gerai
        FROM cooperative c
    ) seen
"""
"""Cooperatives as they are on the day $1."""


def one_cooperative(day: date | None, code: str) -> tuple[str, date | None, str]:
    """Return the statement that shows a cooperative as it is on *day*, and what it is given."""
    return COOPERATIVES + "WHERE code = $2", day, code


@door.query("/cooperatives", "cooperatives", may=EVERYBODY, at=REGION)
async def list_cooperatives(read: Reading, within: Within, cut: Paging) -> Page[CooperativeAnswer]:
    """List the cooperatives of a region by code."""
    return await read.page(
        cut,
        lambda row: CooperativeAnswer(**row),
        "code",
        COOPERATIVES + "WHERE code LIKE ANY($2)",
        await day_of_answer(read),
        below(within),
    )


@door.query("/cooperatives/{code}", "cooperatives", may=EVERYBODY, at="code")
async def show_cooperative(code: KelurahanCode, read: Reading) -> CooperativeFile:
    """Show one cooperative with its papers, as far as they are known."""
    day = await day_of_answer(read)
    row = await read.row(f"koperasi {code}", *one_cooperative(day, code))
    return CooperativeFile(**row, documents=await _documents(read, code, day))


async def _documents(read: Read, code: str, day: date | None) -> Documents:
    rows: list[Any] = await read.rows(
        """
        SELECT kind, issued_on, valid_until, coalesce(valid_until >= $2::date, true) AS valid,
            CASE WHEN kind = $3 THEN '•••• ' || right(number, 4) ELSE number END AS number
        FROM legal_document WHERE cooperative = $1 ORDER BY kind, slot COLLATE "C"
        """,
        code,
        day,
        DocumentKind.REKENING_BANK.value,
    )
    return [DocumentAnswer(**row) for row in rows]


class GeraiAnswer(BaseModel):
    """One opening of a gerai: from *opened_on* until the day before *closed_on*."""

    gerai: str
    kind: str
    name: str
    opened_on: date
    closed_on: date | None
    closed_because: str | None
    open: bool


@door.query("/cooperatives/{code}/gerai", "gerai", may=EVERYBODY, at="code")
async def list_gerai(
    code: KelurahanCode,
    read: Reading,
    cut: Paging,
    open_only: Annotated[bool, Query(description="Only those that are open.")] = False,  # noqa: FBT002 - a query parameter
) -> Page[GeraiAnswer]:
    """List the gerai of a cooperative by id, each opening of them."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    return await read.page(
        cut,
        lambda row: GeraiAnswer(**row),
        "concat_ws(' ', gerai, opened_on)",
        """
        SELECT *, closed_on IS NULL AS open FROM gerai
        WHERE cooperative = $1 AND (closed_on IS NULL OR NOT $2)
        """,
        code,
        open_only,
    )
