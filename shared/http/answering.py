"""Answering a question: from rows as they are at one position, not before the one asked for."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from shared.decider import Refusal
from shared.http.problems import NOT_FOUND, Problem
from shared.projection import ProjectionBehind
from shared.service import Running

_CURSOR = Refusal(
    "cursor_malformed",
    "Nilai after bukan penunjuk halaman dari jawaban sebelumnya.",
    "The value of after is no cursor from an earlier answer.",
    "invalid",
)

type Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
type After = Annotated[
    str | None, Query(max_length=400, description="The cursor `next` of the page before.")
]


class Page[T](BaseModel):
    """One page of a list, and the position of the log that it is true at."""

    items: list[T]
    next: str | None = Field(description="Give it as `after` to get the next page; null: the end.")
    position: int

    @classmethod
    def of[R](
        cls,
        rows: Sequence[R],
        limit: int,
        position: int,
        item: Callable[[R], T],
        key: Callable[[R], str],
    ) -> Self:
        """Cut *rows* (one more than *limit*, if there are more) into a page."""
        more = len(rows) > limit
        shown = rows[:limit]
        return cls(
            items=[item(row) for row in shown],
            next=urlsafe_b64encode(key(shown[-1]).encode()).decode() if more else None,
            position=position,
        )


def after_key(cursor: str | None) -> str:
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


@dataclass(frozen=True, slots=True)
class Read:
    """One consistent look at the service's tables, true at *position*."""

    running: Running
    connection: Any
    position: int

    async def rows(self, sql: str, *values: object) -> list[Any]:
        """Return the rows of a query."""
        return await self.connection.fetch(sql, *values)

    async def row(self, what: str, sql: str, *values: object) -> Any:  # noqa: ANN401 - asyncpg's record
        """Return the one row of a query; it is a problem, 404, when there is none of *what*."""
        found = await self.connection.fetchrow(sql, *values)
        if found is None:
            raise Problem(NOT_FOUND, 404, {"what": what})
        return found


async def _read(
    request: Request,
    response: Response,
    min_position: Annotated[
        int,
        Query(ge=0, description="Wait until the answer includes this position of the log."),
    ] = 0,
) -> AsyncIterator[Read]:
    running: Running = request.app.state.running
    await running.runner.wait_for(min_position)
    async with (
        running.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        position: int = await connection.fetchval(
            f"SELECT position FROM {running.name}.projection"  # noqa: S608 - our name
        )
        if position < min_position:  # Postgres lost its last commits in a crash a moment ago
            raise ProjectionBehind(position, min_position, "")
        response.headers["KKMP-Log-Position"] = str(position)
        yield Read(running, connection, position)


type Reading = Annotated[Read, Depends(_read)]
"""The parameter of an endpoint that answers a question."""
