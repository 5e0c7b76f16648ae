"""What may be asked of inventory, and the facts from elsewhere that the rules need with it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.inventory.events import (
    AdequacyPolicySet,
    CommodityDefined,
    DemandModelUpdated,
    PriceKind,
    PriceReferencePublished,
)
from shared.messages import Command

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"

type Code = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=39, examples=["beras-medium"]),
]
"""A commodity or a gerai: lower case with dashes, so that `<gerai>_<commodity>` can be parted.

Two of them fit into the 80 characters that an id may have.
"""

type Text = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]
type Blank = Annotated[str, Field(max_length=80, pattern=_PRINTABLE)]
"""A text that may be empty as it comes in: the rules say what is missing."""

type Unit = Literal["g", "kg", "ml", "l", "butir", "tabung"]
type Rupiah = Annotated[int, Field(ge=-(10**10), le=10**10)]
type Quantity = Annotated[Decimal, Field(max_digits=12, ge=-(10**9), le=10**9, examples=[12.5])]
"""An amount in the unit given with it; it must come to whole base units."""

type Days = Annotated[int, Field(ge=-(10**6), le=10**6)]


class DefineCommodity(Command):
    """Put a commodity into the catalogue, or correct what it says there.

    *unit* is any unit of its kind: `g` and `kg` both mean counted in g and traded in kg.
    """

    code: Code
    name: Text
    grade: Text
    unit: Unit
    consumption_per_head_year: Annotated[int, Field(ge=0, le=10**9)] | None = None
    source: Text


class PublishPriceReference(Command):
    """Enter the price that a regulation sets for the zone of this city, per trade unit."""

    commodity: Code
    kind: PriceKind
    unit: Blank
    minimum: Rupiah | None = None
    maximum: Rupiah
    valid_from: date
    valid_until: date | None = None
    legal: Text
    source: Text
    zone: Text | None = None


class SetAdequacyPolicy(Command):
    """Say what counts as enough."""

    household_size: Days
    capture_percent: Days
    low_days: Days
    recovery_margin_days: Days
    ceiling_days: Days
    blend_days: Days = 28


class UpdateDemandModel(Command):
    """Take over the count of active members, true at this position of the log."""

    active_members: Annotated[int, Field(ge=0, le=10**8)]
    counted_at_position: Annotated[int, Field(ge=0)]


class ReceiveGoods(Command):
    """Take a lot into stock; *unit_cost* is per the *unit* given."""

    quantity: Quantity
    unit: Blank
    supplier: Blank
    lot: Blank
    unit_cost: Rupiah
    expires_on: date | None = None


class RecordSale(Command):
    """Sell from stock; *unit_price* is per the *unit* given."""

    quantity: Quantity
    unit: Blank
    unit_price: Rupiah


class RecordStockCount(Command):
    """Say how much was counted."""

    quantity: Quantity
    unit: Blank


@dataclass(frozen=True, slots=True)
class Policy:
    """The adequacy policy in force, and how often one was set: its version."""

    terms: AdequacyPolicySet
    version: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a stock is judged by: the states of four other entities, as they are."""

    commodity: CommodityDefined | None = None
    references: tuple[PriceReferencePublished, ...] = ()
    policy: Policy | None = None
    demand: DemandModelUpdated | None = None


@dataclass(frozen=True, slots=True)
class PriceReference:
    """A price reference to publish, and the commodity that it is for."""

    asked: PublishPriceReference
    commodity: CommodityDefined | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Goods that came in on that day; *line* is the movement's own id."""

    asked: ReceiveGoods
    line: UUID
    received_on: date
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class Sale:
    """Goods that were sold on that day; *line* is the movement's own id."""

    asked: RecordSale
    line: UUID
    sold_on: date
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class Count:
    """A count of that day; *line* is the movement's own id."""

    asked: RecordStockCount
    line: UUID
    counted_on: date
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class ReviewCover:
    """Judge the stock again, though nothing moved; *review* is this stock's own id for it."""

    review: UUID
    circumstances: Circumstances


type StockCommand = Delivery | Sale | Count | ReviewCover
