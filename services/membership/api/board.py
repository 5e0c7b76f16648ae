"""The board over HTTP."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from services.membership.api.door import (
    FIGURES,
    OFFICE,
    PENGURUS,
    beginning,
    board_of,
    day_of_answer,
    door,
    founded_on,
    member_of,
)
from services.membership.commands.board import (
    AppointExOfficio,
    Appointment,
    AppointOfficer,
    Certification,
    CertifyBoard,
    DeclareKinship,
    EndAppointment,
    Ending,
    ExOfficioAppointment,
    SucceedExOfficio,
    Succession,
)
from services.membership.domain.board import board
from services.membership.domain.member import Member, member
from services.membership.domain.slate import Board
from services.membership.events.board import BoardRule, Organ, Seat
from shared.calendar import day_of
from shared.codes import KelurahanCode
from shared.http.answering import Reading
from shared.http.asking import Asking, Receipt
from shared.identity import derived_id


@door.command("/cooperatives/{code}/board/appointments", "board", may=PENGURUS, at="code")
async def appoint_officer(code: KelurahanCode, body: AppointOfficer, ask: Asking) -> Receipt:
    """Give an elected seat to a member; without `effective_at`, as of the first day in office."""
    standing = await ask.state(member_of(code, body.person), member)
    is_member = isinstance(standing, Member) and standing.since(body.from_date)
    founded = await founded_on(ask, code)
    command = Appointment(body, is_member, founded, day_of(ask.now))
    at = beginning(ask, body, body.from_date)
    return await ask(board_of(code), board, command, body, at=at)


@door.command("/cooperatives/{code}/board/ex-officio", "board", may=OFFICE, at="code")
async def appoint_ex_officio(code: KelurahanCode, body: AppointExOfficio, ask: Asking) -> Receipt:
    """Seat the lurah as chair of the pengawas; without `effective_at`, as of the first day."""
    founded = await founded_on(ask, code)
    command = ExOfficioAppointment(body, _lurah(code, body), founded, day_of(ask.now))
    at = beginning(ask, body, body.from_date)
    return await ask(board_of(code), board, command, body, at=at)


@door.command("/cooperatives/{code}/board/succession", "board", may=OFFICE, at="code")
async def succeed_ex_officio(code: KelurahanCode, body: SucceedExOfficio, ask: Asking) -> Receipt:
    """Seat a new lurah in place of the one before, without a day between."""
    command = Succession(body, _lurah(code, body), ask.day(body))
    at = beginning(ask, body, body.from_date)
    return await ask(board_of(code), board, command, body, at=at)


@door.command("/cooperatives/{code}/board/endings", "board", may=PENGURUS, at="code")
async def end_appointment(code: KelurahanCode, body: EndAppointment, ask: Asking) -> Receipt:
    """Free a seat; without `effective_at`, as of the first day on which it is not held."""
    command, at = Ending(body, ask.day(body)), beginning(ask, body, body.ended_on)
    return await ask(board_of(code), board, command, body, at=at)


@door.command("/cooperatives/{code}/board/kinship", "board", may=PENGURUS, at="code")
async def declare_kinship(code: KelurahanCode, body: DeclareKinship, ask: Asking) -> Receipt:
    """Say which other officers are an officer's relatives of the first degree."""
    return await ask(board_of(code), board, body, body)


@door.command("/cooperatives/{code}/board/certification", "board", may=PENGURUS, at="code")
async def certify_board(code: KelurahanCode, body: CertifyBoard, ask: Asking) -> Receipt:
    """Say that the board, as it sits on the day of `effective_at`, is complete and in order."""
    seated: Board = await ask.state(board_of(code), board)
    people = [term.person for term in seated.terms() if not term.seat.ex_officio]
    left = {
        person
        for person in people
        if not isinstance(await ask.state(member_of(code, person), member), Member)
    }
    command = Certification(body, ask.day(body), frozenset(left))
    return await ask(board_of(code), board, command, body)


def _lurah(code: str, body: AppointExOfficio | SucceedExOfficio) -> str:
    """Return the id that stands for the lurah who chairs from that day."""
    return str(derived_id("lurah", code, body.from_date))


class SeatAnswer(BaseModel):
    """One seat; *person* is null while it is vacant.

    *certified* says that its holder is trained for it, by a certificate that is valid still; one
    that has run out is not shown.
    """

    seat: Seat
    organ: Organ
    ex_officio: bool
    required: bool = Field(description="Every board has this seat.")
    person: str | None = None
    from_date: date | None = None
    until_date: date | None = None
    kinship_declared: bool = False
    certified: bool = False
    certificate: str | None = None
    certified_until: date | None = None


class BoardAnswer(BaseModel):
    """The board: every seat that there must be and others that are held, and what it lacks."""

    cooperative: str
    certified_at: datetime | None
    vacant: int = Field(description="How many required seats nobody holds.")
    certified_seats: int
    seats: list[SeatAnswer]
    violations: list[BoardRule] = Field(
        description="The rules that the board breaks since it was certified once."
    )
    position: int


@door.query("/cooperatives/{code}/board", "board", may=FIGURES, at="code")
async def show_board(code: KelurahanCode, read: Reading) -> BoardAnswer:
    """Show who holds which seat, and which seats are certified by training."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    certified = await read.rows("SELECT certified_at FROM board WHERE cooperative = $1", code)
    broken: list[Any] = await read.rows(
        "SELECT rule FROM board_violation WHERE cooperative = $1 ORDER BY rule", code
    )
    rows: list[Any] = await read.rows(
        """
        SELECT s.seat, s.person, s.from_date, s.until_date, v.certificate, v.certified_until,
            v.seat IS NOT NULL AS certified, k.person IS NOT NULL AS kinship_declared
        FROM seat s
        LEFT JOIN seat v ON (v.cooperative, v.seat) = (s.cooperative, s.seat)
            AND v.certified_until > $2::date
        LEFT JOIN kinship k ON (k.cooperative, k.person) = (s.cooperative, s.person)
        WHERE s.cooperative = $1
        """,
        code,
        await day_of_answer(read),
    )
    held = {row["seat"]: row for row in rows}
    seats = [
        SeatAnswer(
            seat=seat,
            organ=seat.organ,
            ex_officio=seat.ex_officio,
            required=seat.required,
            **{name: held[seat][name] for name in _OF_HOLDER} if seat in held else {},
        )
        for seat in Seat
        if seat.required or seat in held
    ]
    return BoardAnswer(
        cooperative=code,
        certified_at=certified[0]["certified_at"] if certified else None,
        vacant=sum(seat.person is None for seat in seats),
        certified_seats=sum(seat.certified for seat in seats),
        seats=seats,
        violations=[row["rule"] for row in broken],
        position=read.position,
    )


_OF_HOLDER = (
    "person",
    "from_date",
    "until_date",
    "kinship_declared",
    "certified",
    "certificate",
    "certified_until",
)
