"""Asking for a change: one key, one effect, and an answer that says where it is recorded."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel, Field

from shared.calendar import day_of
from shared.decider import Decider
from shared.envelope import Cause
from shared.http.problems import FROM_THE_FUTURE, KEY_MISSING, Problem
from shared.identity import derived_id
from shared.messages import Command
from shared.service import Running
from shared.subjects import Entity

_CLOCKS_DIFFER = timedelta(minutes=1)
_ANYONE = "unauthenticated"
_TRACEPARENT = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""W3C Trace Context, section 3.2: version, trace, parent and flags."""


class Receipt(BaseModel):
    """The answer to every command: it is recorded, and this is where."""

    position: int = Field(description="Position in the log: give it as min_position to a query.")
    version: int = Field(description="How many events the entity has now.")
    events: list[UUID] = Field(description="Ids of the events; empty: it had come true already.")
    entity: str = Field(description="Id of the entity that was changed.")
    repeated: bool = Field(description="This is the first answer to this Idempotency-Key again.")


@dataclass(frozen=True, slots=True)
class Ask:
    """What an endpoint needs to ask for a change: `await ask(entity, decider, command, body)`."""

    running: Running
    response: Response
    command_id: UUID
    path: str
    fingerprint: str
    correlation: UUID
    traceparent: str
    now: datetime

    async def __call__[C, S, E](
        self, entity: Entity, decider: Decider[C, S, E], command: C, body: Command
    ) -> Receipt:
        """Decide *command* as of the body's `effective_at`, and say where it is recorded."""
        cause = Cause(
            id=self.command_id,
            correlation=self.correlation,
            at=self.at(body),
            recorded_at=self.now,
            authtype=_ANYONE,
            authid="",
            fingerprint=self.fingerprint,
            traceparent=self.traceparent,
        )
        outcome = await self.running.transactor.transact(entity, decider, command, cause)
        self.response.status_code = 201 if outcome.events and not outcome.repeated else 200
        self.response.headers["KKMP-Log-Position"] = str(outcome.position)
        return Receipt(
            position=outcome.position,
            version=outcome.version,
            events=list(outcome.events),
            entity=entity.id,
            repeated=outcome.repeated,
        )

    async def state[C, S, E](self, entity: Entity, decider: Decider[C, S, E]) -> S:
        """Return another entity's state, as a fact for the rule that decides."""
        return await self.running.transactor.state(entity, decider)

    def at(self, body: Command) -> datetime:
        """When it happened: as the body says, otherwise now. Never in the future."""
        if body.effective_at is None:
            return self.now
        if body.effective_at > self.now + _CLOCKS_DIFFER:
            raise Problem(FROM_THE_FUTURE, 422, {"effective_at": body.effective_at.isoformat()})
        return body.effective_at.astimezone(UTC)

    def day(self, body: Command) -> date:
        """The day in Jakarta on which it happened."""
        return day_of(self.at(body))

    def fresh_id(self, what: str) -> UUID:
        """Return an id for a new thing: the same one when the request is repeated."""
        return derived_id(self.command_id, self.path, what)


async def _ask(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=200,
            description="Names this request: sent again, it has no second effect. "
            "A UUID, or any text that is yours alone.",
            examples=["0b5ff4f4-5d0f-4c1c-9d62-5f2f2f0e7d33"],
        ),
    ] = None,
) -> Ask:
    if not idempotency_key:
        raise Problem(KEY_MISSING, 400)
    running: Running = request.app.state.running
    body = await request.body()
    return Ask(
        running=running,
        response=response,
        command_id=derived_id(running.name, _ANYONE, idempotency_key),
        path=request.url.path,
        fingerprint=sha256(f"{request.method} {request.url.path}\n".encode() + body).hexdigest(),
        correlation=request.state.correlation,
        traceparent=_trace(request),
        now=datetime.now(UTC),
    )


def _trace(request: Request) -> str:
    """Return the request's trace context if it is one: any other text would stay in the log."""
    found = request.headers.get("traceparent", "")
    return found if _TRACEPARENT.fullmatch(found) else ""


type Asking = Annotated[Ask, Depends(_ask)]
"""The parameter of an endpoint that asks for a change."""
