"""The catalogue of events as a page: Markdown for the repository, HTML for the services to show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from deploy.contracts.catalogue import Version
from deploy.contracts.compatibility import Need
from deploy.contracts.schemas import english, named
from shared.http.markup import page, table, words
from shared.messages import published

_TITLE = "Katalog peristiwa / event catalogue"
_ABOUT = (
    "Every event that a service can record, in every version. A fact is filed under"
    " `kkmp.<service>.<place>.<stream>.<entity>.<Event>`; new ones are written in the newest"
    " version, and earlier versions stay in the log. A field with `?` may be missing."
)


@dataclass(frozen=True)
class Entry:
    """One version of an event as the page shows it."""

    version: Version
    readers: tuple[str, ...]

    @property
    def title(self) -> str:
        """Name and version, and whether it is still written."""
        earlier = "" if self.version.current else " (dulu / earlier)"
        return f"{self.version.token} v{self.version.number}{earlier}"

    @property
    def fields(self) -> list[tuple[str, str, str]]:
        """Of each field the name, the form and the meaning."""
        schema = self.version.schema
        return [
            (
                name if name in schema["required"] else f"{name}?",
                form_of(field),
                field.get("description", ""),
            )
            for name, field in schema["properties"].items()
        ]


def entries(versions: Iterable[Version], needs: Iterable[Need]) -> tuple[Entry, ...]:
    """Put together what the page shows."""
    wanted = tuple(needs)
    return tuple(
        Entry(
            version,
            tuple(
                need.who
                for need in wanted
                if need.event == version.event and version.number in need.versions
            ),
        )
        for version in versions
    )


def form_of(schema: dict[str, Any]) -> str:
    """Say in a few words what a value looks like."""
    if "anyOf" in schema:
        return " or ".join(form_of(option) for option in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema.get("type") == "array":
        return f"list of {form_of(schema['items'])}"
    if schema.get("type") == "object":
        return f"{{{', '.join(schema['properties'])}}}"
    if "pattern" in schema:
        return "sealed text"
    return str(schema.get("format") or schema["type"])


def markdown(catalogue: Sequence[Entry]) -> str:
    """Return the catalogue as Markdown."""
    lines = [
        f"# {_TITLE}",
        "",
        "Made by `kkmp contracts`; change the event classes, not this page.",
        "",
        _ABOUT,
    ]
    for heading, found in _grouped(catalogue):
        lines += ["", f"## {heading}"]
        for entry in found:
            name = named(entry.version.event, entry.version.number)
            schema = f"schemas/{entry.version.path}"
            example = f"../../tests/contracts/golden/{name}.json"
            lines += [
                "",
                f"### {entry.title}",
                "",
                f"{published(entry.version.said).indonesian}  ",
                english(entry.version.said),
                "",
                f"`{entry.version.type}`, [schema]({schema}), [example]({example})  ",
                f"Dibaca oleh / read by: {_readers(entry)}",
            ]
            if entry.fields:
                lines += ["", "| field | form | meaning |", "|---|---|---|"]
                lines += [
                    f"| `{name}` | {form} | {meaning} |" for name, form, meaning in entry.fields
                ]
    return "\n".join(lines) + "\n"


def html(catalogue: Sequence[Entry]) -> str:
    """Return the catalogue as one page without scripts, that loads nothing."""
    body = "".join(
        f"<h2>{escape(heading)}</h2>{''.join(map(_section, found))}"
        for heading, found in _grouped(catalogue)
    )
    return page(
        _TITLE,
        f'<h1>{_TITLE}</h1><p lang="en">{words(_ABOUT)}</p>'
        '<p><a href="/docs">Pintu HTTP / the HTTP door</a> · '
        '<a href="/problems">Kesalahan / errors</a> · '
        f'<a href="/asyncapi.json">asyncapi.json</a></p>{_contents(catalogue)}{body}',
    )


def _contents(catalogue: Sequence[Entry]) -> str:
    """Lead to each event, by service."""
    links: dict[str, list[str]] = {}
    for entry in catalogue:
        link = f'<a href="#{_anchor(entry)}">{escape(entry.title)}</a>'
        links.setdefault(entry.version.service, []).append(link)
    lines = (f"<dt>{name}</dt><dd>{' · '.join(found)}</dd>" for name, found in links.items())
    return f"<nav><dl>{''.join(lines)}</dl></nav>"


def _anchor(entry: Entry) -> str:
    return escape(named(entry.version.event, entry.version.number))


def _section(entry: Entry) -> str:
    said = entry.version.said
    rows = (
        [f"<code>{escape(name)}</code>", escape(form), words(meaning)]
        for name, form, meaning in entry.fields
    )
    return (
        f'<section id="{_anchor(entry)}"><h3>{escape(entry.title)}</h3>'
        f"<p>{escape(published(said).indonesian)}</p>"
        f'<div lang="en"><p>{words(english(said))}</p>'
        f"<p><code>{escape(entry.version.type)}</code> · "
        f'<a href="/schemas/{escape(entry.version.path)}">JSON Schema</a><br>'
        f"Dibaca oleh / read by: {escape(_readers(entry))}</p>"
        f"{table(('field', 'form', 'meaning'), rows)}</div></section>"
    )


def _readers(entry: Entry) -> str:
    return "; ".join(entry.readers) or "its own service"


def _grouped(catalogue: Sequence[Entry]) -> Iterable[tuple[str, list[Entry]]]:
    groups: dict[str, list[Entry]] = {}
    for entry in catalogue:
        heading = f"{entry.version.service}, stream {entry.version.stream}"
        groups.setdefault(heading, []).append(entry)
    return groups.items()
