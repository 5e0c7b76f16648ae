"""The feed: the events of the log as they are, for other agencies' systems and for auditors."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from shared.codes import RegionPrefix
from shared.envelope import Stored, cloud_event
from shared.http.answering import Limit
from shared.service import Running
from shared.subjects import filter_of

_LAST = 2**63 - 1

router = APIRouter(tags=["events"])


@router.get("/events")
async def events(
    request: Request,
    after: Annotated[int, Query(ge=0, le=_LAST, description="Position after which to begin.")] = 0,
    limit: Limit = 100,
    region: Annotated[
        RegionPrefix | None, Query(description="Only what happened below this code.")
    ] = None,
    event_type: Annotated[
        str | None,
        Query(alias="type", pattern="^[A-Za-z]{1,80}$", description="Only events of this type."),
    ] = None,
) -> JSONResponse:
    """Return events of all services in the order of the log, as structured CloudEvents.

    Personal fields are sealed. Ask again with `after` = `next`, until `next` is null; new events
    come behind the last position.
    """
    running: Running = request.app.state.running
    found: list[Stored] = []
    subjects = filter_of("*", region or "", "*", event_type or "*")
    async for stored in running.log.scan(subjects, after, limit + 1):
        found.append(stored)
        if len(found) > limit:
            break
    shown = found[:limit]
    return JSONResponse(
        {
            "items": [cloud_event(stored) for stored in shown],
            "next": shown[-1].position if len(found) > limit else None,
            "position": shown[-1].position if shown else after,
        }
    )
