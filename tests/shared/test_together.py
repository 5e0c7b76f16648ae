"""A decision about several entities: all that follows is recorded, in one piece, or nothing."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from shared.decider import Refused
from shared.log import Log
from shared.transact import Part, Transactor, VersionMismatch
from tests.shared.story import (
    CASH,
    FULL,
    MOST,
    BoxCommand,
    BoxEvent,
    Empty,
    Pay,
    asked_by,
    box,
    hall,
    provisioned,
)

HERE, THERE = hall(1), hall(2)


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log) as made:
        yield made


def part(number: int, command: BoxCommand) -> Part[BoxCommand, int, BoxEvent]:
    return Part(hall(number), box, command)


async def held(kkmp: Log) -> tuple[int, int]:
    office = Transactor(kkmp, CASH)
    return await office.state(HERE, box), await office.state(THERE, box)


async def test_both_are_recorded_side_by_side_and_the_one_that_was_asked_comes_last(
    kkmp: Log,
) -> None:
    office = Transactor(kkmp, CASH)
    outcome = await office.transact_all([part(1, Pay(5)), part(2, Pay(7))], asked_by("both"))
    assert (outcome.entity, outcome.position, outcome.version) == (HERE, 2, 1)
    assert [stored.position for stored in await kkmp.read(THERE)] == [1]
    assert await held(kkmp) == (5, 7)


async def test_a_no_of_one_is_a_no_to_both(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    await office.transact(THERE, box, Pay(MOST), asked_by("much"))
    with pytest.raises(Refused) as refused:
        await office.transact_all([part(1, Pay(5)), part(2, Pay(7))], asked_by("both"))
    assert refused.value.refusal == FULL
    assert await held(kkmp) == (0, MOST)


async def test_who_has_nothing_to_add_adds_nothing(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    await office.transact_all([part(1, Pay(5)), part(2, Empty())], asked_by("both"))
    assert (await held(kkmp), await kkmp.head()) == ((5, 0), 1)


async def test_where_nothing_is_asked_of_the_first_nobody_says_anything(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    outcome = await office.transact_all([part(1, Empty()), part(2, Pay(7))], asked_by("both"))
    assert (outcome.events, await kkmp.head()) == ((), 0)


async def test_asked_again_elsewhere_it_is_the_first_answer(kkmp: Log) -> None:
    """Even where the other entity would say no by now."""
    asked = [part(1, Pay(5)), part(2, Pay(MOST))]
    first = await Transactor(kkmp, CASH).transact_all(asked, asked_by("both"))
    again = await Transactor(kkmp, CASH).transact_all(asked, asked_by("both"))
    assert again.repeated
    assert (again.position, again.version, again.events) == (2, 1, first.events)
    assert await kkmp.head() == 2


async def test_the_version_that_was_seen_is_the_first_ones(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    await office.transact(THERE, box, Pay(1), asked_by("there"))
    parts = [part(1, Pay(5)), part(2, Pay(7))]
    with pytest.raises(VersionMismatch):
        await office.transact_all(parts, asked_by("both"), expected=1)
    await office.transact_all(parts, asked_by("both"), expected=0)
    assert await held(kkmp) == (5, 8)


async def test_what_is_only_tried_is_judged_alike_and_recorded_nowhere(kkmp: Log) -> None:
    office = Transactor(kkmp, CASH)
    outcome = await office.transact_all([part(1, Pay(5))], asked_by("try"), dry_run=True)
    assert (outcome.events, outcome.version, await kkmp.head()) == ((), 0, 0)
    await Transactor(kkmp, CASH).transact(HERE, box, Pay(MOST), asked_by("much"))
    with pytest.raises(Refused):
        await office.transact_all([part(1, Pay(5))], asked_by("try"), dry_run=True)


async def test_many_offices_that_move_between_two_boxes_lose_and_invent_nothing(
    kkmp: Log,
) -> None:
    """Half of them name the boxes in the other order, so that they would lock each other out."""
    offices = [Transactor(kkmp, CASH) for _ in range(4)]

    async def pay(number: int) -> None:
        parts = [part(1, Pay(1)), part(2, Pay(1))]
        ordered = parts if number % 2 else parts[::-1]
        await offices[number % 4].transact_all(ordered, asked_by(f"payment {number}"))

    async with asyncio.timeout(60):
        await asyncio.gather(*(pay(number) for number in range(40)))
    assert (await held(kkmp), await kkmp.head()) == ((40, 40), 80)
