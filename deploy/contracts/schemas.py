"""The JSON Schema of an event's payload: without references, so that it is read on its own."""

from inspect import cleandoc
from typing import Any, cast

from pydantic import TypeAdapter

from shared.envelope import schema_name
from shared.messages import published
from shared.personal import personal_fields

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SEALED = {
    "pattern": r"^enc1\.",
    "$comment": "Sealed with the person's own key: nobody reads it without that key.",
}

type Schema = dict[str, Any]


def schema_of(service: str, token: str, cls: type) -> Schema:
    """Return the schema of *cls*, a version of the event *token*.

    Properties that it does not name are allowed: an event may gain optional ones.
    """
    shape = shape_of(cls)
    for name in personal_fields(cls):
        shown = shape["properties"][name]
        text, *_ = shown.get("anyOf", [shown])  # one that may be left out can be null too
        text |= _SEALED
    return {
        "$schema": DIALECT,
        "$id": schema_name(service, token, published(cls).versions[-1]),
        "title": token,
        "description": f"{published(cls).indonesian}\n\n{english(cls)}",
        "type": "object",
        "properties": shape.get("properties", {}),
        "required": shape.get("required", []),
    }


def shape_of(cls: type) -> Schema:
    """Return what *cls* reads, as JSON Schema."""
    made = TypeAdapter[Any](cls).json_schema()
    return _inlined(made, made.pop("$defs", {}))


def named(event: str, version: int) -> str:
    """Name a version of an event: `membership.MemberLeft.v2`."""
    return f"{event}.v{version}"


def english(cls: type) -> str:
    """What an event class says of itself in English."""
    return cleandoc(cls.__doc__ or "")


def _inlined(node: Any, definitions: Schema) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Put what a reference names in its place; less the titles that are only a name again."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    found = cast("Schema", node)
    if "$ref" in found:
        named = definitions[found["$ref"].rsplit("/", 1)[-1]]
        found = named | {key: value for key, value in found.items() if key != "$ref"}
    return {
        key: {name: _inlined(field, definitions) for name, field in value.items()}
        if key == "properties"
        else _inlined(value, definitions)
        for key, value in found.items()
        if key != "title"
    }
