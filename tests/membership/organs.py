"""A board over HTTP, for tests: who sits on it, and until something about it has come true."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import httpx2

from services.membership.events.board import Seat
from shared.calendar import WIB
from tests.membership.door import asked, joined

FOUNDED_ON = "2025-05-31"
UNTIL = "2030-05-30"
ELECTED = [seat for seat in Seat if seat.required and not seat.ex_officio]
LURAH_SEAT = Seat.KETUA_PENGAWAS.value


def moment(day: str, hour: int = 16) -> str:
    """That hour of *day*, in Jakarta."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=WIB).isoformat()


async def appointed(
    door: httpx2.AsyncClient,
    code: str,
    seat: str,
    from_date: str = FOUNDED_ON,
    until_date: str = UNTIL,
) -> str:
    """Make somebody a member and an officer; return who."""
    who = await joined(door, code, datetime.fromisoformat(moment(FOUNDED_ON, 10)))
    body = {"seat": seat, "person": who, "from_date": from_date, "until_date": until_date}
    at = moment(from_date, 15)
    await asked(door, f"/cooperatives/{code}/board/appointments", **body, effective_at=at)
    return who


async def elected(door: httpx2.AsyncClient, code: str) -> dict[str, str]:
    """Fill the eight seats of a cooperative; return who holds which."""
    held = {seat.value: await appointed(door, code, seat) for seat in ELECTED}
    lurah = {"from_date": FOUNDED_ON, "effective_at": moment(FOUNDED_ON, 15)}
    await asked(door, f"/cooperatives/{code}/board/ex-officio", **lurah)
    return held


async def declared(door: httpx2.AsyncClient, code: str, *people: str) -> None:
    """Let each of *people* say that none of the others is a relative."""
    for person in people:
        path, at = f"/cooperatives/{code}/board/kinship", moment(FOUNDED_ON)
        await asked(door, path, person=person, relatives=[], effective_at=at)


async def certified(door: httpx2.AsyncClient, code: str) -> dict[str, str]:
    """Fill the eight seats and certify the board; return who holds which."""
    held = await elected(door, code)
    await declared(door, code, *held.values())
    at = moment(FOUNDED_ON)
    await asked(door, f"/cooperatives/{code}/board/certification", effective_at=at)
    return held


async def until[T](look: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
    """Look again until it *holds*: a reaction takes its time."""
    async with asyncio.timeout(30):
        while not holds(seen := await look()):
            await asyncio.sleep(0.05)
    return seen
