"""Who and where the examples of membership's events are about (DATA CONTOH)."""

from datetime import date
from uuid import UUID

from shared.subjects import Entity

SUNTER_AGUNG = "31.72.02.1006"
SITI = UUID("0197a1f0-0000-7000-8000-000000000051")
FOUNDED = date(2025, 5, 31)

type Examples = tuple[tuple[Entity, object], ...]
"""An entity, and what is said of it."""


def of(stream: str, name: str, place: str = SUNTER_AGUNG) -> Entity:
    return Entity("membership", place, stream, name)
