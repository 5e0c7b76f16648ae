"""The rules of the catalogue: what a commodity is, and that its books keep their unit."""

from services.inventory.commands import DefineCommodity
from services.inventory.domain.units import kind_of
from services.inventory.events import CommodityDefined
from shared.decider import Decider, Refusal, Refused

COMMODITY_UNKNOWN = Refusal(
    "commodity_unknown",
    id="Komoditas ini belum ada dalam katalog.",
    en="This commodity is not in the catalogue.",
    kind="missing",
)
BASE_UNIT_FIXED = Refusal(
    "base_unit_fixed",
    id="{commodity} dibukukan dalam {base_unit}; satuan buku tidak dapat diganti.",
    en="{commodity} is booked in {base_unit}; the unit of the books cannot change.",
)


def known(commodity: CommodityDefined | None) -> CommodityDefined:
    """Return the commodity; refused when it is not in the catalogue."""
    if commodity is None:
        raise Refused(COMMODITY_UNKNOWN)
    return commodity


def decide(asked: DefineCommodity, held: CommodityDefined | None) -> list[CommodityDefined]:
    """Define it, or define it anew; figures of consumption are better known every year."""
    base_unit, trade_unit = kind_of(asked.unit)
    defined = CommodityDefined(
        name=asked.name,
        grade=asked.grade,
        base_unit=base_unit,
        trade_unit=trade_unit,
        consumption_per_head_year=asked.consumption_per_head_year,
        source=asked.source,
    )
    if defined == held:
        return []  # asked twice, true once
    if held is not None and held.base_unit != base_unit:
        raise Refused(BASE_UNIT_FIXED, commodity=held.name, base_unit=held.base_unit)
    return [defined]


def evolve(_: CommodityDefined | None, event: CommodityDefined) -> CommodityDefined | None:
    """The later definition holds."""
    return event


commodity: Decider[DefineCommodity, CommodityDefined | None, CommodityDefined] = Decider(
    decide, evolve, initial=None
)
