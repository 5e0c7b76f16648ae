"""How far the yearly meetings are, over HTTP: of one cooperative, of a region, by kecamatan."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from services.membership.api.deadlines import policies
from services.membership.api.door import FIGURES, door
from services.membership.api.rat import BookYear
from services.membership.domain.deadlines import deadline, end_of_year
from services.membership.domain.rat import FIRST_BOOK_YEAR
from services.membership.domain.territory import KECAMATAN
from services.membership.events.deadlines import Obligation
from shared.access import below
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Read, Reading
from shared.http.door import REGION, Within

type OfBookYear = Annotated[
    int, Query(ge=FIRST_BOOK_YEAR, le=2100, description="The year whose accounts the RAT hears.")
]


class RATAnswer(BaseModel):
    """How far a cooperative is with its meeting on a book year.

    *status* is belum, dijadwalkan, tanpa-kuorum, dilaksanakan, draft (reported) or verified.
    """

    code: str
    name: str
    kecamatan: str
    book_year: int
    status: str
    due_on: date = Field(description="The deadline that it missed, or the one that applies.")
    overdue: bool = Field(description="A later day began, and it is not recorded as held.")
    planned_on: date | None
    held_on: date | None
    quorum: bool | None


class RATFile(RATAnswer):
    """All that is known of a meeting. *version* is the one that an edit of it names."""

    venue: str | None
    present: int | None
    members: int | None = Field(description="Active members as the day of the meeting ended.")
    decisions: str | None
    assets: int | None
    savings: int | None
    turnover: int | None
    shu: int | None
    report_url: str | None
    returned_because: str | None
    version: int


MEETINGS = """
    SELECT c.code, c.name, c.kecamatan, $1::integer AS book_year,
        coalesce(r.status, 'belum') AS status,
        coalesce(r.due_on, $2::date) AS due_on,
        coalesce(r.overdue, false) OR coalesce(
            r.quorum IS NOT TRUE AND coalesce(r.due_on, $2) < (SELECT max(day) FROM today), false
        ) AS overdue,
        r.planned_on, r.venue, r.held_on, r.present, r.members, r.quorum, r.decisions,
        r.assets, r.savings, r.turnover, r.shu, r.report_url, r.returned_because,
        coalesce(r.version, 0) AS version
    FROM cooperative c LEFT JOIN rat r ON r.cooperative = c.code AND r.book_year = $1
    WHERE c.founded_on <= $3
"""
"""The meetings on the book year $1, which ends on $3 and is due on $2, of who was there by then."""


async def _of(read: Read, book_year: int) -> Sequence[object]:
    """The values of `MEETINGS`."""
    last = end_of_year(book_year)
    return book_year, deadline(Obligation.RAT, last, await policies(read)), last


@door.query("/rat", "rat", may=FIGURES, at=REGION)
async def list_rat(
    read: Reading,
    within: Within,
    cut: Paging,
    book_year: OfBookYear,
    overdue_only: Annotated[bool, Query(description="Only those that are overdue.")] = False,  # noqa: FBT002 - a query parameter
) -> Page[RATAnswer]:
    """List how far the cooperatives of a region are with the meeting on a book year."""
    return await read.page(
        cut,
        lambda row: RATAnswer(**row),
        "code",
        f"SELECT * FROM ({MEETINGS}) m WHERE code LIKE ANY($4) AND (overdue OR NOT $5)",  # noqa: S608 - our own texts
        *await _of(read, book_year),
        below(within),
        overdue_only,
    )


class RATSummary(BaseModel):
    """How many cooperatives of a kecamatan are how far; belum, draft and verified are all."""

    code: str
    name: str
    cooperatives: int
    belum: int = Field(description="Neither draft nor verified, as SIMKOPDES counts.")
    draft: int
    verified: int
    held: int = Field(description="The meeting was held, whatever was reported.")
    overdue: int


@door.query("/rat/summary", "rat", may=FIGURES, at=REGION)
async def summarize_rat(
    read: Reading, within: Within, cut: Paging, book_year: OfBookYear
) -> Page[RATSummary]:
    """Count by kecamatan how far the cooperatives are with the meeting on a book year."""
    return await read.page(
        cut,
        lambda row: RATSummary(**row, name=KECAMATAN[row["code"]]),
        "code",
        f"""
        SELECT left(code, 8) AS code, count(*) AS cooperatives,
            count(*) FILTER (WHERE status NOT IN ('draft', 'verified')) AS belum,
            count(*) FILTER (WHERE status = 'draft') AS draft,
            count(*) FILTER (WHERE status = 'verified') AS verified,
            count(held_on) AS held,
            count(*) FILTER (WHERE overdue) AS overdue
        FROM ({MEETINGS}) m WHERE code LIKE ANY($4) GROUP BY 1
        """,  # noqa: S608 - our own texts
        *await _of(read, book_year),
        below(within),
    )


@door.query("/cooperatives/{code}/rat/{book_year}", "rat", may=FIGURES, at="code")
async def show_rat(code: KelurahanCode, book_year: BookYear, read: Reading) -> RATFile:
    """Show the meeting of a cooperative on a book year, as far as it is known."""
    row = await read.row(
        f"RAT koperasi {code} tahun buku {book_year}",
        f"SELECT * FROM ({MEETINGS}) m WHERE code = $4",  # noqa: S608 - our own texts
        *await _of(read, book_year),
        code,
    )
    return RATFile(**row)
