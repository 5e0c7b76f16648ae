"""The OpenAPI document of a service: with what all answers share, credentials and problems."""

from typing import Any

from fastapi import FastAPI

from shared.http.door import Rule, routes, rule_of
from shared.http.problems import MEDIA_TYPE

_ABOUT = (
    "Pintu HTTP layanan ini: setiap perintah dicatat sekali di log, dan setiap pertanyaan dapat "
    "diajukan untuk saat mana pun. Peristiwa dijelaskan di [/docs/events](/docs/events), kesalahan "
    "di [/problems](/problems). Semua peristiwa dapat diikuti melalui umpan: `/v1/events`, atau "
    "`/v1/events/stream` tanpa henti.\n\n"
    "The HTTP door of this service: each command is recorded once in the log, and each question "
    "can be asked of any moment. [/docs/events](/docs/events) explains the events, "
    "[/problems](/problems) the errors. All events can be followed by the feed: `/v1/events`, or "
    "`/v1/events/stream` without end."
)
_HEALTH = (
    "Apakah layanan hidup dan siap, dan angka-angkanya; tanpa kredensial. "
    "/ Whether the service lives and is ready, and its numbers; without credentials."
)
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An access token (JWT) of a configured OIDC issuer, or an API key.",
}
_PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. `type` leads to a page that says cause and remedy.",
    "required": ["type", "title", "status", "detail", "instance", "code", "correlation_id"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/not_enough_stock"]},
        "title": {"type": "string", "examples": ["Bertentangan dengan keadaan"]},
        "status": {"type": "integer", "examples": [409]},
        "detail": {"type": "string", "examples": ["Stok hanya 1800 kg, tidak cukup."]},
        "instance": {"type": "string"},
        "code": {"type": "string", "examples": ["not_enough_stock"]},
        "correlation_id": {"type": "string", "format": "uuid"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Where in the body: a JSON Pointer (RFC 6901).",
                    },
                    "parameter": {
                        "type": "string",
                        "description": "Which one, when it is not in the body.",
                    },
                    "in": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_KEY = {"type": "string", "minLength": 1, "maxLength": 200}
_ALWAYS = {
    "401": "Who asks is not known: no credential, or one that is refused.",
    "403": "Known, but not allowed: the role or the place.",
    "422": "The request is not right: `errors` points at what.",
    "429": "Too many requests: Retry-After says when.",
    "503": "For the moment not: repeat it after Retry-After, unchanged.",
}
_COMMAND = {
    "400": "Idempotency-Key is missing.",
    "409": "The state of things forbids it, or the same request is still running.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
}
_EDIT = {
    "412": "Another version, or none yet: ETag holds the version, if there is one.",
    "428": "Neither If-Match nor If-None-Match is there.",
}
_QUERY = {
    "404": "There is no such thing.",
    "406": "It is not to be had in any form that Accept names.",
}
_EVERYWHERE = ("X-Correlation-ID",)
_WITH_PROBLEM = {
    "401": ("WWW-Authenticate",),
    "412": ("ETag",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
_HEADERS = {
    "ETag": "Names this answer; of one entity it begins with its version.",
    "KKMP-Log-Position": "The position of the log that the answer is true at.",
    "Link": 'Leads to what comes next, with `rel="next"`; without it, this is the end.',
    "Location": "Where the events of the entity are to be read.",
    "Retry-After": "Seconds to wait before the same request is sent again.",
    "WWW-Authenticate": "Asks for a bearer credential, and says whether the one given is refused.",
    "X-Correlation-ID": "Names this request in events and logs.",
}


def openapi(app: FastAPI) -> dict[str, Any]:
    """Return the document of *app*: OpenAPI 3.1."""
    document: dict[str, Any] = app.openapi()
    document["info"]["description"] = _ABOUT
    document["servers"] = [{"url": "/"}]
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = _PROBLEM
    components["securitySchemes"] = {"bearer": _BEARER}
    groups: dict[str, str] = {}
    for route in routes(app):
        if not getattr(route, "include_in_schema", False):  # a folder of files has none
            continue
        rule = rule_of(route)
        for method in route.methods:
            operation = document["paths"][route.path][method.lower()]
            operation["responses"].pop("422", None)  # the framework's own form, which is not ours
            _say(operation, route.description)
            if rule is None:
                operation["security"] = []
            else:
                _complete(operation, method, rule, schemas)
                groups[operation["tags"][0]] = rule.about
    groups["health"] = _HEALTH
    document["tags"] = [{"name": name, "description": said} for name, said in groups.items()]
    return document


def _say(operation: dict[str, Any], text: str) -> None:
    """Say it once: the first line is the summary, and what comes after it the description."""
    operation["summary"], _, more = text.partition("\n")
    operation.pop("description", None)
    if more := more.strip():
        operation["description"] = more


def _complete(operation: dict[str, Any], method: str, rule: Rule, schemas: dict[str, Any]) -> None:
    operation["security"] = [{"bearer": []}]
    operation["x-kkmp-roles"] = sorted(rule.may)
    parameters = {_spelt(one): one for one in operation.get("parameters", ())}
    for name, parameter in parameters.items():
        parameter["name"] = name
    if "Idempotency-Key" in parameters:
        parameters["Idempotency-Key"] |= {"required": True, "schema": _KEY}
    problems = _ALWAYS | (_COMMAND | {"404": _QUERY["404"]} if method == "POST" else _QUERY)
    if "If-Match" in parameters:
        problems |= _EDIT
    responses = operation["responses"]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, said in problems.items():
        headers = _headers(*_WITH_PROBLEM.get(status, ()))
        responses[status] = {"description": said, "content": content, "headers": headers}
    if method == "POST":
        headers = _headers("KKMP-Log-Position", "ETag", "Location")
        done = responses["201"] | {"headers": headers}
        responses["201"] = done | {"description": "Recorded: the receipt says where."}
        responses["200"] = done | {
            "description": "Nothing new: it had come true already, or was asked before."
        }
        return
    answer = responses["200"]
    answer["headers"] = _headers(*_of_answer(answer, rule, schemas))
    if rule.tabular:
        answer["description"] = "The answer, true at the position that the header names."
        answer["content"]["text/csv"] = {"schema": {"type": "string"}}
        responses["304"] = {"description": "Still what If-None-Match names."}


def _spelt(parameter: dict[str, Any]) -> str:
    """Return its name; that of a header as headers are written, which HTTP does not ask for."""
    name: str = parameter["name"]
    if parameter["in"] == "header" and name.islower():
        return "-".join(part.capitalize() for part in name.split("-"))
    return name


def _of_answer(answer: dict[str, Any], rule: Rule, schemas: dict[str, Any]) -> tuple[str, ...]:
    """Which headers an answer to a question has; a stream, which has no end, has none."""
    if not rule.tabular:
        streamed = "text/event-stream" in answer["content"]
        return () if streamed else ("KKMP-Log-Position", "Link")
    reference: str = answer["content"]["application/json"]["schema"]["$ref"]
    listed = "next" in schemas[reference.rsplit("/", 1)[-1]]["properties"]
    return ("KKMP-Log-Position", "ETag", *(("Link",) if listed else ()))


def _headers(*names: str) -> dict[str, Any]:
    return {
        name: {"description": _HEADERS[name], "schema": {"type": "string"}}
        for name in (*names, *_EVERYWHERE)
    }
