"""The published language as files: made from the models, and held against what was released."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.contracts import asyncapi, pages
from deploy.contracts.catalogue import SERVICES, needs_of_services, versions
from deploy.contracts.compatibility import broken
from deploy.contracts.consumers import consumers, needs_of
from deploy.contracts.golden import load, unreadable
from deploy.contracts.openapi import openapi
from deploy.contracts.releases import as_text, release, unlawful
from deploy.contracts.schemas import named

_ROOT = Path(__file__).parents[2]
FOLDER = _ROOT / "docs" / "contracts"
GOLDEN = _ROOT / "tests" / "contracts" / "golden"


def check() -> list[str]:
    """Say what is wrong: who would be broken, what was released otherwise, what is out of date."""
    if findings := list(_breaking()):
        return findings
    return [
        f"docs/contracts/{path} is not what the code says: run `kkmp contracts`"
        for path, text in _made().items()
        if _read(FOLDER / path) != text
    ]


def write() -> list[str]:
    """Write all files anew; nothing, if that would break somebody: then say whom and how."""
    if findings := list(_breaking()):
        return findings
    for path, text in _made().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(text)
    return []


def _breaking() -> Iterator[str]:
    """Say what no run of the generator may pass over."""
    published = versions()
    readers = (need for consumer in consumers(FOLDER / "consumers") for need in needs_of(consumer))
    schemas = {(version.event, version.number): version.schema for version in published}
    yield from broken(schemas, (*needs_of_services(), *readers))
    kept = {
        str(path.relative_to(FOLDER / "schemas")): path.read_text()
        for path in (FOLDER / "schemas").rglob("*.json")
    }
    yield from unlawful(_released(), kept, {version.path: version.schema for version in published})
    goldens = load(GOLDEN)
    yield from unreadable(goldens, (service.vocabulary for service, _ in SERVICES))
    there = {(golden.event, golden.version) for golden in goldens}
    for version in published:
        if (version.event, version.number) not in there:
            name = named(version.event, version.number)
            yield f"{name} has no golden file: run `python -m tests.contracts.examples`"


def _made() -> dict[str, str]:
    """Return every file that is made, by its path below `docs/contracts`."""
    published, of_services = versions(), tuple(needs_of_services())
    readers = [need for consumer in consumers(FOLDER / "consumers") for need in needs_of(consumer)]
    schemas = {version.path: as_text(version.schema) for version in published}
    entries = pages.entries(published, [*of_services, *readers])
    return {
        **{f"schemas/{path}": text for path, text in schemas.items()},
        "released.json": as_text(release(_released(), schemas)),
        "asyncapi.json": as_text(asyncapi.document(published, of_services, load(GOLDEN))),
        **{f"openapi/{service.name}.json": as_text(openapi(service)) for service, _ in SERVICES},
        "events.md": pages.markdown(entries),
        "events.html": pages.html(entries),
    }


def _released() -> dict[str, list[str]]:
    text = _read(FOLDER / "released.json")
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
