"""The rules of price references: which one holds on a day, and what is above it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from services.inventory.commands import PriceReference
from services.inventory.domain.commodity import known
from services.inventory.domain.units import refuse_unit
from services.inventory.events import PriceKind, PriceReferencePublished
from shared.decider import Decider, Refusal, Refused

MAXIMUM_NOT_POSITIVE = Refusal(
    "maximum_not_positive",
    id="Harga tertinggi harus di atas Rp0, bukan Rp{maximum}.",
    en="A maximum price is above Rp0, not Rp{maximum}.",
    kind="invalid",
)
MINIMUM_OUT_OF_RANGE = Refusal(
    "minimum_out_of_range",
    id="Harga terendah Rp{minimum} tidak di antara Rp0 dan harga tertinggi Rp{maximum}.",
    en="The minimum Rp{minimum} is not between Rp0 and the maximum Rp{maximum}.",
    kind="invalid",
)
ENDS_BEFORE_IT_BEGINS = Refusal(
    "ends_before_it_begins",
    id="Masa berlaku berakhir {valid_until}, sebelum mulai {valid_from}.",
    en="It ends on {valid_until}, before it begins on {valid_from}.",
    kind="invalid",
)

type References = tuple[PriceReferencePublished, ...]
type Severity = Literal["violation", "warning"]


class Dated(Protocol):
    """What is valid from a day on, perhaps up to another: an event, or its row."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...


class Ceiling(Protocol):
    """What sets a maximum by law: an event, or its row."""

    @property
    def kind(self) -> PriceKind: ...
    @property
    def maximum(self) -> int: ...
    @property
    def legal(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Breach:
    """A price above the maximum, and by how much."""

    kind: PriceKind
    severity: Severity
    maximum: int
    over_by: int
    legal: str


def in_force[Reference: Dated](references: Iterable[Reference], day: date) -> Reference | None:
    """Return the reference that holds on *day*, given in the order in which they were published.

    Of those that cover the day (first and last day included) it is the one that began last, so a
    temporary one gives way again to the one before it; of two that begin together, the later
    published.
    """
    holding: Reference | None = None
    for reference in references:
        begun = reference.valid_from <= day
        ended = reference.valid_until is not None and reference.valid_until < day
        if begun and not ended and (holding is None or reference.valid_from >= holding.valid_from):
            holding = reference
    return holding


def breach(reference: Ceiling | None, unit_price: int) -> Breach | None:
    """Return how *unit_price* breaks *reference*; only what is above the maximum does."""
    if reference is None or unit_price <= reference.maximum:
        return None
    return Breach(
        kind=reference.kind,
        severity=severity(reference.kind),
        maximum=reference.maximum,
        over_by=unit_price - reference.maximum,
        legal=reference.legal,
    )


def severity(kind: PriceKind) -> Severity:
    """Return how grave a breach is: a HET binds, a HAP is a reference."""
    match kind:
        case "HET":
            return "violation"
        case "HAP":
            return "warning"


def decide(command: PriceReference, published: References) -> list[PriceReferencePublished]:
    """Publish it, per trade unit, if it makes sense; it takes over from the day it begins."""
    asked, commodity = command.asked, known(command.commodity)
    refuse_unit(commodity, asked.unit, commodity.trade_unit)
    if asked.maximum <= 0:
        raise Refused(MAXIMUM_NOT_POSITIVE, maximum=asked.maximum)
    if asked.minimum is not None and not 0 <= asked.minimum <= asked.maximum:
        raise Refused(MINIMUM_OUT_OF_RANGE, minimum=asked.minimum, maximum=asked.maximum)
    if asked.valid_until is not None and asked.valid_until < asked.valid_from:
        raise Refused(
            ENDS_BEFORE_IT_BEGINS, valid_from=asked.valid_from, valid_until=asked.valid_until
        )
    reference = PriceReferencePublished(
        kind=asked.kind,
        unit=commodity.trade_unit,
        minimum=asked.minimum,
        maximum=asked.maximum,
        valid_from=asked.valid_from,
        valid_until=asked.valid_until,
        legal=asked.legal,
        source=asked.source,
        zone=asked.zone,
    )
    return [] if reference in published else [reference]


def evolve(published: References, event: PriceReferencePublished) -> References:
    """Keep all of them: a sale of the past is judged by the reference of its day."""
    return (*published, event)


price: Decider[PriceReference, References, PriceReferencePublished] = Decider(
    decide, evolve, initial=()
)
