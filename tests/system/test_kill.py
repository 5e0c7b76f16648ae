"""Whatever dies while the story is being told, no acknowledged fact is lost and none is twice."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from deploy.dev import ask as ask_story
from deploy.seeds.ask import Ask
from deploy.seeds.client import Services
from deploy.seeds.jakarta_utara import STORY
from deploy.seeds.load import load
from deploy.seeds.shapes import Receipt
from deploy.site import DURABLES
from shared.bus import connect
from shared.embedded import Embedded, embedded
from shared.provision import provision
from tests.credentials import CITY_STAFF, key_for
from tests.sizes import sizes
from tests.system.ledger import (
    assert_all_in_the_log,
    assert_every_version_once,
    assert_tables_equal_a_fresh_fold,
    whole_log,
)
from tests.system.processes import Processes, processes


async def _strike(servers: Embedded, folder: Path, services: Processes, victim: str) -> None:
    """Kill one of the three with SIGKILL, and start it again on the same data and address."""
    match victim:
        case "nats-server":
            servers.nats.kill()
            await servers.nats.start(folder / "nats")
        case "Postgres":
            servers.postgres.kill()
            await servers.postgres.start(folder / "postgres")
        case _:
            await services.kill()
            await services.start()


@pytest.mark.embedded
@sizes("rounds", short=1, full=10)
async def test_kills_during_the_load_lose_nothing_and_repeat_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, rounds: int
) -> None:
    seed = random.randrange(1_000_000)  # noqa: S311 - chance, not secrecy
    print(f"kills drawn from seed {seed}")
    chance = random.Random(seed)  # noqa: S311 - as above
    acknowledged: list[Receipt] = []
    send = Services.send

    async def remembered(self: Services, ask: Ask) -> Receipt:
        receipt = await send(self, ask)
        acknowledged.append(receipt)
        return receipt

    monkeypatch.setattr(Services, "send", remembered)

    # given a running kkmp into which the story is being loaded
    async with embedded(folder) as servers:
        bus = await connect(servers.nats_url, "test")
        await provision(bus, durables=DURABLES)
        async with processes(servers, folder) as services:
            key = await key_for(servers.postgres_dsn, *CITY_STAFF)
            loading = asyncio.create_task(load(STORY, services.urls, key))

            # when each of nats-server, Postgres and the services is killed in each round, each
            # time after a number of answers drawn by lot, all before the load is over
            victims = ["nats-server", "Postgres", "services"] * rounds
            chance.shuffle(victims)
            moments = sorted(chance.sample(range(50, len(STORY.asks) - 200), len(victims)))
            for victim, answered in zip(victims, moments, strict=True):
                while len(acknowledged) < answered and not loading.done():
                    await asyncio.sleep(0.005)
                assert not loading.done(), await loading
                await _strike(servers, folder, services, victim)
            report = await loading

            # then the story is complete
            found = await ask_story(STORY, services.urls, key)
            assert found["log"]["equal"], found["log"]
            assert found["members"]["count"] == STORY.expected.members_as_of
            assert found["coverage"]["trained"] == STORY.expected.trained

        # and every acknowledged command is in the log, once
        history = await whole_log(bus)
        assert_every_version_once(history)
        assert_all_in_the_log([id_ for receipt in acknowledged for id_ in receipt.events], history)

        # and every table equals a fresh fold of the log, and every sealed person has a key
        rows = await assert_tables_equal_a_fresh_fold(servers.postgres_dsn, history)
        keys = await _persons_with_a_key(servers.postgres_dsn)
        sealed = {
            event.subject.split(".")[7]
            for event in history
            if event.subject.endswith(".MembershipApplied")
        }
        assert sealed <= keys
        await bus.close()

    print(
        f"{dict(Counter(victims))} killed; {report.asks} asks, {len(history)} events, {rows} rows"
    )


async def _persons_with_a_key(dsn: str) -> set[str]:
    connection = await asyncpg.connect(dsn)
    try:
        found = await connection.fetch("SELECT person FROM membership_keys.person_key")
        return {record["person"] for record in found}
    finally:
        await connection.close()
