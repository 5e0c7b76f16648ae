"""Whether a service lives, whether it is ready and why not, and its numbers.

Open to all, for probes have no credentials: positions, codes and counts, and nothing about anybody.
"""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from shared.bus import BusRefused, BusUnreachable
from shared.http.kept import Fresh
from shared.log import LogUnreachable
from shared.metrics import OPENMETRICS
from shared.projection import DATABASE_AWAY
from shared.provision import LogSettingsDiffer, check
from shared.service import Running

_DATABASE_SECONDS = 2.0
_MOST_SKIPPED = 100

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """Whether the process turns and hears the bus; one that does not is to be started anew."""

    alive: bool
    reasons: list[str] = Field(default_factory=list[str], description="Why not.")


class Head(BaseModel):
    """The log, as this service sees it."""

    head: int | None = Field(description="Its last position; null: it does not answer.")


class Progress(BaseModel):
    """How far this service's tables are."""

    position: int = Field(description="The tables hold the log up to here.")
    lag: int | None = Field(description="How many positions are behind the head, if it is known.")
    state: str = Field(description="starting, following, waiting or halted.")


class Listening(BaseModel):
    """How far a reaction is in hearing the log, as of a few seconds ago."""

    name: str = Field(description="The durable that delivers to it.")
    exists: bool = Field(description="false: it is gone, and nothing is heard.")
    pending: int = Field(description="How many facts it has yet to be told.")
    ack_pending: int = Field(description="How many it was told and has not done with.")
    redelivered: int = Field(description="How many of those it was told more than once.")


class Readiness(BaseModel):
    """Whether commands and queries can be answered."""

    ready: bool
    reasons: list[str] = Field(description="Why not.")
    service: str
    log: Head
    projection: Progress
    skipped: list[int] = Field(
        description="Positions that nobody could read, and that a recorded skip makes empty:"
        " the last hundred of them."
    )
    reactions: list[Listening]


@router.get(
    "/livez",
    operation_id="livez",
    responses={503: {"model": Alive, "description": "To be started anew: `reasons` says why."}},
)
async def livez(request: Request, response: Response) -> Alive:
    """Say that the process turns; 503 when it hears nothing of the bus, and will not again.

    A bus or database that is away is no reason: it is waited for, and a restart would not help.
    """
    running: Running = request.app.state.running
    if running.log.bus.alive and running.reactor.alive:
        return Alive(alive=True)
    response.status_code = 503
    return Alive(alive=False, reasons=["bus: nobody reads the connection"])


@router.get(
    "/readyz",
    operation_id="readyz",
    responses={503: {"model": Readiness, "description": "Not ready: `reasons` says why."}},
)
async def readyz(request: Request, response: Response) -> Readiness:
    """Say whether commands and queries can be answered; 503 with the reasons when not.

    A lag is no reason: an answer says the position that it is true at, and waits for one if asked.
    """
    readiness: Fresh[Readiness] = request.app.state.readiness
    found = await readiness.get(lambda: _readiness(request.app.state.running))
    response.status_code = 200 if found.ready else 503
    return found


async def _readiness(running: Running) -> Readiness:
    reasons: list[str] = []
    head: int | None = None
    try:
        await check(running.log.bus, running.settings.nats_monitor_url)
        head = await running.log.head()
    except (BusUnreachable, LogUnreachable) as away:
        reasons.append(f"log: {away}")
    except (BusRefused, LogSettingsDiffer) as wrong:
        reasons.append(f"log settings: {wrong}")
    except OSError as away:
        reasons.append(f"monitor of nats-server: {away}")
    try:
        async with asyncio.timeout(_DATABASE_SECONDS):
            await running.pool.fetchval("SELECT 1")
    except DATABASE_AWAY as away:
        reasons.append(f"database: {type(away).__name__}")
    status = running.runner.status
    if status.state != "following":
        reasons.append(f"projection {status.state}: {status.why or 'not there yet'}")
    reasons += running.watch.reasons
    return Readiness(
        ready=not reasons,
        reasons=reasons,
        service=running.name,
        log=Head(head=head),
        projection=Progress(
            position=status.position,
            lag=None if head is None else max(head - status.position, 0),
            state=status.state,
        ),
        skipped=running.log.skips.positions()[-_MOST_SKIPPED:],
        reactions=[
            Listening(
                name=one.durable.name,
                exists=one.exists,
                pending=one.pending,
                ack_pending=one.ack_pending,
                redelivered=one.redelivered,
            )
            for one in running.watch.looks
        ],
    )


_TEXT: dict[str, Any] = {"schema": {"type": "string"}}


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={
        200: {
            "description": "The numbers as text.",
            "content": {"text/plain": _TEXT, "application/openmetrics-text": _TEXT},
        }
    },
)
async def metrics(request: Request) -> Response:
    """Give the numbers of this service to Prometheus, as OpenMetrics if it asks for that."""
    running: Running = request.app.state.running
    accept = OPENMETRICS if OPENMETRICS in request.headers.get("accept", "") else ""
    numbers: Fresh[tuple[bytes, str]] = request.app.state.numbers[accept]

    async def exposition() -> tuple[bytes, str]:
        return running.metrics.exposition(accept)

    text, media_type = await numbers.get(exposition)
    return Response(text, media_type=media_type)
