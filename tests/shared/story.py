"""The story that the machinery is tested with: the cash box of a neighbourhood hall."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.batches import Write
from shared.bus import Bus, BusRefused, connect
from shared.decider import Decider, Refusal, Refused
from shared.durables import Durable
from shared.envelope import Cause, Draft, Vocabulary
from shared.identity import derived_id
from shared.leaf import leaf_of
from shared.log import Log
from shared.messages import event
from shared.provision import provision
from shared.skips import OPERATIONS, SkipPosition, skip, skip_of
from shared.subjects import Entity
from shared.transact import Transactor

SUNTER_AGUNG = "31.72.02.1006"
NOON = datetime(2025, 11, 4, 5, 0, tzinfo=UTC)


@event
class Paid:
    """Money was put into the box, in rupiah."""

    amount: int


@event
class Emptied:
    """The box was emptied into the bank."""


type BoxEvent = Paid | Emptied


@dataclass(frozen=True, slots=True)
class Pay:
    """Put money into the box."""

    amount: int


@dataclass(frozen=True, slots=True)
class Empty:
    """Empty the box."""


type BoxCommand = Pay | Empty

FULL = Refusal("box_full", "Kotak penuh.", "The box is full.")
MOST = 1_000_000


def _decide(command: BoxCommand, held: int) -> list[BoxEvent]:
    match command:
        case Pay(amount=amount) if held + amount > MOST:
            raise Refused(FULL)
        case Pay(amount=amount):
            return [Paid(amount)]
        case Empty():
            return [Emptied()] if held else []


def _evolve(held: int, said: BoxEvent) -> int:
    match said:
        case Paid(amount=amount):
            return held + amount
        case Emptied():
            return 0


box: Decider[BoxCommand, int, BoxEvent] = Decider(_decide, _evolve, initial=0)
CASH = Vocabulary("cash", (Paid, Emptied))


def hall(number: int = 1) -> Entity:
    return Entity("cash", SUNTER_AGUNG, "box", f"hall-{number}")


HALL = hall()


def asked_by(name: str, fingerprint: str = "") -> Cause:
    """Why: the request that somebody calls *name*."""
    request: UUID = derived_id(name)
    return Cause(request, request, NOON, NOON, "user", "treasurer", fingerprint)


def drafts(
    name: str, *events: BoxEvent, entity: Entity = HALL, version: int = 1
) -> tuple[Draft, ...]:
    """The envelopes of *events*, which the request *name* brings about."""
    cause = asked_by(name)
    return tuple(
        CASH.draft(entity, said, cause, index, version + index) for index, said in enumerate(events)
    )


async def record(kkmp: Log, *events: BoxEvent, entity: Entity = HALL) -> int:
    """Append *events* after all that there is of *entity*; return the last one's position."""
    past = await kkmp.read(entity)
    expected = past[-1].position if past else 0
    name = f"{entity.id} after {len(past)}"
    return await kkmp.append(
        Write(entity, expected, drafts(name, *events, entity=entity, version=len(past) + 1))
    )


async def record_many(kkmp: Log, entity: Entity, amounts: Sequence[int], batch: int = 500) -> int:
    """Append a payment of each amount, many at a time; return the last one's position."""
    position = 0
    for start in range(0, len(amounts), batch):
        paid = [Paid(amount) for amount in amounts[start : start + batch]]
        written = drafts(f"{entity.id} {start}", *paid, entity=entity, version=start + 1)
        position = await kkmp.append(Write(entity, position, written))
    return position


async def skip_at(kkmp: Log, position: int, leaf: str = "") -> int:
    """Record that *position* is skipped, as `kkmp skip` does; return where that is recorded."""
    (stored,) = await kkmp.page(position, 1)
    told = SkipPosition(position, leaf or leaf_of(stored).hex(), "operator", "by hand")
    cause = asked_by(f"skip {position} {leaf}")
    entity = skip_of(position)
    return (await Transactor(kkmp, OPERATIONS).transact(entity, skip, told, cause)).position


@asynccontextmanager
async def connected(url: str) -> AsyncGenerator[Bus]:
    bus = await connect(url, "test")
    try:
        yield bus
    finally:
        await bus.close()


@asynccontextmanager
async def provisioned(url: str, durables: Sequence[Durable] = ()) -> AsyncGenerator[Log]:
    """Yield the log of the server at *url*, new and empty."""
    async with connected(url) as bus:
        await delete_streams(bus)
        await provision(bus, durables=durables)
        yield await Log(bus).open()
        await delete_streams(bus)


async def delete_streams(bus: Bus) -> None:
    """Let a disaster happen."""
    for name in (await bus.api("STREAM.NAMES"))["streams"] or ():
        await bus.api(f"STREAM.DELETE.{name}")


async def heard(kkmp: Log, *durables: str) -> dict[str, Any]:
    """Wait until these have heard what the log holds for them; return what the last one says.

    What is pending is counted some time after an append was acknowledged, so it proves nothing.
    """
    said: dict[str, Any] = {}
    async with asyncio.timeout(60):
        for name in durables:
            while True:
                said = await kkmp.bus.api(f"CONSUMER.INFO.KKMP.{name}")
                last = await _last(kkmp, said["config"]["filter_subject"])
                if said["ack_floor"]["stream_seq"] >= last and not said["num_ack_pending"]:
                    break
                await asyncio.sleep(0.02)
    return said


async def _last(kkmp: Log, subjects: str) -> int:
    """Return the position of the last event under a filter, 0 where there is none."""
    try:
        found = await kkmp.bus.api("STREAM.MSG.GET.KKMP", {"last_by_subj": subjects})
    except BusRefused:
        return 0
    return found["message"]["seq"]


async def unheard(kkmp: Log, *durables: Durable) -> None:
    """Let these hear everything again, as if nothing were known of what they have heard."""
    await kkmp.bus.api("STREAM.PURGE.KKMP_HEARD", {"filter": "heard.>"})
    for durable in durables:
        await kkmp.bus.api(f"CONSUMER.DELETE.KKMP.{durable.name}")
