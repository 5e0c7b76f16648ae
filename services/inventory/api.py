"""What may be asked of inventory over HTTP, and what it answers."""

from asyncio import gather
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
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
from shared.access import EVERYBODY, Role, below
from shared.calendar import Day
from shared.codes import CITY, KelurahanCode
from shared.http.answering import Cut, Page, Paging, Read, Reading
from shared.http.asking import Ask, Asking, Editing, Receipt
from shared.http.door import CITY_FACTS, CITY_WIDE, REGION, Door, Within
from shared.subjects import Entity

door = Door(
    catalogue="Katalog komoditas. / The catalogue of commodities.",
    prices="Harga menurut peraturan (HET, HAP) dan pelanggarannya. "
    "/ Prices set by regulation, and breaches of them.",
    adequacy="Kapan stok dianggap cukup, dan peringatan bila tidak. "
    "/ What counts as enough stock, and alerts where it is not.",
    stocks="Stok setiap gerai: barang masuk, penjualan, stok opname. "
    "/ The stock of each gerai: receipts, sales, counts.",
)

type Gerai = Annotated[
    Code, Field(description="Code of a gerai (outlet) of the cooperative.", examples=["sembako"])
]
type Commodity = Annotated[
    Code,
    Field(description="Code of a commodity in the catalogue.", examples=["beras-medium"]),
]

_AGENCY = {Role.SUDIN}
_KEEPERS = {Role.PENGURUS}
_COUNTERS = {Role.PENGURUS, Role.PENGAWAS}
_READERS = EVERYBODY - {Role.PEMASOK}


def _commodity(code: str) -> Entity:
    return Entity("inventory", CITY, "commodity", code)


def _price(code: str) -> Entity:
    return Entity("inventory", CITY, "price", code)


_POLICY = Entity("inventory", CITY, "policy", "adequacy")
_BY_POSITION = "lpad(position::text, 19, '0')"


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


@door.command("/commodities", "catalogue", may=_AGENCY, at=CITY_WIDE)
async def define_commodity(body: DefineCommodity, ask: Editing) -> Receipt:
    """Put a commodity into the catalogue, or correct what it says there."""
    return await ask(_commodity(body.code), commodity, body, body)


@door.command("/price-references", "prices", may=_AGENCY, at=CITY_WIDE)
async def publish_price_reference(body: PublishPriceReference, ask: Asking) -> Receipt:
    """Enter the price that a regulation sets: a HET binds, a HAP is a reference."""
    command = PriceReference(body, await ask.state(_commodity(body.commodity), commodity))
    return await ask(_price(body.commodity), price, command, body)


@door.command("/adequacy-policy", "adequacy", may=_AGENCY, at=CITY_WIDE)
async def set_adequacy_policy(body: SetAdequacyPolicy, ask: Editing) -> Receipt:
    """Say what counts as enough, for every cooperative of the city."""
    return await ask(_POLICY, policy, body, body)


@door.command(
    "/cooperatives/{code}/stocks/{gerai}/{commodity}/receipts", "stocks", may=_KEEPERS, at="code"
)
async def receive_goods(
    code: KelurahanCode, gerai: Gerai, commodity: Commodity, body: ReceiveGoods, ask: Asking
) -> Receipt:
    """Take a lot into stock."""
    entity, facts = _stock(code, gerai, commodity), await _circumstances(ask, code, commodity)
    command = Delivery(body, _line(ask, entity), ask.day(body), facts)
    return await ask(entity, stock, command, body)


@door.command(
    "/cooperatives/{code}/stocks/{gerai}/{commodity}/sales", "stocks", may=_KEEPERS, at="code"
)
async def record_sale(
    code: KelurahanCode, gerai: Gerai, commodity: Commodity, body: RecordSale, ask: Asking
) -> Receipt:
    """Sell from stock; a price above the maximum of the day is recorded as a breach with it."""
    entity, facts = _stock(code, gerai, commodity), await _circumstances(ask, code, commodity)
    command = Sale(body, _line(ask, entity), ask.day(body), facts)
    return await ask(entity, stock, command, body)


@door.command(
    "/cooperatives/{code}/stocks/{gerai}/{commodity}/counts", "stocks", may=_COUNTERS, at="code"
)
async def record_stock_count(
    code: KelurahanCode, gerai: Gerai, commodity: Commodity, body: RecordStockCount, ask: Asking
) -> Receipt:
    """Say how much was counted; the books follow what was found."""
    entity, facts = _stock(code, gerai, commodity), await _circumstances(ask, code, commodity)
    command = Count(body, _line(ask, entity), ask.day(body), facts)
    return await ask(entity, stock, command, body)


class CommodityAnswer(BaseModel):
    """A commodity. Books are kept in *base_unit*, prices are per *trade_unit*.

    *version* counts how often it was defined.
    """

    code: str
    name: str
    grade: str
    base_unit: BaseUnit
    trade_unit: TradeUnit
    consumption_per_head_year: int | None = Field(description="Of one person, in base units.")
    source: str
    defined_at: datetime
    version: int


_COMMODITIES = "SELECT *, commodity AS code FROM commodity"


