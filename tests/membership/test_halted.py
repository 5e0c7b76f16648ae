"""A service whose projection has halted says so at every door that depends on it."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx2
import pytest

from shared.embedded import Servers
from shared.log import Log
from tests.membership.test_door import ask, founding, open_door, problem
from tests.shared.story import provisioned


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """A log with an event that membership does not know."""
    async with provisioned(log) as made:
        await made.bus.ask("kkmp.membership.31.72.02.1006.member.siti.MemberPromoted", b"{}")
        yield made


@pytest.fixture
async def door(cell: Servers, kkmp: Log, tmp_path: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path) as client:
        yield client


async def test_it_is_not_ready_and_says_why(door: httpx2.AsyncClient) -> None:
    ready = await door.get("/readyz")
    assert ready.status_code == 503
    (reason,) = ready.json()["reasons"]
    assert reason == (
        "projection halted: event at position 1"
        " (kkmp.membership.31.72.02.1006.member.siti.MemberPromoted):"
        " MemberPromoted is no event that this version knows"
    )
    assert (await door.get("/livez")).status_code == 200


async def test_it_still_records_but_answers_no_question_about_what_it_has_not_folded(
    door: httpx2.AsyncClient,
) -> None:
    receipt = await ask(door, "/cooperatives", founding("31.72.02.1006"))
    assert receipt.status_code == 201
    answer = await door.get(
        "/v1/cooperatives",
        params={"min_position": receipt.json()["position"]},
        headers={"Accept-Language": "en"},
    )
    found = problem(answer, 503, "projection_behind")
    assert "MemberPromoted is no event that this version knows" in found["detail"]
    assert answer.headers["retry-after"] == "1"
