"""An answer that is lost on its way: nats-server has the fact, dies, and never says so."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

import shared.log
from shared.embedded import EmbeddedNats, Servers
from shared.http import asking
from shared.log import Log
from shared.provision import LOG_SETTINGS
from tests.membership.door import SITI, ask, asked, founding, joined, open_door, problem
from tests.servers import empty_database
from tests.shared.story import provisioned
from tests.system.keys import (
    APPLIED,
    CODE,
    POKOK,
    SECOND,
    WAJIB,
    answer_to,
    assert_one_answer,
    facts,
    reached,
    types,
)
from tests.system.proxy import Proxy, proxy

pytestmark = pytest.mark.embedded
_USUAL_WINDOW = 120


@dataclass(frozen=True)
class Stage:
    """A door whose broker can be killed at the moment between an append and its answer."""

    nats: EmbeddedNats
    folder: Path
    wire: Proxy
    kkmp: Log
    door: httpx2.AsyncClient

    async def cut_off(
        self, path: str, body: dict[str, Any], events: int
    ) -> asyncio.Task[httpx2.Response]:
        """Ask under the path as the key; end nats-server when it has it, and we not its answer."""
        after = await self.kkmp.head() + events
        self.wire.withhold()
        first = asyncio.create_task(ask(self.door, path, body, path))
        await reached(self.kkmp, after)
        problem(await ask(self.door, path, body, path), 409, "request_running")
        assert not first.done()
        self.wire.refuse()
        self.nats.kill()
        return first

    async def mend(self) -> None:
        """Start nats-server again on its folder."""
        await self.nats.start(self.folder)
        await self.wire.listen()


@pytest.fixture
async def stage(
    servers: Servers,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> AsyncGenerator[Stage]:
    """The parameter, if there is one, says for how many seconds nats-server knows an id."""
    window: int = getattr(request, "param", _USUAL_WINDOW)
    monkeypatch.setitem(LOG_SETTINGS, "duplicate_window", window * SECOND)
    monkeypatch.setattr(asking, "_WAIT_SECONDS", 0.2)
    nats = EmbeddedNats()
    await nats.start(folder / "nats")
    try:
        async with (
            provisioned(nats.url) as kkmp,
            proxy(nats.url) as wire,
            empty_database(servers.postgres_dsn) as dsn,
            open_door(Servers(wire.url, nats.monitor_url, dsn), folder) as door,
        ):
            yield Stage(nats, folder / "nats", wire, kkmp, door)
    finally:
        await nats.stop()


@pytest.mark.parametrize(
    ("stage", "seconds_away"),
    [(_USUAL_WINDOW, 0.0), (1, 1.5)],
    indirect=["stage"],
    ids=["and comes back at once", "and comes back too late to know the id"],
)
async def test_a_broker_that_is_killed_before_it_answers_has_recorded_one_fact(
    stage: Stage, seconds_away: float
) -> None:
    door, kkmp = stage.door, stage.kkmp
    await asked(door, "/cooperatives", **founding(CODE))

    async def interrupted(path: str, body: dict[str, Any], *expected: str) -> str:
        before = await kkmp.head()
        first = await stage.cut_off(path, body, len(expected))
        await asyncio.sleep(seconds_away)
        await stage.mend()
        again = await answer_to(door, path, body, path)
        found = await facts(kkmp, before)
        assert types(found) == list(expected)
        assert_one_answer([await first, again], found)
        return again.json()["entity"]

    who = await interrupted(f"/cooperatives/{CODE}/applications", SITI, *APPLIED)
    member = f"/cooperatives/{CODE}/members/{who}"
    await asked(door, f"{member}/verification")
    await asked(door, f"{member}/approval")
    await interrupted(f"{member}/savings", POKOK, "SavingsPaid", "MemberJoined")


async def test_a_request_that_was_given_up_gets_its_answer_when_it_is_sent_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    door, kkmp = stage.door, stage.kkmp
    await asked(door, "/cooperatives", **founding(CODE))
    savings = f"/cooperatives/{CODE}/members/{await joined(door, CODE)}/savings"
    before = await kkmp.head()
    monkeypatch.setattr(shared.log, "_PATIENCE", 0.0)
    first = await stage.cut_off(savings, WAJIB, 1)
    problem(await first, 503, "log_unreachable")
    await stage.mend()
    again = [await answer_to(door, savings, WAJIB, savings) for _ in range(2)]
    found = await facts(kkmp, before)
    assert types(found) == ["SavingsPaid"]
    assert_one_answer(again, found, first=0)
