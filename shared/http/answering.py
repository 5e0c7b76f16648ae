"""Answering a question: from rows as they are at one position, not before the one asked for."""

import hashlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field

from shared.access import covers
from shared.calendar import Instant
from shared.decider import Refusal
from shared.http.accepting import preferences
from shared.http.problems import NOT_ACCEPTABLE, NOT_FOUND, Problem
from shared.http.spreadsheet import Dialect, as_csv
from shared.past import PositionAhead
from shared.projection import ProjectionBehind
from shared.service import Running

MOST_ITEMS = 500
MOST_CSV_ROWS = 10_000
_USUAL_ITEMS = 100
_ACQUIRE_SECONDS = 5.0
_LAST_POSITION = 2**63 - 1
_CLOCKS_DIFFER = timedelta(minutes=1)
_JSON, _CSV = "application/json", "text/csv"
_LIKE_JSON = (_JSON, "application/*", "*/*")
_LIKE_CSV = (_CSV, "text/*")
_EXCEL = f"{_CSV}; dialect=excel-id"

_CURSOR = Refusal(
    "cursor_malformed",
    "Nilai after bukan penunjuk halaman dari jawaban sebelumnya.",
    "The value of after is no cursor from an earlier answer.",
    "invalid",
)
_AS_OF_IN_FUTURE = Refusal(
    "as_of_in_future",
    "Waktu {as_of} belum tiba: yang akan terjadi belum tercatat.",
    "The time {as_of} has not come yet: what will happen is not recorded.",
    "invalid",
)

type Position = Annotated[int, Query(ge=0, le=_LAST_POSITION)]


type Form = Literal["json", "csv", "excel-id"]
"""How an answer is written: as JSON, as CSV, or as CSV for Excel."""


def _form(
    request: Request,
    dialect: Annotated[
        Dialect | None,
        Query(
            description="CSV for Excel as set up in Indonesia: Indonesian titles and words, `;`, "
            "decimal commas, WIB. "
            f"`Accept: {_EXCEL}` asks for it too."
        ),
    ] = None,
) -> Form:
    """What was asked for by `.csv`, `dialect` or `Accept`; a problem when they do not fit."""
    accept = request.headers.get("accept", "")
    if not request.scope.get("as_csv"):
        wanted = preferences(accept) or {"*/*": 1.0}
        json, csv = (max(wanted.get(one, 0.0) for one in like) for like in (_LIKE_JSON, _LIKE_CSV))
        if dialect and not csv and not wanted.get("*/*"):
            raise Problem(NOT_ACCEPTABLE, 406, {"forms": _EXCEL})
        if not json and not csv:
            raise Problem(NOT_ACCEPTABLE, 406, {"forms": f"{_JSON}, {_CSV}"})
        if json >= csv and not dialect:
            return "json"
    named = _dialect_in(accept)
    if named not in ("", "excel-id"):
        raise Problem(NOT_ACCEPTABLE, 406, {"forms": f"{_JSON}, {_CSV}, {_EXCEL}"})
    return "excel-id" if dialect or named else "csv"


def _dialect_in(accept: str) -> str:
    """Return the dialect that an `Accept` header names beside CSV; "" when it names none."""
    for part in accept.lower().split(","):
        kind, *parameters = (word.strip() for word in part.split(";"))
        if kind == _CSV:
            for name, _, value in (one.partition("=") for one in parameters):
                if name.strip() == "dialect":
                    return value.strip().strip('"')
    return ""


type Writing = Annotated[Form, Depends(_form)]


