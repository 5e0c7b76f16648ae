"""Serving: one service as a process of its own, or several in one."""

import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections.abc import Generator, Sequence
from functools import partial
from typing import Any, cast, override

import uvicorn
from pydantic import ValidationError
from pydantic_settings import SettingsError
from starlette.types import ASGIApp

from shared import tracing
from shared.http.app import build
from shared.http.bounds import IDLE_SECONDS, BoundedMessages
from shared.http.connections import Connections, most_connections, raise_descriptors
from shared.keyring import SecretMissing
from shared.logs import configure
from shared.patience import CannotStart
from shared.provision import LogSettingsDiffer
from shared.service import Definition, run
from shared.settings import Settings
from shared.tail import Tail

_STOP_SECONDS = 2
_WAITING = 512
_ACCEPTED_AT_ONCE = 16
"""So that those who must go are gone before many more descriptors are taken."""
_TICKS = 5
"""Of a tenth of a second each."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises `OSError` when the port is taken.

    It says that it is TCP, because asyncio switches Nagle's delay off for such sockets alone, and
    an answer would otherwise wait 40 ms for the peer's acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_WAITING)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)  # noqa: FBT003 - its name says it
    return listening


class Server(uvicorn.Server):
    """A uvicorn server that leaves the signals to whoever runs it, and looks at its connections."""

    @override
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the process's signal handlers alone."""
        yield

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():  # as many wait as before, but few are accepted at once
            listening.listen(_WAITING)

    @override
    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS == 0:
            now = asyncio.get_running_loop().time()
            for connection in tuple(self.server_state.connections):
                if isinstance(connection, BoundedMessages):
                    connection.look(now)
        return await super().on_tick(counter)


async def serve(
    services: Sequence[tuple[Definition, Settings, socket.socket]], up: asyncio.Event
) -> None:
    """Serve until cancelled; sets *up* once all of *services* answer.

    Raises `CannotStart`, `LogSettingsDiffer` or `SecretMissing` when one cannot.
    """
    raise_descriptors()
    connections = Connections(services[0][1].most_connections or most_connections(len(services)))
    tracing.configure(services[0][0].name if len(services) == 1 else "kkmp")
    async with contextlib.AsyncExitStack() as stack:
        servers: list[tuple[Server, socket.socket]] = []
        tails: list[Tail] = []
        for service, settings, listening in services:
            running = await stack.enter_async_context(run(service, settings))
            servers.append((server(build(service, running), connections), listening))
            running.metrics.watch_connections(connections)
            tails.append(running.tail)
        tasks = [asyncio.create_task(one.serve(sockets=[listening])) for one, listening in servers]
        try:
            while not all(one.started for one, _ in servers):
                await asyncio.sleep(0.02)
            up.set()
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for tail in tails:  # lets streams of events end, which would go on until they are cut
                tail.close()
            for one, _ in servers:
                one.should_exit = True
            await asyncio.gather(*tasks, return_exceptions=True)


def server(app: ASGIApp, connections: Connections) -> Server:
    """Return a server of *app*; *connections* are those of the whole process."""
    return Server(
        uvicorn.Config(
            app,
            http=cast("Any", partial(BoundedMessages, connections=connections)),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            backlog=_ACCEPTED_AT_ONCE,
            timeout_graceful_shutdown=_STOP_SECONDS,
            timeout_keep_alive=int(IDLE_SECONDS) + 1,  # ours comes first
        )
    )


def _settings() -> Settings:
    """Read the environment; raises `CannotStart`, naming each setting that is not right."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue] - the environment gives them
    except SettingsError as error:  # a list that is not JSON
        raise CannotStart(
            f"{error}: {error.__cause__}. Set these environment variables."
        ) from error
    except ValidationError as error:
        wrong = "; ".join(
            f"KKMP_{'_'.join(map(str, found['loc'])).upper()}: {found['msg']}"
            for found in error.errors(include_input=False)
        )
        raise CannotStart(f"{wrong}. Set these environment variables.") from error


def main(service: Definition) -> None:
    """Run one service from its environment, until SIGINT or SIGTERM."""

    async def until_told() -> None:
        settings = _settings()
        configure(settings.log_level)
        listening = listen(settings.host, settings.port)
        host, port = listening.getsockname()[:2]
        task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel if task else loop.stop)
        up = asyncio.Event()
        serving = asyncio.create_task(serve([(service, settings, listening)], up))
        announced = asyncio.create_task(up.wait())
        await asyncio.wait((serving, announced), return_when=asyncio.FIRST_COMPLETED)
        if up.is_set():
            print(json.dumps({"service": service.name, "url": f"http://{host}:{port}"}), flush=True)  # noqa: T201 - stdout is data
        await serving

    try:
        asyncio.run(until_told())
    except asyncio.CancelledError:
        return
    except (CannotStart, LogSettingsDiffer, SecretMissing, OSError) as error:
        sys.exit(f"{service.name}: {error}")
