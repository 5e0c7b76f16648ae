"""Claims on identity numbers, for the endpoints that take one in; and suspected duplicates.

Whoever takes in an identity number claims it in the same decision, and lets a suspicion be noted:

    async with noticing_duplicates(ask, code, number):
        claim = claiming(ask, code, person, number)
        return await ask(member_of(code, person), member, command, body, also=[claim])

The event keeps `fingerprint(ask, number)`, so that `releasing` can give the number free later.
`previous(ask, code, number)` is whom it last stood for in a cooperative: somebody who comes back.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel, Field

from services.membership.api.door import door, record_of
from services.membership.commands.identity import (
    ClaimIdentity,
    ReleaseIdentity,
    ResolveDuplicate,
    SuspectDuplicate,
)
from services.membership.domain.identity import CLAIMED_ELSEWHERE, Identity, identity, identity_of
from services.membership.domain.person import Held
from services.membership.domain.person import person as personal_data
from shared.access import Role, below
from shared.decider import Refused
from shared.envelope import Cause
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Ask, Asking, Receipt
from shared.http.door import CITY_WIDE, REGION, Within
from shared.identity import derived_id
from shared.tracing import current_traceparent
from shared.transact import Part


def fingerprint(ask: Ask, number: str) -> str:
    """What stands for *number* in the log and in tables."""
    return ask.running.keys.fingerprint(number)


def claiming(ask: Ask, code: str, person: UUID | str, number: str) -> Part[Any, Any, Any]:
    """The part of a decision that lets *number* stand for *person* in the cooperative *code*.

    Nobody tries out, and leaves no trace, whether another cooperative holds a number.
    """
    entity = identity_of(fingerprint(ask, number))
    return Part(entity, identity, ClaimIdentity(str(person), code, ask.dry_run))


def releasing(mark: str, code: str, person: UUID | str) -> Part[Any, Any, Any]:
    """The part that gives free the number whose fingerprint is *mark*, where this person has it."""
    return Part(identity_of(mark), identity, ReleaseIdentity(str(person), code))


async def previous(ask: Ask, code: str, number: str) -> str | None:
    """Whom *number* last stood for in the cooperative *code*, before it was given free.

    Nobody comes back as somebody who was erased.
    """
    known: Identity = await ask.state(identity_of(fingerprint(ask, number)), identity)
    if (before := known.former.get(code)) is None:
        return None
    held: Held = await ask.state(record_of(code, before), personal_data)
    return None if held.erased else before


@asynccontextmanager
async def noticing_duplicates(ask: Ask, code: str, number: str) -> AsyncGenerator[None]:
    """Where the block is refused because another cooperative holds *number*, record that alone."""
    try:
        yield
    except Refused as refused:
        if refused.refusal is CLAIMED_ELSEWHERE and not ask.dry_run:
            await _suspect(ask, code, number)
        raise


async def _suspect(ask: Ask, code: str, number: str) -> None:
    """Record the suspicion, once however often the request is repeated."""
    cause = Cause(
        id=derived_id(ask.command_id, "duplicate", fingerprint(ask, number)),
        correlation=ask.correlation,
        at=ask.now,
        recorded_at=ask.now,
        authtype=ask.principal.authtype,
        authid=ask.principal.authid,
        fingerprint=ask.fingerprint,
        traceparent=current_traceparent(),
    )
    entity = identity_of(fingerprint(ask, number))
    await ask.running.transactor.transact(entity, identity, SuspectDuplicate(code), cause)


type Fingerprint = Annotated[
    str,
    Path(
        max_length=32,
        pattern="^[0-9a-f]{32}$",
        description="What stands for the number: `identity` in GET /v1/duplicates.",
        examples=["0f4c2a91d7be0f4c2a91d7be0f4c2a91"],
    ),
]


@door.command("/duplicates/{mark}/resolution", "duplicates", may={Role.SUDIN}, at=CITY_WIDE)
async def resolve_duplicate(mark: Fingerprint, body: ResolveDuplicate, ask: Asking) -> Receipt:
    """Say what a suspected duplicate turned out to be."""
    return await ask(identity_of(mark), identity, body, body)


class DuplicateAnswer(BaseModel):
    """An identity number that one cooperative was given while another one held it."""

    identity: str = Field(description="What stands for the number; the number is not shown.")
    cooperative: str = Field(description="Where it was given, in vain.")
    held_in: str = Field(description="The cooperative that holds it.")
    person: str = Field(description="For whom: the id of the member there.")
    suspected_at: datetime
    resolution: str | None
    resolved_at: datetime | None


@door.query("/duplicates", "duplicates", may={Role.SUDIN, Role.AUDITOR}, at=REGION)
async def list_duplicates(
    read: Reading,
    within: Within,
    cut: Paging,
    state: Annotated[
        Literal["open", "resolved"] | None, Query(description="Only those; without it, all.")
    ] = None,
) -> Page[DuplicateAnswer]:
    """List suspected duplicates where either cooperative is in the region."""
    return await read.page(
        cut,
        lambda row: DuplicateAnswer(**row),
        "cooperative || ' ' || identity",
        """
        SELECT * FROM duplicate
        WHERE (cooperative LIKE ANY($1) OR held_in LIKE ANY($1))
            AND ($2::text IS NULL OR (resolution IS NULL) = ($2 = 'open'))
        """,
        below(within),
        state,
    )
