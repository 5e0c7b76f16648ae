"""The story that the rulebook of inventory is told with: rice in the gerai of Sunter Agung."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from services.inventory.commands import (
    Circumstances,
    Count,
    Delivery,
    Policy,
    ReceiveGoods,
    RecordSale,
    RecordStockCount,
    ReviewCover,
    Sale,
)
from services.inventory.events import (
    AdequacyPolicySet,
    CommodityDefined,
    DemandModelUpdated,
    GoodsReceived,
    GoodsSold,
    PriceReferencePublished,
    StockCounted,
)
from shared.envelope import Recorded, Stored
from shared.identity import derived_id

SUNTER_AGUNG = "31.72.02.1006"
BERAS = "beras-medium"
STOCK = f"sembako_{BERAS}"

RICE = CommodityDefined(
    name="Beras medium",
    grade="medium",
    base_unit="g",
    trade_unit="kg",
    consumption_per_head_year=81_230,
    source="Bapanas 2023",
)
HET_2024 = PriceReferencePublished(
    kind="HET",
    unit="kg",
    minimum=None,
    maximum=12_500,
    valid_from=date(2024, 6, 1),
    valid_until=None,
    legal="Perbadan 5/2024",
    source="wartabanjar.com 2024-06-10",
    zone="1",
)
HET_2025 = PriceReferencePublished(
    kind="HET",
    unit="kg",
    minimum=None,
    maximum=13_500,
    valid_from=date(2025, 8, 22),
    valid_until=None,
    legal="Kep. Kepala Bapanas 299/2025",
    source="money.kompas.com 2025-08-26",
    zone="1",
)
TERMS = AdequacyPolicySet(
    household_size=1,
    capture_percent=100,
    low_days=7,
    recovery_margin_days=3,
    ceiling_days=90,
    blend_days=28,
)
MEMBERS = DemandModelUpdated(active_members=175, counted_at_position=400)

SESSION_DAY = date(2025, 11, 4)
MODEL = 38_946
"""What 175 members eat of rice a day, in g."""

UNJUDGED = Circumstances(commodity=RICE, references=(HET_2024, HET_2025))
FULL = Circumstances(RICE, (HET_2024, HET_2025), Policy(TERMS, version=1), MEMBERS)


def line(number: int) -> UUID:
    return derived_id("line", number)


def delivery(
    kg: str | int,
    number: int = 1,
    *,
    unit: str = "kg",
    supplier: str = "Bulog",
    lot: str = "SPHP-2025-11",
    unit_cost: int = 11_000,
    expires_on: date | None = None,
    circumstances: Circumstances = UNJUDGED,
    day: date = SESSION_DAY,
) -> Delivery:
    asked = ReceiveGoods(
        quantity=Decimal(kg),
        unit=unit,
        supplier=supplier,
        lot=lot,
        unit_cost=unit_cost,
        expires_on=expires_on,
    )
    return Delivery(asked, line(number), day, circumstances)


def sale(
    kg: str | int,
    number: int = 2,
    *,
    unit: str = "kg",
    unit_price: int = 12_400,
    circumstances: Circumstances = UNJUDGED,
    day: date = SESSION_DAY,
) -> Sale:
    asked = RecordSale(quantity=Decimal(kg), unit=unit, unit_price=unit_price)
    return Sale(asked, line(number), day, circumstances)


def count(
    kg: str | int,
    number: int = 3,
    *,
    unit: str = "kg",
    circumstances: Circumstances = UNJUDGED,
    day: date = SESSION_DAY,
) -> Count:
    return Count(
        RecordStockCount(quantity=Decimal(kg), unit=unit), line(number), day, circumstances
    )


def review(number: int = 9, circumstances: Circumstances = FULL) -> ReviewCover:
    return ReviewCover(line(number), circumstances)


def received(grams: int, number: int = 1, day: date = SESSION_DAY) -> GoodsReceived:
    return GoodsReceived(
        line=line(number),
        quantity=grams,
        supplier="Bulog",
        lot="SPHP-2025-11",
        unit_cost=11_000,
        expires_on=None,
        received_on=day,
    )


def sold(
    grams: int, number: int = 2, unit_price: int = 12_400, day: date = SESSION_DAY
) -> GoodsSold:
    return GoodsSold(line(number), grams, unit_price, day)


def counted(grams: int, number: int = 3, day: date = SESSION_DAY) -> StockCounted:
    return StockCounted(line(number), grams, day)


def recorded(
    position: int,
    event: object,
    *,
    service: str = "inventory",
    place: str = SUNTER_AGUNG,
    entity: str = f"stock.{STOCK}",
) -> Recorded:
    """The event as a table sees it; it happened at the position's own minute of one evening."""
    subject = f"kkmp.{service}.{place}.{entity}.{type(event).__name__}"
    block = f"NATS/1.0\r\nce-time: {moment(position).isoformat()}\r\n\r\n".encode()
    return Recorded(Stored(position, subject, block, b""), subject.split("."), event)


def moment(position: int) -> datetime:
    return datetime(2025, 11, 4, 12, position, tzinfo=UTC)
