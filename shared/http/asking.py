"""Asking for a change: one key, one effect, and an answer that says where it is recorded."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Depends, Header, Query, Request, Response
from pydantic import BaseModel, Field

from shared.access import Principal, covers
from shared.asked import event_ids, known, same_request
from shared.calendar import day_of, midnight_after
from shared.decider import Decider, Refusal
from shared.envelope import Cause
from shared.http.problems import FROM_THE_FUTURE, KEY_MISSING, OUTSIDE, Problem
from shared.identity import derived_id
from shared.messages import Command
from shared.service import Running
from shared.subjects import Entity
from shared.tracing import current_traceparent
from shared.transact import CauseReused, Part

_CLOCKS_DIFFER = timedelta(minutes=1)
_WAIT_SECONDS = 5.0
_MOST_RECENT = 10_000
_VERSION = re.compile(r'"(\d{1,9})(?:\.[0-9a-f]+)?"', re.ASCII)

_RUNNING = Refusal(
    "request_running",
    "Permintaan dengan Idempotency-Key ini masih diproses. Coba lagi sebentar.",
    "The request with this Idempotency-Key is still running. Try again in a moment.",
)
_WRITES_EXHAUSTED = Refusal(
    "writes_exhausted",
    "Perintah untuk hari ini sudah habis: paling banyak {most} per hari. Lanjutkan besok.",
    "The commands of this day are used up: {most} a day at most. Go on tomorrow.",
)
_VERSION_REQUIRED = Refusal(
    "version_required",
    "Sebutkan versi yang Anda lihat: If-Match dengan ETag-nya, atau If-None-Match: * jika baru.",
    "Say which version you saw: If-Match with its ETag, or If-None-Match: * for a new one.",
    "invalid",
)
_VERSION_MALFORMED = Refusal(
    "version_header_malformed",
    'If-Match memuat satu ETag dari jawaban kami, misalnya "17"; If-None-Match hanya *.',
    'If-Match holds one ETag of ours, such as "17"; If-None-Match only *.',
    "invalid",
)


class Receipt(BaseModel):
    """The answer to every command: it is recorded, and this is where."""

    position: int = Field(description="Position in the log: give it as min_position to a query.")
    version: int = Field(description="How many events the entity has now.")
    events: list[UUID] = Field(description="Ids of the events; empty: it had come true already.")
    entity: str = Field(description="Id of the entity that was changed.")
    see: str = Field(description="Where its events are to be read.")
    repeated: bool = Field(description="This is the first answer to this Idempotency-Key again.")
    dry_run: bool = Field(
        default=False, description="It was only tried: it would be taken, and nothing is recorded."
    )


class AlreadyAnswered(Exception):  # noqa: N818 - said of the request
    """The request had its effect before: *receipt* is the first answer again."""

    def __init__(self, receipt: Receipt) -> None:
        """The door answers with *receipt*."""
        super().__init__()
        self.receipt = receipt


@dataclass(slots=True)
class Requests:
    """What is being asked in this process, and the last answers that it gave.

    The tables know every request that led to a fact, but a moment later: this bridges the moment.
    """

    running: dict[UUID, tuple[str, asyncio.Event]] = field(
        default_factory=dict[UUID, tuple[str, asyncio.Event]]
    )
    recent: OrderedDict[UUID, tuple[str, Receipt]] = field(
        default_factory=OrderedDict[UUID, tuple[str, Receipt]]
    )

    def answered(self, request: UUID, fingerprint: str, receipt: Receipt) -> None:
        """Keep an answer for those who ask again at once."""
        self.recent[request] = fingerprint, receipt
        if len(self.recent) > _MOST_RECENT:
            self.recent.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """What an endpoint needs to ask for a change: `await ask(entity, decider, command, body)`."""

    running: Running
    requests: Requests
    response: Response
    principal: Principal
    within: tuple[str, ...]
    command_id: UUID
    path: str
    fingerprint: str
    correlation: UUID
    now: datetime
    dry_run: bool = False
    expected: int | None = None

    async def __call__[C, S, E](
        self,
        entity: Entity,
        decider: Decider[C, S, E],
        command: C,
        body: Command,
        also: Sequence[Part[Any, Any, Any]] = (),
        at: datetime | None = None,
    ) -> Receipt:
        """Decide *command*, and say where it is recorded.

        It happened at *at*, or as the body's `effective_at` says, or now. *also* are the parts of
        other entities: all is recorded, or nothing.
        """
        if not any(covers(place, entity.place) for place in self.within):
            raise Problem(OUTSIDE, 403, {"place": entity.place, "places": ", ".join(self.within)})
        self._ration()
        cause = Cause(
            id=self.command_id,
            correlation=self.correlation,
            at=self.at(body) if at is None else self.past(at),
            recorded_at=self.now,
            authtype=self.principal.authtype,
            authid=self.principal.authid,
            fingerprint=self.fingerprint,
            traceparent=current_traceparent(),
        )
        outcome = await self.running.transactor.transact_all(
            (Part(entity, decider, command), *also), cause, self.expected, dry_run=self.dry_run
        )
        receipt = Receipt(
            position=outcome.position,
            version=outcome.version,
            events=list(outcome.events),
            entity=entity.id,
            see=_see(entity),
            repeated=outcome.repeated,
            dry_run=self.dry_run,
        )
        if not self.dry_run:
            self.requests.answered(self.command_id, self.fingerprint, receipt)
        if not outcome.events or outcome.repeated:
            self.response.status_code = 200
        self.response.headers.update(headers_of(receipt))
        return receipt

    def _ration(self) -> None:
        """Count this command, if it is one and no trial; a problem when the day's are used up."""
        rations, who, today = self.running.rations, self.principal.authid, day_of(self.now)
        if rations.left(who, today) <= 0:
            seconds = int((midnight_after(today) - self.now).total_seconds()) + 1
            values = {"most": self.running.settings.writes_per_day}
            raise Problem(_WRITES_EXHAUSTED, 429, values, retry_after=seconds)
        if not self.dry_run:
            rations.take(who)

    async def state[C, S, E](self, entity: Entity, decider: Decider[C, S, E]) -> S:
        """Return another entity's state, as a fact for the rule that decides."""
        return await self.running.transactor.state(entity, decider)

    def at(self, body: Command) -> datetime:
        """When it happened: as the body says, otherwise now. Never in the future."""
        return self.now if body.effective_at is None else self.past(body.effective_at)

    def past(self, moment: datetime) -> datetime:
        """Return *moment* in UTC; it is a problem when it is still to come."""
        if moment > self.now + _CLOCKS_DIFFER:
            raise Problem(FROM_THE_FUTURE, 422, {"effective_at": moment.isoformat()})
        return moment.astimezone(UTC)

    def day(self, body: Command) -> date:
        """The day in Jakarta on which it happened."""
        return day_of(self.at(body))

    def fresh_id(self, what: str) -> UUID:
        """Return an id for a new thing: the same one when the request is repeated."""
        return derived_id(self.command_id, self.path, what)


