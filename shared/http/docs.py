"""The manual of an API as one page: made from its OpenAPI document, without any script."""

from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0 } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .5rem 0;
padding: .4rem .8rem }
summary { cursor: pointer } code { font: .92em ui-monospace, monospace }
.verb { display: inline-block; min-width: 3.2rem; font-weight: 600 }
.GET { color: #1769aa } .POST { color: #2e7d32 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top;
padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line) }
"""


def page(document: Mapping[str, Any]) -> str:
    """Return the HTML page that describes *document*, an OpenAPI 3.1 document."""
    information = document["info"]
    schemas: dict[str, Any] = document.get("components", {}).get("schemas", {})
    groups: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for verb, operation in operations.items():
            tag = (operation.get("tags") or ["other"])[0]
            groups.setdefault(tag, []).append(_operation(verb.upper(), path, operation, schemas))
    body = "".join(f"<h2>{escape(tag)}</h2>{''.join(found)}" for tag, found in groups.items())
    title = escape(information["title"])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style><h1>{title}</h1><p>{escape(information.get('summary', ''))}</p>"
        '<p>For machines: <a href="openapi.json">openapi.json</a>. '
        "Every command needs the header <code>Idempotency-Key</code>.</p>"
        f"{body}</html>"
    )


def _operation(verb: str, path: str, operation: Mapping[str, Any], schemas: dict[str, Any]) -> str:
    rows = [
        _row(parameter["name"], parameter["in"], parameter.get("schema", {}), parameter)
        for parameter in operation.get("parameters", [])
    ]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = _resolved(content.get("schema", {}), schemas)
    required = body.get("required", [])
    rows += [
        _row(name, "body", _resolved(schema, schemas), schema, required=name in required)
        for name, schema in body.get("properties", {}).items()
    ]
    table = f"<table><tr><th>field<th>in<th>form<th>meaning</tr>{''.join(rows)}</table>"
    text = operation.get("description") or operation.get("summary", "")
    return (
        f'<details><summary><span class="verb {verb}">{verb}</span> <code>{escape(path)}</code> '
        f"{escape(text.splitlines()[0])}</summary><p>{escape(text)}</p>{table if rows else ''}"
        "</details>"
    )


def _row(
    name: str,
    place: str,
    schema: Mapping[str, Any],
    described: Mapping[str, Any],
    *,
    required: bool | None = None,
) -> str:
    must = described.get("required") is True if required is None else required
    meaning = described.get("description") or schema.get("description", "")
    star = " *" if must else ""
    return (
        f"<tr><td><code>{escape(name)}</code>{star}<td>{place}<td>{escape(_form(schema))}"
        f"<td>{escape(meaning)}</tr>"
    )


def _form(schema: Mapping[str, Any]) -> str:
    """Say in a few words what a value looks like."""
    if "anyOf" in schema:
        forms = [_form(option) for option in schema["anyOf"] if option.get("type") != "null"]
        return " or ".join(forms)
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    return str(schema.get("format") or schema.get("type") or schema.get("title") or "")


def _resolved(schema: Mapping[str, Any], schemas: dict[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    return schemas.get(reference.rsplit("/", 1)[-1], {}) if reference else schema
