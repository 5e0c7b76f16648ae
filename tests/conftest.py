"""What every test may ask for.

One NATS and one Postgres serve a whole session; KKMP_TEST_BACKEND says which (embedded, containers
or url). Between modules every stream is deleted and every database dropped, so a module begins with
an empty cell, on every backend alike. Within a module the tests share one; a test that must have
servers of its own, to break them, is marked `embedded` and starts them in its `folder`.
"""

import os
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from shared.embedded import Servers
from tests.servers import empty_database, empty_log, reachable_folder, servers_of

_SYSTEM_SECONDS, _SOAK_SECONDS = 900, 1_800
"""How long one test may take on a machine that others keep busy."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs servers, so that nobody forgets to."""
    here = Path(__file__).parent
    for item in items:
        asked = item.fixturenames if isinstance(item, pytest.Function) else []
        if "servers" in asked or item.get_closest_marker("embedded"):
            item.add_marker(pytest.mark.integration)
        if item.path.is_relative_to(here / "system"):
            item.add_marker(pytest.mark.system)
            item.add_marker(pytest.mark.timeout(_SYSTEM_SECONDS))  # unless it says another
        if item.path.is_relative_to(here / "soak"):
            item.add_marker(pytest.mark.soak)
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.timeout(_SOAK_SECONDS), append=False)


@pytest.fixture(scope="session")
async def servers() -> AsyncGenerator[Servers]:
    """The servers of this session, with whatever other modules leave there."""
    async with servers_of(os.environ.get("KKMP_TEST_BACKEND", "embedded")) as running:
        yield running


@pytest.fixture(scope="module")
async def log(servers: Servers) -> AsyncGenerator[str]:
    """The address of a NATS server without streams."""
    async with empty_log(servers.nats_url) as url:
        yield url


@pytest.fixture(scope="module")
async def database(servers: Servers) -> AsyncGenerator[str]:
    """The DSN of a database without tables."""
    async with empty_database(servers.postgres_dsn) as dsn:
        yield dsn


@pytest.fixture(scope="module")
def cell(servers: Servers, log: str, database: str) -> Servers:
    """An empty cell: no streams, no tables."""
    return Servers(log, servers.nats_monitor_url, database)


@pytest.fixture
def folder() -> Generator[Path]:
    """A new folder that every user may enter, for servers of one's own."""
    with reachable_folder() as created:
        yield created
