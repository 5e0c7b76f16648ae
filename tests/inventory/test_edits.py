"""A person changes what he saw: with the version that he saw, or not at all."""

from collections.abc import AsyncGenerator
from itertools import count
from typing import Any

import httpx2
import pytest

from services.inventory.app import service
from shared.embedded import Servers
from shared.log import Log
from tests.membership.door import open_door, problem
from tests.shared.story import provisioned

RICE = {
    "code": "beras-medium",
    "name": "Beras medium",
    "grade": "medium",
    "unit": "kg",
    "consumption_per_head_year": 78_000,
    "source": "DATA CONTOH",
}
_keys = count(1)


@pytest.fixture(scope="module")
async def kkmp(log: str) -> AsyncGenerator[Log]:
    async with provisioned(log) as made:
        yield made


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("inventory"), service) as client:
        yield client


async def define(door: httpx2.AsyncClient, *, key: str = "", **headers: str) -> httpx2.Response:
    """Define rice anew, each time under another name."""
    body: dict[str, Any] = RICE | {"name": f"Beras medium, cetakan {next(_keys)}"}
    named = {"Idempotency-Key": key or f"edit {next(_keys)}"}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await door.post("/v1/commodities", json=body, headers=named | sent)


async def shown(door: httpx2.AsyncClient, position: int) -> httpx2.Response:
    return await door.get("/v1/commodities/beras-medium", params={"min_position": position})


async def test_an_edit_needs_the_version_that_was_seen_and_it_must_still_be_the_one(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    problem(await define(door), 428, "version_required")
    problem(await define(door, If_Match="17"), 422, "version_header_malformed")
    problem(await define(door, If_None_Match='"1"'), 422, "version_header_malformed")
    assert await kkmp.head() == 0

    new = await define(door, If_None_Match="*")
    assert (new.status_code, new.headers["etag"]) == (201, '"1"')
    problem(await define(door, If_None_Match="*"), 412, "version_mismatch")

    seen = (await shown(door, new.json()["position"])).headers["etag"]
    assert seen.startswith('"1.')
    changed = await define(door, If_Match=seen)
    assert (changed.status_code, changed.json()["version"]) == (201, 2)
    stale = await define(door, If_Match=seen)
    problem(stale, 412, "version_mismatch")
    assert stale.headers["etag"] == '"2"'
    assert await kkmp.head() == changed.json()["position"]


async def test_an_edit_that_is_sent_again_gets_its_first_answer_whatever_changed_since(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    version = int((await shown(door, await kkmp.head())).json()["version"])
    body = RICE | {"name": "Beras medium"}
    headers = {"Idempotency-Key": "my edit", "If-Match": f'"{version}"'}
    first = await door.post("/v1/commodities", json=body, headers=headers)
    await define(door, If_Match=f'"{version + 1}"')
    again = await door.post("/v1/commodities", json=body, headers=headers)
    assert again.json() == first.json() | {"repeated": True}
    assert first.json()["entity"] == RICE["code"]


async def test_a_receipt_leads_to_the_events_that_it_is_about(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    made = await define(door, If_Match=(await shown(door, await kkmp.head())).headers["etag"])
    events = (await door.get(made.headers["location"])).json()
    assert [event["id"] for event in events][-1] == made.json()["events"][0]
    assert {event["subject"] for event in events} == {"commodity/beras-medium"}
