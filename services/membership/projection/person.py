"""What is held on a person: sealed texts, consent, and what ends with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.membership.events import OWN
from services.membership.events.identity import (
    IdentityClaimed,
    IdentityForgotten,
    IdentityReleased,
)
from services.membership.events.person import (
    EVENTS,
    ConsentRecorded,
    ConsentWithdrawn,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonalDataRevealed,
    SubjectErased,
)
from services.membership.projection.keys import member
from shared.codes import CITY
from shared.envelope import Recorded
from shared.personal import MARK, person_of, personal_fields
from shared.tables import Key, Table

_SEALING = tuple(said for said in OWN if personal_fields(said))
_FIELDS = tuple(sorted({name for said in _SEALING for name in personal_fields(said)}))


@dataclass(frozen=True, slots=True)
class PersonalRow:
    """The latest sealed text of a field, and the event that it is bound to."""

    cooperative: str
    member: str
    field: str
    sealed: str
    event_id: str
    event_type: str


def _personal(event: Recorded) -> Iterable[Key]:
    said = event.data
    who = person_of(said, event.id)
    return (
        (event.place, who, name)
        for name in personal_fields(said.__class__)
        if str(getattr(said, name)).startswith(MARK)  # an early version said it in clear
    )


def _all_personal(event: Recorded) -> Iterable[Key]:
    return ((place, event.id, name) for place in (event.place, CITY) for name in _FIELDS)


def _personal_row(_: PersonalRow | None, event: Recorded, key: Key) -> PersonalRow | None:
    if isinstance(event.data, SubjectErased):
        return None
    text = getattr(event.data, key[-1])
    return PersonalRow(
        *key, sealed=text, event_id=event.stored.attribute("id"), event_type=event.type
    )


@dataclass(frozen=True, slots=True)
class PersonRow:
    """What was done about a person's data."""

    cooperative: str
    member: str
    version: int
    looks: int = 0
    last_looked_at: datetime | None = None
    erased_at: datetime | None = None
    basis: str | None = None
    reference: str | None = None


def _person_row(row: PersonRow | None, event: Recorded, key: Key) -> PersonRow:
    row = replace(row or PersonRow(*key, version=0), version=event.version)
    match event.data:
        case PersonalDataRevealed():
            return replace(row, looks=row.looks + 1, last_looked_at=event.time)
        case SubjectErased(basis=basis, reference=reference):
            return replace(row, erased_at=event.time, basis=basis.value, reference=reference)
        case _:
            return row


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent: the half-open time from *given_at* to *withdrawn_at*."""

    cooperative: str
    member: str
    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None = None


def _consent(event: Recorded) -> Iterable[Key]:
    return ((event.place, event.id, event.data.purpose.value),)


def _consent_row(row: ConsentRow | None, event: Recorded, key: Key) -> ConsentRow | None:
    if isinstance(event.data, ConsentRecorded):
        return ConsentRow(*key, given_at=event.time)
    return replace(row, withdrawn_at=event.time) if row else None


@dataclass(frozen=True, slots=True)
class LegalHoldRow:
    """A case that needs a person's data."""

    cooperative: str
    member: str
    case_number: str
    placed_at: datetime
    lifted_at: datetime | None = None


def _hold(event: Recorded) -> Iterable[Key]:
    return ((event.place, event.id, event.data.case),)


def _hold_row(row: LegalHoldRow | None, event: Recorded, key: Key) -> LegalHoldRow | None:
    if isinstance(event.data, LegalHoldPlaced):
        return LegalHoldRow(*key, placed_at=event.time)
    return replace(row, lifted_at=event.time) if row else None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """An identity number, by its keyed hash, that stands for a person, or stood for one."""

    cooperative: str
    member: str
    identity: str
    released: bool


def _claim(event: Recorded) -> Iterable[Key]:
    return ((event.data.cooperative, event.data.person, event.id),)


def _claim_row(_: ClaimRow | None, event: Recorded, key: Key) -> ClaimRow | None:
    said: IdentityClaimed | IdentityReleased | IdentityForgotten = event.data
    match said:
        case IdentityClaimed():
            return ClaimRow(*key, released=False)
        case IdentityReleased():
            return ClaimRow(*key, released=True)
        case IdentityForgotten():
            return None


TABLES: tuple[Table[Any], ...] = (
    Table(
        "personal",
        PersonalRow,
        ("cooperative", "member", "field"),
        {**dict.fromkeys(_SEALING, _personal), SubjectErased: _all_personal},
        _personal_row,
    ),
    Table(
        "person", PersonRow, ("cooperative", "member"), dict.fromkeys(EVENTS, member), _person_row
    ),
    Table(
        "consent",
        ConsentRow,
        ("cooperative", "member", "purpose"),
        {ConsentRecorded: _consent, ConsentWithdrawn: _consent},
        _consent_row,
    ),
    Table(
        "legal_hold",
        LegalHoldRow,
        ("cooperative", "member", "case_number"),
        {LegalHoldPlaced: _hold, LegalHoldLifted: _hold},
        _hold_row,
    ),
    Table(
        "claim",
        ClaimRow,
        ("cooperative", "member", "identity"),
        dict.fromkeys((IdentityClaimed, IdentityReleased, IdentityForgotten), _claim),
        _claim_row,
    ),
)
