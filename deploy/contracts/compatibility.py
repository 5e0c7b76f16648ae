"""Whether a change of an event breaks somebody, said of schemas alone and so tried on any."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

type Schema = Mapping[str, Any]
type Schemas = Mapping[tuple[str, int], Schema]
"""By event, such as `membership.MemberLeft`, and version."""

_SAID_ONLY = frozenset({"$id", "$schema", "$comment", "title", "description", "examples"})
_KEPT = ("format", "pattern")


@dataclass(frozen=True)
class Need:
    """What a reader takes from one event: an object's schema, with what it cannot do without.

    *purpose* says where the reader uses it.
    """

    reader: str
    purpose: str
    event: str
    versions: tuple[int, ...]
    takes: Schema

    @property
    def who(self) -> str:
        """The reader, as it is named to whoever would break it."""
        return f"{self.reader} ({self.purpose})" if self.purpose else self.reader


def broken(schemas: Schemas, needs: Iterable[Need]) -> list[str]:
    """Say who cannot read what, a line for each finding."""
    wanted = tuple(needs)
    findings = [
        f"{need.who} reads {need.event} v{version}: {finding}"
        for need in wanted
        for version in need.versions
        for finding in _missing(schemas, need, version)
    ]
    return findings + [
        f"{who} does not read {event} v{version}"
        for (who, event), read in _versions_read(wanted).items()
        for published, version in schemas
        if published == event and version not in read
    ]


def _versions_read(needs: Iterable[Need]) -> dict[tuple[str, str], set[int]]:
    read: dict[tuple[str, str], set[int]] = {}
    for need in needs:
        read.setdefault((need.who, need.event), set()).update(need.versions)
    return read


def _missing(schemas: Schemas, need: Need, version: int) -> Iterator[str]:
    if (offered := schemas.get((need.event, version))) is None:
        yield "there is no such event, or it is gone"
    else:
        yield from _misfits(offered, need.takes, "")


def _misfits(offered: Schema, taken: Schema, path: str) -> Iterator[str]:
    """Say what of *offered*, the owner's promise, does not fit into what is *taken*."""
    field = f"field {path}" if path else "the payload"
    if "anyOf" in offered:
        for option in offered["anyOf"]:
            yield from _misfits(option, taken, path)
    elif "anyOf" in taken:
        findings = [list(_misfits(offered, option, path)) for option in taken["anyOf"]]
        if all(findings):
            yield f"{field} is {_show(offered)}, it takes {_show(taken)}"
    elif not _fits(offered, taken):
        yield f"{field} is {_show(offered)}, it takes {_show(taken)}"
    elif "items" in taken:
        yield from _misfits(offered.get("items", {}), taken["items"], f"{path}[]")
    else:
        yield from _misfit_properties(offered, taken, path)


def _misfit_properties(offered: Schema, taken: Schema, path: str) -> Iterator[str]:
    properties = offered.get("properties", {})
    for name, wanted in taken.get("properties", {}).items():
        inner = f"{path}.{name}" if path else name
        needed = name in taken.get("required", ())
        if name not in properties:
            if needed:
                yield f"field {inner} is gone"
            continue
        if needed and name not in offered.get("required", ()):
            yield f"field {inner} may be missing"
        yield from _misfits(properties[name], wanted, inner)


def _fits(offered: Schema, taken: Schema) -> bool:
    if "enum" in taken:
        return set(offered.get("enum", (None,))) <= set(taken["enum"])
    if any(name in taken and offered.get(name) != taken[name] for name in _KEPT):
        return False
    wanted = taken.get("type")
    return wanted in (None, offered.get("type")) or (wanted, offered.get("type")) == (
        "number",
        "integer",
    )


def changed(released: Schema, current: Schema) -> list[str]:
    """Say what *current* does to *released* besides adding optional fields and other words."""
    return list(_changes(released, current))


def _changes(released: Schema, current: Schema) -> Iterator[str]:
    was, now = released["properties"], current["properties"]
    had, has = set(released["required"]), set(current["required"])
    for name in was:
        if name not in now:
            yield f"field {name} is gone"
        elif (before := bare(was[name])) != (after := bare(now[name])):
            yield f"field {name} was {json.dumps(before)} and is {json.dumps(after)}"
        elif (name in had) != (name in has):
            yield f"field {name} is {'required' if name in has else 'optional'} now"
    for name in now:
        if name not in was and name in has:
            yield f"field {name} is new and required"


def bare(node: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a schema less what is said to people alone."""
    if isinstance(node, list):
        return [bare(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    return {
        key: {name: bare(field) for name, field in value.items()}
        if key == "properties"
        else bare(value)
        for key, value in cast("dict[str, Any]", node).items()
        if key not in _SAID_ONLY
    }


def _show(schema: Schema) -> str:
    if "anyOf" in schema:
        return " or ".join(_show(option) for option in schema["anyOf"])
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    kind = str(schema.get("type", "anything"))
    kept = [f"{name} {schema[name]}" for name in _KEPT if name in schema]
    return f"{kind} ({', '.join(kept)})" if kept else kind
