"""`kkmp` as a person runs it: it comes up, answers, and leaves nothing behind."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.seeds.jakarta_utara import STORY
from shared.embedded import embedded

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.embedded


async def _kkmp(*words: str | Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy",
        *words,
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


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


def _shared_memory() -> set[str]:
    segments = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
    return {line.split()[1] for line in segments} | {
        str(path)
        for path in Path("/dev/shm").iterdir()  # noqa: S108 - only looked at
    }


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("way", [[], ["--processes"]], ids=["one process", "a process each"])
async def test_ctrl_c_ends_everything_and_what_was_recorded_is_there_the_next_time(
    folder: Path, way: list[str]
) -> None:
    memory = _shared_memory()
    for _ in range(2):
        process = await _kkmp("dev", "--data", folder, "--headless", *way)
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        assert line, (await process.communicate())[1].decode()
        up: dict[str, Any] = json.loads(line)
        assert set(up["urls"]) == {"membership", "training", "inventory"}
        assert _left_of(folder)
        process.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
        assert (process.returncode, errors.decode()) == (0, "")
        assert _left_of(folder) == []
        assert _shared_memory() <= memory


async def test_once_and_json_print_the_answers_of_the_story_and_nothing_else() -> None:
    process = await _kkmp("dev", "--seed", "jakarta-utara", "--once", "--json")
    said, errors = await asyncio.wait_for(process.communicate(), 110)
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
    process = await _kkmp("dev", "--seed", "atlantis")
    _, errors = await asyncio.wait_for(process.communicate(), 30)
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
    _, errors = await asyncio.wait_for(process.communicate(), 60)
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
