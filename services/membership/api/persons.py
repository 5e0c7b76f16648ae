"""Questions about what is held on persons: masked, never in clear."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from services.membership.api.door import Person, door
from services.membership.api.masking import masked
from services.membership.events.person import PersonalField
from shared.access import Role, below
from shared.calendar import Day
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Reading
from shared.http.door import REGION, Within

SUPERVISORS = {Role.PENGURUS, Role.SUDIN, Role.AUDITOR}


class Consent(BaseModel):
    """A consent: the half-open time from *given_at* to *withdrawn_at*."""

    purpose: str
    given_at: datetime
    withdrawn_at: datetime | None


class PersonAnswer(BaseModel):
    """What is held on a person, masked: what is shown as null was never given."""

    cooperative: str
    member: str
    name: str | None
    identity_number: str | None
    phone: str | None
    address: str | None
    born_on: str | None
    consents: list[Consent]
    legal_holds: list[str] = Field(description="The cases that need these data.")
    looks: int = Field(description="How often personal data were revealed.")
    erased_at: datetime | None
    version: int = Field(description="How many events there are about these data.")


@door.query(
    "/cooperatives/{code}/members/{person}/personal-data",
    "personal-data",
    may=SUPERVISORS,
    at="code",
)
async def show_personal_data(code: KelurahanCode, person: Person, read: Reading) -> PersonAnswer:
    """Show what is held on a person, masked, and what was consented to."""
    who = str(person)
    row = await read.row(
        f"anggota {who}",
        """
        SELECT m.cooperative, m.member, coalesce(p.version, 0) AS version,
            coalesce(p.looks, 0) AS looks, p.erased_at
        FROM member m LEFT JOIN person p USING (cooperative, member)
        WHERE m.cooperative = $1 AND m.member = $2
        """,
        code,
        who,
    )
    shown = await masked(read, [(code, who)], *PersonalField)
    consents = await read.rows(
        """
        SELECT purpose, given_at, withdrawn_at FROM consent
        WHERE cooperative = $1 AND member = $2 ORDER BY purpose
        """,
        code,
        who,
    )
    holds = await read.rows(
        """
        SELECT case_number FROM legal_hold
        WHERE cooperative = $1 AND member = $2 AND lifted_at IS NULL ORDER BY 1
        """,
        code,
        who,
    )
    texts = shown.get((code, who), {})
    fields: Any = {name.value: texts.get(name) for name in PersonalField}
    return PersonAnswer(
        **row,
        **fields,
        consents=[Consent(**one) for one in consents],
        legal_holds=[one["case_number"] for one in holds],
    )


class ErasureAnswer(BaseModel):
    """The receipt of an erasure."""

    cooperative: str
    member: str
    erased_at: datetime
    basis: str
    reference: str | None


@door.query("/erasures", "personal-data", may=SUPERVISORS, at=REGION)
async def list_erasures(
    read: Reading,
    within: Within,
    cut: Paging,
    since: Annotated[Day | None, Query(description="Only those of this day and later.")] = None,
) -> Page[ErasureAnswer]:
    """List whose personal data were erased in a region, by cooperative and id."""
    return await read.page(
        cut,
        lambda row: ErasureAnswer(**row),
        "cooperative || ' ' || member",
        """
        SELECT cooperative, member, erased_at, basis, reference FROM person
        WHERE erased_at IS NOT NULL AND cooperative LIKE ANY($1)
            AND ($2::date IS NULL OR (erased_at AT TIME ZONE 'Asia/Jakarta')::date >= $2)
        """,
        below(within),
        since,
    )
