"""Every code is explained, in two languages, and as it is really answered."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import NamedTuple

import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from services.inventory.explanations import EXPLANATIONS as INVENTORY
from services.membership.app import service as membership
from services.membership.explanations import EXPLANATIONS as MEMBERSHIP
from services.training.explanations import EXPLANATIONS as TRAINING
from shared.decider import Refusal
from shared.explanations import EXPLANATIONS as SHARED
from shared.explanations import Explanation, by_code
from shared.http.app import application
from shared.http.explained import explained

OWNERS: Mapping[str, Mapping[str, Explanation]] = {
    "shared": SHARED,
    "services.membership": MEMBERSHIP,
    "services.training": TRAINING,
    "services.inventory": INVENTORY,
}
EVERY = explained(MEMBERSHIP, TRAINING, INVENTORY)


@cache
def modules(package: str) -> list[ModuleType]:
    """All that can be imported without running anything."""
    path = list(import_module(package).__path__)
    names = [found.name for found in walk_packages(path, f"{package}.")]
    return [import_module(name) for name in names if not name.endswith(".__main__")]


def refusals(package: str) -> dict[int, Refusal]:
    """The refusals in a package's modules, each once: by what it is, not by what it says."""
    values = chain.from_iterable(vars(module).values() for module in modules(package))
    return {id(value): value for value in values if isinstance(value, Refusal)}


@cache
def tree(module: ModuleType) -> ast.Module:
    return ast.parse(Path(inspect.getfile(module)).read_text())


def findings(package: str) -> set[str]:
    """The codes that validators give to what they find."""
    return {
        str(call.args[0].value)
        for module in modules(package)
        for call in ast.walk(tree(module))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "PydanticCustomError"
        and isinstance(call.args[0], ast.Constant)
    }


class Use(NamedTuple):
    """A place where a refusal is used; None where the source alone does not tell."""

    refusal: Refusal
    status: int | None
    filled: set[str] | None
    place: str


def uses(module: ModuleType) -> Iterator[Use]:
    """Where *module* says `Refused(X, …)`, `Problem(X, 422, {…})`, or `(X, 503, …)`."""
    for node in ast.walk(tree(module)):
        if not isinstance(node, ast.Call | ast.Tuple):
            continue
        parts = node.args if isinstance(node, ast.Call) else node.elts
        if not parts or not isinstance(parts[0], ast.Name):
            continue
        refusal = vars(module).get(parts[0].id)
        if not isinstance(refusal, Refusal):
            continue
        status, filled = None, None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "Refused" and all(word.arg for word in node.keywords):
                filled = {str(word.arg) for word in node.keywords}
            if node.func.id == "Problem":
                filled = _values(parts[2] if len(parts) > 2 else None)
        if len(parts) > 1 and isinstance(parts[1], ast.Constant):
            status = int(str(parts[1].value))
        yield Use(refusal, status, filled, f"{module.__name__}:{node.lineno}")


def _values(given: ast.expr | None) -> set[str] | None:
    if given is None:
        return set()
    if isinstance(given, ast.Dict):
        return {str(key.value) for key in given.keys if isinstance(key, ast.Constant)}
    return None


USES = [use for package in ("shared", "services") for one in modules(package) for use in uses(one)]


@pytest.mark.parametrize("package", OWNERS)
def test_a_package_explains_its_own_codes_and_no_others(package: str) -> None:
    elsewhere = dict[int, Refusal]() if package == "shared" else refusals("shared")
    own = refusals(package).items() - elsewhere.items()
    assert set(OWNERS[package]) == {one.code for _, one in own} | findings(package)


def test_a_code_is_one_refusal_in_one_place() -> None:
    everywhere = refusals("shared") | refusals("services")
    codes = [one.code for one in everywhere.values()]
    codes += [code for package in ("shared", "services") for code in findings(package)]
    assert sorted(codes) == sorted(set(codes))


def test_a_code_that_is_explained_twice_is_refused() -> None:
    one = Explanation("full", "a", "b", "c", "d")
    with pytest.raises(ValueError, match="twice"):
        by_code(one, one)


@pytest.mark.parametrize("code", EVERY)
def test_an_explanation_is_said_in_both_languages_in_whole_sentences(code: str) -> None:
    indonesian, english = EVERY[code].id, EVERY[code].en
    for text in (indonesian.cause, indonesian.remedy, english.cause, english.remedy):
        assert re.fullmatch(r"(?s)[A-Z`].{20,}[.]", text), text
    for name in ("cause", "remedy", "sentence"):
        one, other = getattr(indonesian, name), getattr(english, name)
        assert one != other or one in (None, "{reason}")
    assert indonesian.cause != indonesian.remedy


def test_only_what_validators_find_has_no_sentence_of_its_own() -> None:
    silent = {code for code, one in EVERY.items() if one.id.sentence is None}
    assert silent == findings("shared") | findings("services")


def test_every_blank_in_a_sentence_is_filled_where_it_is_said() -> None:
    told = [(use, use.filled) for use in USES if use.filled is not None]
    assert len(told) > 50
    for use, filled in told:
        for sentence in (use.refusal.id, use.refusal.en):
            assert set(re.findall(r"\{(\w+)\}", sentence)) <= filled, use.place


def test_a_page_names_the_status_that_its_code_is_answered_with() -> None:
    told = [use for use in USES if use.status is not None]
    assert len(told) > 25
    for use in told:
        assert EVERY[use.refusal.code].status == use.status, use.place


APPLICATION = application(membership)


async def named(scope: Scope, receive: Receive, send: Send) -> None:
    """The application inside something that names each request, as it always is."""
    scope.setdefault("state", {})["correlation"] = "0197a1"
    await APPLICATION(scope, receive, send)


async def _get(path: str, accept: str = "*/*") -> httpx2.Response:
    transport = httpx2.ASGITransport(named)
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
        return await client.get(path, headers={"Accept": accept})


async def test_a_person_reads_why_and_what_to_do_in_indonesian_first() -> None:
    answer = await _get("/problems/seat_taken", "text/html,application/xml;q=0.9,*/*;q=0.8")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.text
    assert "HTTP 409" in page
    assert "Kursi <var>seat</var> masih dijabat orang lain." in page
    assert page.index("Yang perlu dilakukan") < page.index("What to do")
    assert "<script" not in page
    assert "http:" not in page


async def test_a_program_gets_the_same_as_json() -> None:
    answer = await _get("/problems/seat_taken", "application/json")
    assert answer.json() == EVERY["seat_taken"].model_dump()


async def test_the_list_leads_to_the_page_of_every_code_of_the_service_and_of_the_door() -> None:
    listed = await _get("/problems")
    links = re.findall(r'href="(problems/[^"]+)"', listed.text)
    codes = sorted({*SHARED, *MEMBERSHIP})
    assert len(links) == len(codes)
    for link in links:
        assert (await _get(f"/{link}")).status_code == 200
    listed = await _get("/problems", "application/json")
    assert [one["code"] for one in listed.json()] == codes


async def test_a_status_of_the_framework_has_a_page_too() -> None:
    assert "HTTP framework" in (await _get("/problems/http_501")).text


async def test_a_code_that_is_none_is_a_problem_whose_type_leads_to_its_page() -> None:
    answer = await _get("/problems/<b>")
    assert answer.status_code == 404
    found = await _get(answer.json()["type"])
    assert "<code>not_found</code>" in found.text
