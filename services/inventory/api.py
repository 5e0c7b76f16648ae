"""What may be asked of inventory over HTTP, and what it answers."""

from asyncio import gather
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.inventory.commands import (
    Circumstances,
    Code,
    Count,
    DefineCommodity,
    Delivery,
    PriceReference,
    PublishPriceReference,
    ReceiveGoods,
    RecordSale,
    RecordStockCount,
    Sale,
    SetAdequacyPolicy,
    Unit,
)
from services.inventory.domain.adequacy import cover_tenths, daily_demand, days_observed
from services.inventory.domain.commodity import commodity
from services.inventory.domain.demand import demand
from services.inventory.domain.policy import policy
from services.inventory.domain.price import Severity, breach, in_force, price
from services.inventory.domain.stock import stock
from services.inventory.domain.units import per_trade_unit
from services.inventory.events import (
    BaseUnit,
    CommodityDefined,
    LowReason,
    PriceKind,
    PriceReferencePublished,
    TradeUnit,
)
from services.inventory.projection import PolicyRow
from shared.codes import CITY, KelurahanCode, RegionPrefix
from shared.http.answering import After, Limit, Page, Read, Reading, after_key
from shared.http.asking import Ask, Asking, Receipt
from shared.subjects import Entity

router = APIRouter()

type Region = Annotated[RegionPrefix, Query(description="Only those below this code.")]


def _commodity(code: str) -> Entity:
    return Entity("inventory", CITY, "commodity", code)


def _price(code: str) -> Entity:
    return Entity("inventory", CITY, "price", code)


_POLICY = Entity("inventory", CITY, "policy", "adequacy")


def _demand(code: str) -> Entity:
    return Entity("inventory", code, "demand", "members")


def _stock(code: str, gerai: str, goods: str) -> Entity:
    return Entity("inventory", code, "stock", f"{gerai}_{goods}")


async def _circumstances(ask: Ask, code: str, goods: str) -> Circumstances:
    """Look at all four side by side: a sale waits as long as for one look at the log."""
    defined, references, terms, members = await gather(
        ask.state(_commodity(goods), commodity),
        ask.state(_price(goods), price),
        ask.state(_POLICY, policy),
        ask.state(_demand(code), demand),
    )
    return Circumstances(defined, references, terms, members)


def _line(ask: Ask, entity: Entity) -> UUID:
    """Return the movement's id; with the stock in it, one key for two stocks makes two lines."""
    return ask.fresh_id(f"line {entity.place} {entity.id}")


@router.post("/commodities", tags=["catalogue"])
async def define_commodity(body: DefineCommodity, ask: Asking) -> Receipt:
    """Put a commodity into the catalogue, or correct what it says there."""
    return await ask(_commodity(body.code), commodity, body, body)


@router.post("/price-references", tags=["prices"])
async def publish_price_reference(body: PublishPriceReference, ask: Asking) -> Receipt:
    """Enter the price that a regulation sets: a HET binds, a HAP is a reference."""
    command = PriceReference(body, await ask.state(_commodity(body.commodity), commodity))
    return await ask(_price(body.commodity), price, command, body)


@router.post("/adequacy-policy", tags=["adequacy"])
async def set_adequacy_policy(body: SetAdequacyPolicy, ask: Asking) -> Receipt:
    """Say what counts as enough, for every cooperative of the city."""
    return await ask(_POLICY, policy, body, body)


@router.post("/cooperatives/{code}/stocks/{gerai}/{commodity}/receipts", tags=["stocks"])
async def receive_goods(
    code: KelurahanCode, gerai: Code, commodity: Code, body: ReceiveGoods, ask: Asking
) -> Receipt:
    """Take a lot into stock."""
    entity, facts = _stock(code, gerai, commodity), await _circumstances(ask, code, commodity)
    command = Delivery(body, _line(ask, entity), ask.day(body), facts)
    return await ask(entity, stock, command, body)


@router.post("/cooperatives/{code}/stocks/{gerai}/{commodity}/sales", tags=["stocks"])
async def record_sale(
    code: KelurahanCode, gerai: Code, commodity: Code, body: RecordSale, ask: Asking
) -> Receipt:
    """Sell from stock; a price above the maximum of the day is a breach in the same receipt."""
    entity, facts = _stock(code, gerai, commodity), await _circumstances(ask, code, commodity)
    command = Sale(body, _line(ask, entity), ask.day(body), facts)
    return await ask(entity, stock, command, body)


