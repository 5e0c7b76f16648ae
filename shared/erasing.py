"""Forgetting a person outside the log: what was parked about them is taken away, byte for byte.

The log keeps what it has, sealed, and the key is destroyed. Tables hold no clear text, and counts
stay. What is left are notes about facts that could not be reacted to, filed under the person's id.
"""

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import Any

from shared.bus import Bus, BusRefused
from shared.envelope import Recorded
from shared.provision import PARKED
from shared.reactions import Facts, Reaction, Request

_NO_MESSAGE = 10037


def forgetting(service: str, hears: type) -> Reaction:
    """The reaction of *service* to an erasure, *hears*: the entity's id is the person's."""

    async def forget(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
        if facts.bus is None:
            raise TypeError(f"{service} was not given the bus")
        await forget_parked(facts.bus, service, heard.id)
        return []

    return Reaction("forget-erased", "membership", "person", hears, forget)


async def forget_parked(bus: Bus, service: str, person: str) -> int:
    """Remove the notes that *service* parked about *person*; return how many there were."""
    removed, start = 0, 1
    while (found := await _next(bus, service, start)) is not None:
        start = found["seq"] + 1
        if person in json.loads(b64decode(found["data"]))["subject"].split("."):
            await bus.api(f"STREAM.MSG.DELETE.{PARKED}", {"seq": found["seq"], "no_erase": False})
            removed += 1
    return removed


async def _next(bus: Bus, service: str, start: int) -> dict[str, Any] | None:
    """Return the first note of *service* from *start* on."""
    wanted = {"seq": start, "next_by_subj": f"parked.{service}.>"}
    try:
        return (await bus.api(f"STREAM.MSG.GET.{PARKED}", wanted))["message"]
    except BusRefused as refused:
        if refused.code == _NO_MESSAGE:
            return None
        raise
