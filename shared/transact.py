"""The one place where a decision meets the world: state, decide, append, or look again.

The hot path is one round trip: the state is in the cache, and the append at the expected position
proves that it was current. A "no" and a "nothing to do" are proven too, by looking at the log.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.batches import Write
from shared.decider import Decider, Refused
from shared.envelope import Cause, Recorded, Stored, Unreadable, Vocabulary
from shared.log import Conflict, Log
from shared.metrics import Metrics
from shared.subjects import Entity

_CACHED_ENTITIES = 20_000
_ATTEMPTS = 20

type Sealer = Callable[[Entity, UUID, Any], Awaitable[Any]]
"""Seals the personal fields of an event of an entity, given the event's id."""


class CauseReused(Exception):  # noqa: N818 - the finding itself
    """This id has already stood for another request."""


class VersionMismatch(Exception):  # noqa: N818 - the finding itself
    """The entity is not at the version that the asker saw; *found* is the one it is at."""

    def __init__(self, expected: int, found: int) -> None:
        """Nothing was recorded."""
        super().__init__(f"expected version {expected}, found {found}")
        self.expected = expected
        self.found = found


class Contended(Exception):  # noqa: N818 - the finding itself
    """So many others change this entity that we could not get a word in: ask again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command brought about. *events* is empty when it had come true already.

    *position* is that of its last event, or one at which the answer is known to be true; *version*
    is the entity's. *repeated* says that this is the first answer again.
    """

    entity: Entity
    position: int
    version: int
    events: tuple[UUID, ...] = ()
    repeated: bool = False


@dataclass(slots=True)
class _Loaded:
    """An entity as far as its events have been folded."""

    state: Any
    version: int = 0
    position: int = 0
    causes: dict[UUID, tuple[int, int, tuple[UUID, ...]]] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    fresh: bool = False


