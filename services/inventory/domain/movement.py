"""From what is asked to what moved: the refusals of a delivery, a sale and a count."""

from decimal import Decimal

from services.inventory.commands import Count, Delivery, Sale
from services.inventory.domain.commodity import known
from services.inventory.domain.units import base_units, in_unit, per_trade_unit
from services.inventory.events import CommodityDefined, GoodsReceived, GoodsSold, StockCounted
from shared.decider import Refusal, Refused

QUANTITY_NOT_POSITIVE = Refusal(
    "quantity_not_positive",
    id="Jumlah harus lebih dari nol, bukan {quantity} {unit}.",
    en="A quantity is above zero, not {quantity} {unit}.",
    kind="invalid",
)
COUNT_NEGATIVE = Refusal(
    "count_negative",
    id="Hasil hitung tidak mungkin di bawah nol: {quantity} {unit}.",
    en="Nobody counts less than nothing: {quantity} {unit}.",
    kind="invalid",
)
MONEY_NEGATIVE = Refusal(
    "money_negative",
    id="Harga tidak boleh di bawah nol: Rp{money}.",
    en="A price is not below zero: Rp{money}.",
    kind="invalid",
)
SUPPLIER_MISSING = Refusal(
    "supplier_missing",
    id="Sebutkan pemasoknya.",
    en="Name the supplier.",
    kind="invalid",
)
LOT_MISSING = Refusal(
    "lot_missing",
    id="Sebutkan nomor lot; tanpa lot barang tidak dapat ditelusuri.",
    en="Name the lot; without it the goods cannot be traced.",
    kind="invalid",
)
EXPIRED_ON_RECEIPT = Refusal(
    "expired_on_receipt",
    id="Barang kedaluwarsa {expires_on}, sebelum diterima {received_on}.",
    en="The goods expired on {expires_on}, before they came in on {received_on}.",
    kind="invalid",
)
NOT_ENOUGH_STOCK = Refusal(
    "not_enough_stock",
    id="Stok hanya {on_hand} {unit}, tidak cukup untuk {quantity} {unit}.",
    en="There are only {on_hand} {unit}, not enough for {quantity} {unit}.",
)


def received(command: Delivery) -> GoodsReceived:
    """Book a lot in; goods are good until the end of the day on which they expire."""
    asked, commodity = command.asked, known(command.circumstances.commodity)
    if not asked.supplier:
        raise Refused(SUPPLIER_MISSING)
    if not asked.lot:
        raise Refused(LOT_MISSING)
    if asked.expires_on is not None and asked.expires_on < command.received_on:
        raise Refused(
            EXPIRED_ON_RECEIPT, expires_on=asked.expires_on, received_on=command.received_on
        )
    return GoodsReceived(
        line=command.line,
        quantity=_quantity(commodity, asked.quantity, asked.unit),
        supplier=asked.supplier,
        lot=asked.lot,
        unit_cost=_money(commodity, asked.unit_cost, asked.unit),
        expires_on=asked.expires_on,
        received_on=command.received_on,
    )


def sold(command: Sale, on_hand: int) -> GoodsSold:
    """Book a sale out, of no more than there is."""
    asked, commodity = command.asked, known(command.circumstances.commodity)
    quantity = _quantity(commodity, asked.quantity, asked.unit)
    unit_price = _money(commodity, asked.unit_price, asked.unit)
    if quantity > on_hand:
        there = in_unit(commodity, on_hand, asked.unit)
        raise Refused(NOT_ENOUGH_STOCK, on_hand=there, quantity=asked.quantity, unit=asked.unit)
    return GoodsSold(command.line, quantity, unit_price, command.sold_on)


def counted(command: Count) -> StockCounted:
    """Book what was found; nothing is a finding too."""
    asked, commodity = command.asked, known(command.circumstances.commodity)
    found = base_units(commodity, asked.quantity, asked.unit)
    if found < 0:
        raise Refused(COUNT_NEGATIVE, quantity=asked.quantity, unit=asked.unit)
    return StockCounted(command.line, found, command.counted_on)


def _quantity(commodity: CommodityDefined, quantity: Decimal, unit: str) -> int:
    amount = base_units(commodity, quantity, unit)
    if amount <= 0:
        raise Refused(QUANTITY_NOT_POSITIVE, quantity=quantity, unit=unit)
    return amount


def _money(commodity: CommodityDefined, money: int, unit: str) -> int:
    if money < 0:
        raise Refused(MONEY_NEGATIVE, money=money)
    return per_trade_unit(commodity, money, unit)