class Page[T](BaseModel):
    """One page of a list, and the position of the log that it is true at."""

    items: list[T]
    next: str | None = Field(description="Give it as `after` to get the next page; null: the end.")
    position: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a list is asked for: *limit* items at most, those behind the key *after*."""

    limit: int
    after: str


def _cut(
    form: Writing,
    limit: Annotated[
        int | None,
        Query(
            ge=1,
            le=MOST_CSV_ROWS,
            description=f"How many at most: up to {MOST_ITEMS}, and without it {_USUAL_ITEMS}; "
            f"as CSV {MOST_CSV_ROWS}.",
        ),
    ] = None,
    after: Annotated[
        str | None, Query(max_length=400, description="The cursor `next` of the page before.")
    ] = None,
) -> Cut:
    if form != "json":
        return Cut(limit or MOST_CSV_ROWS, _key_of(after))
    if limit and limit > MOST_ITEMS:
        words = f"Input should be less than or equal to {MOST_ITEMS}; only CSV has more"
        found = {"type": "less_than_equal", "loc": ("query", "limit"), "msg": words}
        raise RequestValidationError([found | {"ctx": {"le": MOST_ITEMS}}])
    return Cut(limit or _USUAL_ITEMS, _key_of(after))


type Paging = Annotated[Cut, Depends(_cut)]
"""The parameter of an endpoint that lists."""


def _key_of(cursor: str | None) -> str:
    """Return the key that a cursor stands for; "" is the beginning."""
    if cursor is None:
        return ""
    try:
        key = b64decode(cursor, altchars=b"-_", validate=True).decode()
    except ValueError as error:
        raise Problem(_CURSOR, 422) from error
    if "\0" in key:
        raise Problem(_CURSOR, 422)
    return key


@dataclass(slots=True)
class Read:
    """One consistent look at the service's tables, true at *position*.

    Tables are named in SQL without their schema, so that the same question can be asked of the
    past. *as_of* is set where the endpoint's own SQL must answer it; *moment* is the `as_of` that
    was asked for, whoever answers it.
    """

    request: Request
    connection: Any
    position: int
    as_of: datetime | None = None
    form: Form = "json"
    confined: bool = False
    moment: datetime | None = None

    async def rows(self, sql: str, *values: object) -> list[Any]:
        """Return the rows of a query."""
        return await self.connection.fetch(sql, *values)

    async def row(self, what: str, sql: str, *values: object) -> Any:  # noqa: ANN401 - asyncpg's record
        """Return the one row of a query; it is a problem, 404, when there is none of *what*."""
        found = await self.connection.fetchrow(sql, *values)
        if found is None:
            raise Problem(NOT_FOUND, 404, {"what": what})
        return found

    def confine(self, what: str, place: str) -> None:
        """Say which place the answer is about: somebody else's is answered like none at all."""
        self.confined = True
        if not any(covers(prefix, place) for prefix in self.request.state.within):
            raise Problem(NOT_FOUND, 404, {"what": what})

    async def page[T](
        self, cut: Cut, make: Callable[[Any], T], key: str, sql: str, *values: object
    ) -> Page[T]:
        """Return one page of the rows of *sql*, in the order of *key*, an SQL expression.

        The key is unique and a text: a page begins behind the key that the one before ended with.
        """
        first = len(values) + 1
        rows = await self.connection.fetch(
            f"""
            SELECT * FROM (
                SELECT listed.*, ({key})::text COLLATE "C" AS page_key FROM ({sql}) listed
            ) keyed WHERE page_key > ${first} ORDER BY page_key LIMIT ${first + 1}
            """,  # noqa: S608 - our own texts
            *values,
            cut.after,
            cut.limit + 1,
        )
        return self._page(cut, rows, make)

    def _page[T](self, cut: Cut, rows: Sequence[Any], make: Callable[[Any], T]) -> Page[T]:
        more = len(rows) > cut.limit
        shown = rows[: cut.limit]
        cursor = urlsafe_b64encode(shown[-1]["page_key"].encode()).decode() if more else None
        items = [make(row) for row in shown]
        return Page[T].model_construct(items=items, next=cursor, position=self.position)

    def respond(self, answer: BaseModel, promised: type[BaseModel]) -> Response:
        """Return *answer* as JSON or CSV, or say that it is still the one that the caller has.

        *promised* is the model that the endpoint returns: an empty list has columns too.
        """
        path: str = self.request.scope["path"]
        name = path.rstrip("/").rpartition("/")[2]
        headers = {
            "KKMP-Log-Position": str(self.position),
            "Cache-Control": "private, no-cache",
            "Vary": "Accept, Authorization",
        }
        if cursor := getattr(answer, "next", None):
            url = self.request.url.include_query_params(after=cursor)
            path += ".csv" if self.request.scope.get("as_csv") else ""
            headers["Link"] = f'<{path}?{url.query}>; rel="next"'
        if self.form == "json":
            body, media_type = answer.model_dump_json().encode(), _JSON
        else:
            dialect: Dialect | None = "excel-id" if self.form == "excel-id" else None
            body, media_type = as_csv(answer, promised, dialect), f"{_CSV}; charset=utf-8"
            headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        headers["ETag"] = tag = _tag(answer, body)
        if has_it(self.request.headers.get("if-none-match", ""), tag):
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, media_type)


def _tag(answer: BaseModel, body: bytes) -> str:
    """Return the strong tag of an answer; an entity's begins with its version and a dot."""
    version = getattr(answer, "version", None)
    digest = hashlib.sha256(body).hexdigest()[:20]
    return f'"{digest}"' if version is None else f'"{version}.{digest}"'


def has_it(known: str, tag: str) -> bool:
    """Whether the header If-None-Match *known* names *tag*."""
    return known.strip() == "*" or tag in (
        one.strip().removeprefix("W/") for one in known.split(",")
    )


async def _read(
    request: Request,
    form: Writing,
    min_position: Annotated[
        int,
        Query(
            ge=0,
            le=_LAST_POSITION,
            description="Wait until the answer includes this position of the log.",
        ),
    ] = 0,
    as_of: Annotated[
        Instant | None,
        Query(description="What had happened by this instant (with offset), as we know it now."),
    ] = None,
    as_of_position: Annotated[
        int | None,
        Query(ge=0, le=_LAST_POSITION, description="What was known at this position of the log."),
    ] = None,
) -> AsyncIterator[Read]:
    if as_of is not None and as_of > datetime.now(UTC) + _CLOCKS_DIFFER:
        raise Problem(_AS_OF_IN_FUTURE, 422, {"as_of": as_of.isoformat()})
    running: Running = request.app.state.running
    in_rows = request.state.rule.as_of_in_rows
    folded_to = None if in_rows else as_of
    if folded_to is None and as_of_position is None:
        look = _now(running, min_position)
    else:
        who: str = request.state.principal.authid
        look = running.past.at(folded_to, as_of_position, min_position, who)
    async with look as (connection, position):
        yield Read(request, connection, position, as_of if in_rows else None, form, moment=as_of)


@asynccontextmanager
async def _now(running: Running, min_position: int) -> AsyncGenerator[tuple[Any, int]]:
    """Look at the tables as they follow the log."""
    if min_position > running.runner.head and (head := await running.log.head()) < min_position:
        raise PositionAhead(min_position, head)
    await running.runner.wait_for(min_position)
    async with (
        running.pool.acquire(timeout=_ACQUIRE_SECONDS) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        position: int = await connection.fetchval("SELECT position FROM projection")
        if position < min_position:  # Postgres lost its last commits in a crash a moment ago
            raise ProjectionBehind(position, min_position, "")
        yield connection, position


type Reading = Annotated[Read, Depends(_read, scope="function")]
"""The parameter of an endpoint that answers a question."""
