"""A service waits for a broker and a database that come up late, or hardly run at all."""

import sys
from pathlib import Path

import pytest

from tests.system.slow_servers import HOW, WHICH, How, Which, start_on

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.timeout(300),
    pytest.mark.skipif(sys.platform != "linux", reason="the processes of a server are in /proc"),
]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("which", WHICH)
async def test_a_start_waits_for_servers_that_are_late_or_slow(
    folder: Path, which: Which, how: How
) -> None:
    await start_on(folder, which, how, starts=1, late=3)
