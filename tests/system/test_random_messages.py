"""Whatever is written on the bus, no service is lost: it is ready, or halts and is brought back."""

from pathlib import Path

from shared.embedded import Servers
from tests.system.skipping import folded_by_another_build, survive


async def test_services_survive_random_messages_and_every_build_folds_the_same(
    cell: Servers, tmp_path: Path
) -> None:
    assert await survive(cell, tmp_path, number=120, seed=1) > 10
    assert await folded_by_another_build(cell) == {}
