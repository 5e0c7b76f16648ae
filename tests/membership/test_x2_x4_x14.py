"""Boards and training together: X2, X4 and X14, whatever is delivered twice or out of order.

Both services run on real servers, each with the reactions that a test lets it have: what hears an
end alone at first hears it before the appointment. A consumer that is deleted hears all again.
"""

from collections.abc import AsyncGenerator, Sequence
from datetime import date
from typing import Any

import httpx2
import pytest

from services.membership.app import service as membership
from services.training.app import service as training
from shared.embedded import Servers
from shared.reactions import Reaction
from tests.membership.cell import Cell, Owed
from tests.membership.door import ask, asked, begin_day, founding, told
from tests.membership.organs import (
    FOUNDED_ON,
    LURAH_SEAT,
    appointed,
    certified,
    declared,
    moment,
)
from tests.shared.story import provisioned

SUNTER_AGUNG, PAPANGGO, WARAKAS, ANCOL, LAGOA = (
    "31.72.02.1006",
    "31.72.02.1003",
    "31.72.02.1007",
    "31.72.05.1003",
    "31.72.03.1003",
)
LEFT_ON, HELD_ON, AFTER = "2025-10-01", "2025-11-04", "2025-11-05"
MODULES = ("dasar-perkoperasian", "penguatan-permodalan")
CURRICULUM: dict[str, Any] = {
    "id": "kkmp-2025",
    "title": "Pengurus dan pengawas KKMP (DATA CONTOH)",
    "modules": [{"code": code, "title": code, "hours": 3, "mandatory": True} for code in MODULES],
    "pass_mark": 70,
    "validity_months": 12,
    "roles": ["pengurus", "pengawas"],
}
OPENING, WITHDRAWING = (
    next(one for one in training.reactions if one.name == name)
    for name in ("open-training-needs", "withdraw-training-needs")
)
CERTIFYING = next(one for one in membership.reactions if one.name == "certify-officer")


@pytest.fixture(scope="module")
async def kkmp(
    cell: Servers, log: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Cell]:
    """The cell, with a curriculum for every seat and five cooperatives."""
    async with provisioned(log) as made:
        running = Cell(cell, made, tmp_path_factory.mktemp("x2"))
        async with running.training() as door:
            at = moment(FOUNDED_ON, 8)
            await asked(door, "/curricula", **CURRICULUM, effective_at=at)
        async with running.membership() as door:
            for code in (SUNTER_AGUNG, PAPANGGO, WARAKAS, ANCOL, LAGOA):
                at = moment(FOUNDED_ON, 9)
                await asked(door, "/cooperatives", **founding(code), effective_at=at)
        yield running


async def the_treasurer_goes(door: httpx2.AsyncClient, code: str) -> tuple[str, str]:
    """Who was treasurer before completing any training, and who is after; one more comes back."""
    held = await certified(door, code)
    path = f"/cooperatives/{code}/board"
    for seat, cause in (("bendahara", "resigned"), ("pengawas-1", "replaced")):
        await asked(door, f"{path}/endings", seat=seat, ended_on=LEFT_ON, cause=cause)
    follows = await appointed(door, code, "bendahara", LEFT_ON)
    again = {"seat": "pengawas-1", "person": held["pengawas-1"], "from_date": LEFT_ON}
    await asked(door, f"{path}/appointments", **again)
    return held["bendahara"], follows


def of_each(held: dict[str, str]) -> Owed:
    """Each module for each seat, owed by who holds it."""
    return {(seat, person, module) for seat, person in held.items() for module in MODULES}


async def test_x2_an_end_that_is_heard_before_its_appointment_leaves_the_same_needs(
    kkmp: Cell,
) -> None:
    async with kkmp.membership() as door:
        former, follows = await the_treasurer_goes(door, SUNTER_AGUNG)
        held = await kkmp.seated(door, SUNTER_AGUNG)
    assert held["bendahara"] == follows
    async with kkmp.training(WITHDRAWING):
        pass
    assert await kkmp.owed(SUNTER_AGUNG) == set()
    async with kkmp.training(OPENING, WITHDRAWING):
        pass
    assert await kkmp.owed(SUNTER_AGUNG) == of_each(held)
    assert former not in {person for _, person, _ in of_each(held)}
    assert await kkmp.coverage(SUNTER_AGUNG) == (8, 0)


