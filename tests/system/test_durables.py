"""Three nodes hold every durable as they hold the log: on all of them."""

from pathlib import Path

import pytest

from deploy.site import DURABLES
from shared.provision import check, provision
from tests.shared.story import connected
from tests.system.cluster import three_nodes


@pytest.mark.embedded
@pytest.mark.timeout(300)
async def test_every_durable_is_on_as_many_nodes_as_the_log_and_can_be_made_again(
    folder: Path,
) -> None:
    async with three_nodes(folder) as urls, connected(urls[0]) as bus:
        for durable in DURABLES:
            found = await bus.api(f"CONSUMER.INFO.KKMP.{durable.name}")
            assert len(found["cluster"]["replicas"]) == 2, durable
        await bus.api(f"CONSUMER.DELETE.KKMP.{DURABLES[0].name}")
        await provision(bus, 3, DURABLES)
        await check(bus, durables=DURABLES)
