"""Kecukupan stok: how much is needed a day, and how many days the stock lasts.

Perpres 71/2015 art. 1(3) calls availability the sufficiency of goods against what the public
consumes in a given time. The same functions serve the rules and the queries.
"""

from datetime import date
from fractions import Fraction
from math import ceil
from typing import Protocol

DAYS_OF_A_YEAR = 365


class Terms(Protocol):
    """The part of a policy that demand depends on: the event, or its row."""

    @property
    def household_size(self) -> int: ...
    @property
    def capture_percent(self) -> int: ...
    @property
    def blend_days(self) -> int: ...


def days_observed(first_on: date | None, last_on: date | None) -> int:
    """Return the actual days from the first movement to the last, both counted; 0 before any.

    Calendars of 360 days made the stock-out days of other systems wrong again and again.
    """
    return 0 if first_on is None or last_on is None else (last_on - first_on).days + 1


def daily_demand(
    terms: Terms,
    consumption_per_head_year: int | None,
    active_members: int,
    sold: int,
    days: int,
) -> int | None:
    """Return the base units needed a day, or None when nothing tells.

    model = active members x household size x capture percent / 100 x consumption a head and year
    / 365, unknown without a figure of consumption or a counted member. real = sold / days observed.
    demand = (1 - w) x model + w x real with w = min(1, days / blend days); where only one of the
    two is known, that one. Exact fractions, rounded up once at the end, as OpenLMIS rounds adjusted
    consumption: cover is never overstated. Consumption: Bapanas and BPS, by the commodity's source.
    """
    real = Fraction(sold, days) if days > 0 else None
    if consumption_per_head_year is None or active_members == 0:
        return None if real is None else ceil(real)
    persons = active_members * terms.household_size
    model = Fraction(
        persons * terms.capture_percent * consumption_per_head_year, 100 * DAYS_OF_A_YEAR
    )
    if real is None:
        return ceil(model)
    weight = min(Fraction(1), Fraction(days, terms.blend_days))
    return ceil((1 - weight) * model + weight * real)


def cover_tenths(on_hand: int, demand: int | None) -> int | None:
    """Return days of cover in tenths of a day, rounded down; None without a demand to cover.

    Rounded down, so `cover < 70` is exactly `on hand < 7 days of demand`.
    """
    return on_hand * 10 // demand if demand else None
