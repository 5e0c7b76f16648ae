"""The three services inside the test's own process, on the servers of the session."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncGenerator
from pathlib import Path

from deploy.dev import Urls
from deploy.site import DURABLES, SERVICES
from shared.bus import connect
from shared.embedded import Servers
from shared.http.server import listen, serve
from shared.provision import provision
from shared.secret_file import KEY_BYTES, write_secrets
from shared.settings import Settings


@contextlib.asynccontextmanager
async def running(servers: Servers, folder: Path) -> AsyncGenerator[Urls]:
    """Provision the log, and run the services for as long as the block lasts."""
    bus = await connect(servers.nats_url, "test-provision")
    await provision(bus, durables=DURABLES)
    await bus.close()
    secret = folder / "key-encryption-key"
    write_secrets(secret, [secrets.token_bytes(KEY_BYTES)])
    settings = Settings(
        nats_url=servers.nats_url,
        nats_monitor_url=servers.nats_monitor_url,
        postgres_dsn=servers.postgres_dsn,
        secret_file=secret,
        days=False,
        rate_per_second=100_000,
        rate_burst=100_000,
        writes_per_day=100_000_000,
    )
    sockets = {service.name: listen("127.0.0.1", 0) for service in SERVICES}
    up = asyncio.Event()
    serving = asyncio.create_task(
        serve([(service, settings, sockets[service.name]) for service in SERVICES], up)
    )
    try:
        await asyncio.wait_for(up.wait(), 200)
        at = {
            name: f"http://127.0.0.1:{listening.getsockname()[1]}"
            for name, listening in sockets.items()
        }
        yield {
            "membership": at["membership"],
            "training": at["training"],
            "inventory": at["inventory"],
        }
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