async def test_x2_in_order_or_not_and_delivered_twice_it_comes_to_the_same(kkmp: Cell) -> None:
    async with kkmp.training(*training.reactions), kkmp.membership() as door:  # as things happen
        await the_treasurer_goes(door, PAPANGGO)
        held = await kkmp.seated(door, PAPANGGO)
        await kkmp.settled(training, *training.reactions)
    async with kkmp.membership() as door:
        await the_treasurer_goes(door, WARAKAS)
        appointments_first = await kkmp.seated(door, WARAKAS)
    async with kkmp.training(OPENING):
        pass
    async with kkmp.training(*training.reactions):
        pass
    assert await kkmp.owed(PAPANGGO) == of_each(held)
    assert await kkmp.owed(WARAKAS) == of_each(appointments_first)
    head = await kkmp.log.head()
    await kkmp.forget(training, *training.reactions)
    async with kkmp.training(*training.reactions):
        pass
    assert await kkmp.log.head() == head, "a fact that was heard again was said again"
    assert await kkmp.coverage(PAPANGGO) == await kkmp.coverage(WARAKAS) == (8, 0)


async def test_x2_who_leaves_before_the_session_frees_the_seat_in_it_once(kkmp: Cell) -> None:
    path, seats = "/sessions/sesi-kecil", 1
    async with kkmp.membership() as door:
        held = await kkmp.seated(door, SUNTER_AGUNG)
        async with kkmp.training(*training.reactions) as classroom:
            await scheduled(classroom, "sesi-kecil", seats)
            for seat, status in (("wakil-ketua-usaha", 201), ("ketua", 409)):
                enrolled = {"cooperative": SUNTER_AGUNG, "person": held[seat]}
                answer = await ask(classroom, f"{path}/participants", enrolled)
                assert answer.status_code == status, answer.text
            gone = {"seat": "wakil-ketua-usaha", "ended_on": LEFT_ON, "cause": "left"}
            await asked(door, f"/cooperatives/{SUNTER_AGUNG}/board/endings", **gone)
            await kkmp.settled(training, *training.reactions)
            await asked(classroom, f"{path}/participants", **enrolled)
            shown = await told(classroom, path, min_position=await kkmp.log.head())
            assert (shown["enrolled"], shown["seats"]) == (1, seats)
    head = await kkmp.log.head()
    await kkmp.forget(training, *training.reactions)
    async with kkmp.training(*training.reactions):
        pass
    assert await kkmp.log.head() == head
    assert await kkmp.coverage(SUNTER_AGUNG) == (7, 0)


@pytest.mark.parametrize(
    ("first", "code"), [(OPENING, ANCOL), (WITHDRAWING, LAGOA)], ids=["opening", "withdrawing"]
)
async def test_x14_a_new_lurah_owes_what_the_old_one_did_and_no_day_is_without_either(
    kkmp: Cell, first: Reaction, code: str
) -> None:
    path = f"/cooperatives/{code}/board"
    async with kkmp.membership() as door:
        await certified(door, code)
        old = (await kkmp.seated(door, code))[LURAH_SEAT]
        async with kkmp.training(*training.reactions):
            pass
        assert {person for seat, person, _ in await kkmp.owed(code) if seat == LURAH_SEAT} == {old}
        receipt = await asked(door, f"{path}/succession", from_date=LEFT_ON)
        terms = await told(door, f"{path}/history", min_position=receipt["position"])
        held = await kkmp.seated(door, code)
    before, after = (term for term in terms["items"] if term["seat"] == LURAH_SEAT)
    assert (before["person"], before["ended_on"], before["cause"]) == (old, LEFT_ON, "succeeded")
    assert (after["person"], after["from_date"], after["ended_on"]) == (
        held[LURAH_SEAT],
        LEFT_ON,
        None,
    )
    async with kkmp.training(first):
        pass
    async with kkmp.training(*training.reactions):
        pass
    assert await kkmp.owed(code) == of_each(held)
    assert await kkmp.coverage(code) == (8, 0)
    head = await kkmp.log.head()
    await kkmp.forget(training, OPENING, WITHDRAWING)
    async with kkmp.training(*training.reactions):
        pass
    assert await kkmp.log.head() == head


