"""`kkmp` as a person runs it: it comes up, answers, and leaves nothing behind."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from deploy.seeds.jakarta_utara import STORY
from shared.embedded import embedded

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.embedded


@contextlib.asynccontextmanager
async def _kkmp(*words: str | Path) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run it for as long as the block lasts, and not longer, whatever goes wrong there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy",
        *words,
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def _left_of(folder: Path) -> list[str]:
    """The command lines of processes that still work in *folder*."""
    found: list[str] = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if str(folder) in words:
            found.append(words)
    return found


def _family(pid: int) -> list[int]:
    """The process and all below it, whatever sessions they lead."""
    children = [int(child) for listed in _read(f"{pid}/task", "*/children") for child in listed]
    return [pid, *(one for child in children for one in _family(child))]


def _read(process: str, pattern: str) -> list[list[str]]:
    """The words of each line of such files of a process, which may be gone meanwhile."""
    found: list[list[str]] = []
    for file in Path("/proc", process).glob(pattern):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found += [line.split() for line in file.read_text().splitlines()]
    return found


def _shared_memory(pid: int) -> set[tuple[str, str]]:
    """What the process and all below it share: a number and a name for each segment."""
    maps = [words for one in _family(pid) for words in _read(str(one), "maps")]
    shared = ("/SYSV", "/dev/shm/")  # noqa: S108 - only looked at
    return {(words[4], words[5]) for words in maps if words[5:] and words[5].startswith(shared)}


def _is_there(segment: tuple[str, str]) -> bool:
    number, name = segment
    if name.startswith("/SYSV"):
        return number in {words[1] for words in _read("sysvipc", "shm")}
    return Path(name).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("way", [[], ["--processes"]], ids=["one process", "a process each"])
async def test_ctrl_c_ends_everything_and_what_was_recorded_is_there_the_next_time(
    folder: Path, way: list[str]
) -> None:
    for _ in range(2):
        async with _kkmp("dev", "--data", folder, "--headless", *way) as process:
            assert process.stdout is not None
            line = await process.stdout.readline()
            assert line, (await process.communicate())[1].decode()
            up: dict[str, Any] = json.loads(line)
            assert set(up["urls"]) == {"membership", "training", "inventory"}
            assert _left_of(folder)
            memory = _shared_memory(process.pid)
            assert memory
            assert all(map(_is_there, memory))
            process.send_signal(signal.SIGINT)
            _, errors = await process.communicate()
        assert (process.returncode, errors.decode()) == (0, "")
        assert _left_of(folder) == []
        assert not any(map(_is_there, memory))


async def test_once_and_json_print_the_answers_of_the_story_and_nothing_else() -> None:
    async with _kkmp("dev", "--seed", "jakarta-utara", "--once", "--json") as process:
        said, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    found: dict[str, Any] = json.loads(said)
    expected = STORY.expected
    assert found["cooperatives"] == 31
    assert found["participants"] == 62
    assert found["coverage"] == {"required": 248, "trained": 62, "coverage": 0.25}
    assert found["members"]["cooperative"] == "31.72.02.1006"
    assert found["members"]["as_of"] == "2025-11-04T23:59:59+07:00"
    assert (found["members"]["count"], found["members"]["now"]) == (175, expected.members_now)
    assert (found["stock"]["lows"], found["stock"]["recoveries"]) == (1, 1)
    assert [check["breach"] for check in found["prices"]["checks"]] == [True, False]
    assert len(found["prices"]["breaches"]) == 1
    assert set(found["log"]["projections"].values()) == {found["log"]["head"]}


async def test_a_story_that_does_not_exist_is_refused_with_the_names_of_those_that_do() -> None:
    async with _kkmp("dev", "--seed", "atlantis") as process:
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert "jakarta-utara" in errors.decode()


async def _ended(environment: dict[str, str], *words: str) -> tuple[int | None, str]:
    """Run Python on *words* until it ends by itself; return its exit code and what it says."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *words,
        env={"PATH": os.environ["PATH"], **environment},
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await process.communicate()
    return process.returncode, errors.decode()


async def test_a_service_that_cannot_start_says_in_a_line_what_is_missing(folder: Path) -> None:
    status, said = await _ended({}, "services.membership")
    assert status == 1
    assert "KKMP_NATS_URL: Field required" in said
    assert "Traceback" not in said

    async with embedded(folder, fast=True) as servers:
        environment = {
            "KKMP_NATS_URL": servers.nats_url,
            "KKMP_POSTGRES_DSN": servers.postgres_dsn,
        }
        status, said = await _ended(environment, "services.membership")
        assert status == 1
        assert said.startswith("membership: stream KKMP is missing: provision the log first")
        assert said.count("\n") == 1

        assert await _ended(environment, "deploy", "provision") == (0, "the log is as decided\n")
        status, said = await _ended(environment, "services.membership")
        assert status == 1
        assert said.startswith("membership: KKMP_SECRET_FILE is not set")
        assert said.count("\n") == 1
