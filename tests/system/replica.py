"""One service as a process of its own, of which there may be several on the same log and tables."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

from shared.embedded import Servers
from shared.embedded.process import free_ports
from shared.secret_file import write_secrets

_ROOT = Path(__file__).parents[2]
_START_SECONDS = 200
_STOP_SECONDS = 60
_SECRET = bytes(range(32))


class Replica:
    """A process that may be killed and started again, always on the same port."""

    def __init__(
        self, service: str, servers: Servers, folder: Path, descriptors: int | None = None
    ) -> None:
        """*folder* takes what it logs; replicas of one service may share it.

        *descriptors* are all that it may have open, if it may not have as many as we.
        """
        within = ["sh", "-c", f'ulimit -n {descriptors} && exec "$@"', "sh"] if descriptors else []
        self._command = [*within, sys.executable, "-m", f"services.{service}"]
        secret = folder / "key-encryption-key"
        write_secrets(secret, [_SECRET])
        (port,) = free_ports(None)
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / f"{service}-{port}.log"
        self._environment: dict[str, str] = {
            **os.environ,
            "KKMP_NATS_URL": servers.nats_url,
            "KKMP_NATS_MONITOR_URL": servers.nats_monitor_url,
            "KKMP_POSTGRES_DSN": servers.postgres_dsn,
            "KKMP_SECRET_FILE": str(secret),
            "KKMP_PORT": str(port),
            "KKMP_DAYS": "false",
            "KKMP_RATE_PER_SECOND": "100000",
            "KKMP_RATE_BURST": "100000",
            "KKMP_WRITES_PER_DAY": "100000000",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, patience: float = _START_SECONDS) -> None:
        """Start it, and return once it answers."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                cwd=_ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), patience)
        assert line, self.log.read_text()[-2_000:]

    @property
    def pid(self) -> int:
        """The id of the process."""
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether its process has not ended."""
        return self._process is not None and self._process.returncode is None

    async def stop(self) -> None:
        """Ask it to end, as an operator does, and wait until it has."""
        assert self._process is not None
        self._process.terminate()
        await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)

    async def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


@contextlib.asynccontextmanager
async def replicas(
    number: int, service: str, servers: Servers, folder: Path
) -> AsyncGenerator[list[Replica]]:
    """Run *number* of them for as long as the block lasts."""
    running = [Replica(service, servers, folder) for _ in range(number)]
    try:
        await asyncio.gather(*(replica.start() for replica in running))
        yield running
    finally:
        await asyncio.gather(*(replica.kill() for replica in running))
