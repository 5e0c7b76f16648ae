"""No text that somebody sends is looked at before its length is, and no pattern is slow."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.dependencies.models import Dependant

import deploy
import services
import shared
from deploy.dev import SERVICES
from shared.http.app import application
from shared.http.door import routes
from tests.linear import why_slow

PACKAGES = (shared, services, deploy)
MODULES = [
    found.name
    for package in PACKAGES
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.name.endswith("__main__")
]


def kept() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the patterns that modules keep under a name."""
    for module in MODULES:
        for name, value in vars(importlib.import_module(module)).items():
            if isinstance(value, re.Pattern):
                yield f"{module}.{name}", value


def written() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Yield the patterns that stand in the middle of code; what is put into them is one letter."""
    for module in MODULES:
        path = importlib.import_module(module).__file__
        for node in ast.walk(ast.parse(Path(str(path)).read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="re")), args=[text, *_]):
                    if (found := spelled(text)) is not None:
                        yield f"{module}:{node.lineno}", re.compile(found)
                case _:
                    pass


def spelled(text: ast.expr) -> str | bytes | None:
    match text:
        case ast.Constant(value=str() | bytes() as value):
            return value
        case ast.JoinedStr(values=values):
            return "".join(str(spelled(one) or "x") for one in values)
        case _:
            return None


def fields() -> Iterator[tuple[str, Any]]:
    """Yield the schema of whatever comes in over HTTP: bodies, and all that is beside them."""
    for service in SERVICES:
        for route in routes(application(service)):
            dependant = getattr(route, "dependant", None) or Dependant()  # a mount has none
            for place, field in told(dependant):
                schema: Any = field._type_adapter.core_schema
                yield f"{service.name} {route.path} {place} {field.alias}", schema


def told(dependant: Dependant) -> Iterator[tuple[str, Any]]:
    for place in ("path", "query", "header", "cookie", "body"):
        for field in getattr(dependant, f"{place}_params"):
            yield place, field
    for one in dependant.dependencies:
        yield from told(one)


def parts(schema: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON-like
    """Yield the schemas that *schema* is made of, itself included."""
    if isinstance(schema, dict):
        if "type" in schema:
            yield cast("dict[str, Any]", schema)
        for name, one in cast("dict[str, Any]", schema).items():
            if name != "metadata":
                yield from parts(one)
    elif isinstance(schema, list | tuple):
        for one in cast("list[Any]", schema):
            yield from parts(one)


def endless(schema: Any) -> list[str]:  # noqa: ANN401 - as above
    return [str(one) for one in parts(schema) if one["type"] == "str" and "max_length" not in one]


AMBIGUOUS = [
    *("(a+)+", "(a|a)*b", "(a*)*b", "((a?)?b)*c", "a*a*b", "a*b?a*c", "(a|ab|b)*c", "(x+x+)+y"),
    *("(?i:a)*A*c", r"[A-Za-z0-9./-]*\d[A-Za-z0-9./-]*", ".*=.*;", r"(\d{1,3})+x", r"\s*\w*\s*x"),
]
PLAIN = [
    *("[a-z0-9]+(-[a-z0-9]+)*", "a*b+c", r"[A-Za-z0-9_-]{1,80}", r"(\d{3})+", r"\d+([.,]\d+)?E"),
    *(r"(?=[A-Za-z./-]*\d)[A-Za-z0-9./-]+", r"\d+|\d{1,3}(\.\d{3})+", r'"(?:[^"]|"")*"(?!")'),
]


@pytest.mark.parametrize("pattern", AMBIGUOUS)
def test_a_pattern_that_reads_a_text_in_many_ways_is_told(pattern: str) -> None:
    assert why_slow(re.compile(pattern))
    assert why_slow(re.compile(pattern.encode()))


@pytest.mark.parametrize("pattern", PLAIN)
def test_a_pattern_that_reads_a_text_in_one_way_is_not(pattern: str) -> None:
    assert why_slow(re.compile(pattern)) == ""


def test_no_pattern_of_ours_is_slow() -> None:
    found = {where: why for where, one in (*kept(), *written()) if (why := why_slow(one))}
    assert found == {}


def test_the_length_of_every_text_is_looked_at_before_anything_else() -> None:
    found = {where: texts for where, schema in fields() if (texts := endless(schema))}
    assert found == {}
