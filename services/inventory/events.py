"""What can happen in inventory.

Quantities are whole base units (g, ml, butir, tabung); money is whole rupiah. A price or a cost is
per trade unit of the commodity (kg, l, butir, tabung).
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from shared.messages import event

type BaseUnit = Literal["g", "ml", "butir", "tabung"]
type TradeUnit = Literal["kg", "l", "butir", "tabung"]
type PriceKind = Literal["HET", "HAP"]
type LowReason = Literal["stock_out", "cover_below_threshold"]


@event("Sebuah komoditas masuk katalog, atau keterangannya diperbarui.")
class CommodityDefined:
    """A commodity is in the catalogue; defined again, the later definition holds."""

    name: str
    """The commodity's name."""
    grade: str
    """Its quality, such as medium or premium."""
    base_unit: BaseUnit
    """The unit that its quantities are counted in."""
    trade_unit: TradeUnit
    """The unit that its prices and costs are for."""
    consumption_per_head_year: int | None
    """What a person eats or uses of it in a year, in base units; null where no figure is known."""
    source: str
    """Where that figure comes from."""


@event("Harga menurut peraturan dicatat: HET mengikat, HAP menjadi acuan.")
class PriceReferencePublished:
    """The price that a regulation sets: HET binds, HAP is a reference."""

    kind: PriceKind
    """Whether it binds (HET, harga eceran tertinggi) or guides (HAP, harga acuan penjualan)."""
    unit: TradeUnit
    """The unit that it is for."""
    minimum: int | None
    """The least price, in rupiah; null where there is none."""
    maximum: int
    """The highest price, in rupiah."""
    valid_from: date
    """The first day on which it holds."""
    valid_until: date | None
    """The last day on which it holds; null until a later one begins."""
    legal: str
    """The regulation."""
    source: str
    """Where the regulation was read."""
    zone: str | None
    """The zone of the regulation that the city belongs to; null where it has no zones."""


@event("Ukuran kecukupan stok ditetapkan dan berlaku sejak saat itu.")
class AdequacyPolicySet:
    """What counts as enough is set anew, from now on."""

    household_size: int
    """How many persons a member stands for."""
    capture_percent: int
    """Which part of what they eat or use they buy here, in percent."""
    low_days: int
    """Below so many days of cover a stock is low."""
    recovery_margin_days: int
    """So many days above that, it has recovered."""
    ceiling_days: int
    """The most days of cover that may be held."""
    blend_days: int = 28
    """After so many days of real sales, the model of demand no longer counts."""


@event("Jumlah anggota aktif, yang menjadi dasar perkiraan permintaan, diperbarui.")
class DemandModelUpdated:
    """So many active members are counted at this position of the log."""

    active_members: int
    """How many."""
    counted_at_position: int
    """The position of the log that the count is true at."""


@event("Satu lot barang diterima dari pemasok.")
class GoodsReceived:
    """A lot came in from a supplier."""

    line: UUID
    """The movement's own id."""
    quantity: int
    """How much, in base units."""
    supplier: str
    """Who delivered it."""
    lot: str
    """The supplier's number of the lot."""
    unit_cost: int
    """What it cost per trade unit, in rupiah."""
    expires_on: date | None
    """The day on which it expires; null where it does not."""
    received_on: date
    """The day on which it came in."""


@event("Barang dijual kepada pembeli.")
class GoodsSold:
    """Goods went to a buyer."""

    line: UUID
    """The movement's own id."""
    quantity: int
    """How much, in base units."""
    unit_price: int
    """The price per trade unit, in rupiah."""
    sold_on: date
    """The day of the sale."""


@event("Stok dihitung secara fisik (stok opname).")
class StockCounted:
    """Somebody counted what lies there. What the books said before follows from the fold."""

    line: UUID
    """The movement's own id."""
    counted: int
    """How much lies there, in base units."""
    counted_on: date
    """The day of the count."""


@event("Harga jual melampaui harga tertinggi yang berlaku pada hari itu.")
class PriceCeilingBreached:
    """The sale of this line was above the maximum in force that day.

    The maximum and the regulation are kept as the seller was held to them: a reference published
    later judges later sales.
    """

    line: UUID
    """The id of the sale's movement."""
    kind: PriceKind
    """Whether the maximum binds (HET) or guides (HAP)."""
    unit_price: int
    """The price per trade unit, in rupiah."""
    maximum: int
    """The highest price that day, in rupiah."""
    over_by: int
    """By how much the price is above it, in rupiah."""
    legal: str
    """The regulation."""
    sold_on: date
    """The day of the sale."""


@event("Stok hanya cukup untuk lebih sedikit hari daripada yang ditetapkan.")
class StockLow:
    """The stock covers fewer days than the policy asks for, and why that was found.

    It is said once; the alert stays open until `StockRecovered` names it.
    """

    alert: UUID
    """The alert's own id."""
    on_hand: int
    """What lies there, in base units."""
    daily_demand: int
    """What is expected to go in a day, in base units."""
    cover_tenths: int
    """For how long it lasts, in tenths of a day."""
    threshold_days: int
    """For how many days it ought to last."""
    reason: LowReason
    """Whether nothing is left, or too little."""
    active_members: int
    """The count of members that the demand follows from."""
    policy_version: int
    """Which policy judged it: how often one had been set."""


@event("Stok kembali cukup, dan peringatannya berakhir.")
class StockRecovered:
    """The alert is over: the stock covers the days of the policy, and its margin of recovery."""

    alert: UUID
    """The id of the alert that is over."""
    on_hand: int
    """What lies there, in base units."""
    daily_demand: int
    """What is expected to go in a day, in base units."""
    cover_tenths: int
    """For how long it lasts, in tenths of a day."""
    threshold_days: int
    """For how many days it had to last."""
    active_members: int
    """The count of members that the demand follows from."""
    policy_version: int
    """Which policy judged it: how often one had been set."""


type Movement = GoodsReceived | GoodsSold | StockCounted
type StockEvent = Movement | PriceCeilingBreached | StockLow | StockRecovered

STREAMS: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "commodity": (CommodityDefined,),
        "price": (PriceReferencePublished,),
        "policy": (AdequacyPolicySet,),
        "demand": (DemandModelUpdated,),
        "stock": (
            GoodsReceived,
            GoodsSold,
            StockCounted,
            PriceCeilingBreached,
            StockLow,
            StockRecovered,
        ),
    }
)
"""Which kind of entity says what."""

EVENTS = tuple(said for events in STREAMS.values() for said in events)
"""Every event of this service, as the vocabulary of the log needs them."""
