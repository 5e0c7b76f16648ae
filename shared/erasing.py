"""Forgetting a person outside the log: what was parked about them is taken away, byte for byte.

The log keeps what it has, sealed, and the key is destroyed. Tables hold no clear text, and counts
stay. What is left are notes about facts that could not be reacted to, filed under the person's id.

No key goes on the word of one event, for whoever reaches the bus could say it: the rules are asked
again from what the log says of the person before it.
"""

import json
from base64 import b64decode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from shared.bus import Bus, BusRefused
from shared.decider import Refused
from shared.envelope import Recorded, Stored, Unreadable
from shared.keyring import KeyRing
from shared.log import Log
from shared.metrics import Metrics
from shared.provision import PARKED
from shared.reactions import Facts, Reaction, Request
from shared.subjects import filter_of, parse
from shared.transact import Transactor

_log = structlog.get_logger()
_NO_MESSAGE = 10037


@dataclass(frozen=True, slots=True)
class Erasure:
    """How a service's entities of kind *stream* are forgotten: the event *says* it.

    *judge* raises `Refused` where the rules, asked at the event's own position and from the facts
    before it alone, would not have allowed it.
    """

    stream: str
    says: type
    judge: Callable[[Recorded, Transactor], Awaitable[None]]


async def destroy_again(
    erasure: Erasure, log: Log, transactor: Transactor, keys: KeyRing, metrics: Metrics
) -> None:
    """Destroy the keys of all who were erased lawfully: an old backup brings them back.

    Only those are judged whose keys are there, so a start asks nothing of the log for the others.
    """
    service = transactor.vocabulary.service
    said = filter_of(service, stream=erasure.stream, event_type=erasure.says.__name__)
    found = [stored async for stored in log.scan(said) if not stored.skipped]
    erased = [(parse(stored.subject).id, stored) for stored in found]
    there = set(await keys.unerased(*{person for person, _ in erased}))
    lawful = [
        person
        for person, stored in erased
        if person in there and await _lawful(erasure, stored, transactor, metrics)
    ]
    await keys.erase(*lawful)


async def _lawful(
    erasure: Erasure, stored: Stored, transactor: Transactor, metrics: Metrics
) -> bool:
    """Say whether the erasure stands; one that does not is told of at every start."""
    try:
        await erasure.judge(_read(stored, transactor), transactor)
    except (Refused, Unreadable) as why:
        code = why.refusal.code if isinstance(why, Refused) else type(why).__name__
        metrics.refused(code)
        _log.error("erasure not carried out", position=stored.position, code=code)
        return False
    return True


def _read(stored: Stored, transactor: Transactor) -> Recorded:
    recorded = transactor.vocabulary.read(stored)
    if recorded is None:
        raise Unreadable(stored, "not an event of this service")
    return recorded


def forgetting(
    service: str,
    hears: type,
    judge: Callable[[Recorded, Transactor], Awaitable[None]] | None = None,
) -> Reaction:
    """The reaction of *service* to an erasure, *hears*: the entity's id is the person's.

    Whoever knows the rules gives *judge*, as in `Erasure`. Others do without: a note is no fact.
    Its fact stays in the log, and the service's own lines say the place of every note that goes.
    """

    async def forget(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
        if facts.bus is None:
            raise TypeError(f"{service} was not given the bus")
        if judge is not None:
            await judge(heard, facts.transactor)
        await forget_parked(facts.bus, service, heard.id)
        return []

    return Reaction("forget-erased", "membership", "person", hears, forget)


async def forget_parked(bus: Bus, service: str, person: str) -> int:
    """Remove the notes that *service* parked about *person*; return how many there were."""
    removed, start = 0, 1
    while (found := await _next(bus, service, start)) is not None:
        start = found["seq"] + 1
        note = _note(found)
        if person in str(note.get("subject")).split("."):
            place = {"reaction": note.get("reaction"), "position": note.get("position")}
            _log.info("parked note removed after an erasure", **place)
            await bus.api(f"STREAM.MSG.DELETE.{PARKED}", {"seq": found["seq"], "no_erase": False})
            removed += 1
    return removed


def _note(found: dict[str, Any]) -> dict[str, Any]:
    """Read a note; one that no service of ours wrote says nothing, and stops nothing."""
    try:
        note = json.loads(b64decode(found.get("data", "")))
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}  # pyright: ignore[reportUnknownVariableType] - JSON


async def _next(bus: Bus, service: str, start: int) -> dict[str, Any] | None:
    """Return the first note of *service* from *start* on."""
    wanted = {"seq": start, "next_by_subj": f"parked.{service}.>"}
    try:
        return (await bus.api(f"STREAM.MSG.GET.{PARKED}", wanted))["message"]
    except BusRefused as refused:
        if refused.code == _NO_MESSAGE:
            return None
        raise
