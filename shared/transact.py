"""The one place where a decision meets the world: state, decide, append, or look again.

The hot path is one round trip: the state is in the cache, and the append at the expected position
proves that it was current. A "no" and a "nothing to do" are proven too, by looking at the log.
"""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.batches import Write
from shared.cache import Cache, Loaded
from shared.decider import Decider, Refused
from shared.envelope import SKIPPED, Cause, Recorded, Stored, Unreadable, Vocabulary
from shared.log import Conflict, Log
from shared.metrics import Metrics
from shared.subjects import Entity

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


@dataclass(frozen=True, slots=True)
class Part[C, S, E]:
    """One entity's part in a decision that may concern several."""

    entity: Entity
    decider: Decider[C, S, E]
    command: C


@dataclass(slots=True)
class _Taking:
    """A part, its entity as far as it is known, and what was decided for it."""

    part: Part[Any, Any, Any]
    loaded: Loaded
    events: list[Any] = field(default_factory=list[Any])

    @property
    def state(self) -> Any:  # noqa: ANN401 - the part's decider knows
        return self.loaded.state


class Transactor:
    """Decides commands against one log, with a cache of the entities that it has seen."""

    def __init__(
        self,
        log: Log,
        vocabulary: Vocabulary,
        sealer: Sealer | None = None,
        metrics: Metrics | None = None,
        cache: Cache | None = None,
    ) -> None:
        """*sealer* is needed where the vocabulary has personal fields."""
        self._log = log
        self._vocabulary = vocabulary
        self._sealer = sealer
        self._metrics = metrics or Metrics()
        self._cache = cache or Cache()
        self._skips = 0

    @property
    def vocabulary(self) -> Vocabulary:
        """What it reads and writes."""
        return self._vocabulary

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
        return await self.transact_all((Part(entity, decider, command),), cause, expected)

    async def transact_all(
        self,
        parts: Sequence[Part[Any, Any, Any]],
        cause: Cause,
        expected: int | None = None,
        *,
        dry_run: bool = False,
    ) -> Outcome:
        """Decide for several entities at once: all that follows is appended, or nothing.

        The first part is the one that is asked: the outcome, *expected* and a repeat are about its
        entity, and no other part says anything unless it does. A refused part refuses all. With
        *dry_run* the same is refused, and nothing is appended. Raises what `transact` raises.
        """
        try:
            outcome = await self._transact(parts, cause, expected, dry_run=dry_run)
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

    async def _transact(
        self,
        parts: Sequence[Part[Any, Any, Any]],
        cause: Cause,
        expected: int | None,
        *,
        dry_run: bool,
    ) -> Outcome:
        every = [_Taking(part, self._loaded(part.entity, part.decider)) for part in parts]
        first = every[0].loaded
        entity = parts[0].entity
        async with contextlib.AsyncExitStack() as locks:
            for one in sorted(every, key=lambda one: one.part.entity.family):  # no two may cross
                await locks.enter_async_context(one.loaded.lock)
            if dry_run:
                await self._catch_up_all(every)
            for _ in range(_ATTEMPTS):
                for one in every:
                    if not one.loaded.fresh:
                        await self._catch_up(one.part.entity, one.part.decider, one.loaded)
                if (outcome := self._repeat(entity, first, cause)) is not None:
                    return outcome
                if expected not in (None, first.version):
                    if await self._catch_up_all(every):
                        continue
                    raise VersionMismatch(expected, first.version)
                try:
                    for one in every:
                        one.events = list(one.part.decider.decide(one.part.command, one.state))
                except Refused:
                    if await self._catch_up_all(every):
                        continue
                    raise
                if not every[0].events:
                    if await self._catch_up_all(every):
                        continue
                    return Outcome(entity, first.position, first.version)
                if dry_run:
                    return Outcome(entity, first.position, first.version)
                try:
                    return await self._append([one for one in every if one.events], cause)
                except Conflict:
                    self._metrics.conflict()
            raise Contended(f"{entity.stream}/{entity.id}: {_ATTEMPTS} attempts")

    async def _catch_up_all(self, every: Sequence[_Taking]) -> bool:
        """Fold what the log has beyond each of *every*; say whether there was anything."""
        moved = [
            await self._catch_up(one.part.entity, one.part.decider, one.loaded) for one in every
        ]
        return any(moved)

    async def state[C, S, E](self, entity: Entity, decider: Decider[C, S, E]) -> S:
        """Return the entity's state as the log has it now: a fact for another entity's rule."""
        loaded = self._loaded(entity, decider)
        state, position = loaded.state, loaded.position
        recorded = [self._read(one) for one in await self._log.read(entity, after=position)]
        if loaded.position == position and not loaded.lock.locked():
            for one in recorded:
                self._take(decider, loaded, one)
            self._cache.weigh(entity, loaded)
            return loaded.state
        return decider.fold((one.data for one in recorded if one.data is not SKIPPED), state)

    async def before(self, entity: Entity, position: int) -> list[Recorded]:
        """Return the entity's facts before *position*, in order: what could be known there."""
        stored = await self._log.read(entity)
        return [self._read(one) for one in stored if one.position < position and not one.skipped]

    def _loaded(self, entity: Entity, decider: Decider[Any, Any, Any]) -> Loaded:
        if self._skips != self._log.skips.known:  # what was folded may hold what is empty now
            self._skips = self._log.skips.known
            self._cache.clear()
        return self._cache.get(entity, decider.initial)

    async def _catch_up(
        self, entity: Entity, decider: Decider[Any, Any, Any], loaded: Loaded
    ) -> bool:
        """Fold what the log has beyond *loaded*; say whether there was anything."""
        stored = await self._log.read(entity, after=loaded.position)
        for one in stored:
            self._take(decider, loaded, self._read(one))
        loaded.fresh = True
        self._cache.weigh(entity, loaded)
        return bool(stored)

    def _read(self, stored: Stored) -> Recorded:
        recorded = self._vocabulary.read(stored)
        if recorded is None:  # our own entity, so our own events: the vocabulary raised before
            raise Unreadable(stored, "not an event of this service")
        return recorded

    def _take(self, decider: Decider[Any, Any, Any], loaded: Loaded, recorded: Recorded) -> None:
        if recorded.data is SKIPPED:
            loaded.holes += 1
            loaded.position = recorded.position
            self._remember(loaded, recorded)
            return
        version = recorded.version
        if not 0 < version - loaded.version <= 1 + loaded.holes:
            raise Unreadable(recorded.stored, f"version {version} follows {loaded.version}")
        loaded.state = decider.evolve(loaded.state, recorded.data)
        loaded.version, loaded.position, loaded.holes = version, recorded.position, 0
        self._remember(loaded, recorded)

    def _remember(self, loaded: Loaded, recorded: Recorded) -> None:
        """Keep what is needed to know the cause again; a skipped event may not say it."""
        loaded.events += 1
        loaded.payloads += len(recorded.stored.payload)
        try:
            cause, event_id = recorded.cause, recorded.event_id
        except Unreadable:
            if recorded.data is SKIPPED:
                return
            raise
        _, _, ids = loaded.causes.get(cause, (0, 0, ()))
        loaded.causes[cause] = (loaded.position, loaded.version, (*ids, event_id))

    def _repeat(self, entity: Entity, loaded: Loaded, cause: Cause) -> Outcome | None:
        """Return the first answer again when this cause has already had its effect here."""
        if cause.id not in loaded.causes:
            return None
        position, version, ids = loaded.causes[cause.id]
        if ids[0] != cause.event_id(entity, 0):
            raise CauseReused(str(cause.id))
        return Outcome(entity, position, version, ids, repeated=True)

    async def _append(self, every: Sequence[_Taking], cause: Cause) -> Outcome:
        """Append what was decided for *every* one, and take it into their states.

        The first part comes last in the log: whoever has seen its events has seen the others'.
        """
        inwards = list(reversed(every))
        writes = [await self._write(one, cause) for one in inwards]
        for one in inwards:
            one.loaded.fresh = False  # until the log has answered, what it holds is not known
        last = await self._log.append(*writes)
        position = last - sum(len(write.drafts) for write in writes)
        for one, write in zip(inwards, writes, strict=True):
            loaded = one.loaded
            position += len(write.drafts)
            loaded.state = one.part.decider.fold(one.events, loaded.state)
            loaded.fresh = True
            loaded.version += len(write.drafts)
            loaded.position, loaded.holes = position, 0
            loaded.events += len(write.drafts)
            loaded.payloads += sum(len(draft.payload) for draft in write.drafts)
            ids = tuple(draft.id for draft in write.drafts)
            loaded.causes[cause.id] = (position, loaded.version, ids)
            self._cache.weigh(one.part.entity, loaded)
        _, version, ids = every[0].loaded.causes[cause.id]
        return Outcome(every[0].part.entity, last, version, ids)

    async def _write(self, one: _Taking, cause: Cause) -> Write:
        """Seal and draft the events of one part; they are sealed in its state too."""
        entity, loaded = one.part.entity, one.loaded
        if self._sealer:
            one.events = [
                await self._sealer(entity, cause.event_id(entity, index), event)
                for index, event in enumerate(one.events)
            ]
        drafts = tuple(
            self._vocabulary.draft(entity, event, cause, index, loaded.version + index + 1)
            for index, event in enumerate(one.events)
        )
        return Write(entity, loaded.position, drafts)
