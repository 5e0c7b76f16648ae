"""Bills, payments and arrears over HTTP."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field

from services.membership.api.arrears import UNPAID_SINCE
from services.membership.api.door import (
    FIGURES,
    HELPERS,
    PENGURUS,
    REGISTER,
    Person,
    door,
    founded_on,
    member_of,
    savings_of,
)
from services.membership.api.masking import masked
from services.membership.api.others import others_of
from services.membership.commands.member import (
    Payment,
    RecordSavingsPayment,
    Reversal,
    ReverseSavingsPayment,
)
from services.membership.commands.savings import (
    Billing,
    Cancellation,
    CancelSavingsBill,
    IssueSavingsBill,
    Month,
)
from services.membership.domain.member import member
from services.membership.domain.savings import savings
from services.membership.events.savings import Billed, Savings
from shared.access import below
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Asking, Receipt
from shared.http.door import REGION, Within


@door.command("/cooperatives/{code}/members/{person}/savings", "savings", may=HELPERS, at="code")
async def record_savings_payment(
    code: KelurahanCode, person: Person, body: RecordSavingsPayment, ask: Asking
) -> Receipt:
    """Record a payment; the simpanan pokok makes an approved applicant a member.

    A member who was imported without simpanan pokok pays it later, once.
    The receipt's version, less that of what else the payment brought about, is its number.
    """
    joins = body.kind is Savings.POKOK
    others = await others_of(ask, code, person) if joins else ()
    command = Payment(body, ask.at(body), await founded_on(ask, code), others)
    return await ask(member_of(code, person), member, command, body)


@door.command(
    "/cooperatives/{code}/members/{person}/payments/{payment}/reversal",
    "savings",
    may=HELPERS,
    at="code",
)
async def reverse_savings_payment(
    code: KelurahanCode,
    person: Person,
    payment: Annotated[
        int, Path(ge=1, le=2**31 - 1, description="Its number, as the list of payments says.")
    ],
    body: ReverseSavingsPayment,
    ask: Asking,
) -> Receipt:
    """Say that a payment that was recorded was none; the record of it stays."""
    return await ask(member_of(code, person), member, Reversal(body, payment), body)


@door.command("/cooperatives/{code}/bills", "savings", may=PENGURUS, at="code")
async def issue_savings_bill(code: KelurahanCode, body: IssueSavingsBill, ask: Asking) -> Receipt:
    """Bill the savings of a month to all who are members when they are due.

    Where the last day is over already, the bill falls due at once.
    """
    command = Billing(body, await founded_on(ask, code), ask.day(body))
    return await ask(savings_of(code), savings, command, body)


@door.command(
    "/cooperatives/{code}/bills/{kind}/{period}/cancellation", "savings", may=PENGURUS, at="code"
)
async def cancel_savings_bill(
    code: KelurahanCode,
    kind: Annotated[Billed, Path(description="Which savings.")],
    period: Annotated[Month, Path(description="The month.")],
    body: CancelSavingsBill,
    ask: Asking,
) -> Receipt:
    """Withdraw a bill that has not fallen due."""
    return await ask(savings_of(code), savings, Cancellation(kind, period, body), body)


class PaymentAnswer(BaseModel):
    """One payment, and whether it turned out to be none."""

    payment: int = Field(description="Its number, which a reversal names.")
    kind: Savings
    amount: int = Field(description="In rupiah.")
    period: str | None
    paid_at: datetime
    reversed_at: datetime | None


@door.query("/cooperatives/{code}/members/{person}/payments", "savings", may=REGISTER, at="code")
async def list_payments(
    code: KelurahanCode, person: Person, read: Reading, cut: Paging
) -> Page[PaymentAnswer]:
    """List what a member paid, in the order in which it was recorded."""
    await read.row(
        f"anggota {person}",
        "SELECT 1 FROM member WHERE cooperative = $1 AND member = $2",
        code,
        str(person),
    )
    return await read.page(
        cut,
        lambda row: PaymentAnswer(**row),
        "lpad(payment::text, 10, '0')",
        "SELECT * FROM savings_payment WHERE cooperative = $1 AND member = $2",
        code,
        str(person),
    )


class BillAnswer(BaseModel):
    """A bill, and how far it is paid by those who are members now."""

    kind: Billed
    period: str
    amount: int = Field(description="Of each member, in rupiah.")
    due_on: date
    issued_at: datetime
    status: Literal["open", "due", "cancelled"]
    paid_by: int = Field(description="How many members named this month when they paid.")
    paid: int = Field(description="How much they paid for it, in rupiah.")


@door.query("/cooperatives/{code}/bills", "savings", may=FIGURES, at="code")
async def list_bills(code: KelurahanCode, read: Reading, cut: Paging) -> Page[BillAnswer]:
    """List the bills of a cooperative by month, and how many paid."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    return await read.page(
        cut,
        lambda row: BillAnswer(**row),
        "period || ' ' || kind",
        """
        SELECT b.*, (
            SELECT count(DISTINCT p.member) FROM savings_payment p
            WHERE p.cooperative = b.cooperative AND p.kind = b.kind AND p.period = b.period
                AND p.reversed_at IS NULL
        ) AS paid_by, (
            SELECT coalesce(sum(p.amount), 0)::bigint FROM savings_payment p
            WHERE p.cooperative = b.cooperative AND p.kind = b.kind AND p.period = b.period
                AND p.reversed_at IS NULL
        ) AS paid
        FROM savings_bill b WHERE b.cooperative = $1
        """,
        code,
    )


