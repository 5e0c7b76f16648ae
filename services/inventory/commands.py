"""What may be asked of inventory, and the facts from elsewhere that the rules need with it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from services.inventory.events import (
    AdequacyPolicySet,
    CommodityDefined,
    DemandModelUpdated,
    PriceKind,
    PriceReferencePublished,
)
from shared.calendar import Day
from shared.messages import Command, Whole, example
from shared.texts import no_formula

_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"

type Code = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=39, examples=["beras-medium"]),
]
"""A commodity or a gerai: lower case with dashes, so that `<gerai>_<commodity>` can be parted.

Two of them fit into the 80 characters that an id may have.
"""

type Text = Annotated[
    str, Field(min_length=1, max_length=200, pattern=_PRINTABLE), AfterValidator(no_formula)
]
type Blank = Annotated[str, Field(max_length=80, pattern=_PRINTABLE), AfterValidator(no_formula)]
"""A text that may be empty as it comes in: the rules say what is missing."""

type Unit = Literal["g", "kg", "ml", "l", "butir", "tabung"]
type Rupiah = Annotated[Whole, Field(ge=-(10**10), le=10**10)]
type Quantity = Annotated[Decimal, Field(max_digits=12, ge=-(10**9), le=10**9, examples=[12.5])]
"""An amount in the unit given with it; it must come to whole base units."""

type Days = Annotated[Whole, Field(ge=-(10**6), le=10**6)]


class DefineCommodity(Command):
    """Put a commodity into the catalogue, or correct what it says there."""

    model_config = example(
        code="beras-medium",
        name="Beras medium",
        grade="medium",
        unit="kg",
        consumption_per_head_year=79_000,
        source="DATA CONTOH: konsumsi beras per kapita",
    )

    code: Code
    """The commodity's code in the catalogue and in paths: lower case with dashes."""
    name: Text
    """Its name for people."""
    grade: Text
    """Its quality, such as medium or premium."""
    unit: Unit
    """Any unit of its kind: `g` and `kg` both mean counted in g and traded in kg."""
    consumption_per_head_year: Annotated[Whole, Field(ge=0, le=10**9)] | None = None
    """What a person eats or uses in a year, in base units (g, ml, butir, tabung), if known."""
    source: Text
    """Where that figure comes from."""


class PublishPriceReference(Command):
    """Enter the price that a regulation sets for the zone of this city, per trade unit."""

    model_config = example(
        commodity="beras-medium",
        kind="HET",
        unit="kg",
        maximum=13_500,
        valid_from="2025-08-22",
        legal="DATA CONTOH: peraturan tentang HET beras",
        source="DATA CONTOH: salinan peraturan",
        zone="Zona 1",
    )

    commodity: Code
    """Code of the commodity in the catalogue."""
    kind: PriceKind
    """Whether it binds (HET, harga eceran tertinggi) or guides (HAP, harga acuan penjualan)."""
    unit: Blank
    """The unit that the prices are for: the commodity's trade unit (kg, l, butir, tabung)."""
    minimum: Rupiah | None = None
    """The least price, in rupiah per trade unit; without it there is none."""
    maximum: Rupiah
    """The highest price, in rupiah per trade unit."""
    valid_from: Day
    """The first day on which it holds."""
    valid_until: Day | None = None
    """The last day on which it holds; without it, until a later one begins."""
    legal: Text
    """The regulation, as it is cited."""
    source: Text
    """Where the regulation was read."""
    zone: Text | None = None
    """The regulation's zone that the city belongs to; without it, it has no zones."""


class SetAdequacyPolicy(Command):
    """Say what counts as enough."""

    model_config = example(
        household_size=4,
        capture_percent=25,
        low_days=7,
        recovery_margin_days=3,
        ceiling_days=90,
        blend_days=28,
    )

    household_size: Days
    """How many persons a member stands for."""
    capture_percent: Days
    """Which part of what they eat or use they buy here, in percent."""
    low_days: Days
    """Below so many days of cover a stock is low."""
    recovery_margin_days: Days
    """So many days above that, it has recovered."""
    ceiling_days: Days
    """The most days of cover that may be held."""
    blend_days: Days = 28
    """After so many days of real sales, the model of demand no longer counts."""


class UpdateDemandModel(Command):
    """Take over the count of active members, true at this position of the log."""

    active_members: Annotated[Whole, Field(ge=0, le=10**8)]
    """How many."""
    counted_at_position: Annotated[Whole, Field(ge=0)]
    """The position of the log that the count is true at."""


class ReceiveGoods(Command):
    """Take a lot into stock."""

    model_config = example(
        quantity=500,
        unit="kg",
        supplier="Pemasok Contoh",
        lot="LOT-CONTOH-0001",
        unit_cost=12_000,
        expires_on="2026-05-31",
    )

    quantity: Quantity
    """How much came in, in `unit`; it must come to whole base units (g, ml, butir, tabung)."""
    unit: Blank
    """The unit of `quantity` and `unit_cost`: g, kg, ml, l, butir or tabung."""
    supplier: Blank
    """Who delivered it."""
    lot: Blank
    """The supplier's number of the lot."""
    unit_cost: Rupiah
    """What it cost, in rupiah per `unit`."""
    expires_on: Day | None = None
    """The day on which it expires; without it, it does not."""


class RecordSale(Command):
    """Sell from stock."""

    model_config = example(quantity=5, unit="kg", unit_price=13_000)

    quantity: Quantity
    """How much was sold, in `unit`; it must come to whole base units (g, ml, butir, tabung)."""
    unit: Blank
    """The unit of `quantity` and `unit_price`: g, kg, ml, l, butir or tabung."""
    unit_price: Rupiah
    """The price, in rupiah per `unit`."""


class RecordStockCount(Command):
    """Say how much was counted."""

    model_config = example(quantity=1_795.5, unit="kg")

    quantity: Quantity
    """How much lies there, in `unit`; it must come to whole base units (g, ml, butir, tabung)."""
    unit: Blank
    """The unit of `quantity`: g, kg, ml, l, butir or tabung."""


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