def headers_of(receipt: Receipt) -> dict[str, str]:
    """The headers that go with a receipt: where in the log, which version, and where to look."""
    return {
        "KKMP-Log-Position": str(receipt.position),
        "ETag": f'"{receipt.version}"',
        "Location": receipt.see,
    }


def _see(entity: Entity) -> str:
    region = entity.place.removesuffix(".0.0")  # a fact of the whole city is filed under no less
    query = urlencode({"entity": f"{entity.stream}/{entity.id}", "region": region}, safe="/")
    return f"/v1/events?{query}"


async def _ask(
    request: Request,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=200,
            description="Names this request: sent again, it has no second effect. "
            "A UUID, or any text that is yours alone; in double quotes it is the same key.",
            examples=["0b5ff4f4-5d0f-4c1c-9d62-5f2f2f0e7d33"],
        ),
    ] = None,
    *,
    dry_run: Annotated[
        bool,
        Query(
            description="Only try it: the answer is the same no, or a receipt of nothing. "
            "What was tried holds no Idempotency-Key."
        ),
    ] = False,
) -> AsyncIterator[Ask]:
    key = _unquoted(idempotency_key or "")
    if not key:
        raise Problem(KEY_MISSING, 400)
    running: Running = request.app.state.running
    requests: Requests = request.app.state.requests
    principal: Principal = request.state.principal
    path = request.url.path
    body = await request.body()
    command_id = derived_id(running.name, principal.authid, _hidden(running, key))
    said = sha256(f"{request.method} {path}\n".encode() + body).hexdigest()
    fingerprint = _hidden(running, said)
    finished = await _alone(requests, command_id, fingerprint)
    try:
        await _refuse_repeats(running, requests, command_id, fingerprint)
        yield Ask(
            running=running,
            requests=requests,
            response=response,
            principal=principal,
            within=request.state.within,
            command_id=command_id,
            path=path,
            fingerprint=fingerprint,
            correlation=request.state.correlation,
            now=datetime.now(UTC),
            dry_run=dry_run,
        )
    finally:
        del requests.running[command_id]
        finished.set()


