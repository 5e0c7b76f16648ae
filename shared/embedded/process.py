"""A server program as our child: it gets no Ctrl-C of the terminal, and it does not outlive us."""

import asyncio
import ctypes
import fcntl
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

LOCK_PATIENCE = 10.0
"""Seconds to wait for a server that still holds the folder, such as one that is just ending."""

_LOWEST_PORT = 20_000
_DRAWS = 100
_GIVEN_TO_CONNECTIONS = Path("/proc/sys/net/ipv4/ip_local_port_range")
_SET_PARENT_DEATH_SIGNAL = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


class EmbeddedError(RuntimeError):
    """A server cannot run here. The text says what, why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a program runs as, when we are root and it must not be."""

    user: int
    group: int


def free_ports(*preferred: int | None) -> list[int]:
    """Return a free port of this machine for each of *preferred*: that one if nobody has it.

    Another one is drawn below those that the kernel gives to connections, so that no client takes
    it before its server does, or while that server is down.
    """
    with ExitStack() as held:
        return [_bound(held, port) for port in preferred]


def _bound(held: ExitStack, preferred: int | None) -> int:
    if preferred:
        with suppress(OSError):
            return _bind(held, preferred, after_others=True)
    for port in _drawn():
        with suppress(OSError):
            return _bind(held, port, after_others=False)
    return _bind(held, 0, after_others=False)


def _bind(held: ExitStack, port: int, *, after_others: bool) -> int:
    """Hold *port*; *after_others*: though connections of a server that had it still linger."""
    probe = held.enter_context(socket.socket())
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, after_others)
    probe.bind(("127.0.0.1", port))
    name: tuple[str, int] = probe.getsockname()
    return name[1]


def _drawn() -> list[int]:
    """Some ports that no connection is given; none where the kernel does not say which it gives."""
    try:
        below = int(_GIVEN_TO_CONNECTIONS.read_text().split()[0])
    except OSError:
        return []
    ports = range(_LOWEST_PORT, below)
    return random.sample(ports, min(_DRAWS, len(ports)))


@asynccontextmanager
async def locked(folder: Path) -> AsyncGenerator[int]:
    """Hold *folder* for one server, and yield the lock to hand to it.

    The server inherits the lock, so it is held until the last process of that server is gone.
    """
    with (folder / "lock").open("ab") as file:
        try:
            async with asyncio.timeout(LOCK_PATIENCE):
                while not _locks(file.fileno()):
                    await asyncio.sleep(0.005)
        except TimeoutError:
            message = (
                f"The folder {folder} is in use: another server runs on it.\n"
                "Stop the other kkmp (or the server that it left behind), or give another folder."
            )
            raise EmbeddedError(message) from None
        yield file.fileno()


def _locks(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class Child:
    """One process of ours and the processes below it."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        """Use `Child.spawn`."""
        self._process = process
        self._log = log
        self._killed = False

    @classmethod
    async def spawn(
        cls,
        *command: str | Path,
        folder: Path,
        last_signal: signal.Signals,
        account: Account | None = None,
        lock: int | None = None,
    ) -> "Child":
        """Start *command* in *folder*, with its output in `<program>.log` there.

        *last_signal* is what it gets when we are gone, however that came about (Linux only, and
        there when the thread that starts it ends).
        """
        log = folder / f"{Path(command[0]).name}.log"
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=folder,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                start_new_session=True,
                pass_fds=() if lock is None else (lock,),
                user=account and account.user,
                group=account and account.group,
                extra_groups=[] if account else None,
                preexec_fn=_ends_with_us(last_signal),
            )
        return cls(process, log)

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        ended = self._killed or self._process.returncode is not None
        return None if ended else self._process.pid

    async def wait(self) -> int:
        """Wait for its end and return its exit status."""
        return await self._process.wait()

    async def ready(self, probe: Callable[[], Awaitable[bool]], patience: float) -> None:
        """Wait until *probe* says yes; give up when the process ends or *patience* does."""
        try:
            async with asyncio.timeout(patience):
                while not await probe():
                    if self.pid is None:
                        raise self.failure(f"ended with status {self._process.returncode}")
                    await asyncio.sleep(0.005)
        except TimeoutError:
            raise self.failure(f"was not ready within {patience:g} s") from None

    def failure(self, what: str) -> EmbeddedError:
        """Return the error that says *what* happened, with the last lines of the log."""
        lines = self._log.read_text(errors="replace").splitlines()[-12:]
        said = "\n  ".join(lines) or "(nothing)"
        return EmbeddedError(f"{self._log.stem} {what}. The end of {self._log}:\n  {said}")

    async def stop(self, how: signal.Signals, patience: float) -> None:
        """Ask it to end; make it, when it has not after *patience* seconds."""
        if self.pid is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(how)
            try:
                await asyncio.wait_for(self._process.wait(), patience)
            except TimeoutError:
                self.kill()
        await self._process.wait()

    def kill(self) -> None:
        """End it and every process below it at once, as a power cut does.

        Each Postgres backend leads a session of its own, so the process group is not enough.
        """
        pid = self.pid
        if pid is None:
            return
        self._killed = True
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)  # so that it starts no more of them
            for child in _children(pid):
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            os.killpg(pid, signal.SIGKILL)


def _ends_with_us(last_signal: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    parent = os.getpid()

    def prepare() -> None:
        # The kernel forgets this wish when the user changes: it is made after that, before exec.
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, int(last_signal))
        if os.getppid() != parent:  # gone in between
            os._exit(1)

    return prepare


def _children(pid: int) -> list[int]:
    return [child for child, parent in _processes() if parent == pid]


def _processes() -> list[tuple[int, int]]:
    if sys.platform == "linux":
        found: list[tuple[int, int]] = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                _, parent = stat.read_text(errors="replace").rpartition(")")[2].split()[:2]
                found.append((int(stat.parent.name), int(parent)))
        return found
    listed = subprocess.run(
        ["/bin/ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    pairs = [line.split() for line in listed.stdout.splitlines()]
    return [(int(pid), int(parent)) for pid, parent in pairs]


def remove_shared_memory(segment: int) -> None:
    """Remove the System V *segment* that a killed process left; nothing if it is gone."""
    _LIBC.shmctl(segment, 0, None)
