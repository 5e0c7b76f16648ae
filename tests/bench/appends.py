"""Durable appends: a decided command beside the bare publish of the same messages by nats-py."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import nats
from nats.js import JetStreamContext

from services.membership.app import service
from services.membership.commands.member import (
    Application,
    ApplyForMembership,
    ApproveApplication,
    MemberCommand,
    Payment,
    RecordSavingsPayment,
    Verification,
    VerifyApplicant,
)
from services.membership.domain.member import member
from services.membership.events.member import SavingsPaid
from services.membership.events.savings import Savings
from shared.bus import connect
from shared.embedded import EmbeddedNats
from shared.envelope import Draft
from shared.identity import fresh_id
from shared.log import Log
from shared.personal import personal_fields, seal_event
from shared.provision import provision
from shared.subjects import Entity
from shared.transact import Transactor
from tests.bench.facts import APPLIED, KEY, PLACES, cause_at
from tests.bench.report import OURS, Line, Section
from tests.bench.rounds import Step, Way, Worker, take_turns
from tests.bench.size import Size

TARGET = 1.5
BARE = "bare nats-py, same headers"
_APPLICATION = Application(
    ApplyForMembership(
        name=APPLIED.name,
        identity_number=APPLIED.identity_number,
        phone=APPLIED.phone,
        born_on=date.fromisoformat(APPLIED.born_on),
        accepts_articles=True,
    ),
    founded_on=date(2025, 5, 31),
    today=date(2025, 7, 21),
)
_PAYMENT = Payment(
    RecordSavingsPayment(kind=Savings.WAJIB, amount=25_000), datetime(2025, 7, 21, tzinfo=UTC)
)


class _Ours:
    """Commands, decided and appended as a service does it."""

    def __init__(self, transactor: Transactor) -> None:
        self._transactor = transactor
        self._warm: list[Entity] = []

    async def warm_up(self, members: int) -> None:
        """Make as many members, whose state is then known."""
        self._warm = _members(members)
        steps: tuple[MemberCommand, ...] = (
            _APPLICATION,
            Verification(VerifyApplicant()),
            ApproveApplication(),
            Payment(RecordSavingsPayment(kind=Savings.POKOK, amount=100_000), _PAYMENT.at),
        )
        for step in steps:
            await asyncio.gather(*(self._ask(entity, step)() for entity in self._warm))

    def fresh(self, writers: int, each: int) -> list[Worker]:
        return [[self._ask(one, _APPLICATION) for one in _members(each)] for _ in range(writers)]

    def warm(self, writers: int, each: int) -> list[Worker]:
        return [[self._ask(one, _PAYMENT) for _ in range(each)] for one in self._warm[:writers]]

    def _ask(self, entity: Entity, command: MemberCommand) -> Step:
        cause = cause_at(datetime.now(UTC))
        return lambda: self._transactor.transact(entity, member, command, cause)


class Bare:
    """The same messages, as nats-py publishes them."""

    def __init__(self, context: JetStreamContext) -> None:
        self._context = context

    def fresh(self, writers: int, each: int) -> list[Worker]:
        return [[self._apply(one) for one in _members(each)] for _ in range(writers)]

    def warm(self, writers: int, each: int) -> list[Worker]:
        return [list(self._payments(entity, each)) for entity in _members(writers)]

    def _apply(self, entity: Entity) -> Step:
        cause = cause_at(datetime.now(UTC))
        event = _sealed(entity, cause.event_id(entity, 0), APPLIED)
        draft = service.vocabulary.draft(entity, event, cause, 0, 1)
        return lambda: self._publish(draft, entity.family, 0)

    def _payments(self, entity: Entity, number: int) -> Iterator[Step]:
        last = 0
        family = entity.family

        def payment(draft: Draft) -> Step:
            async def publish() -> None:
                nonlocal last
                last = await self._publish(draft, family, last)

            return publish

        event = SavingsPaid(Savings.WAJIB, 25_000)
        for version in range(1, number + 1):
            cause = cause_at(datetime.now(UTC))
            yield payment(service.vocabulary.draft(entity, event, cause, 0, version))

    async def _publish(self, draft: Draft, family: str, expected: int) -> int:
        headers = {
            **draft.headers,
            "Nats-Expected-Last-Subject-Sequence": str(expected),
            "Nats-Expected-Last-Subject-Sequence-Subject": family,
        }
        answer = await self._context.publish(draft.subject, draft.payload, headers=headers)
        return answer.seq


async def appends(folder: Path, size: Size) -> Section:
    """Measure one writer alone and a hundred at once, on new entities and on known ones."""
    server = EmbeddedNats()
    await server.start(folder)
    try:
        lines = await _measure(server.url, size)
    finally:
        await server.stop()
    return Section(
        "Durable appends: a command decided, beside a bare js.publish of the same message",
        "p50 over bare p50",
        lines,
        f"p50 within {TARGET}x of the bare publish",
        all(line.ratio is None or line.ratio <= TARGET for line in lines),
    )


async def _measure(url: str, size: Size) -> list[Line]:
    async with AsyncExitStack() as stack:
        bus = await connect(url, "bench-appends")
        stack.push_async_callback(bus.close)
        client = await nats.connect(url)
        stack.push_async_callback(client.close)
        await provision(bus)
        ours = _Ours(Transactor(await Log(bus).open(), service.vocabulary, _seal))
        bare = Bare(client.jetstream(timeout=10))
        await ours.warm_up(size.writers)
        lines: list[Line] = []
        for who, at in (
            ("one writer", (1, size.alone)),
            (f"{size.writers} writers at once", (size.writers, size.each)),
        ):
            lines += await take_turns(
                size.rounds,
                f"append to a known entity, {who}",
                Way(BARE, partial(bare.warm, *at)),
                Way(OURS, partial(ours.warm, *at)),
            )
            lines += await take_turns(
                size.rounds,
                f"first event of a new entity, personal fields sealed, {who}",
                Way(BARE, partial(bare.fresh, *at)),
                Way(OURS, partial(ours.fresh, *at)),
            )
    return lines


async def _seal(entity: Entity, event_id: UUID, event: object) -> object:
    return _sealed(entity, event_id, event)


def _sealed(entity: Entity, event_id: UUID, event: object) -> object:
    """Seal as the key ring does, with a key that need not be fetched from the database."""
    if not personal_fields(type(event)):
        return event
    return seal_event(event, KEY, str(event_id), entity.place, entity.id)


def _members(number: int) -> list[Entity]:
    return [Entity("membership", PLACES[0], "member", str(fresh_id())) for _ in range(number)]
