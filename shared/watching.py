"""Watching the durables of a running service, and writing down how far they have heard.

One that is gone delivers nothing and says nothing, so we look every few seconds; probes and metrics
are answered from the last look.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from shared.bus import Bus, BusRefused, BusUnreachable
from shared.durables import Durable, Look, look, record, recorded

_log = structlog.get_logger()
_EVERY_SECONDS = 3.0


class Watch:
    """The durables of one service, as they were when we last looked."""

    def __init__(self, bus: Bus, durables: Sequence[Durable]) -> None:
        """Nothing is known of them until `run` has looked."""
        self._bus = bus
        self._looks = {durable.name: Look(durable, exists=True) for durable in durables}
        self._recorded: dict[str, int] = {}

    @property
    def looks(self) -> Sequence[Look]:
        """How each durable was when we last looked."""
        return tuple(self._looks.values())

    @property
    def reasons(self) -> list[str]:
        """Why the service is not ready: all that is not as decided."""
        return [why for one in self._looks.values() for why in one.wrong]

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.gather(*(self._again(one) for one in self.looks))
            await asyncio.sleep(_EVERY_SECONDS)

    async def _again(self, before: Look) -> None:
        name = before.durable.name
        try:
            now = await look(self._bus, before.durable)
            await self._write_down(now)
        except (BusUnreachable, BusRefused) as away:
            now = replace(before, wrong=(f"durable {name} does not answer: {away}",))
            _log.warning("durable does not answer", durable=name, why=str(away))
        except Exception:  # noqa: BLE001 - whatever it is, the next look must not wait for a person
            now = replace(before, wrong=(f"durable {name} cannot be looked at",))
            _log.exception("durable cannot be looked at", durable=name)
        else:
            _tell(before, now)
        self._looks[name] = now

    async def _write_down(self, now: Look) -> None:
        """Record how far it has heard, once there is more; never of one that is not as decided."""
        name = now.durable.name
        if now.wrong:
            return
        if name not in self._recorded:
            self._recorded[name] = await recorded(self._bus, name)
        if now.floor > self._recorded[name]:
            await record(self._bus, name, now.floor)
            self._recorded[name] = now.floor


def _tell(before: Look, now: Look) -> None:
    """Say loudly what has become wrong, once, and that it is right again."""
    for why in set(now.wrong) - set(before.wrong):
        _log.error("durable is not as decided", durable=now.durable.name, why=why)
    if before.wrong and not now.wrong:
        _log.info("durable is as decided again", durable=now.durable.name)