@router.post("/cooperatives/{code}/stocks/{gerai}/{commodity}/counts", tags=["stocks"])
async def record_stock_count(
    code: KelurahanCode, gerai: Code, commodity: Code, body: RecordStockCount, ask: Asking
) -> Receipt:
    """Say how much was counted; the books follow what was found."""
    entity, facts = _stock(code, gerai, commodity), await _circumstances(ask, code, commodity)
    command = Count(body, _line(ask, entity), ask.day(body), facts)
    return await ask(entity, stock, command, body)


class CommodityAnswer(BaseModel):
    """A commodity. Books are kept in *base_unit*, prices are per *trade_unit*."""

    code: str
    name: str
    grade: str
    base_unit: BaseUnit
    trade_unit: TradeUnit
    consumption_per_head_year: int | None
    source: str
    defined_at: datetime


@router.get("/commodities", tags=["catalogue"])
async def list_commodities(
    read: Reading, limit: Limit = 100, after: After = None
) -> Page[CommodityAnswer]:
    """List the catalogue by code."""
    rows = await read.rows(
        """
        SELECT commodity AS code, name, grade, base_unit, trade_unit, consumption_per_head_year,
            source, defined_at
        FROM inventory.commodity WHERE commodity > $1 ORDER BY commodity LIMIT $2
        """,
        after_key(after),
        limit + 1,
    )
    return Page[CommodityAnswer].of(
        rows, limit, read.position, lambda row: CommodityAnswer(**row), lambda row: row["code"]
    )


class PriceReferenceAnswer(BaseModel):
    """A price set by regulation, from *valid_from* to *valid_until*, both days included."""

    commodity: str
    kind: PriceKind
    unit: TradeUnit
    minimum: int | None
    maximum: int
    valid_from: date
    valid_until: date | None
    legal: str
    source: str
    zone: str | None
    position: int


