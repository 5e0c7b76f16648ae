"""The register of cooperatives, their papers, and their gerai."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.membership.events import OWN
from services.membership.events.cooperative import (
    CooperativeRegistered,
    GeraiClosed,
    GeraiOpened,
    LegalDocumentRecorded,
    OperationResumed,
    OperationSuspended,
)
from services.membership.projection.keys import place
from shared.envelope import Recorded
from shared.tables import Key, Table


@dataclass(frozen=True, slots=True)
class CooperativeRow:
    """A cooperative, when its last fact was heard, and the pause that nothing has ended."""

    code: str
    name: str
    kecamatan: str
    founded_on: date
    last_heard_at: datetime
    last_reported_at: datetime
    suspended_since: date | None = None
    suspended_until: date | None = None
    suspended_because: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A paper that the cooperative holds; *slot* is empty where a new one replaces it."""

    cooperative: str
    kind: str
    slot: str
    number: str
    issued_on: date
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class GeraiRow:
    """One opening of a gerai: [opened_on, closed_on)."""

    cooperative: str
    gerai: str
    opened_on: date
    kind: str
    name: str
    closed_on: date | None = None
    closed_because: str | None = None


def _cooperative_row(
    row: CooperativeRow | None, event: Recorded, key: Key
) -> CooperativeRow | None:
    heard = event.recorded_at
    if isinstance(event.data, CooperativeRegistered):
        said = event.data
        return CooperativeRow(
            *key,
            name=said.name,
            kecamatan=said.kecamatan,
            founded_on=said.founded_on,
            last_heard_at=heard,
            last_reported_at=heard,
        )
    if row is None:
        return None  # a past in which it is not registered
    concluded = event.stored.attribute("authtype") == "system"
    reported = row.last_reported_at if concluded else heard
    row = replace(row, last_heard_at=heard, last_reported_at=reported)
    if event.stream != "cooperative":
        return row
    row = replace(row, version=event.version)
    match event.data:
        case OperationSuspended() as said:
            return _paused(row, said)
        case OperationResumed(since=since) if since == row.suspended_since:
            return replace(row, suspended_since=None, suspended_until=None, suspended_because=None)
        case _:
            return row


def _paused(row: CooperativeRow, said: OperationSuspended) -> CooperativeRow:
    """The row with this pause, unless one that began later is known."""
    if row.suspended_since is not None and said.since < row.suspended_since:
        return row
    return replace(
        row,
        suspended_since=said.since,
        suspended_until=said.until,
        suspended_because=said.reason,
    )


def _document(event: Recorded) -> Iterable[Key]:
    said: LegalDocumentRecorded = event.data
    return ((event.place, said.kind.value, said.number if said.kind.several else ""),)


def _document_row(_: DocumentRow | None, event: Recorded, key: Key) -> DocumentRow:
    said: LegalDocumentRecorded = event.data
    return DocumentRow(
        *key, number=said.number, issued_on=said.issued_on, valid_until=said.valid_until
    )


def _gerai(event: Recorded) -> Iterable[Key]:
    said: GeraiOpened | GeraiClosed = event.data
    return ((event.place, said.gerai, said.opened_on),)


def _gerai_row(row: GeraiRow | None, event: Recorded, key: Key) -> GeraiRow | None:
    said: GeraiOpened | GeraiClosed = event.data
    match said:
        case GeraiOpened(kind=kind, name=name):
            return GeraiRow(*key, kind=kind, name=name)
        case GeraiClosed(closed_on=closed_on, reason=reason):
            return row and replace(row, closed_on=closed_on, closed_because=reason)


TABLES: tuple[Table[Any], ...] = (
    Table("cooperative", CooperativeRow, ("code",), dict.fromkeys(OWN, place), _cooperative_row),
    Table(
        "legal_document",
        DocumentRow,
        ("cooperative", "kind", "slot"),
        {LegalDocumentRecorded: _document},
        _document_row,
    ),
    Table(
        "gerai",
        GeraiRow,
        ("cooperative", "gerai", "opened_on"),
        {GeraiOpened: _gerai, GeraiClosed: _gerai},
        _gerai_row,
    ),
)
