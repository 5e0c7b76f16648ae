"""A schema takes what its event was recorded with, and no mutation of it."""

import copy
from collections.abc import Iterator
from dataclasses import fields
from functools import reduce
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from deploy.contracts.catalogue import Version, versions
from deploy.contracts.golden import Golden, load
from services.membership.events import STREAMS
from shared.envelope import schema_name
from shared.messages import published
from shared.personal import personal_fields
from tests.contracts.examples import GOLDEN, VOCABULARIES

VERSIONS = versions()
GOLDENS = {(golden.event, golden.version): golden for golden in load(GOLDEN)}
type Path = tuple[str | int, ...]


def name_of(version: Version) -> str:
    return f"{version.event}.v{version.number}"


def validator(version: Version) -> Draft202012Validator:
    Draft202012Validator.check_schema(version.schema)
    return Draft202012Validator(version.schema, format_checker=FormatChecker())


def golden_of(version: Version) -> Golden:
    return GOLDENS[version.event, version.number]


def leaves(
    schema: dict[str, Any], value: object, path: Path = ()
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each place in *value*, and the schema of that place."""
    yield path, schema
    inside = cast("Any", value)
    for name, field in schema.get("properties", {}).items():
        if name in inside:
            yield from leaves(field, inside[name], (*path, name))
    if "items" in schema and inside:
        yield from leaves(schema["items"], inside[0], (*path, 0))


def changed(payload: object, path: Path, value: object) -> object:
    if not path:
        return value
    mutant: Any = copy.deepcopy(payload)
    at(mutant, path[:-1])[path[-1]] = value
    return mutant


def without(payload: object, path: Path, name: str) -> object:
    mutant: Any = copy.deepcopy(payload)
    del at(mutant, path)[name]
    return mutant


def at(payload: Any, path: Path) -> Any:  # noqa: ANN401 - JSON
    return reduce(lambda place, step: place[step], path, payload)


def wrong(schema: dict[str, Any]) -> Iterator[Any]:
    """Yield values that *schema* must refuse: of each other type, and none of the right kind."""
    options = schema.get("anyOf", [schema])
    kinds = {option["type"] for option in options}
    right = {"string": "kata", "integer": 7, "boolean": True, "null": None}
    yield from (value for kind, value in right.items() if kind not in kinds)
    if "array" not in kinds:
        yield ["kata"]
    if "object" not in kinds:
        yield {"kata": 7}
    if "integer" in kinds:
        yield 7.5
    for option in options:
        if "enum" in option or "format" in option or "pattern" in option:
            yield "bukan nilai yang dikenal"


def mutants(schema: dict[str, Any], payload: object) -> Iterator[tuple[str, object]]:
    for path, found in leaves(schema, payload):
        for value in wrong(found):
            yield f"{path} = {value!r}", changed(payload, path, value)
        for name in found.get("required", ()):
            yield f"{path} without {name}", without(payload, path, name)


@pytest.mark.parametrize("version", VERSIONS, ids=name_of)
def test_the_schema_takes_what_was_recorded(version: Version) -> None:
    validator(version).validate(golden_of(version).payload)


@pytest.mark.parametrize("version", VERSIONS, ids=name_of)
def test_the_schema_refuses_each_mutation_of_it(version: Version) -> None:
    judge = validator(version)
    tried: dict[str, Any] = dict(mutants(version.schema, golden_of(version).payload))
    assert len(tried) >= 5, "not even the payload itself was mutated"
    assert [how for how, mutant in tried.items() if judge.is_valid(mutant)] == []


@pytest.mark.parametrize("version", VERSIONS, ids=name_of)
def test_what_may_be_missing_or_more_is_taken_by_schema_and_owner(version: Version) -> None:
    golden = golden_of(version)
    required = set(cast("list[str]", version.schema["required"]))
    least = {name: value for name, value in golden.payload.items() if name in required}
    for payload in (least, golden.payload | {"added_later": {"by": "a newer version"}}):
        validator(version).validate(payload)
        stored = Golden(golden.subject, golden.headers, payload).stored()
        assert VOCABULARIES[version.service].read(stored) is not None


@pytest.mark.parametrize("version", VERSIONS, ids=name_of)
def test_the_schema_says_its_name_and_what_it_means_in_two_languages(version: Version) -> None:
    schema = version.schema
    assert schema["$id"] == golden_of(version).headers["ce-dataschema"]
    assert schema["$id"] == schema_name(version.service, version.token, version.number)
    indonesian, _, english = schema["description"].partition("\n\n")
    assert indonesian == published(version.said).indonesian
    assert indonesian.endswith(".")
    assert english.endswith(".")
    silent = [
        path
        for path, found in leaves(schema, golden_of(version).payload)
        if path and path[-1] != 0 and not found.get("description")
    ]
    assert silent == []


def test_a_personal_field_is_sealed_text() -> None:
    for version in VERSIONS:
        for name in personal_fields(version.said):
            shown = version.schema["properties"][name]
            text, *rest = shown.get("anyOf", [shown])
            assert text["pattern"] == r"^enc1\."
            assert rest in ([], [{"type": "null"}])


OF_PERSONS = {"name", "identity_number", "phone", "address", "born_on", "email"}
OF_THINGS = {"cooperative"}
"""The streams whose events may name and place a thing: a cooperative, and its shops."""


def test_what_says_who_somebody_is_is_personal_and_only_membership_has_it() -> None:
    of_things = {said for stream in OF_THINGS for said in STREAMS[stream]}
    for version in VERSIONS:
        sealed = set(personal_fields(version.said))
        assert not sealed or version.service == "membership"
        named = version.schema["properties"].keys() & OF_PERSONS
        if version.said in of_things:
            named -= {"name", "address"}
        if version.service == "inventory":
            named -= {"name"}  # of goods
        assert named <= sealed, version.token
        assert "nik" not in version.schema["properties"]


OF_A_PERSON = {"member", "person"}
"""The streams whose entities are persons: what is sealed there is under that person's key."""


def test_what_is_sealed_is_under_the_key_of_the_person_it_is_about() -> None:
    """Otherwise it would outlive an erasure, under the key of a board or a number."""
    for stream in STREAMS.keys() - OF_A_PERSON:
        for said in STREAMS[stream]:
            names = {field.name for field in fields(said)}
            assert not personal_fields(said) or "person" in names, said.__name__
