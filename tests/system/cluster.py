"""Three nats-servers that hold one log together, as a site runs them."""

import asyncio
import contextlib
import shutil
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from deploy.site import DURABLES
from shared.bus import BusRefused, BusUnreachable, connect
from shared.embedded.process import free_ports
from shared.provision import provision

_NODES = 3
_PATIENCE = 120
_CONFIGURATION = """\
server_name: node-{number}
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor}"
max_payload: 1MB
jetstream {{
  store_dir: "{store}"
  sync_interval: always
}}
cluster {{
  name: kkmp
  listen: "127.0.0.1:{route}"
  routes: [{routes}]
}}
"""


@contextlib.asynccontextmanager
async def three_nodes(folder: Path) -> AsyncGenerator[list[str]]:
    """Run three nodes below *folder*, the log provisioned on all; yield where they answer."""
    ports = free_ports(*[None] * (3 * _NODES))
    clients, monitors, routes = ports[:3], ports[3:6], ports[6:]
    among = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes)
    running: list[asyncio.subprocess.Process] = []
    try:
        for number in range(_NODES):
            store = folder / f"node-{number}"
            store.mkdir()
            configuration = store / "nats.conf"
            configuration.write_text(
                _CONFIGURATION.format(
                    number=number,
                    port=clients[number],
                    monitor=monitors[number],
                    store=store,
                    route=routes[number],
                    routes=among,
                )
            )
            running.append(await _started(configuration, store / "log"))
        await asyncio.gather(*(_healthy(port) for port in monitors))
        await _provisioned(f"nats://127.0.0.1:{clients[0]}")
        yield [f"nats://127.0.0.1:{port}" for port in clients]
    finally:
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await asyncio.gather(*(process.wait() for process in running))


async def _started(configuration: Path, log: Path) -> asyncio.subprocess.Process:
    beside = Path(sys.executable).parent / "nats-server"
    program = beside if beside.exists() else shutil.which("nats-server")
    assert program
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            program, "-c", str(configuration), stdout=out, stderr=out, start_new_session=True
        )


async def _healthy(monitor: int) -> None:
    async with asyncio.timeout(_PATIENCE):
        while not await asyncio.to_thread(_is_healthy, monitor):
            await asyncio.sleep(0.1)


def _is_healthy(monitor: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{monitor}/healthz", timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


async def _provisioned(url: str) -> None:
    """Make the streams, as soon as the nodes have chosen who leads."""
    bus = await connect(url, "provision")
    try:
        async with asyncio.timeout(_PATIENCE):
            while True:
                try:
                    return await provision(bus, _NODES, DURABLES)
                except (BusRefused, BusUnreachable):
                    await asyncio.sleep(0.2)
    finally:
        await bus.close()
