"""Thirty starts: ten each with the broker, the database or both late or hardly running."""

import sys
from pathlib import Path

import pytest

from tests.system.slow_servers import HOW, WHICH, How, Which, start_on

pytestmark = [
    pytest.mark.soak,
    pytest.mark.embedded,
    pytest.mark.timeout(600),
    pytest.mark.skipif(sys.platform != "linux", reason="the processes of a server are in /proc"),
]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("which", WHICH)
async def test_five_starts_at_once_wait_for_servers_that_are_late_or_slow(
    folder: Path, which: Which, how: How
) -> None:
    await start_on(folder, which, how, starts=5, late=20)
