"""From the unit on the sack to the unit in the books, in whole numbers."""

from decimal import Decimal

from services.inventory.commands import Unit
from services.inventory.events import BaseUnit, CommodityDefined, TradeUnit
from shared.decider import Refusal, Refused

UNIT_DOES_NOT_FIT = Refusal(
    "unit_does_not_fit",
    id="{commodity} tidak diukur dalam {unit}. Satuan yang sesuai: {units}.",
    en="{commodity} is not measured in {unit}. Units that fit: {units}.",
    kind="invalid",
)
QUANTITY_NOT_WHOLE = Refusal(
    "quantity_not_whole",
    id="{quantity} {unit} bukan bilangan bulat dalam {base_unit}.",
    en="{quantity} {unit} does not come to a whole number of {base_unit}.",
    kind="invalid",
)

_THOUSANDS = ("kg", "l")


def kind_of(unit: Unit) -> tuple[BaseUnit, TradeUnit]:
    """Return the unit in which such goods are counted, and that in which they are traded."""
    match unit:
        case "g" | "kg":
            return "g", "kg"
        case "ml" | "l":
            return "ml", "l"
        case "butir":
            return "butir", "butir"
        case "tabung":
            return "tabung", "tabung"


def base_units(commodity: CommodityDefined, quantity: Decimal, unit: str) -> int:
    """Return *quantity* in base units; refused when it does not come out whole."""
    amount = quantity * _size(commodity, unit)
    whole = int(amount)
    if whole != amount:
        raise Refused(
            QUANTITY_NOT_WHOLE, quantity=quantity, unit=unit, base_unit=commodity.base_unit
        )
    return whole


def in_unit(commodity: CommodityDefined, amount: int, unit: str) -> Decimal:
    """Return an amount of base units in *unit*, as the asker thinks of it."""
    return Decimal(amount) / _size(commodity, unit)


def per_trade_unit(commodity: CommodityDefined, money: int, unit: str) -> int:
    """Return a price or a cost per *unit* as one per trade unit."""
    return money * _size(commodity, commodity.trade_unit) // _size(commodity, unit)


def refuse_unit(commodity: CommodityDefined, unit: str, *fitting: str) -> None:
    """Raise `Refused` unless *unit* is among the *fitting* ones."""
    if unit not in fitting:
        units = ", ".join(dict.fromkeys(fitting))
        raise Refused(UNIT_DOES_NOT_FIT, commodity=commodity.name, unit=unit, units=units)


def _size(commodity: CommodityDefined, unit: str) -> int:
    refuse_unit(commodity, unit, commodity.base_unit, commodity.trade_unit)
    return 1000 if unit in _THOUSANDS else 1
