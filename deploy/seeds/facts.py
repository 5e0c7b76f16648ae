"""The facts of the story, as they stand in the files of `data/`."""

import csv
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Literal

from pydantic import TypeAdapter

_DATA = files("deploy.seeds") / "data"


@dataclass(frozen=True, slots=True)
class Kelurahan:
    """A kelurahan, and so a cooperative."""

    code: str
    name: str
    kecamatan: str


@dataclass(frozen=True, slots=True)
class PriceCeiling:
    """One dated price reference, as the file words it."""

    commodity: str
    unit: str
    zone: str | None
    kind: Literal["HET", "HAP"]
    max_idr: int
    effective_from: date
    legal: str
    source: str
    min_idr: int | None = None
    effective_to: date | None = None
    date_note: str | None = None


@dataclass(frozen=True, slots=True)
class Consumption:
    """What one head uses in a year, as the file words it."""

    commodity: str
    kg_per_cap_year: float
    year: int
    scope: str
    source: str


def kelurahan() -> tuple[Kelurahan, ...]:
    """Return the kelurahan of Jakarta Utara, by code."""
    with (_DATA / "kelurahan_jakarta_utara.csv").open(encoding="utf-8") as lines:
        return tuple(
            Kelurahan(row["kemendagri_code"], row["kelurahan"], row["kecamatan"])
            for row in csv.DictReader(lines)
        )


def price_ceilings() -> tuple[PriceCeiling, ...]:
    """Return the price references, those of a commodity from the oldest to the newest."""
    text = (_DATA / "price_ceilings_dki.json").read_bytes()
    rows = TypeAdapter(list[PriceCeiling]).validate_json(text)
    return tuple(sorted(rows, key=lambda row: (row.commodity, row.effective_from)))


def consumption() -> tuple[Consumption, ...]:
    """Return the consumption per head."""
    text = (_DATA / "consumption_per_capita.json").read_bytes()
    return tuple(TypeAdapter(list[Consumption]).validate_json(text))
