"""Whoever reads a service's OpenAPI document, or its page, can send every request at once."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple, get_type_hints

import pytest
from jsonschema import Draft202012Validator

from deploy.dev import SERVICES
from shared.http.app import application
from shared.http.described import openapi
from shared.http.docs import page
from shared.http.door import routes, rule_of
from shared.messages import Command

DOCUMENTS: dict[str, dict[str, Any]] = {
    service.name: openapi(application(service)) for service in SERVICES
}


class Operation(NamedTuple):
    """An operation of a service, as its document has it."""

    service: str
    verb: str
    path: str
    said: dict[str, Any]


OPERATIONS = [
    Operation(service, verb, path, said)
    for service, document in DOCUMENTS.items()
    for path, verbs in document["paths"].items()
    for verb, said in verbs.items()
]
each_service = pytest.mark.parametrize("service", DOCUMENTS)


def bodies() -> Iterator[tuple[str, type[Command]]]:
    """Yield service and class of every body that an endpoint takes."""
    for service in SERVICES:
        for route in routes(application(service)):
            if rule_of(route) and (body := get_type_hints(route.endpoint).get("body")):
                yield service.name, body


each_body = pytest.mark.parametrize(("service", "body"), list(bodies()))


@each_body
def test_an_example_of_each_body_is_one_by_its_model_and_by_its_schema(
    service: str, body: type[Command]
) -> None:
    document = DOCUMENTS[service]
    schema = document["components"]["schemas"][body.__name__]
    (example,) = schema["examples"]
    assert body.model_validate_json(json.dumps(example)).model_fields_set == set(example)
    validator = Draft202012Validator(
        {"$ref": f"#/components/schemas/{body.__name__}", "components": document["components"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    validator.validate(example)
    assert not validator.is_valid(example | {"unknown": 1})


@each_body
def test_each_field_of_a_body_says_what_it_means(service: str, body: type[Command]) -> None:
    schemas = DOCUMENTS[service]["components"]["schemas"]
    schema = schemas[body.__name__]
    held = [schemas["ModuleOffered"]] if body.__name__ == "PublishCurriculum" else []
    for part in (schema, *held):
        for name, field in part["properties"].items():
            assert field.get("description", "").endswith("."), name


@each_service
def test_each_operation_has_its_own_name_a_declared_group_and_a_sentence(service: str) -> None:
    said = [one for one in OPERATIONS if one.service == service]
    names = [one.said["operationId"] for one in said]
    assert sorted(names) == sorted(set(names))
    tags = {tag["name"]: tag["description"] for tag in DOCUMENTS[service]["tags"]}
    assert {one.said["tags"][0] for one in said} == set(tags)
    assert all(" / " in sentence for sentence in tags.values())  # in both languages
    for one in said:
        if one.path.startswith("/v1/"):
            assert re.fullmatch(r"[a-z]+(_[a-z]+)+", one.said["operationId"])
        assert one.said["summary"].endswith(".")
        assert one.said["summary"] not in one.said.get("description", "")


@each_service
def test_each_parameter_says_what_it_means(service: str) -> None:
    for one in (one for one in OPERATIONS if one.service == service):
        for parameter in one.said.get("parameters", ()):
            assert parameter.get("description"), (one.path, parameter["name"])
            if parameter["in"] == "header":
                assert re.fullmatch(r"([A-Z]\w*-)*[A-Z]\w*", parameter["name"])


@each_service
def test_headers_are_declared_where_they_are_sent(service: str) -> None:
    for one in (one for one in OPERATIONS if one.service == service):
        responses = one.said["responses"]
        if not one.said["security"]:
            continue
        assert "WWW-Authenticate" in responses["401"]["headers"]
        assert "Retry-After" in responses["429"]["headers"]
        assert "Retry-After" in responses["503"]["headers"]
        if one.verb == "post":
            assert "Location" in responses["201"]["headers"]
        if any(parameter["name"] == "limit" for parameter in one.said["parameters"]):
            assert "Link" in responses["200"]["headers"]


@each_service
def test_what_needs_no_credential_says_so(service: str) -> None:
    open_to_all = {
        one.path for one in OPERATIONS if one.service == service and not one.said["security"]
    }
    assert open_to_all == {"/livez", "/readyz", "/metrics"}
    ready = DOCUMENTS[service]["paths"]["/readyz"]["get"]["responses"]
    assert ready["503"]["content"] == ready["200"]["content"]


@each_service
def test_the_page_shows_every_path_with_an_example_and_loads_nothing(service: str) -> None:
    document = DOCUMENTS[service]
    shown = page(document)
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|url\(|@import|https?:", shown)
    assert shown.index("Setiap permintaan") < shown.index("Every request")
    for link in ("/docs/events", "/problems", "/openapi.json", "/asyncapi.json"):
        assert f'href="{link}"' in shown
    sections = dict(re.findall(r'<details id="(\w+)">(.*?)</details>', shown, re.DOTALL))
    for one in (one for one in OPERATIONS if one.service == service):
        section = unescape(sections[one.said["operationId"]])
        assert f"<code>{one.path}</code>" in section
        (example,) = re.findall(r"<pre>(.*)</pre>", section, re.DOTALL)
        assert not re.search(r"[{}]", example.partition('"\n')[0].splitlines()[0])
        assert ("Authorization: Bearer" in example) is bool(one.said["security"])
        if one.verb == "post":
            assert "Idempotency-Key" in example
            sent = json.loads(example.partition("-d '")[2].removesuffix("'"))
            assert sent == body_of(document, one.said)["examples"][0]
        for status in one.said["responses"]:
            assert f"<td>{status}<td>" in section


def body_of(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return document["components"]["schemas"][reference.rsplit("/", 1)[-1]]


@each_service
def test_the_page_says_what_a_value_behind_a_name_looks_like(service: str) -> None:
    shown = page(DOCUMENTS[service])
    assert "<td><code>as_of</code><td>query<td>date-time<td>" in shown
    assert "<td><code>dialect</code><td>query<td>excel-id<td>" in shown
    assert "<td><code>effective_at</code><td>body<td>date-time<td>" in shown
