"""Where a decision meets the world: one request has one effect, however often it is asked."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest

from shared.batches import Write
from shared.decider import Refused
from shared.envelope import Unreadable
from shared.log import Log
from shared.transact import CauseReused, Contended, Outcome, Transactor
from tests.shared.story import (
    CASH,
    FULL,
    HALL,
    MOST,
    BoxCommand,
    Empty,
    Paid,
    Pay,
    asked_by,
    box,
    connected,
    drafts,
    hall,
    provisioned,
    record,
)


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log) as made:
        yield made


async def ask(office: Transactor, command: BoxCommand, name: str, fingerprint: str = "") -> Outcome:
    return await office.transact(HALL, box, command, asked_by(name, fingerprint))


async def versions(kkmp: Log) -> list[int]:
    """The versions that the box's events have in the log."""
    found = (CASH.read(stored) for stored in await kkmp.read(HALL))
    return [recorded.version for recorded in found if recorded]


async def test_a_decision_is_recorded_where_the_answer_says(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    outcome = await ask(office, Pay(5_000), "deposit")
    (stored,) = await kkmp.read(HALL)
    assert outcome == Outcome(HALL, 1, 1, (asked_by("deposit").event_id(HALL, 0),))
    assert stored.header("ce-id") == str(outcome.events[0])
    assert await office.state(HALL, box) == 5_000


async def test_asked_again_it_is_the_first_answer_and_no_second_fact(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    first = await ask(office, Pay(5_000), "deposit")
    await ask(office, Pay(1), "another")
    again = await ask(office, Pay(5_000), "deposit")
    assert again == Outcome(HALL, first.position, first.version, first.events, repeated=True)
    assert await versions(kkmp) == [1, 2]


async def test_another_office_gives_the_first_answer_too(kkmp: Log) -> None:
    first = await ask(Transactor(kkmp, CASH), Pay(5_000), "deposit")
    again = await ask(Transactor(kkmp, CASH), Pay(5_000), "deposit")
    assert (again.position, again.events, again.repeated) == (first.position, first.events, True)


async def test_an_office_that_has_not_seen_the_latest_gives_the_first_answer_too(
    kkmp: Log,
) -> None:
    here, there = Transactor(kkmp, CASH), Transactor(kkmp, CASH)
    await ask(here, Pay(1), "both have seen")
    await ask(there, Empty(), "unseen here")
    first = await ask(there, Pay(5_000), "deposit")

    again = await ask(here, Pay(5_000), "deposit")
    assert (again.position, again.version, again.repeated) == (first.position, 3, True)
    assert await here.state(HALL, box) == 5_000
    assert (await ask(here, Pay(7), "next")).version == 4
    assert await versions(kkmp) == [1, 2, 3, 4]


async def test_the_same_name_for_another_request_is_refused(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    await ask(office, Pay(5_000), "deposit", fingerprint="5000")
    with pytest.raises(CauseReused):
        await ask(office, Pay(7_000), "deposit", fingerprint="7000")
    assert await kkmp.head() == 1


async def test_what_has_come_true_already_records_nothing(kkmp: Log) -> None:
    outcome = await ask(Transactor(kkmp, CASH), Empty(), "evening")
    assert (outcome.events, outcome.version) == ((), 0)
    assert await kkmp.head() == 0


async def test_a_no_is_only_said_of_the_latest(kkmp: Log) -> None:
    here, there = Transactor(kkmp, CASH), Transactor(kkmp, CASH)
    await ask(here, Pay(MOST), "much")
    with pytest.raises(Refused) as refused:
        await ask(here, Pay(1), "more")
    assert refused.value.refusal == FULL
    await ask(there, Empty(), "to the bank")
    assert (await ask(here, Pay(1), "more")).version == 3


async def test_nothing_to_do_is_only_said_of_the_latest(kkmp: Log) -> None:
    here, there = Transactor(kkmp, CASH), Transactor(kkmp, CASH)
    await ask(here, Empty(), "morning")
    await ask(there, Pay(5_000), "deposit")
    assert (await ask(here, Empty(), "evening")).version == 2


async def test_a_gap_in_the_versions_is_evidence_that_something_is_lost(kkmp: Log) -> None:
    await record(kkmp, Paid(1))
    await kkmp.append(Write(HALL, 1, drafts("skipping", Paid(2), version=3)))
    with pytest.raises(Unreadable, match="version 3 follows 1"):
        await Transactor(kkmp, CASH).state(HALL, box)


async def test_the_state_for_anothers_rule_is_the_latest_and_costs_no_fact(kkmp: Log) -> None:
    here, there = Transactor(kkmp, CASH), Transactor(kkmp, CASH)
    await ask(here, Pay(1), "a")
    await ask(there, Pay(2), "b")
    assert await here.state(HALL, box) == 3
    assert await asyncio.gather(*(here.state(HALL, box) for _ in range(5))) == [3] * 5
    assert (await ask(here, Pay(4), "c")).version == 3
    assert await here.state(hall(2), box) == 0


async def test_sixteen_offices_lose_nothing_and_say_nothing_twice(kkmp: Log, log: str) -> None:
    async def deposit(office: Transactor, name: str) -> Outcome:
        while True:
            try:
                return await ask(office, Pay(1), name)
            except Contended:  # which means: ask again under the same name
                continue

    async def work(office: Transactor, number: int) -> list[Outcome]:
        return [await deposit(office, f"{number}/{index}") for index in range(25)]

    async with AsyncExitStack() as stack:
        offices = [
            Transactor(await Log(await stack.enter_async_context(connected(log))).open(), CASH)
            for _ in range(16)
        ]
        done = await asyncio.gather(*(work(office, n) for n, office in enumerate(offices)))
        outcomes = [outcome for per_office in done for outcome in per_office]
        assert sorted(outcome.version for outcome in outcomes) == list(range(1, 401))
        assert len({outcome.events for outcome in outcomes}) == 400
        assert await versions(kkmp) == list(range(1, 401))
        for office in offices:
            assert await office.state(HALL, box) == 400
