"""The one place that makes the log's streams and durables, and says whether they are as decided.

A stream with other settings can lose facts without a word: it may drop the oldest, forget the
order of a batch, or acknowledge before it has written. So services check before they start.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any
from urllib.request import urlopen

from shared.bus import Bus, BusRefused, BusUnreachable
from shared.durables import HEARD, HEARD_SUBJECT, Durable, look, settle
from shared.log import DOORBELL, STREAM
from shared.subjects import BELOW_ROOT, EVERYTHING

PARKED = "KKMP_PARKED"
_MISSING = 10059
_STORE_NOT_MADE = 10049
_STORE_ATTEMPTS = 20
_STORE_PAUSE = 0.1
_NO_LEADER = 10008
_PATIENCE = 60.0
"""Three nodes that are busy take a while to agree on who leads each of many durables."""
_NANOSECONDS = 1_000_000_000

_KEEP_EVERYTHING: dict[str, Any] = {
    "retention": "limits",
    "storage": "file",
    "discard": "new",
    "max_msgs": -1,
    "max_bytes": -1,
    "max_age": 0,
    "max_msgs_per_subject": -1,
    "max_consumers": -1,
    "deny_delete": True,
    "deny_purge": True,
    "allow_rollup_hdrs": False,
    "allow_direct": True,
    "sealed": False,
    "no_ack": False,
    "sources": None,
    "subject_transform": None,
}

LOG_SETTINGS: dict[str, Any] = _KEEP_EVERYTHING | {
    "name": STREAM,
    "subjects": [EVERYTHING],
    "max_msg_size": 60_000,
    "allow_atomic": True,
    "allow_msg_ttl": False,
    "duplicate_window": 120 * _NANOSECONDS,
    "republish": {"src": BELOW_ROOT, "dest": f"{DOORBELL}.>", "headers_only": True},
}

PARKED_SETTINGS: dict[str, Any] = _KEEP_EVERYTHING | {
    "name": PARKED,
    "subjects": ["parked.>"],
    "duplicate_window": 120 * _NANOSECONDS,
    "deny_delete": False,  # whoever is erased is erased from what is parked too
}


HEARD_SETTINGS: dict[str, Any] = _KEEP_EVERYTHING | {
    "name": HEARD,
    "subjects": [f"{HEARD_SUBJECT}.*"],
    "max_msgs_per_subject": 1,
    "discard": "old",
    "deny_delete": False,  # whoever wants a reaction to hear all again takes its record away
    "deny_purge": False,
    "duplicate_window": 120 * _NANOSECONDS,
}

_STREAMS = (LOG_SETTINGS, PARKED_SETTINGS, HEARD_SETTINGS)


class LogSettingsDiffer(Exception):  # noqa: N818 - the finding itself
    """A stream or a durable is missing or not as decided: nothing starts on it."""


async def provision(bus: Bus, replicas: int = 1, durables: Sequence[Durable] = ()) -> None:
    """Create what is missing, each durable after what it has heard, and mend what can be mended.

    A log that takes subjects of any length, as it did in version 0.1, is narrowed in place.

    Raises `LogSettingsDiffer`, naming each difference that is left. What three nodes cannot do yet
    is tried again for a minute.
    """
    for settings in _STREAMS:
        await _patiently(partial(_settle_stream, bus, settings, replicas))
    for durable in durables:
        await _patiently(partial(settle, bus, durable))
    await _patiently(partial(check, bus, durables=durables))


async def _settle_stream(bus: Bus, settings: dict[str, Any], replicas: int) -> None:
    name = settings["name"]
    try:
        found = await bus.api(f"STREAM.INFO.{name}")
    except BusRefused as refused:
        if refused.code != _MISSING:
            raise
        await create(bus, settings | {"num_replicas": replicas})
    else:
        if name == STREAM and found["config"]["subjects"] == [BELOW_ROOT]:
            narrowed = found["config"] | {"subjects": LOG_SETTINGS["subjects"]}
            await bus.api(f"STREAM.UPDATE.{STREAM}", narrowed)  # what lies there stays
        if name == PARKED and found["config"]["deny_delete"] and not found["state"]["messages"]:
            await bus.api(f"STREAM.DELETE.{name}")  # nobody can be erased from an older one
            await create(bus, settings | {"num_replicas": replicas})


async def _patiently(step: Callable[[], Awaitable[None]]) -> None:
    """Do *step*, which changes nothing when it is repeated, until it was done or a minute is over.

    An answer that did not come in time may have been a yes.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return await step()
        except BusUnreachable:
            if time.monotonic() > deadline:
                raise
        except BusRefused as refused:
            if refused.code != _NO_LEADER or time.monotonic() > deadline:
                raise
        await asyncio.sleep(_STORE_PAUSE)


async def create(bus: Bus, settings: dict[str, Any]) -> None:
    """Create the stream of *settings*; raises `BusRefused`.

    nats-server clears a deleted stream away in the background, and for that moment cannot make a
    store of the same name: that refusal alone is tried again, for two seconds at most.
    """
    for _ in range(_STORE_ATTEMPTS):
        try:
            await bus.api(f"STREAM.CREATE.{settings['name']}", settings)
        except BusRefused as refused:
            if refused.code != _STORE_NOT_MADE:
                raise
            await asyncio.sleep(_STORE_PAUSE)
        else:
            return
    await bus.api(f"STREAM.CREATE.{settings['name']}", settings)


async def check(bus: Bus, monitor_url: str = "", durables: Sequence[Durable] = ()) -> None:
    """Raise `LogSettingsDiffer`, naming each difference, unless everything is as decided.

    With the address of the server's monitor it also asks whether an acknowledged event has been
    written to disk (`sync_interval: always`), which no client can see otherwise.
    """
    differences = [
        difference for settings in _STREAMS for difference in await _differences(bus, settings)
    ]
    if not differences:
        looks = await asyncio.gather(*(look(bus, durable) for durable in durables))
        differences = [difference for one in looks for difference in one.wrong]
    if monitor_url and not await asyncio.to_thread(_syncs_always, monitor_url):
        differences.append("nats-server: sync_interval is not `always`")
    if differences:
        raise LogSettingsDiffer("; ".join(differences))


async def _differences(bus: Bus, settings: dict[str, Any]) -> list[str]:
    name = settings["name"]
    try:
        found = (await bus.api(f"STREAM.INFO.{name}"))["config"]
    except BusRefused as refused:
        if refused.code != _MISSING:
            raise
        return [f"stream {name} is missing: provision the log first (kkmp provision)"]
    return [
        f"{name}.{key} is {_show(found.get(key))}, decided is {_show(wanted)}"
        for key, wanted in settings.items()
        if (found.get(key) or None) != (wanted or None)
    ]


def _show(value: object) -> str:
    return json.dumps(value)


def _syncs_always(monitor_url: str) -> bool:
    with urlopen(f"{monitor_url}/varz", timeout=5) as answer:  # noqa: S310 - our own setting
        settings = json.load(answer)
    return settings.get("jetstream", {}).get("config", {}).get("sync_always") is True
