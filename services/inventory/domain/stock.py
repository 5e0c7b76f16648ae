"""The rules of one gerai's stock of one commodity: what moves it, and what is judged by it.

There is one stock per gerai and commodity; sums over several are tables only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from uuid import UUID

from services.inventory.commands import (
    Circumstances,
    Count,
    Delivery,
    ReviewCover,
    Sale,
    StockCommand,
)
from services.inventory.domain.adequacy import cover_tenths, daily_demand, days_observed
from services.inventory.domain.movement import counted, received, sold
from services.inventory.domain.price import References, breach, in_force
from services.inventory.events import (
    GoodsReceived,
    GoodsSold,
    PriceCeilingBreached,
    StockCounted,
    StockEvent,
    StockLow,
    StockRecovered,
)
from shared.decider import Decider
from shared.identity import derived_id


@dataclass(frozen=True, slots=True)
class Stock:
    """What lies there, what was sold over which days, and the alert that is open."""

    on_hand: int = 0
    sold: int = 0
    first_on: date | None = None
    last_on: date | None = None
    alert: UUID | None = None


def decide(command: StockCommand, stock: Stock) -> list[StockEvent]:
    """Book the movement; judge its price, and the cover that it leaves."""
    match command:
        case Delivery(line=line, circumstances=circumstances):
            return _judged([received(command)], stock, circumstances, line)
        case Sale(line=line, circumstances=circumstances):
            sale = sold(command, stock.on_hand)
            breaches = _breaches(sale, circumstances.references)
            return _judged([sale, *breaches], stock, circumstances, line)
        case Count(line=line, circumstances=circumstances):
            return _judged([counted(command)], stock, circumstances, line)
        case ReviewCover(review=review, circumstances=circumstances):
            return _judged([], stock, circumstances, review)


def evolve(stock: Stock, event: StockEvent) -> Stock:
    """A count says how it is, whatever the books said; a breach leaves the stock as it was."""
    match event:
        case GoodsReceived(quantity=quantity, received_on=day):
            return replace(_seen(stock, day), on_hand=stock.on_hand + quantity)
        case GoodsSold(quantity=quantity, sold_on=day):
            left, total = stock.on_hand - quantity, stock.sold + quantity
            return replace(_seen(stock, day), on_hand=left, sold=total)
        case StockCounted(counted=found, counted_on=day):
            return replace(_seen(stock, day), on_hand=found)
        case PriceCeilingBreached():
            return stock
        case StockLow(alert=alert):
            return replace(stock, alert=alert)
        case StockRecovered():
            return replace(stock, alert=None)


def demand_of(stock: Stock, circumstances: Circumstances) -> int | None:
    """Return the base units that are needed here a day, or None when nothing tells."""
    commodity, policy = circumstances.commodity, circumstances.policy
    if commodity is None or policy is None:
        return None
    return daily_demand(
        policy.terms,
        commodity.consumption_per_head_year,
        _active_members(circumstances),
        stock.sold,
        days_observed(stock.first_on, stock.last_on),
    )


def _breaches(sale: GoodsSold, references: References) -> list[PriceCeilingBreached]:
    found = breach(in_force(references, sale.sold_on), sale.unit_price)
    if found is None:
        return []
    return [
        PriceCeilingBreached(
            line=sale.line,
            kind=found.kind,
            unit_price=sale.unit_price,
            maximum=found.maximum,
            over_by=found.over_by,
            legal=found.legal,
            sold_on=sale.sold_on,
        )
    ]


def _judged(
    happened: Sequence[StockEvent], before: Stock, circumstances: Circumstances, cause: UUID
) -> list[StockEvent]:
    """Add the alert to what happened: low once, then recovered once, and between them nothing."""
    stock = reduce(evolve, happened, before)
    policy, demand = circumstances.policy, demand_of(stock, circumstances)
    cover = cover_tenths(stock.on_hand, demand)
    if policy is None or demand is None or cover is None or stock.first_on is None:
        return [*happened]  # nothing to judge by, or nothing was ever kept here
    low_days = policy.terms.low_days
    enough_days = low_days + policy.terms.recovery_margin_days
    if stock.alert is None and cover < low_days * 10:
        low = StockLow(
            alert=derived_id(cause, "StockLow"),
            on_hand=stock.on_hand,
            daily_demand=demand,
            cover_tenths=cover,
            threshold_days=low_days,
            reason="cover_below_threshold" if stock.on_hand else "stock_out",
            active_members=_active_members(circumstances),
            policy_version=policy.version,
        )
        return [*happened, low]
    if stock.alert is not None and cover >= enough_days * 10:
        recovered = StockRecovered(
            alert=stock.alert,
            on_hand=stock.on_hand,
            daily_demand=demand,
            cover_tenths=cover,
            threshold_days=enough_days,
            active_members=_active_members(circumstances),
            policy_version=policy.version,
        )
        return [*happened, recovered]
    return [*happened]


def _active_members(circumstances: Circumstances) -> int:
    return circumstances.demand.active_members if circumstances.demand else 0


def _seen(stock: Stock, day: date) -> Stock:
    return replace(
        stock,
        first_on=min(stock.first_on or day, day),
        last_on=max(stock.last_on or day, day),
    )


stock: Decider[StockCommand, Stock, StockEvent] = Decider(decide, evolve, initial=Stock())
