"""Commodities, their price references and the adequacy policy: the asks of the whole city."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from deploy.seeds.ask import Ask, Chain, Json
from deploy.seeds.cooperatives import FOUNDED_ON, moment
from deploy.seeds.facts import Consumption, PriceCeiling, consumption, price_ceilings

RICE = "beras-medium"
HOUSEHOLD_SIZE = 4
CAPTURE_PERCENT = 25
LOW_DAYS = 7
RECOVERY_MARGIN_DAYS = 3
CEILING_DAYS = 90

_GRAMS_A_LITRE_OF_OIL = 920
_BASE_UNITS = {"kg": "g", "l": "ml", "tabung": "tabung"}
_CONSUMED_AS = {
    # All rice is counted once, as the rice that most people buy.
    "beras_medium": "beras",
    "minyak_goreng_rakyat": "minyak_goreng",
    "gula_konsumsi": "gula_pasir",
    "telur_ayam_ras": "telur_ayam_ras",
    "daging_ayam_ras": "daging_ayam",
    "cabai_rawit_merah": "cabai_rawit",
}
_GRADES = {"beras_medium": "medium", "beras_premium": "premium", "beras_sphp": "SPHP"}
_UNGRADED = "tidak digolongkan"


@dataclass(frozen=True, slots=True)
class Use:
    """What one head uses in a year, in base units, and who says so."""

    a_year: int | None
    source: str


def commodities() -> tuple[Chain, ...]:
    """Return each commodity, defined and then priced from the oldest reference to the newest."""
    rows = groupby(price_ceilings(), key=lambda row: row.commodity)
    return tuple(_commodity(tuple(references)) for _, references in rows)


def adequacy_policy() -> Chain:
    """Return how much is enough. Example values, not those of an agency."""
    body: dict[str, Json] = {
        "household_size": HOUSEHOLD_SIZE,
        "capture_percent": CAPTURE_PERCENT,
        "low_days": LOW_DAYS,
        "recovery_margin_days": RECOVERY_MARGIN_DAYS,
        "ceiling_days": CEILING_DAYS,
    }
    at = moment(FOUNDED_ON, 8)
    return (Ask("adequacy-policy", "inventory", "/adequacy-policy", body, at, new=True),)


def use_of(code: str) -> Use:
    """Return how much of the commodity a head uses, as far as a figure was found."""
    name = code.replace("-", "_")
    wanted = _CONSUMED_AS.get(name)
    for row in consumption():
        if row.commodity == wanted:
            grams = round(row.kg_per_cap_year * 1000)
            liquid = name == "minyak_goreng_rakyat"
            amount = round(grams * 1000 / _GRAMS_A_LITRE_OF_OIL) if liquid else grams
            return Use(amount, _cited(row))
    return Use(None, "Tidak ada angka konsumsi yang ditemukan")


def daily_model(code: str, members: int) -> float:
    """Return what *members* and their households take from a gerai in a day, in base units."""
    heads = members * HOUSEHOLD_SIZE * CAPTURE_PERCENT / 100
    return heads * (use_of(code).a_year or 0) / 365


def _commodity(references: tuple[PriceCeiling, ...]) -> Chain:
    first = references[0]
    code = first.commodity.replace("_", "-")
    use = use_of(code)
    body: dict[str, Json] = {
        "code": code,
        "name": _title(first.commodity),
        "grade": _GRADES.get(first.commodity, _UNGRADED),
        "unit": _BASE_UNITS[first.unit],
        "consumption_per_head_year": use.a_year,
        "source": use.source,
    }
    at = moment(first.effective_from)
    defined = Ask(f"{code}/definition", "inventory", "/commodities", body, at, new=True)
    return (defined, *(_reference(code, row) for row in references))


def _reference(code: str, row: PriceCeiling) -> Ask:
    until: date | None = row.effective_to
    note = "" if row.date_note is None else f" ({row.date_note})"
    body: dict[str, Json] = {
        "commodity": code,
        "kind": row.kind,
        "unit": row.unit,
        "minimum": row.min_idr,
        "maximum": row.max_idr,
        "valid_from": row.effective_from.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
        "legal": row.legal,
        "source": row.source + note,
        "zone": row.zone,
    }
    key = f"{code}/price-{row.effective_from}"
    return Ask(key, "inventory", "/price-references", body, moment(row.effective_from))


def _cited(row: Consumption) -> str:
    return f"{row.source}; {row.year}, {row.scope}"


def _title(commodity: str) -> str:
    words = commodity.replace("_", " ").capitalize()
    return words.replace("sphp", "SPHP").replace("Lpg 3kg", "LPG 3 kg")
