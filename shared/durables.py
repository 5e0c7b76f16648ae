"""Durables: the consumers that JetStream keeps for the reactions, and how far each has heard.

`kkmp provision` makes them and a service binds to them, so no service needs the right to make one,
and one that is missing is a finding and never mended in silence. What was heard is also written
down beside them, in a stream of its own: one that is made again begins after it. That record may
lag by seconds, for what is heard twice has its effect once, and is never ahead of what was heard.
"""

import json
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.bus import Bus, BusRefused
from shared.leaf import leaf_hash
from shared.log import STREAM

_log = structlog.get_logger()
HEARD = "KKMP_HEARD"
HEARD_SUBJECT = "heard"
_NO_CONSUMER = (10014, 10059)
_NO_RECORD = (10037, 10059)
_NANOSECONDS = 1_000_000_000

_MENDABLE: dict[str, Any] = {
    "ack_wait": 30 * _NANOSECONDS,
    "max_ack_pending": 16,
    "max_deliver": -1,
    "backoff": None,
    "headers_only": False,
    "inactive_threshold": 0,
    "max_batch": 0,
    "max_bytes": 0,
    "max_expires": 0,
    "num_replicas": 0,  # as many as the stream has
    "priority_groups": None,
}
_FIXED: dict[str, Any] = {
    "ack_policy": "explicit",
    "replay_policy": "instant",
    "deliver_subject": None,
    "filter_subjects": None,
    "mem_storage": False,
}
_FROM_ALL, _FROM_POSITION = "all", "by_start_sequence"


@dataclass(frozen=True, slots=True)
class Durable:
    """The consumer of one reaction; *hears* is its filter, and both are its for ever."""

    name: str
    hears: str


@dataclass(frozen=True, slots=True)
class Look:
    """A durable as it was found; *wrong* says all that is not as decided.

    *floor* is the position up to which all was heard that it hears.
    """

    durable: Durable
    exists: bool = False
    wrong: tuple[str, ...] = ()
    floor: int = 0
    pending: int = 0
    ack_pending: int = 0
    redelivered: int = 0
    config: dict[str, Any] = field(default_factory=dict[str, Any])


async def look(bus: Bus, durable: Durable) -> Look:
    """Return how *durable* is; raises `BusUnreachable` or `BusRefused` where none can say."""
    try:
        found = await bus.api(f"CONSUMER.INFO.{STREAM}.{durable.name}")
    except BusRefused as refused:
        if refused.code not in _NO_CONSUMER:
            raise
        return Look(durable, wrong=(f"durable {durable.name} is missing: run `kkmp provision`",))
    config = found["config"]
    return Look(
        durable,
        exists=True,
        wrong=(*_differences(durable, found), *await _unheard(bus, durable, config)),
        floor=found["ack_floor"]["stream_seq"],
        pending=found["num_pending"],
        ack_pending=found["num_ack_pending"],
        redelivered=found["num_redelivered"],
        config=config,
    )


async def settle(bus: Bus, durable: Durable) -> None:
    """Make *durable* where it is missing, after what was heard; mend what can be mended."""
    found = await look(bus, durable)
    if not found.exists:
        await _make(bus, "create", _decided(durable) | await _beginning(bus, durable))
    elif any(_differs(found.config, name, wanted) for name, wanted in _MENDABLE.items()):
        await _make(bus, "update", found.config | _MENDABLE | {"priority_policy": None})
    if found.config.get("pause_until"):
        await bus.api(f"CONSUMER.PAUSE.{STREAM}.{durable.name}", {})


async def record(bus: Bus, name: str, position: int) -> None:
    """Write down that all was heard up to *position*, and which event lies there."""
    said = {"position": position, "leaf": await _leaf(bus, position)}
    subject = f"{HEARD_SUBJECT}.{name}"
    answer = json.loads(await bus.ask(subject, json.dumps(said).encode()))
    if "error" in answer:
        raise BusRefused(answer["error"])


async def recorded(bus: Bus, name: str) -> int:
    """Return up to where all was heard, 0 where nothing says so."""
    return int((await _record(bus, name)).get("position", 0))


async def _record(bus: Bus, name: str) -> dict[str, Any]:
    asked = {"last_by_subj": f"{HEARD_SUBJECT}.{name}"}
    try:
        found = await bus.api(f"STREAM.MSG.GET.{HEARD}", asked)
    except BusRefused as refused:
        if refused.code not in _NO_RECORD:
            raise
        return {}
    return json.loads(b64decode(found["message"]["data"]))


def _decided(durable: Durable) -> dict[str, Any]:
    name = {"name": durable.name, "durable_name": durable.name}
    return _MENDABLE | _FIXED | name | {"filter_subject": durable.hears}


async def _beginning(bus: Bus, durable: Durable) -> dict[str, Any]:
    """Begin after what was heard of this very log, and at its first event otherwise."""
    said = await _record(bus, durable.name)
    if not said:
        return {"deliver_policy": _FROM_ALL}
    if await _leaf(bus, said["position"]) != said["leaf"]:
        _log.warning("durable heard another log: it hears this one whole", durable=durable.name)
        return {"deliver_policy": _FROM_ALL}
    return {"deliver_policy": _FROM_POSITION, "opt_start_seq": said["position"] + 1}


async def _make(bus: Bus, action: str, config: dict[str, Any]) -> None:
    given = {name: value for name, value in config.items() if value is not None}
    request = {"stream_name": STREAM, "action": action, "config": given}
    await bus.api(f"CONSUMER.CREATE.{STREAM}.{config['name']}", request)


async def _leaf(bus: Bus, position: int) -> str | None:
    """Return the leaf of the event at *position*, None where the log has none."""
    try:
        found = (await bus.api(f"STREAM.MSG.GET.{STREAM}", {"seq": position}))["message"]
    except BusRefused as refused:
        if refused.code not in _NO_RECORD:
            raise
        return None
    block, payload = (b64decode(found.get(name) or "") for name in ("hdrs", "data"))
    return leaf_hash(position, found["subject"], block, payload).hex()


def _differences(durable: Durable, found: dict[str, Any]) -> list[str]:
    config = found["config"]
    wanted = _MENDABLE | _FIXED | {"filter_subject": durable.hears}
    differences = [
        f"durable {durable.name}.{name} is {json.dumps(config.get(name))}, "
        f"decided is {json.dumps(value)}: run `kkmp provision`"
        for name, value in wanted.items()
        if _differs(config, name, value)
    ]
    if found.get("paused"):
        differences.append(
            f"durable {durable.name} is paused until {config.get('pause_until')}: "
            "run `kkmp provision`"
        )
    return differences


async def _unheard(bus: Bus, durable: Durable, config: dict[str, Any]) -> list[str]:
    """Find one that begins beyond what was heard: what lies between would never be heard."""
    begins = 1
    if config["deliver_policy"] != _FROM_ALL:
        begins = config.get("opt_start_seq", 0)  # 0: where the log ended, or the like
    if begins == 1:
        return []
    heard = await recorded(bus, durable.name)
    if 1 <= begins <= heard + 1:
        return []
    where = begins or config["deliver_policy"]
    why = f"begins at {where}, and all was heard up to {heard} only"
    return [f"durable {durable.name} {why}: delete it, and run `kkmp provision`"]


def _differs(config: dict[str, Any], name: str, wanted: object) -> bool:
    return (config.get(name) or None) != (wanted or None)