@router.get("/price-references", tags=["prices"])
async def list_price_references(
    read: Reading,
    commodity: Code | None = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[PriceReferenceAnswer]:
    """List what was published, by commodity and in the order of publication."""
    rows = await read.rows(
        """
        SELECT * FROM (
            SELECT *, commodity || ' ' || lpad(position::text, 19, '0') COLLATE "C" AS key
            FROM inventory.price_reference WHERE $1::text IS NULL OR commodity = $1
        ) keyed WHERE key > $2 ORDER BY key LIMIT $3
        """,
        commodity,
        after_key(after),
        limit + 1,
    )
    return Page[PriceReferenceAnswer].of(
        rows, limit, read.position, lambda row: PriceReferenceAnswer(**row), lambda row: row["key"]
    )


class PriceCheck(BaseModel):
    """Whether a price would be a breach on a day; without a reference in force it is none.

    *unit_price* and *maximum* are per *trade_unit*.
    """

    breach: bool
    commodity: str
    sold_on: date
    trade_unit: TradeUnit
    unit_price: int
    kind: PriceKind | None = None
    severity: Severity | None = None
    maximum: int | None = None
    over_by: int = 0
    legal: str | None = None
    source: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@router.get("/price-checks", tags=["prices"])
async def check_price(
    commodity: Code,
    price: Annotated[int, Query(ge=0, le=10**10, description="Rupiah.")],
    unit: Annotated[Unit, Query(description="What the price is for.")],
    sold_on: Annotated[date, Query(description="The day of the sale, in Jakarta.")],
    read: Reading,
) -> PriceCheck:
    """Hold a price against the reference that is in force on the day of the sale."""
    row = await read.row(
        f"komoditas {commodity}",
        """
        SELECT name, grade, base_unit, trade_unit, consumption_per_head_year, source
        FROM inventory.commodity WHERE commodity = $1
        """,
        commodity,
    )
    published = await read.rows(
        """
        SELECT kind, unit, minimum, maximum, valid_from, valid_until, legal, source, zone
        FROM inventory.price_reference WHERE commodity = $1 ORDER BY position
        """,
        commodity,
    )
    defined = CommodityDefined(**row)
    unit_price = per_trade_unit(defined, price, unit)
    reference = in_force((PriceReferencePublished(**one) for one in published), sold_on)
    found = breach(reference, unit_price)
    return PriceCheck(
        breach=found is not None,
        commodity=commodity,
        sold_on=sold_on,
        trade_unit=defined.trade_unit,
        unit_price=unit_price,
        kind=reference.kind if reference else None,
        severity=found.severity if found else None,
        maximum=reference.maximum if reference else None,
        over_by=found.over_by if found else 0,
        legal=reference.legal if reference else None,
        source=reference.source if reference else None,
        valid_from=reference.valid_from if reference else None,
        valid_until=reference.valid_until if reference else None,
    )


class PriceBreachAnswer(BaseModel):
    """A sale above the maximum of its day: of a HET a violation, of a HAP a warning."""

    line: UUID
    cooperative: str
    gerai: str
    commodity: str
    kind: PriceKind
    severity: Severity
    unit_price: int
    maximum: int
    over_by: int
    legal: str
    sold_on: date
    position: int


@router.get("/price-breaches", tags=["prices"])
async def list_price_breaches(
    read: Reading, region: Region = "31.72", limit: Limit = 100, after: After = None
) -> Page[PriceBreachAnswer]:
    """List the breaches of a region, by cooperative and in the order in which they were found."""
    rows = await read.rows(
        """
        SELECT * FROM (
            SELECT *, cooperative || ' ' || lpad(position::text, 19, '0') COLLATE "C" AS key
            FROM inventory.price_breach
            WHERE cooperative = $1 OR starts_with(cooperative, $1 || '.')
        ) keyed WHERE key > $2 ORDER BY key LIMIT $3
        """,
        region,
        after_key(after),
        limit + 1,
    )
    return Page[PriceBreachAnswer].of(
        rows, limit, read.position, lambda row: PriceBreachAnswer(**row), lambda row: row["key"]
    )


class PolicyAnswer(BaseModel):
    """What counts as enough; *version* counts how often it was set."""

    version: int
    household_size: int
    capture_percent: int
    low_days: int
    recovery_margin_days: int
    ceiling_days: int
    blend_days: int
    set_at: datetime


@router.get("/adequacy-policy", tags=["adequacy"])
async def show_adequacy_policy(read: Reading) -> PolicyAnswer:
    """Show the policy in force."""
    row = await read.row("kebijakan kecukupan stok", "SELECT * FROM inventory.policy")
    return PolicyAnswer(**row)


class DemandAnswer(BaseModel):
    """The members that demand is reckoned with, as counted at a position of the log."""

    cooperative: str
    active_members: int = 0
    counted_at_position: int = 0
    updated_at: datetime | None = None


@router.get("/cooperatives/{code}/demand", tags=["adequacy"])
async def show_demand(code: KelurahanCode, read: Reading) -> DemandAnswer:
    """Show for how many members stock is kept; none, where nobody has joined so far."""
    rows = await read.rows("SELECT * FROM inventory.demand WHERE cooperative = $1", code)
    return DemandAnswer(**rows[0]) if rows else DemandAnswer(cooperative=code)


class StockAnswer(BaseModel):
    """One commodity in one gerai, and how many days it lasts; null where nothing tells.

    *on_hand*, *daily_demand* and *variance* are in *base_unit*.
    """

    cooperative: str
    gerai: str
    commodity: str
    on_hand: int
    base_unit: BaseUnit
    daily_demand: int | None
    cover_days: float | None = Field(description="Days, rounded down to a tenth.")
    open_alert: UUID | None
    variance: int | None = Field(description="The last count, less what the books said before it.")
    counted_on: date | None
    moved_at: datetime | None


async def _stocks(read: Read, region: str, limit: int, after: str | None) -> Page[StockAnswer]:
    policies = await read.rows("SELECT * FROM inventory.policy")
    terms = PolicyRow(**policies[0]) if policies else None
    rows = await read.rows(
        """
        SELECT * FROM (
            SELECT s.*, c.base_unit, c.consumption_per_head_year,
                coalesce(d.active_members, 0) AS active_members,
                concat_ws(' ', s.cooperative, s.gerai, s.commodity) COLLATE "C" AS key
            FROM inventory.stock s
            JOIN inventory.commodity c USING (commodity)
            LEFT JOIN inventory.demand d USING (cooperative)
            WHERE s.cooperative = $1 OR starts_with(s.cooperative, $1 || '.')
        ) keyed WHERE key > $2 ORDER BY key LIMIT $3
        """,
        region,
        after_key(after),
        limit + 1,
    )
    return Page[StockAnswer].of(
        rows, limit, read.position, lambda row: _stock_answer(row, terms), lambda row: row["key"]
    )


def _stock_answer(row: Any, terms: PolicyRow | None) -> StockAnswer:  # noqa: ANN401 - asyncpg's record
    needed = terms and daily_demand(
        terms,
        row["consumption_per_head_year"],
        row["active_members"],
        row["sold"],
        days_observed(row["first_on"], row["last_on"]),
    )
    tenths = cover_tenths(row["on_hand"], needed)
    return StockAnswer(
        **row,
        daily_demand=needed,
        cover_days=None if tenths is None else tenths / 10,
        open_alert=row["alert"],
    )


@router.get("/cooperatives/{code}/stocks", tags=["stocks"])
async def list_stocks_of_cooperative(
    code: KelurahanCode, read: Reading, limit: Limit = 100, after: After = None
) -> Page[StockAnswer]:
    """List what a cooperative has in stock, by gerai and commodity."""
    return await _stocks(read, code, limit, after)


@router.get("/stocks", tags=["stocks"])
async def list_stocks(
    read: Reading, region: Region = "31.72", limit: Limit = 100, after: After = None
) -> Page[StockAnswer]:
    """List what the cooperatives of a region have in stock."""
    return await _stocks(read, region, limit, after)


class MovementAnswer(BaseModel):
    """A line of the bin card, in base units; money is per trade unit."""

    line: UUID
    kind: Literal["received", "sold", "counted"]
    quantity: int
    unit_money: int | None
    supplier: str | None
    lot: str | None
    expires_on: date | None
    moved_on: date
    happened_at: datetime
    position: int


@router.get("/cooperatives/{code}/stocks/{gerai}/{commodity}/movements", tags=["stocks"])
async def list_movements(
    code: KelurahanCode,
    gerai: Code,
    commodity: Code,
    read: Reading,
    limit: Limit = 100,
    after: After = None,
) -> Page[MovementAnswer]:
    """List what came in, what went out and what was found, as it was recorded."""
    rows = await read.rows(
        """
        SELECT * FROM (
            SELECT *, lpad(position::text, 19, '0') COLLATE "C" AS key FROM inventory.movement
            WHERE cooperative = $1 AND gerai = $2 AND commodity = $3
        ) keyed WHERE key > $4 ORDER BY key LIMIT $5
        """,
        code,
        gerai,
        commodity,
        after_key(after),
        limit + 1,
    )
    return Page[MovementAnswer].of(
        rows, limit, read.position, lambda row: MovementAnswer(**row), lambda row: row["key"]
    )


class StockAlertAnswer(BaseModel):
    """An alert from low to recovered, with the figures that each was found by.

    *on_hand*, *daily_demand* and *cover_days* are those of the day on which it fell low.
    """

    alert: UUID
    cooperative: str
    gerai: str
    commodity: str
    reason: LowReason
    low_at: datetime
    on_hand: int
    daily_demand: int
    cover_days: float
    threshold_days: int
    active_members: int
    policy_version: int
    recovered_at: datetime | None
    recovered_on_hand: int | None
    recovered_cover_days: float | None


@router.get("/stock-alerts", tags=["adequacy"])
async def list_stock_alerts(
    read: Reading,
    region: Region = "31.72",
    status: Literal["open", "recovered"] | None = None,
    limit: Limit = 100,
    after: After = None,
) -> Page[StockAlertAnswer]:
    """List the alerts of a region, by cooperative, gerai and commodity, each from the first on."""
    rows = await read.rows(
        """
        SELECT * FROM (
            SELECT *, cover_tenths / 10.0 AS cover_days,
                recovered_cover_tenths / 10.0 AS recovered_cover_days,
                concat_ws(
                    ' ', cooperative, gerai, commodity,
                    to_char(low_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), alert
                ) COLLATE "C" AS key
            FROM inventory.stock_alert
            WHERE (cooperative = $1 OR starts_with(cooperative, $1 || '.'))
                AND ($2::text IS NULL OR ($2 = 'open') = (recovered_at IS NULL))
        ) keyed WHERE key > $3 ORDER BY key LIMIT $4
        """,
        region,
        status,
        after_key(after),
        limit + 1,
    )
    return Page[StockAlertAnswer].of(
        rows, limit, read.position, lambda row: StockAlertAnswer(**row), lambda row: row["key"]
    )
