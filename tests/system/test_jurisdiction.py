"""Role by endpoint by place: nothing is readable or writable outside a jurisdiction.

The table is made from the routes as they are registered, so a new endpoint is in it from the start.
"""

import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass

import httpx2
import pytest

from deploy.dev import SERVICES, Urls
from deploy.seeds.ask import Service
from deploy.seeds.jakarta_utara import STORY
from deploy.seeds.load import load
from shared.access import Role
from shared.embedded import Servers
from shared.http.app import application
from shared.http.door import ANSWER, CITY_FACTS, CITY_WIDE, REGION, Rule, routes, rule_of
from tests.credentials import CITY_STAFF, bearer, key_for
from tests.system.running import running

MINE, KECAMATAN, OTHER = "31.72.02.1006", "31.72.02", "31.72.03.1001"
CITY = "31.72"
_CODE = re.compile(r"31\.72\.\d{2}\.\d{4}")
_LET_IN = {200, 201, 304, 400, 404, 409, 412, 415, 422, 428}


@dataclass(frozen=True)
class Endpoint:
    service: Service
    method: str
    path: str
    rule: Rule

    def url(self, urls: Urls, place: str, certificate: str) -> str:
        """The address for *place*; what else the path asks for is something that exists or not."""
        path = self.path.replace(f"{{{self.rule.at}}}", place)
        path = path.replace("{number}", certificate)
        path = re.sub(r"\{person\}", "00000000-0000-4000-8000-000000000000", path)
        return urls[self.service] + re.sub(r"\{\w+\}", "sembako", path)

    @property
    def by_place(self) -> bool:
        """Whether the caller chooses the place by the path."""
        return isinstance(self.rule.at, str)


def _endpoints() -> Iterator[Endpoint]:
    for service in SERVICES:
        for route in routes(application(service)):
            if (rule := rule_of(route)) and "stream" not in route.path:
                for method in route.methods:
                    name: Service = service.name  # pyright: ignore[reportAssignmentType]
                    yield Endpoint(name, method, route.path, rule)


ENDPOINTS = list(_endpoints())


def _allowed(endpoint: Endpoint, role: Role, grant: str) -> bool:
    """What the rule says about a request for MINE, or for the whole where no place is chosen."""
    if role not in endpoint.rule.may:
        return False
    return endpoint.rule.at is not CITY_WIDE or grant == CITY


@pytest.fixture(scope="module")
async def urls(cell: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Urls]:
    async with running(cell, tmp_path_factory.mktemp("jurisdiction")) as found:
        await load(STORY, found, await key_for(cell.postgres_dsn, *CITY_STAFF))
        yield found


@pytest.fixture(scope="module")
async def keys(cell: Servers, urls: Urls) -> dict[tuple[Role, str], dict[str, str]]:
    """A credential of each role, in the city, in a kecamatan, and in one kelurahan."""
    return {
        (role, place): await bearer(cell.postgres_dsn, f"{role}:{place}")
        for role in Role
        for place in (CITY, KECAMATAN, MINE)
    }


@pytest.fixture(scope="module")
async def certificates(urls: Urls, keys: dict[tuple[Role, str], dict[str, str]]) -> dict[str, str]:
    """The number of a certificate of either place."""
    found: dict[str, str] = {}
    async with httpx2.AsyncClient(timeout=30, headers=keys[Role.AUDITOR, CITY]) as client:
        for place in (MINE, OTHER):
            url = f"{urls['membership']}/v1/cooperatives/{place}/board"
            seats = (await client.get(url)).json()["seats"]
            found[place] = next(seat["certificate"] for seat in seats if seat["certificate"])
    return found


async def _status(
    client: httpx2.AsyncClient, endpoint: Endpoint, url: str, headers: dict[str, str]
) -> tuple[int, str]:
    if endpoint.method == "GET":
        answer = await client.get(url, headers=headers)
    else:
        answer = await client.post(
            url, json={}, headers=headers | {"Idempotency-Key": f"{endpoint.path} {url}"}
        )
    return answer.status_code, answer.text


def test_every_endpoint_is_in_the_table() -> None:
    assert len(ENDPOINTS) > 40
    assert {endpoint.service for endpoint in ENDPOINTS} == {"membership", "training", "inventory"}
    for concern in (CITY_WIDE, CITY_FACTS, REGION, ANSWER, "code"):
        assert any(endpoint.rule.at == concern for endpoint in ENDPOINTS), concern


async def test_nobody_gets_in_without_a_credential(
    urls: Urls, certificates: dict[str, str]
) -> None:
    async with httpx2.AsyncClient(timeout=30) as client:
        for endpoint in ENDPOINTS:
            url = endpoint.url(urls, MINE, certificates[MINE])
            assert (await _status(client, endpoint, url, {}))[0] == 401, endpoint


@pytest.mark.parametrize("grant", [CITY, KECAMATAN, MINE])
async def test_a_role_opens_what_its_rule_says_and_nothing_else(
    urls: Urls,
    keys: dict[tuple[Role, str], dict[str, str]],
    certificates: dict[str, str],
    grant: str,
) -> None:
    wrong: list[str] = []
    async with httpx2.AsyncClient(timeout=30) as client:
        for endpoint in ENDPOINTS:
            url = endpoint.url(urls, MINE, certificates[MINE])
            for role in Role:
                status, text = await _status(client, endpoint, url, keys[role, grant])
                expected = _LET_IN if _allowed(endpoint, role, grant) else {403}
                if status not in expected:
                    wrong.append(
                        f"{endpoint.method} {endpoint.path} {role}:{grant} {status} {text}"
                    )
    assert wrong == []


async def test_nothing_of_another_place_is_readable_or_writable(
    urls: Urls,
    keys: dict[tuple[Role, str], dict[str, str]],
    certificates: dict[str, str],
) -> None:
    wrong: list[str] = []
    tried = 0
    async with httpx2.AsyncClient(timeout=30) as client:
        for endpoint in ENDPOINTS:
            for role in endpoint.rule.may:
                for grant in (MINE, KECAMATAN):
                    headers = keys[role, grant]
                    said = f"{endpoint.method} {endpoint.path} {role}:{grant}"
                    url = endpoint.url(urls, OTHER, certificates[OTHER])
                    if endpoint.rule.at is REGION:
                        url += f"?region={OTHER}"
                    status, text = await _status(client, endpoint, url, headers)
                    closed = {403} if endpoint.rule.at is not ANSWER else {404}
                    if endpoint.rule.at is not CITY_FACTS and status not in closed:
                        wrong.append(f"{said}: {status} {text}")
                    mine = endpoint.url(urls, MINE, certificates[MINE])
                    if endpoint.method == "GET":
                        _, text = await _status(client, endpoint, mine, headers)
                        if foreign := {
                            code for code in _CODE.findall(text) if not code.startswith(grant)
                        }:
                            wrong.append(f"{said} shows {sorted(foreign)}")
                    tried += 1
    assert wrong == []
    assert tried > 300
