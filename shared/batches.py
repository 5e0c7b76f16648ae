"""Atomic batches: all events of a decision or none, and many decisions for one write to disk.

On a stream without replicas every atomic batch makes a staging store of its own, which costs
several fsyncs however small it is. So one batch is under way at a time, and decisions that arrive
meanwhile share the next one. A decision that the log refuses takes no other with it: each is then
sent alone.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import uuid4

from shared.bus import Bus, BusRefused
from shared.envelope import Draft
from shared.subjects import Entity

DUPLICATE = 10201
"""What JetStream says when a batch holds an id that it has stored before."""
_MOST_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class Write:
    """What is appended to one entity, if the last event of its family is at *expected*."""

    entity: Entity
    expected: int
    drafts: tuple[Draft, ...]


type Decision = Sequence[Write]
"""Writes that stand or fall together."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    decision: Decision
    position: asyncio.Future[int]

    @property
    def families(self) -> set[str]:
        return {write.entity.family for write in self.decision}

    @property
    def size(self) -> int:
        return sum(len(write.drafts) for write in self.decision)


class Batches:
    """Sends decisions of several events over one connection."""

    def __init__(self, bus: Bus) -> None:
        """Share one of these between all tasks that append."""
        self._bus = bus
        self._waiting: list[_Waiting] = []
        self._sending: asyncio.Task[None] | None = None

    async def append(self, decision: Decision) -> int:
        """Append *decision* and return the position of its last event.

        Raises `BusRefused` when the log says no to this decision, and `BusUnreachable`.
        """
        waiting = _Waiting(decision, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all())
        return await waiting.position

    async def _send_all(self) -> None:
        try:
            while group := self._next_group():
                await self._send_group(group)
        finally:
            self._sending = None

    def _next_group(self) -> list[_Waiting]:
        """Take those who wait, as far as they fit and are about different entities."""
        group: list[_Waiting] = []
        families: set[str] = set()
        size = 0
        for waiting in list(self._waiting):
            fits = size + waiting.size <= _MOST_MESSAGES and families.isdisjoint(waiting.families)
            if fits or not group:
                group.append(waiting)
                families |= waiting.families
                size += waiting.size
                self._waiting.remove(waiting)
        return group

    async def _send_group(self, group: list[_Waiting]) -> None:
        try:
            last = await self._send([write for one in group for write in one.decision])
        except BusRefused as refused:
            if len(group) > 1:
                for one in group:
                    await self._send_group([one])
            else:
                _fail(group, refused)
        except Exception as fault:  # noqa: BLE001 - theirs to judge: nobody may wait for ever
            _fail(group, fault)
        else:
            for one in reversed(group):
                with suppress(asyncio.InvalidStateError):  # whoever asked was cancelled
                    one.position.set_result(last)
                last -= one.size

    async def _send(self, writes: Sequence[Write]) -> int:
        batch = uuid4().hex
        messages = [
            (draft, expectation(write) if index == 0 else {})
            for write in writes
            for index, draft in enumerate(write.drafts)
        ]
        for number, (draft, expected) in enumerate(messages[:-1], 1):
            headers = draft.headers | expected | _in_batch(batch, number)
            await self._bus.tell(draft.subject, draft.payload, headers)
        draft, expected = messages[-1]
        headers = draft.headers | expected | _in_batch(batch, len(messages))
        return await publish(self._bus, draft, headers | {"Nats-Batch-Commit": "1"})


def expectation(write: Write) -> dict[str, str]:
    """The headers that make the append conditional; on the first message of a family alone."""
    return {
        "Nats-Expected-Last-Subject-Sequence": str(write.expected),
        "Nats-Expected-Last-Subject-Sequence-Subject": write.entity.family,
    }


async def publish(bus: Bus, draft: Draft, headers: dict[str, str]) -> int:
    """Publish one message and return the position that the log gave it."""
    answer = json.loads(await bus.ask(draft.subject, draft.payload, headers))
    if "error" in answer:
        raise BusRefused(answer["error"])
    if answer.get("duplicate"):  # nats-server knows the id, and did not look at the expectation
        raise BusRefused({"description": "stored before", "err_code": DUPLICATE})
    return int(answer["seq"])


def _fail(group: Sequence[_Waiting], why: Exception) -> None:
    for one in group:
        with suppress(asyncio.InvalidStateError):
            one.position.set_exception(why)


def _in_batch(batch: str, number: int) -> dict[str, str]:
    return {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
