"""The feed: the events of the log as they are, for other agencies' systems and for auditors.

`docs/feed.md` says how to follow it.
"""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from shared.access import EVERYBODY, Role
from shared.envelope import cloud_event
from shared.feed import Wanted, look
from shared.http.accepting import preferences
from shared.http.answering import MOST_ITEMS
from shared.http.door import REGION, Door, Within, principal_of
from shared.http.problems import NOT_ACCEPTABLE, Problem
from shared.http.streams import AT_ONCE, MEDIA_TYPE, Stream, follow, refuse_more, seconds_left
from shared.past import PositionAhead
from shared.service import Running

BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
_FORMS = {
    BATCH: BATCH,
    "application/json": BATCH,
    "application/*": BATCH,
    "*/*": BATCH,
    LINES: LINES,
}
_READERS = EVERYBODY - {Role.PEMASOK}
_LAST = 2**63 - 1
_NAME = "[A-Za-z0-9_-]{1,80}"

door = Door(
    events="Umpan peristiwa: semua yang tercatat di log, urut, bagi sistem lain dan auditor. "
    "/ The feed: all that the log holds, in order, for other systems and for auditors."
)


def _wanted(
    within: Within,
    types: Annotated[
        tuple[Annotated[str, Query(max_length=80, pattern=f"^{_NAME}$")], ...],
        Query(alias="type", description="Only this type, such as `MemberJoined`; may be repeated."),
    ] = (),
    entity: Annotated[
        str | None,
        Query(
            max_length=161,
            pattern=f"^{_NAME}/{_NAME}$",
            description="Only the events of one entity, as in their attribute `subject`.",
        ),
    ] = None,
    service: Annotated[
        str | None,
        Query(max_length=80, pattern=f"^{_NAME}$", description="Only the facts of this service."),
    ] = None,
) -> Wanted:
    stream, _, entity_id = (entity or "").partition("/")
    return Wanted(within, frozenset(types), service or "", stream, entity_id)


type Wanting = Annotated[Wanted, Depends(_wanted)]


@door.raw(
    "/events",
    "events",
    may=_READERS,
    at=REGION,
    response_class=Response,
    responses={
        200: {
            "description": "Events; the headers say up to where the log was looked at.",
            "content": {
                BATCH: {"schema": {"type": "array", "items": {"type": "object"}}},
                LINES: {"schema": {"type": "string"}},
            },
        }
    },
)
async def read_events(
    request: Request,
    wanted: Wanting,
    after: Annotated[int, Query(ge=0, le=_LAST, description="Position after which to begin.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_ITEMS, description="How many at most.")] = 100,
) -> Response:
    """Return events of all services in the order of the log, as structured CloudEvents.

    Personal fields are sealed. The header `Link` leads to what comes next, and
    `KKMP-Log-Position` says up to where the log was looked at, also when nothing was found.
    """
    form = form_of(request.headers.get("accept", ""))
    running: Running = request.app.state.running
    looked = await look(running.log, wanted, after, limit)
    said = [json.dumps(cloud_event(stored)) for stored in looked.events]
    query = request.url.include_query_params(after=looked.position).query
    headers = {
        "Link": f'<{request.url.path}?{query}>; rel="next"',
        "KKMP-Log-Position": str(looked.position),
        "Cache-Control": "no-store",
    }
    body = "".join(f"{one}\n" for one in said) if form == LINES else f"[{','.join(said)}]"
    return Response(body, 200, headers, form)


def form_of(accept: str) -> str:
    """Return the media type to answer with; raises the problem when neither will do."""
    form, most = "", 0.0
    for kind, quality in preferences(accept or "*/*").items():
        if kind in _FORMS and quality > most:
            form, most = _FORMS[kind], quality
    if not form:
        raise Problem(NOT_ACCEPTABLE, 406, {"forms": f"{BATCH}, {LINES}"})
    return form


@door.raw(
    "/events/stream",
    "events",
    may=_READERS,
    at=REGION,
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events for as long as the connection lasts.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        }
    },
)
async def follow_events(
    request: Request,
    wanted: Wanting,
    after: Annotated[
        int | None, Query(ge=0, le=_LAST, description="Position after which to begin.")
    ] = None,
    last_event_id: Annotated[
        int | None,
        Header(alias="Last-Event-ID", ge=0, le=_LAST, description="As `after`, and before it."),
    ] = None,
) -> Response:
    """Follow events as they are recorded: server-sent events, whose id is the position.

    Without `Last-Event-ID` and `after` it begins with what comes from now on.
    """
    running: Running = request.app.state.running
    principal = principal_of(request)
    head = await running.log.head()
    position = next((one for one in (last_event_id, after) if one is not None), head)
    if position > head:
        raise PositionAhead(position, head)
    looking = partial(look, running.log, wanted, most=AT_ONCE)
    seconds = seconds_left(principal.expires_at, datetime.now(UTC))
    refuse_more(principal.authid)
    return Stream(principal.authid, follow(running.tail, looking, position, seconds), seconds)
