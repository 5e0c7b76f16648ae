"""What each service's README says about who may what is what its door does."""

import re
from collections.abc import Iterator
from operator import itemgetter

import pytest

from deploy.dev import SERVICES
from shared.access import EVERYBODY, Role
from shared.http.door import ANSWER, CITY_FACTS, CITY_WIDE, REGION, At, rule_of
from shared.service import Definition

_ROW = re.compile(r"^\| (`(?:GET|POST) /.*`) \| ([a-z, ]+) \| (.+) \|$", re.MULTILINE)
_ENDPOINT = re.compile(r"`(GET|POST) (/[^`]+)`")
_WHERE: dict[str, At] = {
    "the whole city": CITY_WIDE,
    "anywhere in the city": CITY_FACTS,
    "one's own places": REGION,
    "that cooperative": "code",
    "the holder's cooperative": ANSWER,
}

type Law = tuple[str, str, frozenset[Role], At]
"""Method, path, who and where."""


def who(text: str) -> frozenset[Role]:
    if text == "everybody":
        return EVERYBODY
    if text.startswith("all but "):
        return EVERYBODY - {Role(text.removeprefix("all but "))}
    return frozenset(map(Role, text.split(", ")))


def written(service: Definition) -> Iterator[Law]:
    for endpoints, roles, where in _ROW.findall((service.folder / "README.md").read_text()):
        for method, path in _ENDPOINT.findall(endpoints):
            yield method, f"/v1{path}", who(roles), _WHERE[where]


def done(service: Definition) -> Iterator[Law]:
    for route in service.router.routes:
        rule = rule_of(route)
        assert rule is not None
        for method in getattr(route, "methods", ()):
            yield method, getattr(route, "path", ""), rule.may, rule.at


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_the_table_of_who_may_what_is_the_law(service: Definition) -> None:
    by_address = itemgetter(0, 1)
    assert sorted(written(service), key=by_address) == sorted(done(service), key=by_address)
