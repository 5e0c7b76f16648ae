"""What inventory shows: each table is a key and a fold over the facts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.inventory.domain.price import severity
from services.inventory.domain.stock import Stock, evolve
from services.inventory.events import (
    AdequacyPolicySet,
    CommodityDefined,
    DemandModelUpdated,
    GoodsReceived,
    GoodsSold,
    Movement,
    PriceCeilingBreached,
    PriceKind,
    PriceReferencePublished,
    StockCounted,
    StockEvent,
    StockLow,
    StockRecovered,
)
from services.inventory.upstream import MemberJoined, MemberLeft
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class CommodityRow:
    """The catalogue as last defined."""

    commodity: str
    name: str
    grade: str
    base_unit: str
    trade_unit: str
    consumption_per_head_year: int | None
    source: str
    defined_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class PriceReferenceRow:
    """One published reference; `in_force` over these, by position, finds the one of a day."""

    commodity: str
    position: int
    kind: PriceKind
    unit: str
    minimum: int | None
    maximum: int
    valid_from: date
    valid_until: date | None
    legal: str
    source: str
    zone: str | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The adequacy policy in force."""

    policy: str
    version: int
    household_size: int
    capture_percent: int
    low_days: int
    recovery_margin_days: int
    ceiling_days: int
    blend_days: int
    set_at: datetime


@dataclass(frozen=True, slots=True)
class DemandRow:
    """The active members that a cooperative's demand is reckoned with."""

    cooperative: str
    active_members: int
    counted_at_position: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ActiveMemberRow:
    """The active members as membership's facts count them, up to the position of the last one."""

    cooperative: str
    active: int
    position: int


@dataclass(frozen=True, slots=True)
class StockRow:
    """A stock as its rules see it, and the last count: what it found less what the books said."""

    cooperative: str
    gerai: str
    commodity: str
    on_hand: int
    sold: int
    first_on: date | None
    last_on: date | None
    alert: UUID | None
    variance: int | None
    counted_on: date | None
    moved_at: datetime | None
    position: int


@dataclass(frozen=True, slots=True)
class StockAlertRow:
    """An alert from low to recovered, with the figures that it was found by."""

    alert: UUID
    cooperative: str
    gerai: str
    commodity: str
    reason: str
    low_at: datetime
    on_hand: int
    daily_demand: int
    cover_tenths: int
    threshold_days: int
    active_members: int
    policy_version: int
    recovered_at: datetime | None
    recovered_on_hand: int | None
    recovered_cover_tenths: int | None
    position: int


@dataclass(frozen=True, slots=True)
class PriceBreachRow:
    """A sale above the maximum of its day."""

    line: UUID
    cooperative: str
    gerai: str
    commodity: str
    kind: str
    severity: str
    unit_price: int
    maximum: int
    over_by: int
    legal: str
    sold_on: date
    position: int


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A line of the bin card: what came in, what went out, or what was found."""

    line: UUID
    cooperative: str
    gerai: str
    commodity: str
    position: int
    kind: str
    quantity: int
    unit_money: int | None
    supplier: str | None
    lot: str | None
    expires_on: date | None
    moved_on: date
    happened_at: datetime


def parts_of(stock: str) -> tuple[str, str]:
    """Return gerai and commodity of a stock's id."""
    gerai, _, commodity = stock.partition("_")
    return gerai, commodity


def _by_id(recorded: Recorded) -> Iterable[Key]:
    return [(recorded.id,)]


def _by_publication(recorded: Recorded) -> Iterable[Key]:
    return [(recorded.id, recorded.position)]


def _by_place(recorded: Recorded) -> Iterable[Key]:
    return [(recorded.place,)]


def _by_stock(recorded: Recorded) -> Iterable[Key]:
    return [(recorded.place, *parts_of(recorded.id))]


def _by_line(recorded: Recorded) -> Iterable[Key]:
    return [(recorded.data.line,)]


def _by_alert(recorded: Recorded) -> Iterable[Key]:
    return [(recorded.data.alert,)]


