"""Bills fall due with the day, and who has not paid is in arrears."""

from collections.abc import Sequence
from typing import Any

from services.membership.commands.member import NoteArrears
from services.membership.commands.savings import FallDue
from services.membership.domain.member import member
from services.membership.domain.savings import savings
from services.membership.events.calendar import DayBegan
from services.membership.events.member import (
    SavingsPaymentReversed,
)
from services.membership.events.savings import Billed, SavingsBillFellDue
from shared.codes import dashed
from shared.envelope import Recorded
from shared.reactions import Facts, Reaction, Request
from shared.subjects import Entity


async def let_bills_fall_due(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """A day that began closes the bills that were to be paid before it."""
    said: DayBegan = heard.data
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        """
        SELECT DISTINCT cooperative FROM membership.savings_bill
        WHERE status = 'open' AND due_on < $1 ORDER BY 1
        """,
        said.day,
    )
    return [
        Request(
            Entity("membership", row["cooperative"], "savings", dashed(row["cooperative"])),
            savings,
            FallDue(said.day),
        )
        for row in rows
    ]


async def note_arrears(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who has paid less simpanan wajib than fell due since joining owes the rest.

    So does, again, who is found not to have paid after all.
    Each month's bill is paid in turn: what is missing begins with the first that is not covered.
    """
    said: SavingsBillFellDue | SavingsPaymentReversed = heard.data
    if said.kind.value != Billed.WAJIB:
        return []
    reversed_of = heard.id if isinstance(said, SavingsPaymentReversed) else None
    await facts.runner.wait_for(heard.position)
    rows = await facts.pool.fetch(
        """
        WITH asked AS (
            SELECT m.member, m.version, b.period, m.wajib,
                sum(b.amount) OVER (PARTITION BY m.member ORDER BY b.period) AS until_then
            FROM membership.member m
            JOIN membership.savings_bill b ON b.cooperative = m.cooperative
                AND b.kind = 'wajib' AND b.status = 'due'
                AND b.due_on >= (m.joined_at AT TIME ZONE 'Asia/Jakarta')::date
            WHERE m.cooperative = $1 AND m.status = 'active'
                AND ($2::text IS NULL OR m.member = $2)
        )
        SELECT member, max(version) AS version, min(period) AS since,
            (max(until_then) - max(wajib))::bigint AS owed
        FROM asked WHERE until_then > wajib GROUP BY member ORDER BY member
        """,
        heard.place,
        reversed_of,
    )
    return [
        Request(
            Entity("membership", heard.place, "member", row["member"]),
            member,
            NoteArrears(row["owed"], row["since"], row["version"]),
        )
        for row in rows
    ]


REACTIONS: tuple[Reaction, ...] = (
    Reaction("bills-fall-due", "membership", "calendar", DayBegan, let_bills_fall_due),
    Reaction("note-arrears", "membership", "savings", SavingsBillFellDue, note_arrears),
    Reaction(
        "note-arrears-of-reversed", "membership", "member", SavingsPaymentReversed, note_arrears
    ),
)
