"""X13 once more: a meeting that is recorded again, and what it says of the board (DATA CONTOH)."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

import httpx2
import pytest

from services.membership.domain.terms import TERM_OVERLAPS
from services.membership.events.board import Seat
from shared.embedded import Servers
from shared.log import Log
from tests.membership.board_story import SITI, appoint, with_siti, without_siti
from tests.membership.door import ask, asked, founding, joined, open_door, problem
from tests.membership.organs import FOUNDED_ON, appointed, moment

PAPANGGO, WARAKAS, ANCOL = "31.72.02.1003", "31.72.02.1007", "31.72.05.1003"
HELD_ON, AFTER = "2026-03-14", "2026-03-20"
MINUTES = {"held_on": HELD_ON, "present": 2, "decisions": "Bendahara diganti"}


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        for code in (PAPANGGO, WARAKAS, ANCOL):
            at = moment(FOUNDED_ON, 9)
            await asked(client, "/cooperatives", **founding(code), effective_at=at)
        yield client


async def an_election(door: httpx2.AsyncClient, code: str) -> tuple[str, dict[str, Any]]:
    """Who is to follow the treasurer, and the minutes that say so."""
    await appointed(door, code, "bendahara")
    follows = await joined(door, code, datetime.fromisoformat(moment(FOUNDED_ON, 10)))
    given = {"seat": "bendahara", "person": follows}
    return follows, MINUTES | {"board": {"ended": ["bendahara"], "appointed": [given]}}


def holding(code: str) -> str:
    return f"/cooperatives/{code}/rat/2025/holding"


async def test_x13_a_successor_whom_the_record_forgot_is_not_taken_for_seated(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    _, whole = await an_election(door, PAPANGGO)
    forgotten = MINUTES | {"board": {"ended": ["bendahara"]}}
    await asked(door, holding(PAPANGGO), **forgotten)
    head = await kkmp.head()
    problem(await ask(door, holding(PAPANGGO), whole), 409, "rat_held")
    assert (await asked(door, holding(PAPANGGO), **forgotten))["events"] == []
    assert await kkmp.head() == head


async def test_x13_another_in_the_seat_or_another_term_is_not_the_same_meeting(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    _, whole = await an_election(door, ANCOL)
    await asked(door, holding(ANCOL), **whole)
    somebody = await joined(door, ANCOL)
    head = await kkmp.head()
    (given,) = whole["board"]["appointed"]
    for other in ({"person": somebody}, {"until_date": "2029-03-13"}):
        board = whole["board"] | {"appointed": [given | other]}
        problem(await ask(door, holding(ANCOL), whole | {"board": board}), 409, "rat_held")
    assert await kkmp.head() == head


async def test_x13_recording_a_meeting_twice_changes_nothing_though_who_was_elected_has_left(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    follows, whole = await an_election(door, WARAKAS)
    await asked(door, holding(WARAKAS), **whole)
    ending = {"seat": "bendahara", "ended_on": AFTER, "cause": "resigned"}
    await asked(door, f"/cooperatives/{WARAKAS}/board/endings", **ending)
    leaving = {"reason": "Pindah", "effective_at": moment("2026-03-21")}
    await asked(door, f"/cooperatives/{WARAKAS}/members/{follows}/resignation", **leaving)
    head = await kkmp.head()
    assert (await asked(door, holding(WARAKAS), **whole))["events"] == []
    assert await kkmp.head() == head


async def test_a_meeting_on_the_last_day_that_can_be_written_is_refused_like_any_to_come(
    door: httpx2.AsyncClient,
) -> None:
    refused = await ask(door, holding(PAPANGGO), MINUTES | {"held_on": "9999-12-31"})
    problem(refused, 422, "day_ahead")


def test_an_appointment_twice_changes_nothing_though_the_person_is_a_member_no_longer() -> None:
    said = appoint(SITI, Seat.SEKRETARIS, is_member=False)
    with_siti.when(said).then()
    without_siti.when(said).then_refused(TERM_OVERLAPS)