def _commodity(row: CommodityRow | None, recorded: Recorded, _: Key) -> CommodityRow:
    data: CommodityDefined = recorded.data
    return CommodityRow(
        commodity=recorded.id,
        name=data.name,
        grade=data.grade,
        base_unit=data.base_unit,
        trade_unit=data.trade_unit,
        consumption_per_head_year=data.consumption_per_head_year,
        source=data.source,
        defined_at=recorded.time,
        version=1 if row is None else row.version + 1,
    )


def _price_reference(_: PriceReferenceRow | None, recorded: Recorded, __: Key) -> PriceReferenceRow:
    data: PriceReferencePublished = recorded.data
    return PriceReferenceRow(
        commodity=recorded.id,
        position=recorded.position,
        kind=data.kind,
        unit=data.unit,
        minimum=data.minimum,
        maximum=data.maximum,
        valid_from=data.valid_from,
        valid_until=data.valid_until,
        legal=data.legal,
        source=data.source,
        zone=data.zone,
        published_at=recorded.time,
    )


def _policy(row: PolicyRow | None, recorded: Recorded, _: Key) -> PolicyRow:
    data: AdequacyPolicySet = recorded.data
    return PolicyRow(
        policy=recorded.id,
        version=1 if row is None else row.version + 1,
        household_size=data.household_size,
        capture_percent=data.capture_percent,
        low_days=data.low_days,
        recovery_margin_days=data.recovery_margin_days,
        ceiling_days=data.ceiling_days,
        blend_days=data.blend_days,
        set_at=recorded.time,
    )


def _demand(_: DemandRow | None, recorded: Recorded, __: Key) -> DemandRow:
    data: DemandModelUpdated = recorded.data
    return DemandRow(recorded.place, data.active_members, data.counted_at_position, recorded.time)


def _active_member(
    row: ActiveMemberRow | None, recorded: Recorded, _: Key
) -> ActiveMemberRow | None:
    data: MemberJoined | MemberLeft = recorded.data
    before = 0 if row is None else row.active
    match data:
        case MemberJoined():
            return ActiveMemberRow(recorded.place, before + 1, recorded.position)
        case MemberLeft():
            if row is None:
                return None  # a past in which nobody had joined
            return ActiveMemberRow(recorded.place, before - 1, recorded.position)


def stock_of(row: StockRow) -> Stock:
    """Return the state that the rules hold, as the row keeps it."""
    return Stock(row.on_hand, row.sold, row.first_on, row.last_on, row.alert)


def _stock(row: StockRow | None, recorded: Recorded, _: Key) -> StockRow | None:
    data: StockEvent = recorded.data
    gerai, commodity = parts_of(recorded.id)
    before = Stock() if row is None else stock_of(row)
    after = evolve(before, data)
    variance = None if row is None else row.variance
    counted_on = None if row is None else row.counted_on
    moved_at = None if row is None else row.moved_at
    match data:
        case StockCounted(counted_on=day):
            variance, counted_on = after.on_hand - before.on_hand, day
            moved_at = recorded.time
        case GoodsReceived() | GoodsSold():
            moved_at = recorded.time
        case PriceCeilingBreached() | StockLow() | StockRecovered():
            if row is None:
                return None  # a past without the movements that were judged
    return StockRow(
        cooperative=recorded.place,
        gerai=gerai,
        commodity=commodity,
        on_hand=after.on_hand,
        sold=after.sold,
        first_on=after.first_on,
        last_on=after.last_on,
        alert=after.alert,
        variance=variance,
        counted_on=counted_on,
        moved_at=moved_at,
        position=recorded.position,
    )