async def scheduled(door: httpx2.AsyncClient, session: str, seats: int) -> None:
    """Announce a session with so many seats, which teaches all that there is."""
    body: dict[str, Any] = {
        "id": session,
        "title": "Sesi contoh",
        "curriculum": CURRICULUM["id"],
        "modules": MODULES,
        "topics": ["pembekalan"],
        "venue": "Kantor kelurahan",
        "held_on": HELD_ON,
        "seats": seats,
    }
    await asked(door, "/sessions", **body, effective_at=moment("2025-09-01"))


async def trained(door: httpx2.AsyncClient, code: str, people: Sequence[str]) -> None:
    """Hold a session, in which *people* learn all that there is and are certified for it."""
    session = f"sesi-{code.replace('.', '-')}"
    path = f"/sessions/{session}"
    await scheduled(door, session, 8)
    for who in people:
        person = {"cooperative": code, "person": who}
        at = {"effective_at": moment(HELD_ON, 17)}
        enrolled = {"effective_at": moment("2025-10-27")}
        await asked(door, f"{path}/participants", **person, **enrolled)
        await asked(door, f"{path}/attendance", **person, **at)
        await asked(door, f"{path}/assessments", **person, score=85, **at)
        await asked(door, f"{path}/completions", **person, **at)
        await asked(door, "/certificates", **person, session=session, **at)


async def ready(kkmp: Cell, door: httpx2.AsyncClient, **query: Any) -> list[tuple[int, int, int]]:  # noqa: ANN401 - JSON
    """Certified and required seats, and the percentage, of the boards listed: one or none."""
    head = await kkmp.log.head()
    listed = await told(door, "/boards", region=PAPANGGO, min_position=head, **query)
    return [(one["certified"], one["required"], one["readiness"]) for one in listed["items"]]


async def test_x4_a_board_is_as_ready_as_its_holders_are_trained_for_their_seats(
    kkmp: Cell,
) -> None:
    path = f"/cooperatives/{PAPANGGO}/board"
    without = tuple(one for one in membership.reactions if one is not CERTIFYING)
    async with kkmp.membership(without) as door:
        await begin_day(kkmp.servers, date(2025, 11, 5))
        held = await kkmp.seated(door, PAPANGGO)
        async with kkmp.training(*training.reactions) as classroom:
            await trained(
                classroom, PAPANGGO, [held["ketua"], held["bendahara"], held["sekretaris"]]
            )
        assert await ready(kkmp, door, below=100) == [(0, 8, 0)]
        # Before membership hears of it, one of them hands over, and another begins a new term.
        for seat in ("bendahara", "sekretaris"):
            gone = {"seat": seat, "ended_on": AFTER, "cause": "replaced"}
            await asked(door, f"{path}/endings", **gone)
        follows = await appointed(door, PAPANGGO, "bendahara", AFTER)
        again = {"seat": "sekretaris", "person": held["sekretaris"], "from_date": AFTER}
        await asked(door, f"{path}/appointments", **again)
    async with kkmp.membership() as door:
        await kkmp.settled(membership, *membership.reactions)
        assert await ready(kkmp, door) == [(1, 8, 12)]
        seats = (await told(door, path, min_position=await kkmp.log.head()))["seats"]
        assert [seat["person"] for seat in seats if seat["certificate"]] == [held["ketua"]]
        # The board as a whole is certified by a person, once all have declared kinship.
        assert await ready(kkmp, door, below=12) == []
        await declared(door, PAPANGGO, follows)
        at = moment(AFTER, 18)
        await asked(door, f"{path}/certification", effective_at=at)
        head = await kkmp.log.head()
    await kkmp.forget(membership, CERTIFYING)
    async with kkmp.membership() as door:
        await kkmp.settled(membership, *membership.reactions)
        assert await kkmp.log.head() == head
        assert await ready(kkmp, door, below=100) == [(1, 8, 12)]
        # A certificate is valid before the day that it names, and not on it.
        await begin_day(kkmp.servers, date(2026, 11, 3))
        assert await ready(kkmp, door) == [(1, 8, 12)]
        await begin_day(kkmp.servers, date(2026, 11, 4))
        assert await ready(kkmp, door) == [(0, 8, 0)]
        seats = (await told(door, path, min_position=await kkmp.log.head()))["seats"]
        shown = {(one["certificate"], one["certified_until"], one["certified"]) for one in seats}
        assert shown == {(None, None, False)}
        before = await told(door, path, as_of="2026-11-03T12:00:00+07:00")
        assert before["certified_seats"] == 1
