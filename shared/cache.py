"""The cache of entities: those that were asked for last, as many as fit by events and by bytes."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.subjects import Entity

_MOST_EVENTS = 200_000
_MOST_BYTES = 256 * 2**20
_OF_AN_ENTITY = 1_500
_OF_AN_EVENT = 1_000
"""Bytes: of its ids, and of what a state makes of it, besides its payload."""


@dataclass(slots=True)
class Loaded:
    """An entity as far as its events have been folded.

    *holes* is how many skipped events came since the last one that counts: the version of the next
    may pass over as many, because a writer who could read them counted them.
    """

    state: Any
    version: int = 0
    position: int = 0
    holes: int = 0
    events: int = 0
    payloads: int = 0
    causes: dict[UUID, tuple[int, int, tuple[UUID, ...]]] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    fresh: bool = False

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        return _OF_AN_ENTITY + self.events * _OF_AN_EVENT + self.payloads


class Cache:
    """Entities as far as their events have been folded; the one used longest ago goes first.

    What was given out goes on being used by whoever has it, also when it is forgotten here.
    """

    def __init__(self, events: int = _MOST_EVENTS, bytes_: int = _MOST_BYTES) -> None:
        """Keep up to so many events and bytes, or one entity that alone has more."""
        self._most_events = events
        self._most_bytes = bytes_
        self._events = self._bytes = 0
        self._kept: OrderedDict[Entity, tuple[Loaded, int, int]] = OrderedDict()

    def __len__(self) -> int:
        """How many entities are kept."""
        return len(self._kept)

    def clear(self) -> None:
        """Forget all."""
        self._kept.clear()
        self._events = self._bytes = 0

    def get(self, entity: Entity, initial: Any) -> Loaded:  # noqa: ANN401 - its decider knows
        """Return what is known of *entity*: nothing but the *initial* state, if it is new."""
        kept = self._kept.get(entity)
        loaded = Loaded(initial) if kept is None else kept[0]
        self.weigh(entity, loaded)
        return loaded

    def weigh(self, entity: Entity, loaded: Loaded) -> None:
        """Take into account how much *loaded* has become, and forget others if that is too much."""
        kept, events, bytes_ = self._kept.pop(entity, (loaded, 0, 0))
        if kept is not loaded:  # it was forgotten, and somebody else has loaded it anew
            self._kept[entity] = kept, events, bytes_
            return
        self._kept[entity] = loaded, loaded.events, loaded.bytes
        self._events += loaded.events - events
        self._bytes += loaded.bytes - bytes_
        while len(self._kept) > 1 and self._too_much:
            _, (_, events, bytes_) = self._kept.popitem(last=False)
            self._events -= events
            self._bytes -= bytes_

    @property
    def _too_much(self) -> bool:
        return self._events > self._most_events or self._bytes > self._most_bytes
