"""All steps of a start share one patience, and say in the end what did not answer."""

import asyncio

import nats.js.errors
import pytest

from shared.bus import BusUnreachable
from shared.patience import CannotStart, Patience


async def test_a_step_is_tried_again_until_it_succeeds() -> None:
    faults = [BusUnreachable("late"), TimeoutError(), ConnectionRefusedError(), None]

    async def attempt() -> str:
        if fault := faults.pop(0):
            raise fault
        return "there"

    assert await Patience(60).through("connect", "Postgres", attempt) == "there"


async def test_in_the_end_it_says_which_step_who_did_not_answer_and_what_next() -> None:
    async def attempt() -> None:
        raise BusUnreachable("connection refused")

    with pytest.raises(
        CannotStart,
        match=r"^check the log: nats-server at here:1 does not answer \(connection refused\), for"
        r" .* Start it, .*KKMP_START_SECONDS",
    ):
        await Patience(0.01).through("check the log", "nats-server at here:1", attempt)


async def test_a_step_that_hangs_ends_with_the_patience_and_so_do_those_after_it() -> None:
    patience = Patience(0.05)
    for _ in range(2):
        with pytest.raises(CannotStart, match=r"^connect: Postgres does not answer \(no answer\)"):
            await patience.through("connect", "Postgres", lambda: asyncio.sleep(3600))


async def test_a_no_is_not_waited_for() -> None:
    async def attempt() -> None:
        raise nats.js.errors.NotFoundError(code=404)

    with pytest.raises(nats.js.errors.NotFoundError):
        await Patience(60).through("begin to react", "nats-server", attempt)
