"""F3: leaving, told over HTTP: by wish, by death, by a dismissal that was answered; and counts."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx2
import pytest

from services.membership.domain.territory import KELURAHAN
from services.membership.events.member import EVENTS
from shared.calendar import WIB
from shared.embedded import Servers
from shared.log import Log
from tests.membership.door import ask, asked, founding, open_door, problem, somebody, told
from tests.membership.organs import certified

_codes = iter(sorted(KELURAHAN))
CLOSED = "2026-01-01"


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        yield client


@pytest.fixture
async def here(door: httpx2.AsyncClient) -> str:
    """The address of a cooperative that nobody knows yet."""
    code = next(_codes)
    await asked(door, "/cooperatives", **founding(code))
    return f"/cooperatives/{code}"


async def taken_over(door: httpx2.AsyncClient, here: str, day: str, **more: str) -> str:
    body = {"name": "Warga Contoh", "joined_on": day, "source": "Buku 1"} | more
    return (await asked(door, f"{here}/member-imports", **body))["entity"]


async def shown(
    door: httpx2.AsyncClient, here: str, who: str, receipt: dict[str, Any]
) -> dict[str, Any]:
    return await told(door, f"{here}/members/{who}", min_position=receipt["position"])


async def test_f3_an_officer_hands_over_and_resigns(door: httpx2.AsyncClient, here: str) -> None:
    who = await taken_over(door, here, "2025-06-01")
    seat = {"seat": "bendahara", "person": who, "from_date": "2025-06-15"}
    await asked(door, f"{here}/board/appointments", **seat)
    leave = {"reason": "pindah domisili"}
    problem(await ask(door, f"{here}/members/{who}/resignation", leave), 409, "resigning_in_office")
    end = {"seat": "bendahara", "ended_on": "2025-12-31", "cause": "resigned"}
    await asked(door, f"{here}/board/endings", **end)
    receipt = await asked(door, f"{here}/members/{who}/resignation", **leave)
    found = await shown(door, here, who, receipt)
    assert (found["status"], found["left_by"]) == ("left", "resigned")


async def test_f6_nobody_holds_a_seat_from_before_they_were_a_member(
    door: httpx2.AsyncClient, here: str
) -> None:
    who = await taken_over(door, here, "2025-10-01")
    seat = {"seat": "bendahara", "person": who, "from_date": "2025-09-30"}
    problem(await ask(door, f"{here}/board/appointments", seat), 409, "not_a_member")
    await asked(door, f"{here}/board/appointments", **seat | {"from_date": "2025-10-01"})


async def test_f3_a_death_ends_membership_and_office_in_one_decision(
    door: httpx2.AsyncClient, kkmp: Log, here: str
) -> None:
    who = await taken_over(door, here, "2025-06-01", identity_number=somebody()["identity_number"])
    seat = {"seat": "bendahara", "person": who, "from_date": "2025-06-15"}
    await asked(door, f"{here}/board/appointments", **seat)
    before = await kkmp.head()
    receipt = await asked(door, f"{here}/members/{who}/death", died_on="2026-02-03")
    said = await kkmp.page(before + 1, 20)
    assert [one.subject.rpartition(".")[2] for one in said] == [
        "OfficerAppointmentEnded",
        "IdentityReleased",
        "MemberDeceased",
        "MemberLeft",
    ]
    assert len({one.attribute("correlationid") for one in said}) == 1
    found = await shown(door, here, who, receipt)
    assert (found["left_by"], found["left_at"][:19]) == ("deceased", "2026-02-02T17:00:00")
    board = await told(door, f"{here}/board")
    assert {one["seat"]: one["person"] for one in board["seats"]}["bendahara"] is None


@pytest.mark.parametrize("cause", ["deceased", "dismissed"])
async def test_f3_a_certified_board_is_broken_by_the_decision_that_takes_an_officer_from_it(
    door: httpx2.AsyncClient, kkmp: Log, here: str, cause: str
) -> None:
    who = (await certified(door, here.rpartition("/")[2]))["bendahara"]
    member = f"{here}/members/{who}"
    if cause == "deceased":
        path, body = f"{member}/death", {"died_on": "2025-10-01"}
    else:
        path, body = f"{member}/dismissal", {"decided_on": "2025-10-01"}
        await asked(door, f"{member}/dismissal-proposal", grounds="kewajiban tidak dipenuhi")
        await asked(door, f"{member}/defence", waived=True)
    before = await kkmp.head()
    receipt = await asked(door, path, **body)
    said = await kkmp.page(before + 1, 20)
    assert [one.subject.rpartition(".")[2] for one in said] == [
        "OfficerAppointmentEnded",
        "BoardRuleViolated",
        "IdentityReleased",
        "MemberDeceased" if cause == "deceased" else "MemberDismissed",
        "MemberLeft",
    ]
    assert len({one.attribute("correlationid") for one in said}) == 1
    board = await told(door, f"{here}/board", min_position=receipt["position"])
    assert (board["certified_at"], board["violations"]) == (None, ["incomplete"])
    history = (await told(door, f"{here}/board/history"))["items"]
    (term,) = [one for one in history if one["seat"] == "bendahara"]
    assert (term["ended_on"], term["cause"]) == ("2025-10-01", cause)
    assert (await asked(door, path, **body))["events"] == []


async def test_f3_who_resigns_while_a_seat_is_given_to_them_holds_none_in_the_end(
    door: httpx2.AsyncClient, kkmp: Log, here: str
) -> None:
    for _ in range(5):
        who = await taken_over(door, here, "2025-06-01")
        seat = {"seat": "bendahara", "person": who, "from_date": "2025-06-15"}
        await asyncio.gather(
            ask(door, f"{here}/board/appointments", seat),
            ask(door, f"{here}/members/{who}/resignation", {"reason": "pindah"}),
        )
        async with asyncio.timeout(60):
            while True:
                head = await kkmp.head()
                member = await told(door, f"{here}/members/{who}", min_position=head)
                board = await told(door, f"{here}/board", min_position=head)
                held = {one["person"] for one in board["seats"]}
                if member["status"] != "left" or who not in held:
                    break
                await asyncio.sleep(0.02)
        if member["status"] != "left":
            end = {"seat": "bendahara", "ended_on": "2025-12-31", "cause": "resigned"}
            await asked(door, f"{here}/board/endings", **end)


async def test_f3_nobody_is_dismissed_unheard(door: httpx2.AsyncClient, here: str) -> None:
    who = await taken_over(door, here, "2025-06-01")
    member = f"{here}/members/{who}"
    decide = {"decided_on": "2026-03-21"}
    problem(await ask(door, f"{member}/dismissal", decide), 409, "dismissal_not_proposed")
    await asked(door, f"{member}/dismissal-proposal", grounds="kewajiban tidak dipenuhi")
    problem(await ask(door, f"{member}/dismissal", decide), 409, "defence_not_heard")
    heard = await asked(door, f"{member}/defence", summary="menjelaskan kesulitannya")
    assert (await shown(door, here, who, heard))["dismissal"] == "defence-heard"
    receipt = await asked(door, f"{member}/dismissal", **decide)
    assert (await shown(door, here, who, receipt))["left_by"] == "dismissed"
    problem(
        await ask(door, f"{member}/savings", {"kind": "wajib", "amount": 1}), 409, "not_a_member"
    )


async def test_f3_no_membership_ends_or_begins_on_a_day_that_is_still_to_come(
    door: httpx2.AsyncClient, kkmp: Log, here: str
) -> None:
    who = await taken_over(door, here, "2025-06-01")
    member, ahead = f"{here}/members/{who}", "2199-01-01"
    await asked(door, f"{member}/dismissal-proposal", grounds="lalai setahun")
    answered = await asked(door, f"{member}/defence", waived=True)
    seen = {"If-Match": f'"{answered["version"]}"'}
    before = await kkmp.head()
    for refused in (
        await ask(door, f"{member}/death", {"died_on": ahead}),
        await ask(door, f"{member}/dismissal", {"decided_on": ahead}),
        await ask(
            door, f"{member}/date-corrections", {"joined_on": ahead, "reason": "keliru"}, **seen
        ),
    ):
        problem(refused, 422, "effective_time_in_future")
    assert await kkmp.head() == before


async def test_c9_a_member_counts_on_the_instant_of_joining_and_no_more_on_that_of_leaving(
    door: httpx2.AsyncClient,
    here: str,
) -> None:
    who = await taken_over(door, here, "2025-07-01")
    left = datetime(2025, 12, 31, 15, 30, tzinfo=WIB)
    receipt = await asked(
        door,
        f"{here}/members/{who}/resignation",
        reason="pindah",
        effective_at=left.isoformat(),
    )
    tick = timedelta(microseconds=1)
    joined = datetime(2025, 7, 1, tzinfo=WIB)
    for instant, count in ((joined - tick, 0), (joined, 1), (left - tick, 1), (left, 0)):
        found = await told(
            door,
            f"{here}/members/count",
            as_of=instant.isoformat(),
            min_position=receipt["position"],
        )
        assert found["count"] == count, instant


async def test_f3_who_came_and_who_went_adds_up_over_any_periods(
    door: httpx2.AsyncClient,
    here: str,
) -> None:
    people = [
        await taken_over(door, here, day) for day in ("2025-06-01", "2025-07-01", "2025-07-31")
    ]
    await asked(door, f"{here}/members/{people[0]}/death", died_on="2025-08-01")
    receipt = await asked(
        door,
        f"{here}/members/{people[1]}/resignation",
        reason="pindah",
        effective_at="2025-09-01T00:00:00+07:00",
    )
    days = ["2025-06-01", "2025-07-01", "2025-08-01", "2025-09-01", "2025-09-02", CLOSED]
    rows = [
        await told(
            door,
            f"{here}/members/churn",
            since=since,
            until=until,
            min_position=receipt["position"],
        )
        for since, until in pairwise(days)
    ]
    assert [(row["opening"], row["joined"], row["left"], row["closing"]) for row in rows] == [
        (0, 1, 0, 1),
        (1, 2, 0, 3),
        (3, 0, 1, 2),  # who died on 1 August was no member on it any more
        (2, 0, 1, 1),
        (1, 0, 0, 1),
    ]
    assert [row["deceased"] for row in rows] == [0, 0, 1, 0, 0]


async def test_c9_a_wrong_date_is_corrected_by_a_fact_that_names_it_and_counts_follow(
    door: httpx2.AsyncClient, kkmp: Log, here: str
) -> None:
    who = await taken_over(door, here, "2025-07-01")
    correction = {"joined_on": "2025-06-15", "reason": "kuitansi berbeda"}
    path = f"{here}/members/{who}/date-corrections"
    problem(await ask(door, path, correction), 428, "version_required")
    problem(await ask(door, path, correction, **{"If-Match": '"1"'}), 412, "version_mismatch")
    receipt = (await ask(door, path, correction, **{"If-Match": '"2"'})).json()
    (said,) = await kkmp.page(receipt["position"], 1)
    assert b'"corrects":[2]' in said.payload  # the version at which the joining was recorded
    assert b"kuitansi" not in said.payload
    for instant, count in (("2025-06-14T23:59:59+07:00", 0), ("2025-06-15T00:00:00+07:00", 1)):
        found = await told(
            door, f"{here}/members/count", as_of=instant, min_position=receipt["position"]
        )
        assert found["count"] == count


async def test_c9_no_correction_makes_two_memberships_of_one_person_overlap(
    door: httpx2.AsyncClient, here: str
) -> None:
    number = somebody()["identity_number"]
    first = await taken_over(door, here, "2025-06-01", identity_number=number)
    end = "2025-09-01T00:00:00+07:00"
    leave = {"reason": "pindah", "effective_at": end}
    await asked(door, f"{here}/members/{first}/resignation", **leave)
    second = await taken_over(door, here, "2025-10-01", identity_number=number)

    async def correct(who: str, version: int, **days: str) -> httpx2.Response:
        path, body = f"{here}/members/{who}/date-corrections", {"reason": "keliru"} | days
        return await ask(door, path, body, **{"If-Match": f'"{version}"'})

    problem(await correct(first, 4, left_on="2025-10-02"), 409, "memberships_overlap")
    problem(await correct(second, 2, joined_on="2025-08-31"), 409, "memberships_overlap")
    assert (await correct(first, 4, left_on="2025-10-01")).status_code == 201
    problem(await correct(second, 2, joined_on="2025-09-30"), 409, "memberships_overlap")


async def test_c10_a_status_follows_from_facts_alone_and_nothing_is_stuck(
    door: httpx2.AsyncClient,
    here: str,
) -> None:
    """A proposal that was withdrawn leaves no trace in the status, and blocks nothing."""
    who = await taken_over(door, here, "2025-06-01")
    member = f"{here}/members/{who}"
    for _ in range(2):
        await asked(door, f"{member}/dismissal-proposal", grounds="kewajiban tidak dipenuhi")
        await asked(door, f"{member}/defence", waived=True)
        receipt = await asked(door, f"{member}/dismissal-withdrawal", reason="sudah dipenuhi")
        found = await shown(door, here, who, receipt)
        assert (found["status"], found["dismissal"]) == ("active", None)
    receipt = await asked(door, f"{member}/resignation", reason="pindah")
    assert (await shown(door, here, who, receipt))["status"] == "left"


async def test_c11_every_change_of_a_membership_is_an_event_that_the_feed_shows(
    door: httpx2.AsyncClient,
    here: str,
) -> None:
    """Whatever a command changes, it says; and whatever is said is published."""
    who = await taken_over(door, here, "2025-06-01")
    path = f"{here}/members/{who}"
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("savings", {"kind": "wajib", "amount": 10_000}),
        ("payments/3/reversal", {"reason": "tercatat dua kali"}),
        ("dismissal-proposal", {"grounds": "kewajiban tidak dipenuhi"}),
        ("defence", {"waived": True}),
        ("dismissal-withdrawal", {"reason": "sudah dipenuhi"}),
        ("resignation", {"reason": "pindah"}),
    )
    version = 2
    for step, body in steps:
        receipt = await asked(door, f"{path}/{step}", **body)
        assert receipt["version"] == version + len(receipt["events"])
        assert receipt["events"], step
        version = receipt["version"]
    feed = await door.get(
        "/v1/events",
        params={"region": here.rpartition("/")[2], "entity": f"member/{who}", "limit": 100},
    )
    said = [one["type"].split(".")[-2] for one in feed.json()]
    assert len(said) == version
    assert set(said) <= {event.__name__ for event in EVENTS}