class Transactor:
    """Decides commands against one log, with a cache of the entities that it has seen."""

    def __init__(
        self,
        log: Log,
        vocabulary: Vocabulary,
        sealer: Sealer | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """*sealer* is needed where the vocabulary has personal fields."""
        self._log = log
        self._vocabulary = vocabulary
        self._sealer = sealer
        self._metrics = metrics or Metrics()
        self._cache: OrderedDict[Entity, _Loaded] = OrderedDict()

    async def transact[C, S, E](
        self,
        entity: Entity,
        decider: Decider[C, S, E],
        command: C,
        cause: Cause,
        expected: int | None = None,
    ) -> Outcome:
        """Decide *command* for *entity* and append what follows; once, however often it is asked.

        With *expected*, only if the entity is at that version. Raises `Refused`, `CauseReused`,
        `VersionMismatch`, `Contended`, `Unreadable`, and what `Log.append` raises.
        """
        try:
            outcome = await self._transact(entity, decider, command, cause, expected)
        except (Refused, CauseReused, VersionMismatch):
            self._metrics.command("refused")
            raise
        except BaseException:
            self._metrics.command("failed")
            raise
        if not outcome.events:
            self._metrics.command("nothing")
        else:
            self._metrics.command("repeated" if outcome.repeated else "recorded")
        return outcome

    async def _transact[C, S, E](
        self,
        entity: Entity,
        decider: Decider[C, S, E],
        command: C,
        cause: Cause,
        expected: int | None,
    ) -> Outcome:
        loaded = self._loaded(entity, decider)
        async with loaded.lock:
            for _ in range(_ATTEMPTS):
                if not loaded.fresh:
                    await self._catch_up(entity, decider, loaded)
                if (outcome := self._repeat(entity, loaded, cause)) is not None:
                    return outcome
                if expected not in (None, loaded.version):
                    if await self._catch_up(entity, decider, loaded):
                        continue
                    raise VersionMismatch(expected, loaded.version)
                try:
                    events = list(decider.decide(command, loaded.state))
                except Refused:
                    if await self._catch_up(entity, decider, loaded):
                        continue
                    raise
                if not events:
                    if await self._catch_up(entity, decider, loaded):
                        continue
                    return Outcome(entity, loaded.position, loaded.version)
                try:
                    return await self._append(entity, decider, loaded, events, cause)
                except Conflict:
                    self._metrics.conflict()
            raise Contended(f"{entity.stream}/{entity.id}: {_ATTEMPTS} attempts")

    async def state[C, S, E](self, entity: Entity, decider: Decider[C, S, E]) -> S:
        """Return the entity's state as the log has it now: a fact for another entity's rule."""
        loaded = self._loaded(entity, decider)
        state, position = loaded.state, loaded.position
        recorded = [self._read(one) for one in await self._log.read(entity, after=position)]
        if loaded.position == position and not loaded.lock.locked():
            for one in recorded:
                self._take(decider, loaded, one)
            return loaded.state
        return decider.fold((one.data for one in recorded), state)

    def _loaded(self, entity: Entity, decider: Decider[Any, Any, Any]) -> _Loaded:
        loaded = self._cache.get(entity)
        if loaded is None:
            loaded = self._cache[entity] = _Loaded(decider.initial)
            while len(self._cache) > _CACHED_ENTITIES:
                self._cache.popitem(last=False)
        else:
            self._cache.move_to_end(entity)
        return loaded

    async def _catch_up(
        self, entity: Entity, decider: Decider[Any, Any, Any], loaded: _Loaded
    ) -> bool:
        """Fold what the log has beyond *loaded*; say whether there was anything."""
        stored = await self._log.read(entity, after=loaded.position)
        for one in stored:
            self._take(decider, loaded, self._read(one))
        loaded.fresh = True
        return bool(stored)

    def _read(self, stored: Stored) -> Recorded:
        recorded = self._vocabulary.read(stored)
        if recorded is None:  # our own entity, so our own events: the vocabulary raised before
            raise Unreadable(stored, "not an event of this service")
        return recorded

    def _take(self, decider: Decider[Any, Any, Any], loaded: _Loaded, recorded: Recorded) -> None:
        if recorded.version != loaded.version + 1:
            raise Unreadable(
                recorded.stored, f"version {recorded.version} follows {loaded.version}"
            )
        _, _, ids = loaded.causes.get(recorded.cause, (0, 0, ()))
        loaded.state = decider.evolve(loaded.state, recorded.data)
        loaded.version += 1
        loaded.position = recorded.position
        seen = (loaded.position, loaded.version, (*ids, recorded.event_id))
        loaded.causes[recorded.cause] = seen

    def _repeat(self, entity: Entity, loaded: _Loaded, cause: Cause) -> Outcome | None:
        """Return the first answer again when this cause has already had its effect here."""
        if cause.id not in loaded.causes:
            return None
        position, version, ids = loaded.causes[cause.id]
        if ids[0] != cause.event_id(entity, 0):
            raise CauseReused(str(cause.id))
        return Outcome(entity, position, version, ids, repeated=True)

    async def _append(
        self,
        entity: Entity,
        decider: Decider[Any, Any, Any],
        loaded: _Loaded,
        events: list[Any],
        cause: Cause,
    ) -> Outcome:
        sealed = [
            await self._sealer(entity, cause.event_id(entity, index), event)
            if self._sealer
            else event
            for index, event in enumerate(events)
        ]
        drafts = tuple(
            self._vocabulary.draft(entity, event, cause, index, loaded.version + index + 1)
            for index, event in enumerate(sealed)
        )
        loaded.fresh = False  # until the log has answered, what it holds is not known
        position = await self._log.append(Write(entity, loaded.position, drafts))
        loaded.state = decider.fold(sealed, loaded.state)
        loaded.fresh = True
        loaded.version += len(sealed)
        loaded.position = position
        ids = tuple(draft.id for draft in drafts)
        loaded.causes[cause.id] = (position, loaded.version, ids)
        return Outcome(entity, position, loaded.version, ids)