class ArrearsAnswer(BaseModel):
    """A member who owes simpanan wajib that have fallen due."""

    cooperative: str
    member: str
    name: str = Field(default="••••", description="Masked.")
    number: str | None = Field(description="The number in the cooperative's own book.")
    owed: int = Field(description="In rupiah.")
    since: str | None = Field(description="The first month that is not paid in full.")


@door.query("/cooperatives/{code}/arrears", "savings", may=REGISTER, at="code")
async def list_arrears(code: KelurahanCode, read: Reading, cut: Paging) -> Page[ArrearsAnswer]:
    """List the members who are in arrears; names are masked."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    page = await read.page(
        cut,
        lambda row: ArrearsAnswer(
            cooperative=code,
            member=row["member"],
            number=row["number"],
            owed=row["owed"],
            since=row["unpaid_since"],
        ),
        "member",
        f"""
        SELECT m.member, m.number, m.owed, {UNPAID_SINCE}
        FROM member m WHERE m.cooperative = $1 AND m.owed > 0
        """,  # noqa: S608 - our own text
        code,
    )
    names = await masked(read, [(code, one.member) for one in page.items], "name")
    for one in page.items:
        one.name = names.get((code, one.member), {}).get("name", one.name)
    return page


class SavingsAnswer(BaseModel):
    """What members and former members of a cooperative have paid, less what was reversed.

    In rupiah. SIMKOPDES has the savings of present members: /v1/statistics/simkopdes.
    """

    cooperative: str
    period: str | None = Field(description="The year or month; null: from the beginning.")
    members: int = Field(description="Active members now.")
    pokok: int
    wajib: int
    sukarela: int
    owed: int = Field(description="Simpanan wajib in arrears now.")


@door.query("/savings", "savings", may=FIGURES, at=REGION)
async def savings_totals(
    read: Reading,
    within: Within,
    cut: Paging,
    period: Annotated[
        str | None,
        Query(
            max_length=7,
            pattern=r"^(19|20)\d{2}(-(0[1-9]|1[0-2]))?$",
            description="Only what was paid in this year or month, in Jakarta's time; without it "
            "all, with the balances that came from paper registers.",
        ),
    ] = None,
) -> Page[SavingsAnswer]:
    """Add up the savings of each cooperative of a region, also of those who left since."""
    return await read.page(
        cut,
        lambda row: SavingsAnswer(
            cooperative=row["cooperative"],
            period=period,
            members=row["members"],
            pokok=row["pokok"],
            wajib=row["wajib"],
            sukarela=row["sukarela"],
            owed=row["owed"],
        ),
        "cooperative",
        """
        SELECT c.code AS cooperative, m.members, m.owed,
            CASE WHEN $2::text IS NULL THEN m.pokok ELSE p.pokok END AS pokok,
            CASE WHEN $2::text IS NULL THEN m.wajib ELSE p.wajib END AS wajib,
            CASE WHEN $2::text IS NULL THEN m.sukarela ELSE p.sukarela END AS sukarela
        FROM cooperative c
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE status = 'active') AS members,
                coalesce(sum(pokok), 0)::bigint AS pokok,
                coalesce(sum(wajib), 0)::bigint AS wajib,
                coalesce(sum(sukarela), 0)::bigint AS sukarela,
                coalesce(sum(owed), 0)::bigint AS owed
            FROM member WHERE cooperative = c.code
        ) m
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount) FILTER (WHERE kind = 'pokok'), 0)::bigint AS pokok,
                coalesce(sum(amount) FILTER (WHERE kind = 'wajib'), 0)::bigint AS wajib,
                coalesce(sum(amount) FILTER (WHERE kind = 'sukarela'), 0)::bigint AS sukarela
            FROM savings_payment
            WHERE cooperative = c.code AND reversed_at IS NULL
                AND to_char(paid_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM') LIKE $2 || '%'
        ) p
        WHERE c.code LIKE ANY($1)
        """,
        below(within),
        period,
    )