@door.query("/commodities", "catalogue", may=EVERYBODY, at=CITY_FACTS)
async def list_commodities(read: Reading, cut: Paging) -> Page[CommodityAnswer]:
    """List the catalogue by code."""
    return await read.page(cut, lambda row: CommodityAnswer(**row), "commodity", _COMMODITIES)


@door.query("/commodities/{code}", "catalogue", may=EVERYBODY, at=CITY_FACTS)
async def show_commodity(code: Commodity, read: Reading) -> CommodityAnswer:
    """Show one commodity; its ETag is what a correction names."""
    row = await read.row(f"komoditas {code}", _COMMODITIES + " WHERE commodity = $1", code)
    return CommodityAnswer(**row)


class PriceReferenceAnswer(BaseModel):
    """A price set by regulation, from *valid_from* to *valid_until*, both days included."""

    commodity: str
    kind: PriceKind
    unit: TradeUnit
    minimum: int | None = Field(description="Rupiah per `unit`.")
    maximum: int = Field(description="Rupiah per `unit`.")
    valid_from: date
    valid_until: date | None
    legal: str
    source: str
    zone: str | None
    position: int


@door.query("/price-references", "prices", may=EVERYBODY, at=CITY_FACTS)
async def list_price_references(
    read: Reading,
    cut: Paging,
    commodity: Annotated[
        Commodity | None, Query(description="Only the references of this commodity.")
    ] = None,
) -> Page[PriceReferenceAnswer]:
    """List what was published, by commodity and in the order of publication."""
    return await read.page(
        cut,
        lambda row: PriceReferenceAnswer(**row),
        f"commodity || ' ' || {_BY_POSITION}",
        "SELECT * FROM price_reference WHERE $1::text IS NULL OR commodity = $1",
        commodity,
    )


class PriceCheck(BaseModel):
    """Whether a price would be a breach on a day; without a reference in force it is none."""

    breach: bool
    commodity: str
    sold_on: date
    trade_unit: TradeUnit
    unit_price: int = Field(description="Rupiah per `trade_unit`.")
    kind: PriceKind | None = None
    severity: Severity | None = None
    maximum: int | None = Field(None, description="Rupiah per `trade_unit`.")
    over_by: int = Field(0, description="Rupiah per `trade_unit`.")
    legal: str | None = None
    source: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@door.query("/price-checks", "prices", may=EVERYBODY, at=CITY_FACTS)
