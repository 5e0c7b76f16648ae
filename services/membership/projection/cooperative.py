"""The register of cooperatives."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.membership.events import OWN
from services.membership.events.cooperative import CooperativeRegistered
from services.membership.projection.keys import place
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class CooperativeRow:
    """A cooperative, and when its last fact was heard."""

    code: str
    name: str
    kecamatan: str
    founded_on: date
    last_heard_at: datetime


def _cooperative_row(
    row: CooperativeRow | None, event: Recorded, key: Key
) -> CooperativeRow | None:
    match event.data:
        case CooperativeRegistered(name=name, kecamatan=kecamatan, founded_on=founded_on):
            return CooperativeRow(
                *key,
                name=name,
                kecamatan=kecamatan,
                founded_on=founded_on,
                last_heard_at=event.recorded_at,
            )
        case _:
            return row and replace(row, last_heard_at=event.recorded_at)


TABLES: tuple[Table[Any], ...] = (
    Table("cooperative", CooperativeRow, ("code",), dict.fromkeys(OWN, place), _cooperative_row),
)
