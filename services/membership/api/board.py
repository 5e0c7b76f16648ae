"""The board over HTTP."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from services.membership.api.door import (
    FIGURES,
    OFFICE,
    PENGURUS,
    board_of,
    door,
    member_of,
    registered,
)
from services.membership.commands.board import (
    AppointExOfficio,
    Appointment,
    AppointOfficer,
    CertifyBoard,
    ExOfficioAppointment,
)
from services.membership.domain.board import board
from services.membership.domain.member import Member, member
from services.membership.events.board import Organ, Seat
from shared.codes import KelurahanCode
from shared.http.answering import Reading
from shared.http.asking import Asking, Receipt
from shared.identity import derived_id


@door.command("/cooperatives/{code}/board/appointments", "board", may=PENGURUS, at="code")
async def appoint_officer(code: KelurahanCode, body: AppointOfficer, ask: Asking) -> Receipt:
    """Give an elected seat to a member."""
    person = await ask.state(member_of(code, body.person), member)
    return await ask(board_of(code), board, Appointment(body, isinstance(person, Member)), body)


@door.command("/cooperatives/{code}/board/ex-officio", "board", may=OFFICE, at="code")
async def appoint_ex_officio(code: KelurahanCode, body: AppointExOfficio, ask: Asking) -> Receipt:
    """Seat the lurah as chair of the pengawas."""
    lurah = str(derived_id("lurah", code, body.from_date))
    command = ExOfficioAppointment(body, lurah, await registered(ask, code))
    return await ask(board_of(code), board, command, body)


@door.command("/cooperatives/{code}/board/certification", "board", may=PENGURUS, at="code")
async def certify_board(code: KelurahanCode, body: CertifyBoard, ask: Asking) -> Receipt:
    """Say that the board is complete and in order."""
    return await ask(board_of(code), board, body, body)


class SeatAnswer(BaseModel):
    """One seat; *person* is null while it is vacant."""

    seat: Seat
    organ: Organ
    ex_officio: bool
    person: str | None = None
    from_date: date | None = None
    until_date: date | None = None
    certificate: str | None = None
    certified_until: date | None = None


class BoardAnswer(BaseModel):
    """The board: every seat that there must be, and whether the board was certified."""

    cooperative: str
    certified_at: datetime | None
    vacant: int
    certified_seats: int
    seats: list[SeatAnswer]
    position: int


@door.query("/cooperatives/{code}/board", "board", may=FIGURES, at="code")
async def show_board(code: KelurahanCode, read: Reading) -> BoardAnswer:
    """Show who holds which seat, and which seats are certified by training."""
    await read.row(f"koperasi {code}", "SELECT 1 FROM cooperative WHERE code = $1", code)
    certified = await read.rows("SELECT certified_at FROM board WHERE cooperative = $1", code)
    rows: list[Any] = await read.rows("SELECT * FROM seat WHERE cooperative = $1", code)
    held = {row["seat"]: SeatAnswer(**row) for row in rows}
    vacant = {
        seat.value: SeatAnswer(seat=seat, organ=seat.organ, ex_officio=seat.ex_officio)
        for seat in Seat
    }
    seats = list((vacant | held).values())
    return BoardAnswer(
        cooperative=code,
        certified_at=certified[0]["certified_at"] if certified else None,
        vacant=sum(seat.person is None for seat in seats),
        certified_seats=sum(seat.certificate is not None for seat in seats),
        seats=seats,
        position=read.position,
    )