async def check_price(
    commodity: Commodity,
    price: Annotated[
        int, Query(ge=0, le=10**10, description="Rupiah per `unit`.", examples=[13_200])
    ],
    unit: Annotated[Unit, Query(description="What the price is for.", examples=["kg"])],
    sold_on: Annotated[
        Day, Query(description="The day of the sale, in Jakarta.", examples=["2025-08-21"])
    ],
    read: Reading,
) -> PriceCheck:
    """Hold a price against the reference that is in force on the day of the sale."""
    row = await read.row(
        f"komoditas {commodity}",
        """
        SELECT name, grade, base_unit, trade_unit, consumption_per_head_year, source
        FROM commodity WHERE commodity = $1
        """,
        commodity,
    )
    published = await read.rows(
        """
        SELECT kind, unit, minimum, maximum, valid_from, valid_until, legal, source, zone
        FROM price_reference WHERE commodity = $1 ORDER BY position
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
    unit_price: int = Field(description="Rupiah per trade unit.")
    maximum: int = Field(description="Rupiah per trade unit.")
    over_by: int = Field(description="Rupiah per trade unit.")
    trade_unit: TradeUnit
    legal: str
    sold_on: date
    position: int


@door.query("/price-breaches", "prices", may=_READERS, at=REGION)
async def list_price_breaches(
    read: Reading, within: Within, cut: Paging
) -> Page[PriceBreachAnswer]:
    """List the breaches of a region, by cooperative and in the order in which they were found."""
    return await read.page(
        cut,
        lambda row: PriceBreachAnswer(**row),
        f"cooperative || ' ' || {_BY_POSITION}",
        """
        SELECT b.*, c.trade_unit FROM price_breach b JOIN commodity c USING (commodity)
        WHERE cooperative LIKE ANY($1)
        """,
        below(within),
    )


class PolicyAnswer(BaseModel):
    """What counts as enough; *version* counts how often it was set."""

    version: int
    household_size: int = Field(description="Persons that a member stands for.")
    capture_percent: int = Field(description="What they buy here of what they use, in percent.")
    low_days: int = Field(description="Below so many days of cover a stock is low.")
    recovery_margin_days: int = Field(description="So many days above that, it has recovered.")
    ceiling_days: int = Field(description="The most days of cover that may be held.")
    blend_days: int = Field(description="After so many days of sales, only they count.")
    set_at: datetime


@door.query("/adequacy-policy", "adequacy", may=_READERS, at=CITY_FACTS)
async def show_adequacy_policy(read: Reading) -> PolicyAnswer:
    """Show the policy in force."""
    row = await read.row("kebijakan kecukupan stok", "SELECT * FROM policy")
    return PolicyAnswer(**row)


class DemandAnswer(BaseModel):
    """The members that demand is reckoned with, as counted at a position of the log."""

    cooperative: str
    active_members: int = 0
    counted_at_position: int = 0
    updated_at: datetime | None = None


@door.query("/cooperatives/{code}/demand", "adequacy", may=_READERS, at="code")
async def show_demand(code: KelurahanCode, read: Reading) -> DemandAnswer:
    """Show for how many members stock is kept; none, where nobody has joined so far."""
    rows = await read.rows("SELECT * FROM demand WHERE cooperative = $1", code)
    return DemandAnswer(**rows[0]) if rows else DemandAnswer(cooperative=code)


class StockAnswer(BaseModel):
    """One commodity in one gerai, and how many days it lasts; null where nothing tells."""

    cooperative: str
    gerai: str
    commodity: str
    on_hand: int = Field(description="In `base_unit`.")
    base_unit: BaseUnit
    daily_demand: int | None = Field(description="In `base_unit` per day.")
    cover_days: float | None = Field(description="Days, rounded down to a tenth.")
    open_alert: UUID | None
    variance: int | None = Field(
        description="The last count, less what the books said before it, in `base_unit`."
    )
    counted_on: date | None
    moved_at: datetime | None


async def _stocks(read: Read, within: Within, cut: Cut) -> Page[StockAnswer]:
    policies = await read.rows("SELECT * FROM policy")
    terms = PolicyRow(**policies[0]) if policies else None
    return await read.page(
        cut,
        lambda row: _stock_answer(row, terms),
        "concat_ws(' ', cooperative, gerai, commodity)",
        """
        SELECT s.*, c.base_unit, c.consumption_per_head_year,
            coalesce(d.active_members, 0) AS active_members
        FROM stock s
        JOIN commodity c USING (commodity)
        LEFT JOIN demand d USING (cooperative)
        WHERE s.cooperative LIKE ANY($1)
        """,
        below(within),
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


@door.query("/cooperatives/{code}/stocks", "stocks", may=_READERS, at="code")
async def list_stocks_of_cooperative(
    code: KelurahanCode, read: Reading, cut: Paging
) -> Page[StockAnswer]:
    """List what a cooperative has in stock, by gerai and commodity."""
    return await _stocks(read, (code,), cut)


@door.query("/stocks", "stocks", may=_READERS, at=REGION)
async def list_stocks(read: Reading, within: Within, cut: Paging) -> Page[StockAnswer]:
    """List what the cooperatives of a region have in stock."""
    return await _stocks(read, within, cut)


class MovementAnswer(BaseModel):
    """A line of the bin card."""

    line: UUID
    kind: Literal["received", "sold", "counted"]
    quantity: int = Field(description="In base units.")
    base_unit: BaseUnit
    unit_money: int | None = Field(description="Rupiah per trade unit.")
    trade_unit: TradeUnit
    supplier: str | None
    lot: str | None
    expires_on: date | None
    moved_on: date
    happened_at: datetime
    position: int


@door.query(
    "/cooperatives/{code}/stocks/{gerai}/{commodity}/movements", "stocks", may=_READERS, at="code"
)
async def list_movements(
    code: KelurahanCode, gerai: Gerai, commodity: Commodity, read: Reading, cut: Paging
) -> Page[MovementAnswer]:
    """List what came in, what went out and what was found, as it was recorded."""
    return await read.page(
        cut,
        lambda row: MovementAnswer(**row),
        _BY_POSITION,
        """
        SELECT m.*, c.base_unit, c.trade_unit FROM movement m JOIN commodity c USING (commodity)
        WHERE cooperative = $1 AND gerai = $2 AND commodity = $3
        """,
        code,
        gerai,
        commodity,
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
    on_hand: int = Field(description="In base units.")
    base_unit: BaseUnit
    daily_demand: int = Field(description="In base units per day.")
    cover_days: float
    threshold_days: int
    active_members: int
    policy_version: int
    recovered_at: datetime | None
    recovered_on_hand: int | None = Field(description="In base units.")
    recovered_cover_days: float | None


@door.query("/stock-alerts", "adequacy", may=EVERYBODY, at=REGION)
async def list_stock_alerts(
    read: Reading,
    within: Within,
    cut: Paging,
    status: Annotated[
        Literal["open", "recovered"] | None,
        Query(description="Only alerts that are open, or only those that are over."),
    ] = None,
) -> Page[StockAlertAnswer]:
    """List the alerts of a region, by cooperative, gerai and commodity, each from the first on."""
    return await read.page(
        cut,
        lambda row: StockAlertAnswer(**row),
        """
        concat_ws(
            ' ', cooperative, gerai, commodity,
            to_char(low_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), alert
        )
        """,
        """
        SELECT a.*, c.base_unit, cover_tenths / 10.0 AS cover_days,
            recovered_cover_tenths / 10.0 AS recovered_cover_days
        FROM stock_alert a JOIN commodity c USING (commodity)
        WHERE cooperative LIKE ANY($1)
            AND ($2::text IS NULL OR ($2 = 'open') = (recovered_at IS NULL))
        """,
        below(within),
        status,
    )
