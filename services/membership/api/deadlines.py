"""Deadlines over HTTP: what the sub-agency sets, and what applies."""

from datetime import date

from pydantic import BaseModel, Field

from services.membership.api.door import door
from services.membership.commands.deadlines import SetDeadlinePolicy
from services.membership.domain.deadlines import DEADLINES, Policies, applying, deadlines
from services.membership.events.deadlines import DeadlinePolicySet, Obligation
from shared.access import EVERYBODY, Role
from shared.http.answering import Page, Paging, Read, Reading
from shared.http.asking import Asking, Receipt
from shared.http.door import CITY_FACTS, CITY_WIDE


@door.command("/deadlines", "rat", may={Role.SUDIN}, at=CITY_WIDE)
async def set_deadline_policy(body: SetDeadlinePolicy, ask: Asking) -> Receipt:
    """Set until when a yearly meeting or a quarterly report is owed, from some period on."""
    return await ask(DEADLINES, deadlines, body, body)


async def policies(read: Read) -> Policies:
    """What the sub-agency has set."""
    rows = await read.rows("SELECT * FROM deadline")
    return frozenset(
        DeadlinePolicySet(
            Obligation(row["obligation"]), row["applies_from"], row["months_after"], row["day"]
        )
        for row in rows
    )


class DeadlineAnswer(BaseModel):
    """A deadline, for the periods that end in the half-open time [applies_from, applies_until)."""

    obligation: Obligation
    applies_from: date
    applies_until: date | None = Field(description="From this day on another one applies.")
    months_after: int = Field(description="In so many months after that of the period's end.")
    day: int | None = Field(description="The day of that month; null: its last one.")
    source: str | None = Field(description="Whence it is; null: the sub-agency set it.")


@door.query("/deadlines", "rat", may=EVERYBODY, at=CITY_FACTS)
async def list_deadlines(read: Reading, cut: Paging) -> Page[DeadlineAnswer]:
    """List the deadlines by obligation and time: exactly one applies to each period."""
    every = list(applying(await policies(read)))
    return await read.page(
        cut,
        lambda row: DeadlineAnswer(**row),
        "concat_ws(' ', obligation, applies_from)",
        """
        SELECT * FROM unnest(
            $1::text[], $2::date[], $3::date[], $4::integer[], $5::integer[], $6::text[]
        ) AS f(obligation, applies_from, applies_until, months_after, day, source)
        """,
        [one.policy.obligation.value for one in every],
        [one.policy.applies_from for one in every],
        [one.until for one in every],
        [one.policy.months_after for one in every],
        [one.policy.day for one in every],
        [one.source for one in every],
    )
