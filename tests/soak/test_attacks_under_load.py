"""None of the attacks that were found works: under each, services go on answering others.

The times of a client that does nothing wrong are compared with its own just before, in the same
run: the slowest in a hundred may take three times as long. Where only the times speak against a
service, an attack is tried twice more, as others may have kept the machine busy.
"""

import asyncio
import contextlib
import os
import resource
import sys
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import asyncpg
import httpx2
import pytest

from shared.embedded import Servers, embedded
from tests.credentials import CITY_STAFF, bearer
from tests.membership.door import asked, founding, joined
from tests.servers import reachable_folder
from tests.soak.attacks import ATTACKS, Target
from tests.soak.others import ROWS, Compared, Others
from tests.system.replica import Replica

pytestmark = [pytest.mark.soak, pytest.mark.embedded, pytest.mark.timeout(900)]

CODE = "31.72.02.1006"
VICTIMS = 3
_ROOT = Path(__file__).parents[2]
_DESCRIPTORS = 256
_MOST_GROWTH_KB = 100_000
_MOST_IDLE_LOAD = 0.5
_ATTEMPTS = 3
_READY_SECONDS = 30.0
_NOTICED_SECONDS = 10.0
_IDLE_SECONDS = 3.0


class Victim(Replica):
    """A service whose memory and processor time are looked at."""

    def _status(self, name: str) -> str:
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/{name}").read_text()

    def most_memory_kb(self) -> int:
        """The most memory that it ever had."""
        return int(self._status("status").split("VmHWM:")[1].split()[0])

    def busy_seconds(self) -> float:
        """The time of a processor that it took so far."""
        user, system = self._status("stat").rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Site:
    """Two services, a client of theirs, and what an attacker knows."""

    membership: Victim
    training: Victim
    others: Others
    target: Target
    servers: Servers


class Sites:
    """Makes services for the attacks, and anew after one that worked, so that each is tried."""

    def __init__(self) -> None:
        self._stack = contextlib.AsyncExitStack()
        self._site: Site | None = None

    async def get(self) -> Site:
        if self._site is None:
            folder = self._stack.enter_context(reachable_folder())
            self._site = await self._stack.enter_async_context(_site(folder))
            await self._site.others.window()  # what is done for the first time takes longer
        return self._site

    async def close(self) -> None:
        self._site = None
        await self._stack.aclose()


@pytest.fixture(scope="module")
async def sites() -> AsyncGenerator[Sites]:
    made = Sites()
    yield made
    await made.close()


@pytest.mark.skipif(sys.platform != "linux", reason="what a process takes is read from /proc")
@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_service_under_attack_goes_on_answering_others(
    attack: str, sites: Sites, request: pytest.FixtureRequest
) -> None:
    site = await sites.get()
    compared = await _compare(attack, site)
    for _ in range(_ATTEMPTS - 1):
        if compared.noisy:
            compared = await _compare(attack, site)
    request.config.stash.setdefault(ROWS, []).append(compared)
    if compared.wrong:
        await sites.close()
    assert not compared.wrong, compared.wrong


async def _compare(attack: str, site: Site) -> Compared:
    memory = site.membership.most_memory_kb()
    before = await site.others.window()
    assert not before.failures, before.failures
    async with _attacker(attack, site.target):
        during = await site.others.window()
    after = await site.others.window()
    compared = Compared(attack, before, during, after)
    if compared.failures:
        return compared
    return replace(compared, harm=await _harm(attack, site, memory))


async def _harm(attack: str, site: Site, memory: int) -> str:
    """What the attack left behind; empty when nothing."""
    if (grown := site.membership.most_memory_kb() - memory) > _MOST_GROWTH_KB:
        return f"its memory grew by {grown // 1000} MB"
    if attack.startswith("M6") and (harm := await _unnoticed(site)):
        return harm
    for one in (site.membership, site.training):
        if not await _becomes(one, _READY_SECONDS, ready=True):
            return f"not ready: {await _readiness(one)}"
    return await _destroyed(site) if attack.startswith("C4") else ""


async def _unnoticed(site: Site) -> str:
    """Nobody said that a durable was gone, or it cannot be made again while the service runs."""
    if not await _becomes(site.membership, _NOTICED_SECONDS, ready=False):
        return "nobody noticed that the durable is gone"
    began = site.membership.busy_seconds()
    await asyncio.sleep(_IDLE_SECONDS)
    if (busy := site.membership.busy_seconds() - began) > _MOST_IDLE_LOAD * _IDLE_SECONDS:
        return f"it spins: {busy / _IDLE_SECONDS:.0%} of a processor"
    await _provision(site.servers)
    return ""


async def _destroyed(site: Site) -> str:
    connection = await asyncpg.connect(site.servers.postgres_dsn)
    try:
        kept = await connection.fetchval(
            "SELECT count(*) FROM membership_keys.person_key "
            "WHERE person = ANY($1) AND wrapped IS NOT NULL",
            site.target.victims,
        )
    finally:
        await connection.close()
    return "" if kept == VICTIMS else f"{VICTIMS - kept} keys of active members were destroyed"


async def _becomes(one: Replica, seconds: float, *, ready: bool) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while (await _readiness(one) == "") is not ready:
                await asyncio.sleep(0.2)
            return True
    return False


async def _readiness(one: Replica) -> str:
    """Why it is not ready; empty when it is."""
    try:
        async with aiohttp.ClientSession(one.url) as client, client.get("/readyz") as answer:
            return "" if answer.status == 200 else (await answer.text())[:200]
    except aiohttp.ClientError as error:
        return f"{type(error).__name__}: {error}"


@contextlib.asynccontextmanager
async def _attacker(attack: str, target: Target) -> AsyncGenerator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.soak.attacks", attack, target.written()),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        await asyncio.wait_for(process.stdout.readline(), _READY_SECONDS)
        await asyncio.sleep(1)  # until it has had an effect
        yield
        assert process.returncode is None, "the attacker gave up"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@contextlib.asynccontextmanager
async def _site(folder: Path) -> AsyncGenerator[Site]:
    async with embedded(folder, fast=True) as servers:
        await _provision(servers)
        membership, training = (
            Victim(name, servers, folder) for name in ("membership", "training")
        )
        try:
            with _few_descriptors():
                await asyncio.gather(membership.start(), training.start())
            headers = await bearer(servers.postgres_dsn, *CITY_STAFF)
            async with httpx2.AsyncClient(
                base_url=membership.url, headers=headers, timeout=60
            ) as door:
                await asked(door, "/cooperatives", **founding(CODE))
                member, *victims = [await joined(door, CODE) for _ in range(1 + VICTIMS)]
            yield Site(
                membership,
                training,
                Others(membership.url, training.url, headers, CODE, member),
                Target(servers.nats_url, membership.url, headers["Authorization"], CODE, victims),
                servers,
            )
        finally:
            await asyncio.gather(membership.kill(), training.kill())


@contextlib.contextmanager
def _few_descriptors() -> Generator[None]:
    """Give the processes that are started here few descriptors, as a small machine does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def _provision(servers: Servers) -> None:
    """Make what is missing on the bus, as an operator does."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy", "provision", "--nats-url", servers.nats_url),
        cwd=_ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    _, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()
