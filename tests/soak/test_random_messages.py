"""A thousand random messages, several times over: see tests/system/test_random_messages.py."""

from pathlib import Path

import pytest

from shared.embedded import Servers
from tests.system.skipping import folded_by_another_build, survive


@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [7])
async def test_services_survive_a_thousand_random_messages_and_every_build_folds_the_same(
    cell: Servers, tmp_path: Path, seed: int
) -> None:
    assert await survive(cell, tmp_path, number=1_000, seed=seed) > 100
    assert await folded_by_another_build(cell) == {}
