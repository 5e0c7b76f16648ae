"""Figures of many cooperatives over HTTP: whom to help first, and what SIMKOPDES shows of them."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from services.membership.api.cooperative import COOPERATIVES
from services.membership.api.door import FIGURES, day_of_answer, door
from services.membership.domain.territory import KECAMATAN, KELURAHAN, KOTA
from shared.access import below, covers
from shared.http.answering import Page, Paging, Reading
from shared.http.door import REGION, Within

VALID_DOCUMENTS = """
    SELECT cooperative,
        bool_or(kind = 'badan-hukum') AS legal_entity,
        bool_or(kind = 'nib') AS nib,
        bool_or(kind = 'npwp') AS npwp,
        bool_or(kind = 'akun-simkopdes') AS simkopdes_account,
        bool_or(kind = 'rekening-bank') AS bank_account
    FROM legal_document WHERE coalesce(valid_until >= $1::date, true) GROUP BY cooperative
"""
"""Which papers each cooperative holds that have not run out on the day $1."""


class NotOperating(BaseModel):
    """A cooperative that does not operate, and why."""

    code: str
    name: str
    kecamatan: str
    why: Literal["no_gerai", "suspended"]
    suspended_since: date | None = Field(description="The first day of the pause that runs.")
    suspended_until: date | None = Field(description="The last day of the pause that runs.")
    suspended_because: str | None


@door.query("/not-operating", "statistics", may=FIGURES, at=REGION)
async def list_not_operating(read: Reading, within: Within, cut: Paging) -> Page[NotOperating]:
    """List the cooperatives of a region that do not operate: no gerai is open, or a pause runs."""
    return await read.page(
        cut,
        lambda row: NotOperating(**row),
        "code",
        f"""
        SELECT *, CASE WHEN suspended THEN 'suspended' ELSE 'no_gerai' END AS why
        FROM ({COOPERATIVES}) c WHERE NOT operating AND code LIKE ANY($2)
        """,  # noqa: S608 - our own texts
        await day_of_answer(read),
        below(within),
    )


type Requirement = Literal[
    "legal_entity", "nib", "npwp", "simkopdes_account", "bank_account", "gerai_open"
]


class Readiness(BaseModel):
    """What a cooperative has of what it needs: papers that have not run out, and an open gerai."""

    code: str
    name: str
    kecamatan: str
    legal_entity: bool = Field(description="A paper of the kind badan-hukum, the ministry's.")
    nib: bool
    npwp: bool
    simkopdes_account: bool
    bank_account: bool
    gerai_open: bool
    percentage: int = Field(description="How much of the above, rounded down.")


@door.query("/readiness", "statistics", may=FIGURES, at=REGION)
async def list_readiness(
    read: Reading,
    within: Within,
    cut: Paging,
    missing: Annotated[Requirement | None, Query(description="Only those that lack this.")] = None,
) -> Page[Readiness]:
    """List what the cooperatives of a region have of what they need to work."""
    return await read.page(
        cut,
        lambda row: Readiness(**row),
        "code",
        f"""
        SELECT *, (legal_entity::int + nib::int + npwp::int + simkopdes_account::int
            + bank_account::int + gerai_open::int) * 100 / 6 AS percentage
        FROM (
            SELECT c.code, c.name, c.kecamatan,
                coalesce(d.legal_entity, false) AS legal_entity,
                coalesce(d.nib, false) AS nib,
                coalesce(d.npwp, false) AS npwp,
                coalesce(d.simkopdes_account, false) AS simkopdes_account,
                coalesce(d.bank_account, false) AS bank_account,
                EXISTS (
                    SELECT FROM gerai g WHERE g.cooperative = c.code AND g.closed_on IS NULL
                ) AS gerai_open
            FROM cooperative c LEFT JOIN ({VALID_DOCUMENTS}) d ON d.cooperative = c.code
            WHERE c.code LIKE ANY($2)
        ) ready
        WHERE $3::text IS NULL OR NOT (to_jsonb(ready) ->> $3)::boolean
        """,  # noqa: S608 - our own texts
        await day_of_answer(read),
        below(within),
        missing,
    )


class Freshness(BaseModel):
    """When somebody last reported a fact of a cooperative; what was concluded does not count."""

    code: str
    name: str
    kecamatan: str
    last_reported_at: datetime
    silent_days: int = Field(description="From that day to the day that the answer is about.")


@door.query("/freshness", "statistics", may=FIGURES, at=REGION)
async def list_freshness(
    read: Reading,
    within: Within,
    cut: Paging,
    silent_for_days: Annotated[
        int, Query(ge=0, le=36_500, description="Only those silent for so many days or more.")
    ] = 0,
) -> Page[Freshness]:
    """List for how long the cooperatives of a region have been silent."""
    return await read.page(
        cut,
        lambda row: Freshness(**row),
        "code",
        """
        SELECT * FROM (
            SELECT *, greatest(
                0, $1::date - (last_reported_at AT TIME ZONE INTERVAL '7 hours')::date
            ) AS silent_days
            FROM cooperative
        ) heard
        WHERE code LIKE ANY($2) AND silent_days >= $3
        """,
        await day_of_answer(read),
        below(within),
        silent_for_days,
    )


type Level = Literal["kelurahan", "kecamatan", "kota"]
_LEVELS = {
    "kelurahan": (13, {code: one.name for code, one in KELURAHAN.items()}),
    "kecamatan": (8, KECAMATAN),
    "kota": (5, KOTA),
}
"""How long the code of a level is, and the names of its codes."""


class SimkopdesFigures(BaseModel):
    """The figures of a place, under the headings of SIMKOPDES. Sums are in rupiah."""

    code: str
    name: str
    jumlah_koperasi: int
    nib: int = Field(description="How many have a NIB that has not run out.")
    npwp: int = Field(description="How many have an NPWP that has not run out.")
    anggota: int = Field(description="Active members.")
    simpanan_pokok: int = Field(description="Simpanan pokok of those who have not left.")
    simpanan_wajib: int = Field(description="Simpanan wajib of those who have not left.")
    rat_verified: int = Field(description="RAT of the book year before the period.")
    rat_draft: int
    rat_belum: int
    nilai_transaksi: int | None = Field(
        description="In rupiah, by the quarterly reports; null without any."
    )


SIMKOPDES = f"""
    WITH document AS ({VALID_DOCUMENTS}),
    member_of AS (
        SELECT cooperative, count(*) FILTER (WHERE status = 'active') AS members,
            sum(pokok) FILTER (WHERE left_at IS NULL) AS pokok,
            sum(wajib) FILTER (WHERE left_at IS NULL) AS wajib
        FROM member GROUP BY cooperative
    ),
    rat_of AS (SELECT cooperative, status FROM rat WHERE book_year = $4::int - 1),
    trade AS (
        SELECT cooperative, sum(transaction_value) AS value
        FROM quarterly_report WHERE year = $4 GROUP BY cooperative
    )
    SELECT left(place, $3) AS code,
        count(c.code) AS jumlah_koperasi,
        count(*) FILTER (WHERE d.nib) AS nib,
        count(*) FILTER (WHERE d.npwp) AS npwp,
        coalesce(sum(m.members), 0)::bigint AS anggota,
        coalesce(sum(m.pokok), 0)::bigint AS simpanan_pokok,
        coalesce(sum(m.wajib), 0)::bigint AS simpanan_wajib,
        count(*) FILTER (WHERE r.status = 'verified') AS rat_verified,
        count(*) FILTER (WHERE r.status = 'draft') AS rat_draft,
        count(c.code) FILTER (WHERE coalesce(r.status NOT IN ('verified', 'draft'), true))
            AS rat_belum,
        sum(t.value)::bigint AS nilai_transaksi
    FROM unnest($2::text[]) AS places(place)
    LEFT JOIN cooperative c ON c.code = place
    LEFT JOIN document d ON d.cooperative = place
    LEFT JOIN member_of m ON m.cooperative = place
    LEFT JOIN rat_of r ON r.cooperative = place
    LEFT JOIN trade t ON t.cooperative = place
    GROUP BY 1
"""  # noqa: S608 - our own texts
"""By code alone: two cooperatives of one name stay two, and one with two spellings stays one."""


@door.query("/statistics/simkopdes", "statistics", may=FIGURES, at=REGION)
async def show_simkopdes_statistics(
    read: Reading,
    within: Within,
    cut: Paging,
    level: Annotated[Level, Query(description="A row for each of these.")],
    period: Annotated[int, Query(ge=2025, le=2100, description="The year of RAT and trade.")],
) -> Page[SimkopdesFigures]:
    """Show the figures that SIMKOPDES shows, of each kelurahan that you may see or as sums."""
    length, names = _LEVELS[level]
    return await read.page(
        cut,
        lambda row: SimkopdesFigures(**row, name=names[row["code"]]),
        "code",
        SIMKOPDES,
        await day_of_answer(read),
        [code for code in KELURAHAN if any(covers(place, code) for place in within)],
        length,
        period,
    )
