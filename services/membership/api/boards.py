"""Terms over time, and the boards of many cooperatives, over HTTP."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from services.membership.api.door import FIGURES, day_of_answer, door
from services.membership.events.board import BoardRule, EndingCause, Organ, Seat
from shared.access import below
from shared.calendar import Day
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Reading
from shared.http.door import REGION, Within

_REQUIRED = sum(seat.required for seat in Seat)


class TermAnswer(BaseModel):
    """A term in a seat: from *from_date* until the day before *ended_on*, or still going on."""

    seat: Seat
    organ: Organ
    ex_officio: bool
    person: str
    from_date: date
    until_date: date | None = Field(description="The last day that was set for it.")
    ended_on: date | None = Field(description="The first day on which the person had no seat.")
    cause: EndingCause | None


@door.query("/cooperatives/{code}/board/history", "board", may=FIGURES, at="code")
async def list_terms(
    code: KelurahanCode,
    read: Reading,
    cut: Paging,
    on: Annotated[Day | None, Query(description="Only the terms that this day lies in.")] = None,
) -> Page[TermAnswer]:
    """List who held which seat from when until when, by seat and first day."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    return await read.page(
        cut,
        lambda row: TermAnswer(**row),
        "concat_ws(' ', seat, from_date, person)",
        """
        SELECT * FROM seat_term WHERE cooperative = $1
            AND ($2::date IS NULL OR from_date <= $2 AND (ended_on IS NULL OR ended_on > $2))
        """,
        code,
        on,
    )


class TermEnding(BaseModel):
    """A term that ends soon: *until_date* is its last day."""

    cooperative: str
    name: str = Field(description="The cooperative's name.")
    kecamatan: str
    seat: Seat
    organ: Organ
    person: str
    from_date: date
    until_date: date
    days: int = Field(description="How many days are left after today.")


@door.query("/terms-ending", "board", may=FIGURES, at=REGION)
async def list_terms_ending(
    read: Reading,
    within: Within,
    cut: Paging,
    within_days: Annotated[
        int, Query(ge=0, le=2000, description="How many days ahead are looked at.")
    ] = 90,
) -> Page[TermEnding]:
    """List the terms of a region that end soon, the first ones first."""
    return await read.page(
        cut,
        lambda row: TermEnding(**row),
        "concat_ws(' ', until_date, cooperative, seat)",
        """
        SELECT s.*, c.name, c.kecamatan, until_date - $2::date AS days
        FROM seat s JOIN cooperative c ON c.code = s.cooperative
        WHERE cooperative LIKE ANY($1) AND until_date BETWEEN $2::date AND $2::date + $3::int
        """,
        below(within),
        await day_of_answer(read),
        within_days,
    )


class BoardFigures(BaseModel):
    """How far a board is: its seats, those that are filled, and those that are certified."""

    cooperative: str
    name: str
    kecamatan: str
    required: int = Field(description="The seats of every board, and those held beyond them.")
    filled: int
    vacant: int
    certified: int = Field(description="Seats whose holder is trained for it, to this day.")
    readiness: int = Field(description="Certified seats of the required, in percent, rounded down.")
    certified_at: datetime | None = Field(description="When the board as a whole was certified.")


@door.query("/boards", "board", may=FIGURES, at=REGION)
async def list_boards(
    read: Reading,
    within: Within,
    cut: Paging,
    below_percent: Annotated[
        int | None,
        Query(alias="below", ge=0, le=100, description="Only boards whose readiness is below it."),
    ] = None,
) -> Page[BoardFigures]:
    """List the boards of a region by cooperative, and how ready each is."""
    return await read.page(
        cut,
        lambda row: BoardFigures(**row),
        "cooperative",
        """
        SELECT * FROM (
            SELECT *, $3::int + extra AS required, $3::int + extra - filled AS vacant,
                certified * 100 / ($3::int + extra) AS readiness
            FROM (
                SELECT c.code AS cooperative, c.name, c.kecamatan, b.certified_at,
                    count(s.seat)::int AS filled,
                    count(*) FILTER (WHERE s.certified_until > $2::date)::int AS certified,
                    count(*) FILTER (WHERE s.seat <> ALL($5::text[]))::int AS extra
                FROM cooperative c
                LEFT JOIN board b ON b.cooperative = c.code
                LEFT JOIN seat s ON s.cooperative = c.code
                WHERE c.code LIKE ANY($1)
                GROUP BY c.code, c.name, c.kecamatan, b.certified_at
            ) counted
        ) figures
        WHERE $4::int IS NULL OR readiness < $4
        """,
        below(within),
        await day_of_answer(read),
        _REQUIRED,
        below_percent,
        [seat.value for seat in Seat if seat.required],
    )


class Violation(BaseModel):
    """A rule that a board breaks, since it was certified once, and from when on."""

    cooperative: str
    name: str = Field(description="The cooperative's name.")
    kecamatan: str
    rule: BoardRule
    violated_at: datetime


@door.query("/board-violations", "board", may=FIGURES, at=REGION)
async def list_board_violations(read: Reading, within: Within, cut: Paging) -> Page[Violation]:
    """List the rules that the boards of a region break, by cooperative."""
    return await read.page(
        cut,
        lambda row: Violation(**row),
        "concat_ws(' ', cooperative, rule)",
        """
        SELECT v.*, c.name, c.kecamatan
        FROM board_violation v JOIN cooperative c ON c.code = v.cooperative
        WHERE cooperative LIKE ANY($1)
        """,
        below(within),
    )