def _hidden(running: Running, text: str) -> str:
    """Hide *text* behind the ring's secret, where a service takes in personal data.

    Ids of events are derived from a request's key and body, and stay in the log for ever. Without a
    secret, whoever guesses what was said of a person could see there that it was said.
    """
    return text if running.held_keys is None else running.held_keys.fingerprint(text)


def _unquoted(key: str) -> str:
    """A key is the same with and without the quotes that the IETF's draft writes around it."""
    quoted = len(key) > 1 and key.startswith('"') and key.endswith('"')
    return key[1:-1] if quoted else key


async def _alone(requests: Requests, command_id: UUID, fingerprint: str) -> asyncio.Event:
    """Wait, for a while, until nobody else in this process asks under the same key."""
    deadline = asyncio.get_running_loop().time() + _WAIT_SECONDS
    while (other := requests.running.get(command_id)) is not None:
        their_fingerprint, finished = other
        if their_fingerprint != fingerprint:
            raise CauseReused(str(command_id))
        try:
            async with asyncio.timeout_at(deadline):
                await finished.wait()
        except TimeoutError as error:
            raise Problem(_RUNNING, 409, retry_after=1) from error
    finished = asyncio.Event()
    requests.running[command_id] = fingerprint, finished
    return finished


async def _refuse_repeats(
    running: Running, requests: Requests, command_id: UUID, fingerprint: str
) -> None:
    """Raise `AlreadyAnswered`, or `CauseReused` when the key has stood for another request."""
    if (recent := requests.recent.get(command_id)) is not None:
        their_fingerprint, receipt = recent
        if their_fingerprint != fingerprint:
            raise CauseReused(str(command_id))
        raise AlreadyAnswered(receipt.model_copy(update={"repeated": True}))
    before = await known(running.pool, running.name, command_id)
    if before is None:
        return
    if not same_request(before, fingerprint):
        raise CauseReused(str(command_id))
    entity = before.entity
    raise AlreadyAnswered(
        Receipt(
            position=before.position,
            version=before.version,
            events=list(event_ids(before, fingerprint)),
            entity=entity.id,
            see=_see(entity),
            repeated=True,
        )
    )


type Asking = Annotated[Ask, Depends(_ask, scope="function")]
"""The parameter of an endpoint that asks for a change."""


async def _edit(
    ask: Asking,
    if_match: Annotated[
        str | None,
        Header(
            max_length=200,
            description="The ETag of what you saw; its part before a dot is the version.",
        ),
    ] = None,
    if_none_match: Annotated[
        str | None, Header(max_length=200, description="`*`: there is to be none yet.")
    ] = None,
) -> Ask:
    if if_match is None and if_none_match is None:
        raise Problem(_VERSION_REQUIRED, 428)
    found = _VERSION.fullmatch(if_match.strip()) if if_match else None
    if if_none_match is not None and if_match is None and if_none_match.strip() == "*":
        return replace(ask, expected=0)
    if found is None or if_none_match is not None:
        raise Problem(_VERSION_MALFORMED, 422)
    return replace(ask, expected=int(found[1]))


type Editing = Annotated[Ask, Depends(_edit)]
"""As `Asking`, where a person changes what he saw: without the version that he saw, it is a no."""