def _stock_alert(row: StockAlertRow | None, recorded: Recorded, _: Key) -> StockAlertRow | None:
    data: StockLow | StockRecovered = recorded.data
    match data:
        case StockLow():
            gerai, commodity = parts_of(recorded.id)
            return StockAlertRow(
                alert=data.alert,
                cooperative=recorded.place,
                gerai=gerai,
                commodity=commodity,
                reason=data.reason,
                low_at=recorded.time,
                on_hand=data.on_hand,
                daily_demand=data.daily_demand,
                cover_tenths=data.cover_tenths,
                threshold_days=data.threshold_days,
                active_members=data.active_members,
                policy_version=data.policy_version,
                recovered_at=None,
                recovered_on_hand=None,
                recovered_cover_tenths=None,
                position=recorded.position,
            )
        case StockRecovered():
            if row is None:
                return None  # a past in which it was not low yet
            return replace(
                row,
                recovered_at=recorded.time,
                recovered_on_hand=data.on_hand,
                recovered_cover_tenths=data.cover_tenths,
                position=recorded.position,
            )


def _price_breach(_: PriceBreachRow | None, recorded: Recorded, __: Key) -> PriceBreachRow:
    data: PriceCeilingBreached = recorded.data
    gerai, commodity = parts_of(recorded.id)
    return PriceBreachRow(
        line=data.line,
        cooperative=recorded.place,
        gerai=gerai,
        commodity=commodity,
        kind=data.kind,
        severity=severity(data.kind),
        unit_price=data.unit_price,
        maximum=data.maximum,
        over_by=data.over_by,
        legal=data.legal,
        sold_on=data.sold_on,
        position=recorded.position,
    )


def _movement(_: MovementRow | None, recorded: Recorded, __: Key) -> MovementRow:
    data: Movement = recorded.data
    gerai, commodity = parts_of(recorded.id)
    match data:
        case GoodsReceived():
            kind, quantity, moved_on = "received", data.quantity, data.received_on
            unit_money = data.unit_cost
        case GoodsSold():
            kind, quantity, moved_on = "sold", data.quantity, data.sold_on
            unit_money = data.unit_price
        case StockCounted():
            kind, quantity, moved_on = "counted", data.counted, data.counted_on
            unit_money = None
    lot = data if isinstance(data, GoodsReceived) else None
    return MovementRow(
        line=data.line,
        cooperative=recorded.place,
        gerai=gerai,
        commodity=commodity,
        position=recorded.position,
        kind=kind,
        quantity=quantity,
        unit_money=unit_money,
        supplier=lot.supplier if lot else None,
        lot=lot.lot if lot else None,
        expires_on=lot.expires_on if lot else None,
        moved_on=moved_on,
        happened_at=recorded.time,
    )


_STOCK = ("cooperative", "gerai", "commodity")
_STOCK_EVENTS = (
    GoodsReceived,
    GoodsSold,
    StockCounted,
    PriceCeilingBreached,
    StockLow,
    StockRecovered,
)
_MOVEMENTS = (GoodsReceived, GoodsSold, StockCounted)

TABLES = (
    Table("commodity", CommodityRow, ("commodity",), {CommodityDefined: _by_id}, _commodity),
    Table(
        "price_reference",
        PriceReferenceRow,
        ("commodity", "position"),
        {PriceReferencePublished: _by_publication},
        _price_reference,
    ),
    Table("policy", PolicyRow, ("policy",), {AdequacyPolicySet: _by_id}, _policy),
    Table("demand", DemandRow, ("cooperative",), {DemandModelUpdated: _by_place}, _demand),
    Table(
        "active_member",
        ActiveMemberRow,
        ("cooperative",),
        {MemberJoined: _by_place, MemberLeft: _by_place},
        _active_member,
    ),
    Table("stock", StockRow, _STOCK, dict.fromkeys(_STOCK_EVENTS, _by_stock), _stock),
    Table(
        "stock_alert",
        StockAlertRow,
        ("alert",),
        {StockLow: _by_alert, StockRecovered: _by_alert},
        _stock_alert,
    ),
    Table(
        "price_breach",
        PriceBreachRow,
        ("line",),
        {PriceCeilingBreached: _by_line},
        _price_breach,
    ),
    Table("movement", MovementRow, ("line",), dict.fromkeys(_MOVEMENTS, _by_line), _movement),
)
