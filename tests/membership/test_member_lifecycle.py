"""C10 and C11: what a membership is follows from its events, and every change is one.

All that can be asked is asked in every state that can be reached, as deep as a life goes.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from services.membership.commands.member import Import, ImportMember, MemberCommand, RecordDefence
from services.membership.domain.member import member
from services.membership.domain.standing import Member, Person
from services.membership.events.member import EVENTS, MemberEvent
from services.membership.projection.member import TABLES, MemberRow
from shared.calendar import WIB
from shared.decider import Refused
from shared.tables import fold_tables
from tests.membership.life import FOUNDED, NOON
from tests.membership.test_leaving import (
    ANSWER,
    CONFIRM,
    DIE,
    PROPOSE,
    WITHDRAW,
    correct,
)
from tests.membership.test_member import (
    APPLY,
    APPROVE,
    PAY_POKOK,
    PAY_WAJIB,
    REJECT,
    RESIGN,
    RESIGN_IN_OFFICE,
    VERIFY,
)
from tests.membership.test_savings import NOTE, REVERSE, pay
from tests.membership.test_tables import life

EARLIER = datetime(2025, 6, 15, tzinfo=WIB)
PAPER = ImportMember(name="Siti Rahayu", joined_on=EARLIER.date(), source="Buku, halaman 3")
COMMANDS: tuple[MemberCommand, ...] = (
    APPLY,
    Import(PAPER, FOUNDED, date(2025, 11, 4), EARLIER),
    VERIFY,
    APPROVE,
    REJECT,
    PAY_POKOK,
    PAY_WAJIB,
    pay(50_000),
    REVERSE,
    NOTE,
    RESIGN,
    RESIGN_IN_OFFICE,
    DIE,
    PROPOSE,
    ANSWER,
    RecordDefence(waived=True),
    WITHDRAW,
    CONFIRM,
    correct(EARLIER),
    correct(NOON),
)
DEPTH = 9
STATUS = {
    "Applicant": {"applied", "verified"},
    "Approved": {"approved"},
    "Rejected": {"rejected"},
    "Member": {"active"},
    "Former": {"left"},
}

type Past = tuple[MemberEvent, ...]


def kind_of(state: Person) -> tuple[object, ...]:
    """What tells a state from another, as far as rules go; amounts and versions aside."""
    more: tuple[object, ...] = ()
    if isinstance(state, Member):
        from_paper = state.joined_version, state.lacks_pokok
        more = (state.proposal, state.owed > 0, state.joined_at, *from_paper)
    verified = getattr(state, "verified", None)
    paid = tuple(sorted({(one.kind, one.reversed) for one in state.payments}))
    return (type(state), verified, paid, *more)


@pytest.fixture(scope="module")
def steps() -> list[tuple[Past, MemberCommand, Past]]:
    """Every step from a state that can be reached: the past, what was asked, what followed."""
    return list(_steps())


def _steps() -> Iterator[tuple[Past, MemberCommand, Past]]:
    seen: set[tuple[object, ...]] = set()
    pasts: list[Past] = [()]
    for _ in range(DEPTH):
        following: list[Past] = []
        for past in pasts:
            state = member.fold(past)
            for command in COMMANDS:
                try:
                    said = tuple(member.decide(command, state))
                except Refused:
                    continue
                yield past, command, said
                if (kind := kind_of(member.fold(said, state))) not in seen:
                    seen.add(kind)
                    following.append((*past, *said))
        pasts = following


def row_of(past: Past) -> MemberRow:
    (row,) = fold_tables(TABLES, life(past))["member"].values()
    assert isinstance(row, MemberRow)
    return row


def test_c11_every_state_change_emits_an_event(
    steps: list[tuple[Past, MemberCommand, Past]],
) -> None:
    emitted = {type(event) for _, _, said in steps for event in said}
    assert emitted == set(EVENTS)
    for past, command, said in steps:
        before = member.fold(past)
        after = member.fold(said, before)
        changed = replace(after, version=before.version) != before
        assert changed is bool(said), (command, past)
    asked = {type(command) for _, command, said in steps if said}
    assert asked == {type(command) for command in COMMANDS}, "a command that never does anything"


def test_c10_the_status_follows_from_the_events_and_none_is_stuck(
    steps: list[tuple[Past, MemberCommand, Past]],
) -> None:
    reached: set[str] = set()
    going_on: dict[str, set[str]] = {}
    for past, _, said in steps:
        if not said:
            continue
        status = row_of((*past, *said)).status
        assert status in STATUS[type(member.fold((*past, *said))).__name__]
        reached.add(status)
        if past:
            going_on.setdefault(row_of(past).status, set()).add(status)
    assert reached == set().union(*STATUS.values())
    last = {status for status in reached if going_on.get(status, set()) <= {status}}
    assert last == {"rejected", "left"}


def test_c10_the_table_owes_what_the_rules_say_is_owed(
    steps: list[tuple[Past, MemberCommand, Past]],
) -> None:
    for past, _, said in steps:
        state = member.fold((*past, *said))
        if isinstance(state, Member):
            row = row_of((*past, *said))
            assert row.owed == state.owed
            assert (row.owed_since is None) is (row.owed == 0)
