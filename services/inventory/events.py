"""What can happen in inventory.

Quantities are whole base units (g, ml, butir, tabung); money is whole rupiah. A price or a cost is
per trade unit of the commodity (kg, l, butir, tabung).
"""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.messages import event

type BaseUnit = Literal["g", "ml", "butir", "tabung"]
type TradeUnit = Literal["kg", "l", "butir", "tabung"]
type PriceKind = Literal["HET", "HAP"]
type LowReason = Literal["stock_out", "cover_below_threshold"]


@event
class CommodityDefined:
    """A commodity is in the catalogue; defined again, the later definition holds.

    *consumption_per_head_year* is in base units, None where no figure is known.
    """

    name: str
    grade: str
    base_unit: BaseUnit
    trade_unit: TradeUnit
    consumption_per_head_year: int | None
    source: str


@event
class PriceReferencePublished:
    """The price that a regulation sets: HET binds, HAP is a reference.

    It holds from *valid_from* to *valid_until*, both days included; without an end, until a later
    one begins.
    """

    kind: PriceKind
    unit: TradeUnit
    minimum: int | None
    maximum: int
    valid_from: date
    valid_until: date | None
    legal: str
    source: str
    zone: str | None


@event
class AdequacyPolicySet:
    """What counts as enough, from now on.

    A member stands for *household_size* persons, who buy *capture_percent* of what they eat here.
    After *blend_days* of real sales the model of demand no longer counts.
    """

    household_size: int
    capture_percent: int
    low_days: int
    recovery_margin_days: int
    ceiling_days: int
    blend_days: int = 28


@event
class DemandModelUpdated:
    """So many active members are counted at this position of the log."""

    active_members: int
    counted_at_position: int


@event
class GoodsReceived:
    """A lot came in from a supplier; *unit_cost* is per trade unit."""

    line: UUID
    quantity: int
    supplier: str
    lot: str
    unit_cost: int
    expires_on: date | None
    received_on: date


@event
class GoodsSold:
    """Goods went to a buyer; *unit_price* is per trade unit."""

    line: UUID
    quantity: int
    unit_price: int
    sold_on: date


@event
class StockCounted:
    """Somebody counted what lies there. What the books said before follows from the fold."""

    line: UUID
    counted: int
    counted_on: date


@event
class PriceCeilingBreached:
    """The sale of this line was above the maximum in force that day.

    The maximum and the regulation are kept as the seller was held to them: a reference published
    later judges later sales.
    """

    line: UUID
    kind: PriceKind
    unit_price: int
    maximum: int
    over_by: int
    legal: str
    sold_on: date


@event
class StockLow:
    """The stock covers fewer days than the policy asks for, and why that was found.

    It is said once; the alert stays open until `StockRecovered` names it. *cover_tenths* is days of
    cover in tenths of a day, *daily_demand* base units a day.
    """

    alert: UUID
    on_hand: int
    daily_demand: int
    cover_tenths: int
    threshold_days: int
    reason: LowReason
    active_members: int
    policy_version: int


@event
class StockRecovered:
    """The alert is over: the stock covers *threshold_days*, which includes the margin."""

    alert: UUID
    on_hand: int
    daily_demand: int
    cover_tenths: int
    threshold_days: int
    active_members: int
    policy_version: int


type Movement = GoodsReceived | GoodsSold | StockCounted
type StockEvent = Movement | PriceCeilingBreached | StockLow | StockRecovered

EVENTS: tuple[type, ...] = (
    CommodityDefined,
    PriceReferencePublished,
    AdequacyPolicySet,
    DemandModelUpdated,
    GoodsReceived,
    GoodsSold,
    StockCounted,
    PriceCeilingBreached,
    StockLow,
    StockRecovered,
)
"""Every event of this service, as the vocabulary of the log needs them."""
