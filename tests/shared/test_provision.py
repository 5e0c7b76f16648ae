"""The log's streams are as decided, and nothing starts on others."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from shared.bus import Bus, BusUnreachable
from shared.embedded import EmbeddedNats, Servers
from shared.provision import (
    HEARD_SETTINGS,
    LOG_SETTINGS,
    PARKED_SETTINGS,
    LogSettingsDiffer,
    check,
    create,
    provision,
)
from tests.shared.story import connected, delete_streams

SECOND = 1_000_000_000


@pytest.fixture
async def bus(log: str) -> AsyncGenerator[Bus]:
    """A connection to a server without streams."""
    async with connected(log) as made:
        await delete_streams(made)
        yield made


async def settings_of(bus: Bus, stream: str) -> dict[str, Any]:
    return (await bus.api(f"STREAM.INFO.{stream}"))["config"]


async def test_provisioning_creates_the_streams_as_decided(bus: Bus) -> None:
    await provision(bus)
    found = await settings_of(bus, "KKMP")
    assert (found["deny_delete"], found["deny_purge"], found["discard"]) == (True, True, "new")
    assert (found["storage"], found["retention"]) == ("file", "limits")
    assert (found["max_msgs"], found["max_bytes"], found["max_age"]) == (-1, -1, 0)
    assert (found["allow_atomic"], found["allow_direct"]) == (True, True)
    assert found["subjects"] == ["kkmp.*.*.*.*.*.*.*.*"]
    assert found["republish"] == {"src": "kkmp.>", "dest": "tail.>", "headers_only": True}
    parked = await settings_of(bus, "KKMP_PARKED")
    assert (parked["deny_delete"], parked["subjects"]) == (False, ["parked.>"])
    heard = await settings_of(bus, "KKMP_HEARD")
    assert (heard["max_msgs_per_subject"], heard["subjects"]) == (1, ["heard.*"])


async def test_provisioning_twice_changes_nothing(bus: Bus) -> None:
    await provision(bus)
    before = await bus.api("STREAM.INFO.KKMP")
    await provision(bus)
    after = await bus.api("STREAM.INFO.KKMP")
    assert (before["created"], before["config"]) == (after["created"], after["config"])


async def test_a_log_that_takes_any_subject_is_narrowed_in_place_and_goes_on(bus: Bus) -> None:
    await create(bus, LOG_SETTINGS | {"subjects": ["kkmp.>"]})
    await create(bus, PARKED_SETTINGS)
    await bus.ask("kkmp.a", b"of before")
    with pytest.raises(LogSettingsDiffer, match=r"KKMP\.subjects is \["):
        await check(bus)
    await provision(bus)
    rung = asyncio.Event()
    await bus.subscribe_raw("tail.>", lambda _, __, ___: rung.set())
    for subject in ("kkmp.a", "kkmp.membership.a", "kkmp.m.31.72.02.1006.member.siti.Told.twice"):
        with pytest.raises(BusUnreachable, match="NoRespondersError"):
            await bus.ask(subject, b"")
    assert not rung.is_set()
    await bus.ask("kkmp.m.31.72.02.1006.member.siti.Told", b"{}")
    await asyncio.wait_for(rung.wait(), 10)
    assert (await bus.api("STREAM.INFO.KKMP"))["state"]["messages"] == 2


async def test_a_missing_stream_is_named(bus: Bus) -> None:
    with pytest.raises(LogSettingsDiffer, match="stream KKMP is missing") as differ:
        await check(bus)
    assert "stream KKMP_PARKED is missing: provision the log first (kkmp provision)" in str(
        differ.value
    )


async def test_a_setting_that_was_altered_later_is_named_and_not_mended(bus: Bus) -> None:
    await provision(bus)
    altered = await settings_of(bus, "KKMP") | {"duplicate_window": SECOND}
    await bus.api("STREAM.UPDATE.KKMP", altered)
    wanted = r"^KKMP.duplicate_window is 1000000000, decided is 120000000000$"
    for asked in (check, provision):
        with pytest.raises(LogSettingsDiffer, match=wanted):
            await asked(bus)


@pytest.mark.parametrize(
    "altered",
    [
        {"subjects": ["kkmp.membership.>"]},
        {"storage": "memory"},
        {"retention": "interest"},
        {"discard": "old"},
        {"max_msgs": 1_000_000},
        {"max_bytes": 1_000_000_000},
        {"max_age": 3600 * SECOND},
        {"max_msgs_per_subject": 1},
        {"max_consumers": 10},
        {"max_msg_size": 1000},
        {"deny_delete": False},
        {"deny_purge": False},
        {"allow_rollup_hdrs": True, "deny_purge": False},
        {"allow_direct": False},
        {"allow_atomic": False},
        {"allow_msg_ttl": True},
        {"republish": None},
        {"republish": {"src": "kkmp.>", "dest": "tail.>", "headers_only": False}},
        {"no_ack": True},
        {"subject_transform": {"src": "kkmp.>", "dest": "kkmp.>"}},
        {"sources": [{"name": "KKMP_PARKED"}]},
    ],
    ids="+".join,
)
async def test_a_stream_with_another_setting_is_refused_by_its_name(
    bus: Bus, altered: dict[str, Any]
) -> None:
    await create(bus, PARKED_SETTINGS)
    await create(bus, HEARD_SETTINGS)
    await create(bus, LOG_SETTINGS | altered)
    with pytest.raises(LogSettingsDiffer) as differ:
        await check(bus)
    named = {difference.split(" is ")[0] for difference in str(differ.value).split("; ")}
    assert named == {f"KKMP.{name}" for name in altered}


async def test_the_parked_facts_are_kept_as_well(bus: Bus) -> None:
    await create(bus, LOG_SETTINGS)
    await create(bus, HEARD_SETTINGS)
    await create(bus, PARKED_SETTINGS | {"max_age": 3600 * SECOND})
    with pytest.raises(LogSettingsDiffer, match=r"^KKMP_PARKED\.max_age is 3600000000000"):
        await check(bus)


async def test_a_server_that_writes_before_it_acknowledges_is_taken(
    bus: Bus, servers: Servers
) -> None:
    await provision(bus)
    await check(bus, servers.nats_monitor_url)


@pytest.mark.embedded
async def test_a_server_that_acknowledges_before_it_writes_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lax = "server_name: {name}\nlisten: '127.0.0.1:{port}'\nhttp: '127.0.0.1:{monitor_port}'\n"
    monkeypatch.setattr(
        "shared.embedded.nats._CONFIGURATION", lax + "jetstream {{ store_dir: {store} }}\n"
    )
    server = EmbeddedNats()
    await server.start(folder)
    try:
        async with connected(server.url) as bus:
            await provision(bus)
            with pytest.raises(LogSettingsDiffer, match="sync_interval is not `always`"):
                await check(bus, server.monitor_url)
    finally:
        await server.stop()


async def test_a_place_for_parked_facts_that_cannot_forget_is_made_anew_while_it_is_empty(
    bus: Bus,
) -> None:
    older = PARKED_SETTINGS | {"deny_delete": True}
    await create(bus, older)
    await provision(bus)
    assert not (await settings_of(bus, "KKMP_PARKED"))["deny_delete"]
    await bus.api("STREAM.DELETE.KKMP_PARKED")
    await create(bus, older)
    await bus.ask("parked.cash.deposit", b"{}")
    with pytest.raises(LogSettingsDiffer, match=r"^KKMP_PARKED\.deny_delete is true"):
        await provision(bus)
