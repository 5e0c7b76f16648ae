"""`kkmp dev`: nats-server, Postgres and the three services on this machine, on loopback alone."""

import asyncio
import contextlib
import json
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.dev_keys import ROLES, DevKeys, issue
from deploy.issuer import Client, issuer_app, serving
from deploy.seeds.answers import answers
from deploy.seeds.ask import Service, Story
from deploy.site import DURABLES, SERVICES
from shared.bus import connect
from shared.embedded import Servers, embedded
from shared.http.server import listen, serve
from shared.log import Log
from shared.patience import CannotStart
from shared.provision import provision
from shared.settings import Settings

_FIRST_PORT = 8301
_ISSUER_PORT = 8300
_AUDIENCE = "kkmp"
_GRANTS = ("*:31.72",)
"""What the development issuer may give: every role, in the city of the story."""
_ROOT = Path(__file__).parent.parent
_STOP_SECONDS = 2.0
_NO_LIMIT = "5000"
"""Requests a second: more than a story is told with on any machine."""
_NO_RATION = "100000000"

type Urls = Mapping[Service, str]


@dataclass(frozen=True)
class Issuer:
    """The issuer of tokens that runs with it: its clients are named like the roles."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Site:
    """A kkmp that runs on this machine."""

    servers: Servers
    urls: Urls
    issuer: Issuer
    keys: DevKeys
    folder: Path
    kept: bool


@contextlib.asynccontextmanager
async def site(
    data: Path | None, *, processes: bool, log_level: str = "ERROR"
) -> AsyncGenerator[Site]:
    """Run everything for as long as the block lasts.

    *data* keeps what is recorded; without it the folder is removed. *processes* gives each service
    a process of its own.
    """
    with contextlib.ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kkmp-")))
        if data is None:
            folder.chmod(0o711)  # Postgres, which never runs as root, must find its own below
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        async with contextlib.AsyncExitStack() as running:
            servers = await running.enter_async_context(embedded(folder))
            bus = await connect(servers.nats_url, "kkmp-provision")
            await provision(bus, durables=DURABLES)
            await bus.close()
            issuer = await running.enter_async_context(_issuer())
            environment = {
                "KKMP_NATS_URL": servers.nats_url,
                "KKMP_NATS_MONITOR_URL": servers.nats_monitor_url,
                "KKMP_POSTGRES_DSN": servers.postgres_dsn,
                "KKMP_SECRET_FILE": str(_secret(folder)),
                "KKMP_POPULATION_REGISTRY": "fake",
                "KKMP_LOG_LEVEL": log_level,
                "KKMP_RATE_PER_SECOND": _NO_LIMIT,
                "KKMP_RATE_BURST": _NO_LIMIT,
                "KKMP_WRITES_PER_DAY": _NO_RATION,
                "KKMP_OIDC_ISSUERS": json.dumps(
                    [{"issuer": issuer.url, "audience": _AUDIENCE, "grants": _GRANTS}]
                ),
            }
            start = _in_processes if processes else _in_this_process
            urls = await running.enter_async_context(start(environment))
            keys = await issue(servers.postgres_dsn)
            yield Site(servers, urls, issuer, keys, folder, kept=data is not None)


@contextlib.asynccontextmanager
async def _issuer() -> AsyncGenerator[Issuer]:
    """Run an issuer of tokens, as an agency has one, with a client for each role."""
    listening = _listen(_ISSUER_PORT)
    issuer = Issuer(f"http://127.0.0.1:{listening.getsockname()[1]}", secrets.token_urlsafe(24))
    clients = {str(one.role): Client(issuer.secret, str(one)) for one in ROLES}
    async with serving(issuer_app(issuer.url, _AUDIENCE, clients), listening):
        yield issuer


def _secret(folder: Path) -> Path:
    """Return the file with the key-encryption key, made on the first start."""
    path = folder / "secrets" / "key-encryption-key"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32) + "\n")
    return path


@contextlib.asynccontextmanager
async def _in_this_process(environment: Mapping[str, str]) -> AsyncGenerator[Urls]:
    said: dict[str, Any] = {
        name.removeprefix("KKMP_").lower(): value for name, value in environment.items()
    }
    said["oidc_issuers"] = json.loads(said["oidc_issuers"])
    settings = Settings.model_validate(said)
    sockets = [_listen(_FIRST_PORT + index) for index in range(len(SERVICES))]
    up = asyncio.Event()
    serving = asyncio.create_task(
        serve([(service, settings, at) for service, at in zip(SERVICES, sockets, strict=True)], up)
    )
    waiting = asyncio.create_task(up.wait())
    try:
        await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        yield _urls(
            {
                service.name: f"http://127.0.0.1:{at.getsockname()[1]}"
                for service, at in zip(SERVICES, sockets, strict=True)
            }
        )
    finally:
        waiting.cancel()
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


@contextlib.asynccontextmanager
async def _in_processes(environment: Mapping[str, str]) -> AsyncGenerator[Urls]:
    processes: list[asyncio.subprocess.Process] = []
    urls: dict[str, str] = {}
    try:
        for index, service in enumerate(SERVICES):
            with _listen(_FIRST_PORT + index) as free:
                port = free.getsockname()[1]
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                f"services.{service.name}",
                env=os.environ | environment | {"KKMP_PORT": str(port)},
                cwd=_ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            processes.append(process)
        for service, process in zip(SERVICES, processes, strict=True):
            urls[service.name] = await _announced(service.name, process)
        yield _urls(urls)
    finally:
        await asyncio.gather(*(_end(process) for process in processes))


async def _announced(name: str, process: asyncio.subprocess.Process) -> str:
    """Return the URL that a service writes to its stdout once it answers."""
    if process.stdout is None or not (line := await process.stdout.readline()):
        raise CannotStart(f"{name} ended before it answered: see its log above")
    return str(json.loads(line)["url"])


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def _listen(port: int) -> Any:  # noqa: ANN401 - a socket
    """Listen on *port*, or on any free one when somebody has it."""
    try:
        return listen("127.0.0.1", port)
    except OSError:
        return listen("127.0.0.1", 0)


def _urls(found: Mapping[str, str]) -> Urls:
    return {
        "membership": found["membership"],
        "training": found["training"],
        "inventory": found["inventory"],
    }


async def load(story: Story, urls: Urls, key: str) -> None:
    """Load *story* from a process of its own, which reports its progress on stderr."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy.seeds",
        story.name,
        *(word for name, url in urls.items() for word in (f"--{name}", url)),
        env=os.environ | {"KKMP_KEY": key},  # a command line is there for everyone to see
        cwd=_ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        status = await process.wait()
    finally:
        await _end(process)
    if status:
        raise CannotStart(f"the story {story.name} was not loaded (see above)")


