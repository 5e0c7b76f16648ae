"""The servers that tests run against: embedded, in containers, or given by address."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import nats
import pytest

from shared.embedded import Servers, embedded

_NATS_CONFIGURATION = b"""\
http: "0.0.0.0:8222"
max_payload: 1MB
jetstream {
  store_dir: "/data"
  sync_interval: always
}
"""
_POSTGRES = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def servers_of(backend: str) -> AbstractAsyncContextManager[Servers]:
    """Return the servers that the setting KKMP_TEST_BACKEND asks for."""
    match backend:
        case "embedded":
            return _embedded()
        case "containers":
            return _containers()
        case "url":
            return _given()
        case _:
            message = f"KKMP_TEST_BACKEND={backend} is not known: use embedded, containers or url."
            pytest.exit(message, returncode=4)


@contextmanager
def reachable_folder() -> Generator[Path]:
    """Yield a new folder that every user may enter, which Postgres needs when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="kkmp-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@asynccontextmanager
async def _embedded() -> AsyncGenerator[Servers]:
    with reachable_folder() as folder:
        async with embedded(folder, fast=True) as servers:
            yield servers


@asynccontextmanager
async def _containers() -> AsyncGenerator[Servers]:
    # The reaper is an image of its own, which a machine without a registry does not have.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    os.environ["KKMP_CLEARTEXT"] = "yes"  # containers may have an address of their own
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - reads that setting
    from testcontainers.core.wait_strategies import HttpWaitStrategy  # noqa: PLC0415 - as above

    nats_server = (
        DockerContainer("nats:2.15", command="--config /kkmp.conf")
        .with_copy_into_container(_NATS_CONFIGURATION, "/kkmp.conf")
        .with_exposed_ports(4222, 8222)
        .waiting_for(HttpWaitStrategy(8222, "/healthz"))
    )
    postgres = (
        DockerContainer("postgres:18", command=_POSTGRES)
        .with_envs(POSTGRES_USER="kkmp", POSTGRES_PASSWORD="kkmp", POSTGRES_DB="kkmp")
        .with_exposed_ports(5432)
    )
    with postgres, nats_server:
        host = nats_server.get_container_host_ip()
        servers = Servers(
            f"nats://{host}:{nats_server.get_exposed_port(4222)}",
            f"http://{host}:{nats_server.get_exposed_port(8222)}",
            f"postgresql://kkmp:kkmp@{host}:{postgres.get_exposed_port(5432)}/kkmp",
        )
        await _answers(servers.postgres_dsn)
        yield servers


async def _answers(dsn: str) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                connection = await asyncpg.connect(dsn)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(0.05)
            else:
                return await connection.close()


@asynccontextmanager
async def _given() -> AsyncGenerator[Servers]:
    names = ("KKMP_TEST_NATS_URL", "KKMP_TEST_NATS_MONITOR_URL", "KKMP_TEST_POSTGRES_DSN")
    if missing := [name for name in names if name not in os.environ]:
        pytest.exit(f"KKMP_TEST_BACKEND=url needs {' and '.join(missing)}.", returncode=4)
    servers = Servers(*(os.environ[name] for name in names))
    if kept := await _streams(servers.nats_url):
        message = (
            f"The server at {servers.nats_url} holds the streams {', '.join(kept)}.\n"
            "Tests delete every stream they find. Give a server that holds none."
        )
        pytest.exit(message, returncode=4)
    yield servers


async def _streams(url: str) -> list[str]:
    client = await nats.connect(url)
    try:
        return [stream.config.name or "" for stream in await client.jetstream().streams_info()]
    finally:
        await client.close()


@asynccontextmanager
async def empty_log(url: str) -> AsyncGenerator[str]:
    """Yield the *url* of a server that has no stream, and see to it that it has none after."""
    yield url
    client = await nats.connect(url)
    try:
        for stream in await client.jetstream().streams_info():
            await client.jetstream().delete_stream(stream.config.name or "")
    finally:
        await client.close()


@asynccontextmanager
async def empty_database(dsn: str) -> AsyncGenerator[str]:
    """Yield the DSN of a new database beside the one of *dsn*, and drop it after."""
    name = f"kkmp_test_{uuid4().hex[:12]}"
    server, _, _ = dsn.rpartition("/")
    await _execute(dsn, f"CREATE DATABASE {name} TEMPLATE template1")
    try:
        yield f"{server}/{name}"
    finally:
        await _execute(dsn, f"DROP DATABASE {name} WITH (FORCE)")


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
