"""Reactions: when another service's fact concerns us, we ask ourselves for something.

FastStream delivers each fact at least once. Those of one entity are reacted to in order and one at
a time, those of several side by side. The effect is once, because the events that follow have ids
derived from the fact's. What cannot work is parked with its reason and place before it is let go;
what cannot work *now* waits and is delivered again, and its entity's later facts wait behind it.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any
from uuid import UUID

import nats.errors
import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsMessage, PullSub
from opentelemetry.trace import SpanKind

from shared.binding import FETCH_SECONDS, Broker
from shared.bus import Bus, BusRefused, BusUnreachable
from shared.decider import Decider, Refused
from shared.durables import Durable
from shared.envelope import Cause, Recorded, Stored, Unreadable, Vocabulary
from shared.identity import derived_id
from shared.keyring import KeyRing
from shared.log import STREAM, Log, LogRefused, LogUnreachable
from shared.metrics import Metrics, ReactionOutcome
from shared.projection import DATABASE_AWAY, ProjectionBehind, Runner
from shared.subjects import Entity, filter_of
from shared.tracing import continuing, current_traceparent, tracer
from shared.transact import CauseReused, Contended, Transactor

_log = structlog.get_logger()
_STOP_SECONDS = 2.0
_NEVER = (Refused, Unreadable, CauseReused, LogRefused)
_NOT_NOW = (LogUnreachable, BusUnreachable, ProjectionBehind, Contended, *DATABASE_AWAY)


@dataclass(frozen=True, slots=True)
class Request[C, S, E]:
    """What we ask of ourselves: a command for one of our own entities."""

    entity: Entity
    decider: Decider[C, S, E]
    command: C


@dataclass(frozen=True, slots=True)
class Facts:
    """Where a reaction takes facts from that the event does not carry.

    *bus* and *keys* are for what an erasure takes along; *keys* where the service holds them.
    """

    transactor: Transactor
    runner: Runner
    pool: Any
    bus: Bus | None = None
    keys: KeyRing | None = None


@dataclass(frozen=True)
class Reaction:
    """When *owner*'s entity of kind *stream* says *hears*, we ask what *react* returns.

    *name* names the durable consumer and never changes. A fact may lead to one request per entity.
    """

    name: str
    owner: str
    stream: str
    hears: type
    react: Callable[[Recorded, Facts], Awaitable[Sequence[Request[Any, Any, Any]]]]

    def durable(self, service: str) -> Durable:
        """The consumer that delivers to this reaction of *service*."""
        hears = filter_of(self.owner, "", self.stream, self.hears.__name__)
        return Durable(f"{service}-{self.name}", hears)


class Reactor:
    """Runs the reactions of one service on FastStream, on durables that were provisioned."""

    def __init__(
        self,
        reactions: Sequence[Reaction],
        vocabulary: Vocabulary,
        log: Log,
        facts: Facts,
        url: str,
        metrics: Metrics | None = None,
    ) -> None:
        """Start with `start`."""
        self._vocabulary = vocabulary
        self._log = log
        self._facts = facts
        self._metrics = metrics or Metrics()
        self._tracer = tracer(vocabulary.service)
        self._broker = Broker(
            url,
            name=f"kkmp-{vocabulary.service}-reactions",
            logger=logging.getLogger("faststream"),
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
        )
        self._lines: dict[str, asyncio.Task[None]] = {}
        self._held_up: dict[str, int] = {}
        for reaction in reactions:
            self._subscribe(reaction)

    def _subscribe(self, reaction: Reaction) -> None:

        async def handle(message: NatsMessage) -> None:
            self._line_up(reaction, message)

        self._metrics.hears(reaction.name)
        durable = reaction.durable(self._vocabulary.service)
        self._broker.subscriber(
            durable.hears,
            stream=JStream(STREAM, declare=False),
            durable=durable.name,
            pull_sub=PullSub(batch_size=1, timeout=FETCH_SECONDS),
            ack_policy=AckPolicy.MANUAL,
            decoder=_undecoded,
            title=durable.name,
        )(handle)

    async def start(self) -> None:
        """Begin to listen; raises `BusUnreachable`."""
        try:
            await self._broker.start()
        except (nats.errors.Error, OSError) as away:
            raise BusUnreachable(f"reactions: {away or type(away).__name__}") from away

    @property
    def alive(self) -> bool:
        """Whether facts are heard, or will be again; also before it has begun."""
        bus = getattr(self._broker, "bus", None)
        return bus.alive if isinstance(bus, Bus) else True

    async def stop(self) -> None:
        """Stop listening, and finish what is in hand."""
        with contextlib.suppress(nats.errors.Error):  # the server may be gone by now
            await self._broker.stop()
        if self._lines:
            await asyncio.wait(self._lines.values(), timeout=_STOP_SECONDS)

    def _line_up(self, reaction: Reaction, message: NatsMessage) -> None:
        """Take a fact in hand, behind those of its entity that came before it."""
        stored = _stored(message.raw_message)
        entity = f"{reaction.name} {stored.subject.rpartition('.')[0]}"
        ahead = self._lines.get(entity)
        mine = self._lines[entity] = asyncio.create_task(
            self._in_turn(ahead, entity, reaction, message, stored)
        )

        def leave(_: asyncio.Task[None]) -> None:
            if self._lines.get(entity) is mine:
                del self._lines[entity]

        mine.add_done_callback(leave)

    async def _in_turn(
        self,
        ahead: asyncio.Task[None] | None,
        entity: str,
        reaction: Reaction,
        message: NatsMessage,
        stored: Stored,
    ) -> None:
        if ahead is not None:
            await asyncio.wait([ahead])
        structlog.contextvars.bind_contextvars(
            service=self._vocabulary.service, correlation_id=_correlation(stored)
        )
        began = perf_counter()
        with continuing(
            self._tracer, reaction.name, SpanKind.CONSUMER, stored.header("traceparent")
        ) as span:
            try:
                outcome = await self._handle(entity, reaction, message, stored)
            except (nats.errors.Error, OSError, BusUnreachable, BusRefused) as away:
                why = str(away) or type(away).__name__  # the fact is delivered again
                _log.warning("reaction not acknowledged", reaction=reaction.name, why=why)
                return
            except Exception:  # noqa: BLE001 - whatever nats-py stumbles over when the connection is lost
                _log.exception("reaction not acknowledged", reaction=reaction.name)
                return
            span.set_attribute("kkmp.outcome", outcome)
        self._metrics.reaction(reaction.name, outcome, perf_counter() - began)

    async def _handle(
        self, entity: str, reaction: Reaction, message: NatsMessage, stored: Stored
    ) -> ReactionOutcome:
        """React once; acknowledge only what has been recorded or parked."""
        outcome: ReactionOutcome = "done"
        raw: Any = message.raw_message
        attempt = int(raw.metadata.num_delivered or 1)
        if self._held_up.get(entity, stored.position) < stored.position:
            await message.nack(delay=_delay(attempt))
            return "waits"
        try:
            await self._react(reaction, stored)
        except _NOT_NOW as why:
            self._held_up[entity] = stored.position
            await message.nack(delay=_delay(attempt))
            _log.warning("reaction waits", reaction=reaction.name, why=str(why))
            return "waits"
        except Exception as why:  # noqa: BLE001 - a no, or a fault of ours: it is parked either way
            await self._park(reaction, stored, attempt, why)
            await message.reject()
            outcome = "parked"
        else:
            await message.ack()
        self._held_up.pop(entity, None)
        return outcome

    async def _react(self, reaction: Reaction, stored: Stored) -> None:
        if self._log.skips.mark(stored).skipped:
            return  # it says nothing
        recorded = self._vocabulary.read(stored)
        if recorded is None:
            raise Unreadable(stored, f"{reaction.name} does not know this event")
        for request in await reaction.react(recorded, self._facts):
            cause = Cause(
                id=recorded.event_id,
                correlation=recorded.correlation,
                at=recorded.time,
                recorded_at=datetime.now(UTC),
                authtype="system",
                authid=f"{self._vocabulary.service}/{reaction.name}",
                fingerprint=reaction.name,
                traceparent=current_traceparent(),
            )
            await self._facts.transactor.transact(
                request.entity, request.decider, request.command, cause
            )

    async def _park(self, reaction: Reaction, stored: Stored, attempt: int, why: Exception) -> None:
        """Put the fact's place and the reason aside, where a person finds them."""
        service = self._vocabulary.service
        if isinstance(why, Refused):
            self._metrics.refused(why.refusal.code)
        code = why.refusal.code if isinstance(why, Refused) else type(why).__name__
        note = {
            "reaction": reaction.name,
            "position": stored.position,
            "subject": stored.subject,
            "code": code,
            "reason": _reason(why),
            "attempt": attempt,
            "parked_at": datetime.now(UTC).isoformat(),
        }
        identity = str(derived_id(service, reaction.name, stored.position))
        answer = json.loads(
            await self._log.bus.ask(
                f"parked.{service}.{reaction.name}",
                json.dumps(note).encode(),
                {"Nats-Msg-Id": identity},
            )
        )
        if "error" in answer:
            raise BusRefused(answer["error"])
        fault = None if isinstance(why, _NEVER) else why
        del note["reason"]  # it may quote what was said: it is where the fact is parked
        _log.error("reaction parked", exc_info=fault, **note)


def _reason(why: Exception) -> str:
    """Say why, and quote nothing that was said: a parked note may outlive the person."""
    if isinstance(why, Refused):
        return why.refusal.en
    return str(why) if isinstance(why, _NEVER) else type(why).__name__


def _correlation(stored: Stored) -> str:
    """Return the id that all consequences of one request share, "" when the fact has none."""
    try:
        return str(UUID(stored.header("ce-correlationid")))
    except ValueError:
        return ""


def _delay(attempt: int) -> float:
    """Seconds until a fact is delivered again: short at first, never more than half a minute."""
    return min(0.1 * 2 ** min(attempt, 10), 30.0)


async def _undecoded(message: NatsMessage) -> bytes:
    """Leave the payload to the vocabulary, which also checks who says it."""
    return message.body


def _stored(raw: Any) -> Stored:  # noqa: ANN401 - nats-py's message
    """Return the delivered message as the log holds it."""
    headers: dict[str, str] = raw.headers or {}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    block = f"NATS/1.0\r\n{lines}\r\n".encode()
    return Stored(raw.metadata.sequence.stream, raw.subject, block, raw.data)