async def ask(story: Story, urls: Urls, key: str) -> dict[str, Any]:
    """Return what the services answer to the story's questions."""
    return await answers(story, urls, key)


def banner(site: Site, head: int) -> str:
    """What a person needs to know of a kkmp that has just come up."""
    kept = "" if site.kept else "  (removed at the end; --data DIR keeps it)"
    count = f"{site.urls['membership']}/v1/cooperatives/31.72.02.1006/members/count"
    curl = 'curl -H "Authorization: Bearer $KEY"'
    lines = [
        "",
        "  kkmp berjalan / is running      DATA CONTOH, bukan untuk produksi / not for production",
        "",
        *(f"  {name:<11} {url}/docs" for name, url in site.urls.items()),
        "",
        f"  log         {site.servers.nats_url}  stream KKMP, position {head}",
        f"  monitor     {site.servers.nats_monitor_url}",
        f"  Postgres    {site.servers.postgres_dsn}",
        f"  data        {site.folder}{kept}",
        "",
        "  Kunci API, 30 hari / API keys, for 30 days:",
        *(f"    {one.role:<10} {one.place:<13} {key}" for one, key in site.keys.roles),
        "",
        "  Token OAuth2 / an OAuth2 token (client_id: a role):",
        f"    SECRET={site.issuer.secret}",
        "    curl -d grant_type=client_credentials -d client_id=auditor \\",
        f"      -d client_secret=$SECRET {site.issuer.url}/token",
        "",
        "  Coba / try:",
        f"    KEY={site.keys.roles[0][1]}",
        f"    {curl} '{count}?as_of=2025-11-04T23:59:59%2B07:00'",
        f"    {curl} '{site.urls['training']}/v1/coverage?region=31.72'",
        f"    {curl} '{site.urls['inventory']}/v1/stock-alerts?region=31.72.02.1006'",
        "",
        "  Ctrl-C berhenti / stops.",
        "",
    ]
    return "\n".join(lines)


async def head(site: Site) -> int:
    """Return the last position of the log."""
    bus = await connect(site.servers.nats_url, "kkmp-dev")
    try:
        return await Log(bus).head()
    finally:
        await bus.close()
