"""`make bench` with tiny numbers, so that it cannot rot: all runs, and speed is not judged."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.library import RUNNERS

_ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)  # of a machine that others keep busy
async def test_every_section_is_measured_and_every_line_is_a_number() -> None:
    bench = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bench", "--small", "--json"),
        cwd=_ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, errors = await bench.communicate()
    assert bench.returncode == 0, errors.decode() + said.decode()
    told: list[dict[str, Any]] = [json.loads(line) for line in said.splitlines()]
    assert [next(iter(one)) for one in told] == [
        *("environment", "section", "section", "section", "environment")
    ]
    appends, projections, door = (one["section"]["lines"] for one in told[1:4])
    assert [len(lines) for lines in (appends, projections, door)] == [8, 2 + len(RUNNERS), 10]
    assert all(line["rate"] > 0 for line in (*appends, *projections, *door))
    assert all(0 < line["p50"] <= line["p99"] for line in (*appends, *door))
    assert all(line["ratio"] > 0 for line in projections[2:])
