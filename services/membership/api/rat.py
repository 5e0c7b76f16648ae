"""Yearly meetings over HTTP: planned, held, reported, verified."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Path

from services.membership.api.door import (
    HELPERS,
    PENGURUS,
    beginning,
    board_of,
    door,
    founded_on,
    member_of,
)
from services.membership.commands.board import ChangeBoard, SeatFilled, SeatVacated
from services.membership.commands.rat import (
    BoardChange,
    Holding,
    RecordRATHeld,
    ReturnRATReport,
    ScheduleRAT,
    Scheduling,
    SubmitRATReport,
    VerifyRATReport,
)
from services.membership.domain.board import board
from services.membership.domain.member import Member, member
from services.membership.domain.rat import FIRST_BOOK_YEAR, rat, rat_of
from shared.access import Role
from shared.calendar import WIB
from shared.codes import KelurahanCode
from shared.decider import Refused
from shared.http.asking import Ask, Asking, Editing, Receipt
from shared.transact import Part

REPORTERS = {Role.PENGURUS, Role.PENDAMPING}
"""Those who report: the sub-agency, which looks at it, does not."""

type BookYear = Annotated[
    int, Path(ge=FIRST_BOOK_YEAR, le=2100, description="The year whose accounts the RAT hears.")
]


@door.command("/cooperatives/{code}/rat/{book_year}/schedule", "rat", may=HELPERS, at="code")
async def schedule_rat(
    code: KelurahanCode, book_year: BookYear, body: ScheduleRAT, ask: Asking
) -> Receipt:
    """Set the day of the yearly meeting, or another one."""
    command = Scheduling(body, book_year, await founded_on(ask, code))
    return await ask(rat_of(code, book_year), rat, command, body)


@door.command("/cooperatives/{code}/rat/{book_year}/holding", "rat", may=PENGURUS, at="code")
async def record_rat_held(
    code: KelurahanCode, book_year: BookYear, body: RecordRATHeld, ask: Asking
) -> Receipt:
    """Record that the meeting took place; the board changes with it, or nothing is recorded."""
    founded = await founded_on(ask, code)
    members = await _members_on(ask, code, min(body.held_on, ask.day(body)))  # refused if later
    also = [] if body.board is None else [await _change(ask, code, body, body.board, founded)]
    changed = all([await _true_already(ask, part) for part in also])
    command = Holding(body, book_year, founded, members, ask.day(body), changed)
    at = beginning(ask, body, body.held_on)
    return await ask(rat_of(code, book_year), rat, command, body, also=also, at=at)


async def _members_on(ask: Ask, code: str, day: date) -> int:
    """How many active members there were as *day* ended: who left on it counts no longer."""
    ended = datetime.combine(day + timedelta(days=1), datetime.min.time(), WIB)
    running = ask.running
    await running.runner.wait_for(await running.log.head())
    return await running.pool.fetchval(
        """
        SELECT count(*) FROM membership.member
        WHERE cooperative = $1 AND joined_at < $2 AND (left_at IS NULL OR left_at >= $2)
        """,
        code,
        ended,
    )


async def _change(
    ask: Ask, code: str, body: RecordRATHeld, change: BoardChange, founded: date | None
) -> Part[Any, Any, Any]:
    """The board's part in the decision of the meeting."""
    members = [
        one.person
        for one in change.appointed
        if isinstance(standing := await ask.state(member_of(code, one.person), member), Member)
        and standing.since(body.held_on)
    ]
    return Part(
        board_of(code),
        board,
        ChangeBoard(
            tuple(SeatVacated(seat) for seat in change.ended),
            tuple(SeatFilled(one.seat, one.person, one.until_date) for one in change.appointed),
            body.held_on,
            frozenset(members),
            founded,
        ),
    )


async def _true_already(ask: Ask, part: Part[Any, Any, Any]) -> bool:
    """Whether all that *part* asks for has come true."""
    try:
        return not part.decider.decide(part.command, await ask.state(part.entity, part.decider))
    except Refused:
        return False


@door.command("/cooperatives/{code}/rat/{book_year}/report", "rat", may=REPORTERS, at="code")
async def submit_rat_report(
    code: KelurahanCode, book_year: BookYear, body: SubmitRATReport, ask: Editing
) -> Receipt:
    """Hand in the report of a meeting that was held, or another one in its place."""
    return await ask(rat_of(code, book_year), rat, body, body)


@door.command(
    "/cooperatives/{code}/rat/{book_year}/verification", "rat", may={Role.SUDIN}, at="code"
)
async def verify_rat_report(
    code: KelurahanCode, book_year: BookYear, body: VerifyRATReport, ask: Editing
) -> Receipt:
    """Say that the report that was handed in is in order."""
    return await ask(rat_of(code, book_year), rat, body, body)


@door.command("/cooperatives/{code}/rat/{book_year}/return", "rat", may={Role.SUDIN}, at="code")
async def return_rat_report(
    code: KelurahanCode, book_year: BookYear, body: ReturnRATReport, ask: Editing
) -> Receipt:
    """Give the report back, also one that was verified by mistake."""
    return await ask(rat_of(code, book_year), rat, body, body)
