"""What the sub-agency has set."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.membership.events.policy import GeraiKindDefined
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class GeraiKindRow:
    """A kind of gerai that the sub-agency added."""

    kind: str
    label: str


def _kind(event: Recorded) -> Iterable[Key]:
    return ((event.data.kind,),)


def _kind_row(_: GeraiKindRow | None, event: Recorded, key: Key) -> GeraiKindRow:
    return GeraiKindRow(*key, label=event.data.label)


TABLES: tuple[Table[Any], ...] = (
    Table("gerai_kind", GeraiKindRow, ("kind",), {GeraiKindDefined: _kind}, _kind_row),
)
