"""The three services as processes of their own, which a test may kill and start again."""

import asyncio
import contextlib
import os
import secrets
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from deploy.dev import SERVICES, Urls
from shared.embedded import Servers
from shared.embedded.process import free_ports
from shared.secret_file import KEY_BYTES, write_secrets

_ROOT = Path(__file__).parents[2]


class Processes:
    """A process a service, always on the same ports."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        secret = folder / "key-encryption-key"
        write_secrets(secret, [secrets.token_bytes(KEY_BYTES)])
        self._environment: dict[str, str] = {
            **os.environ,
            "KKMP_NATS_URL": servers.nats_url,
            "KKMP_NATS_MONITOR_URL": servers.nats_monitor_url,
            "KKMP_POSTGRES_DSN": servers.postgres_dsn,
            "KKMP_SECRET_FILE": str(secret),
            "KKMP_DAYS": "false",
            "KKMP_RATE_PER_SECOND": "100000",
            "KKMP_RATE_BURST": "100000",
            "KKMP_WRITES_PER_DAY": "100000000",
        }
        names = [service.name for service in SERVICES]
        self._ports = dict(zip(names, free_ports(*(None for _ in names)), strict=True))
        self._running: list[asyncio.subprocess.Process] = []
        self._log = folder / "services.log"

    @property
    def urls(self) -> Urls:
        at = {name: f"http://127.0.0.1:{port}" for name, port in self._ports.items()}
        return {
            "membership": at["membership"],
            "training": at["training"],
            "inventory": at["inventory"],
        }

    async def start(self) -> None:
        """Start all, and return once all answer."""
        self._running = [await self._started(name, port) for name, port in self._ports.items()]
        for process in self._running:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), 200)
            assert line, "a service ended before it answered"

    async def _started(self, name: str, port: int) -> asyncio.subprocess.Process:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                f"services.{name}",
                env=self._environment | {"KKMP_PORT": str(port)},
                cwd=_ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )

    def faults(self) -> str:
        """What the services called errors, each in its one line."""
        lines = self._log.read_text().splitlines()
        return "\n".join(line for line in lines if '"level": "error"' in line)

    async def kill(self) -> None:
        """End all at once, as a power cut does."""
        for process in self._running:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await asyncio.gather(*(process.wait() for process in self._running))
        self._running = []


@contextlib.asynccontextmanager
async def processes(servers: Servers, folder: Path) -> AsyncGenerator[Processes]:
    """Run the services for as long as the block lasts."""
    services = Processes(servers, folder)
    try:
        await services.start()
        yield services
    except BaseException:
        print(services.faults())  # whoever reads of the failure wants to know why
        raise
    finally:
        await services.kill()
