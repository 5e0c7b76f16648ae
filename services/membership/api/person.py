"""What is held on a person, over HTTP: the least that is needed, and every look is recorded.

Personal data in clear are in the answers to POST /reveal and POST /copy and nowhere else. They are
opened once, with the recording: the same Idempotency-Key again says where the look is recorded,
and opens nothing.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.membership.api.door import HELPERS, Person, door, member_of, record_of
from services.membership.api.held import everything, opened
from services.membership.api.identity import claiming, fingerprint, noticing_duplicates
from services.membership.api.member import identity_freed
from services.membership.commands.person import (
    About,
    CopyPersonalData,
    EraseSubject,
    LiftLegalHold,
    PersonAsked,
    PlaceLegalHold,
    RecordConsent,
    RectifyIdentity,
    RevealPersonalData,
    WithdrawConsent,
)
from services.membership.domain.member import member
from services.membership.domain.person import person as personal_data
from services.membership.domain.person import standing_of
from services.membership.facts import erased_lawfully
from shared.access import Role
from shared.calendar import day_of
from shared.codes import KelurahanCode
from shared.http.asking import Ask, Asking, Editing, Receipt
from shared.transact import Part

CONTROLLERS = {Role.PENGURUS, Role.SUDIN}
_MEMBER = "/cooperatives/{code}/members/{person}"


async def _about(
    ask: Ask, code: str, who: UUID, body: PersonAsked, identity: str | None = None
) -> About:
    """Put beside what is asked how the person stands to the cooperative."""
    standing = standing_of(await ask.state(member_of(code, str(who)), member))
    left_at = await ask.running.pool.fetchval(
        "SELECT left_at FROM membership.member WHERE cooperative = $1 AND member = $2",
        code,
        str(who),
    )
    left_on: date | None = day_of(left_at) if left_at else None
    return About(body, standing, ask.day(body), identity, left_on)


async def _asked(
    ask: Ask,
    code: str,
    who: UUID,
    body: PersonAsked,
    identity: str | None = None,
    also: Sequence[Part[Any, Any, Any]] = (),
) -> Receipt:
    command = await _about(ask, code, who, body, identity)
    return await ask(record_of(code, who), personal_data, command, body, also)


@door.command(f"{_MEMBER}/consents", "personal-data", may=HELPERS, at="code")
async def record_consent(
    code: KelurahanCode, person: Person, body: RecordConsent, ask: Asking
) -> Receipt:
    """Record that a person consents to a purpose."""
    return await _asked(ask, code, person, body)


@door.command(f"{_MEMBER}/consents/withdrawal", "personal-data", may=HELPERS, at="code")
async def withdraw_consent(
    code: KelurahanCode, person: Person, body: WithdrawConsent, ask: Asking
) -> Receipt:
    """Record that a person withdraws consent: stop within 3 x 24 hours."""
    return await _asked(ask, code, person, body)


@door.command(f"{_MEMBER}/rectification", "personal-data", may=HELPERS, at="code")
async def rectify_identity(
    code: KelurahanCode, person: Person, body: RectifyIdentity, ask: Editing
) -> Receipt:
    """Put a person's data right; a new identity number takes the place of the old one.

    A trial does not look at what other cooperatives hold.
    """
    number = body.identity_number
    if number is None:
        return await _asked(ask, code, person, body)
    mark = fingerprint(ask, number)
    standing = standing_of(await ask.state(member_of(code, person), member))
    if standing not in ("open", "active"):  # who belongs no more keeps no number from others
        return await _asked(ask, code, person, body, mark)
    freed = await identity_freed(ask, member_of(code, person))
    claim = claiming(ask, code, person, number)
    also = [*(part for part in freed if part.entity != claim.entity), claim]
    async with noticing_duplicates(ask, code, number):
        return await _asked(ask, code, person, body, mark, also)


@door.command(f"{_MEMBER}/legal-holds", "personal-data", may={Role.SUDIN}, at="code")
async def place_legal_hold(
    code: KelurahanCode, person: Person, body: PlaceLegalHold, ask: Asking
) -> Receipt:
    """Keep a person's data from being erased while a case needs them."""
    return await _asked(ask, code, person, body)


@door.command(f"{_MEMBER}/legal-holds/lifting", "personal-data", may={Role.SUDIN}, at="code")
async def lift_legal_hold(
    code: KelurahanCode, person: Person, body: LiftLegalHold, ask: Asking
) -> Receipt:
    """Let go of a person's data: the case no longer needs them."""
    return await _asked(ask, code, person, body)


@door.command(f"{_MEMBER}/erasure", "personal-data", may=CONTROLLERS, at="code")
async def erase_subject(
    code: KelurahanCode, person: Person, body: EraseSubject, ask: Asking
) -> Receipt:
    """Erase a former member's data for good, by destroying the key that they are sealed with."""
    receipt = await _asked(ask, code, person, body)
    whose, transactor = record_of(code, person), ask.running.transactor
    if not receipt.dry_run and await erased_lawfully(whose, receipt.position, transactor):
        await ask.running.keys.erase(str(person))
    return receipt


class Revealed(Receipt):
    """A receipt, and what was looked at; null where nothing is held or it was opened before."""

    data: dict[str, str | None] = Field(
        description="In clear, with the recording alone: a repeat or a trial opens nothing."
    )


@door.command(f"{_MEMBER}/reveal", "personal-data", may=CONTROLLERS, at="code")
async def reveal_personal_data(
    code: KelurahanCode, person: Person, body: RevealPersonalData, ask: Asking
) -> Revealed:
    """Look at personal data; the look is recorded first, with who looked and what for."""
    receipt = await _asked(ask, code, person, body)
    ask.response.headers["Cache-Control"] = "no-store"
    wanted = [str(field) for field in body.fields]
    data = await opened(ask, code, str(person), receipt)
    return Revealed(**receipt.model_dump(), data={name: data.get(name) for name in wanted})


class Elsewhere(BaseModel):
    """A service that knows the person by the same id, and where to ask it."""

    service: Literal["training", "inventory"]
    see: str


class PersonalCopy(Revealed):
    """All that membership holds on a person, and where else to ask. Empty when it was given before.

    *history* is the events of the person and those that name the person, with their texts opened;
    *rows* is what the tables say, by table.
    """

    history: list[dict[str, Any]]
    rows: dict[str, list[dict[str, Any]]]
    elsewhere: list[Elsewhere]


@door.command(f"{_MEMBER}/copy", "personal-data", may=CONTROLLERS, at="code")
async def copy_personal_data(
    code: KelurahanCode, person: Person, body: CopyPersonalData, ask: Asking
) -> PersonalCopy:
    """Make a copy of all that is held on a person, as is that person's right; it is recorded."""
    receipt = await _asked(ask, code, person, body)
    ask.response.headers["Cache-Control"] = "no-store"
    who = str(person)
    data = await opened(ask, code, who, receipt)
    history, rows = await everything(ask, code, who, receipt)
    elsewhere = [
        Elsewhere(service="training", see=f"/v1/events?entity=officer/{who}&region={code}"),
        Elsewhere(service="inventory", see=f"/v1/events?region={code}"),
    ]
    return PersonalCopy(
        **receipt.model_dump(), data=data, history=history, rows=rows, elsewhere=elsewhere
    )
