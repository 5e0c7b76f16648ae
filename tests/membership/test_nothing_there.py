"""A list of what belongs to something unknown is not empty: there is no such list."""

from collections.abc import AsyncGenerator
from uuid import uuid4

import httpx2
import pytest

from services.membership.app import service as membership
from shared.embedded import Servers
from shared.http.app import application
from shared.http.door import routes, rule_of
from shared.log import Log
from tests.membership.door import asked, founding, open_door, problem

KNOWN, UNKNOWN = "31.72.02.1006", "31.72.02.1001"
QUERY = {"since": "2026-01-01", "until": "2026-02-01"}
BELOW = [
    route.path
    for route in routes(application(membership))
    if (rule := rule_of(route)) and rule.tabular and "{code}" in route.path
]


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        await asked(client, "/cooperatives", **founding(KNOWN))
        await client.get("/v1/cooperatives", params={"min_position": await kkmp.head()})
        yield client


async def answered(door: httpx2.AsyncClient, path: str, code: str) -> httpx2.Response:
    query = QUERY if path.endswith("/churn") else {}
    return await door.get(path.format(code=code, person=uuid4(), book_year=2025), params=query)


@pytest.mark.parametrize("path", BELOW)
async def test_nothing_is_listed_below_a_cooperative_that_is_not_registered(
    door: httpx2.AsyncClient, path: str
) -> None:
    problem(await answered(door, path, UNKNOWN), 404, "not_found")


@pytest.mark.parametrize("path", [path for path in BELOW if "{person}" in path])
async def test_nothing_is_listed_below_a_member_who_is_not_known(
    door: httpx2.AsyncClient, path: str
) -> None:
    problem(await answered(door, path, KNOWN), 404, "not_found")
