"""F6: the organs of a cooperative, from an election to the end of its terms (DATA CONTOH)."""

from collections.abc import AsyncGenerator
from datetime import date
from typing import Any

import httpx2
import pytest

from services.membership.app import service as membership
from shared.embedded import Servers
from shared.log import Log
from tests.credentials import bearer
from tests.membership.door import ask, asked, begin_day, founding, joined, open_door, problem, told
from tests.membership.organs import (
    FOUNDED_ON,
    LURAH_SEAT,
    UNTIL,
    appointed,
    certified,
    declared,
    elected,
    moment,
    until,
)
from tests.rebuilt import unlike_the_log

SUNTER_AGUNG, PAPANGGO, WARAKAS, ANCOL, LAGOA = (
    "31.72.02.1006",
    "31.72.02.1003",
    "31.72.02.1007",
    "31.72.05.1003",
    "31.72.03.1004",
)
TANJUNG_PRIOK = "31.72.02"
LEFT_ON, AFTER = "2025-10-01", "2025-10-02"


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        for code in (SUNTER_AGUNG, PAPANGGO, WARAKAS, ANCOL, LAGOA):
            at = moment(FOUNDED_ON, 9)
            await asked(client, "/cooperatives", **founding(code), effective_at=at)
        yield client


@pytest.fixture(scope="module")
async def sunter_agung(door: httpx2.AsyncClient) -> dict[str, str]:
    """Who holds which elected seat of Sunter Agung's board, which is certified."""
    return await certified(door, SUNTER_AGUNG)


async def shown(
    door: httpx2.AsyncClient,
    kkmp: Log,
    path: str,
    **query: Any,  # noqa: ANN401 - JSON
) -> dict[str, Any]:
    """An answer that shows all that was recorded."""
    return await told(door, path, min_position=await kkmp.head(), **query)


async def test_a_board_is_elected_declares_kinship_and_is_certified(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    path = f"/cooperatives/{PAPANGGO}/board"
    held = await elected(door, PAPANGGO)
    refused = await ask(door, f"{path}/certification")
    assert "bendahara" in problem(refused, 409, "kinship_not_declared")["detail"]
    await declared(door, PAPANGGO, *held.values())
    related = {"person": held["ketua"], "relatives": [held["pengawas-1"]]}
    await asked(door, f"{path}/kinship", **related)
    refused = await ask(door, f"{path}/certification")
    problem(refused, 409, "kinship_forbidden")
    await asked(door, f"{path}/kinship", person=held["ketua"], relatives=[])
    await asked(door, f"{path}/certification")
    board = await shown(door, kkmp, path)
    assert (board["vacant"], board["certified_seats"], board["violations"]) == (0, 0, [])
    assert board["certified_at"] is not None
    assert {seat["seat"] for seat in board["seats"] if not seat["kinship_declared"]} == {LURAH_SEAT}
    assert {seat["seat"]: seat["person"] for seat in board["seats"]}.items() >= held.items()


async def test_nobody_sits_in_both_organs_or_before_the_cooperative_was_founded(
    door: httpx2.AsyncClient, sunter_agung: dict[str, str]
) -> None:
    path = f"/cooperatives/{SUNTER_AGUNG}/board/appointments"
    who = sunter_agung["ketua"]
    both = {"seat": "pengawas-3", "person": who, "from_date": LEFT_ON}
    problem(await ask(door, path, both), 409, "in_both_organs")
    somebody = await joined(door, SUNTER_AGUNG)
    early = {"seat": "pengawas-3", "person": somebody, "from_date": "2025-05-30"}
    problem(await ask(door, path, early), 422, "before_cooperative")
    long = early | {"from_date": LEFT_ON, "until_date": "2030-10-02"}
    problem(await ask(door, path, long), 422, "term_too_long")


async def test_an_officer_resigns_the_board_breaks_is_mended_and_certified_again(
    door: httpx2.AsyncClient, kkmp: Log, sunter_agung: dict[str, str]
) -> None:
    path = f"/cooperatives/{SUNTER_AGUNG}/board"
    former = sunter_agung["bendahara"]
    body = {"seat": "bendahara", "ended_on": LEFT_ON, "cause": "resigned"}
    receipt = await asked(door, f"{path}/endings", **body)
    assert len(receipt["events"]) == 2
    assert (await asked(door, f"{path}/endings", **body))["events"] == []
    board = await shown(door, kkmp, path)
    assert (board["certified_at"], board["vacant"]) == (None, 1)
    assert board["violations"] == ["incomplete"]
    broken = await shown(door, kkmp, "/board-violations", region=TANJUNG_PRIOK)
    assert broken["items"] == [
        {
            "cooperative": SUNTER_AGUNG,
            "name": f"KKMP {SUNTER_AGUNG}",
            "kecamatan": "Tanjung Priok",
            "rule": "incomplete",
            "violated_at": "2025-09-30T17:00:00Z",
        }
    ]
    problem(await ask(door, f"{path}/certification"), 409, "board_incomplete")
    follows = await appointed(door, SUNTER_AGUNG, "bendahara", LEFT_ON)
    assert (await shown(door, kkmp, "/board-violations"))["items"] == []
    problem(await ask(door, f"{path}/certification"), 409, "kinship_not_declared")
    await declared(door, SUNTER_AGUNG, follows)
    await asked(door, f"{path}/certification", effective_at=moment(AFTER))
    assert (await shown(door, kkmp, path))["certified_at"] is not None
    before = await shown(door, kkmp, path, as_of=moment("2025-09-30"))
    assert before["certified_at"] is not None
    assert former in {seat["person"] for seat in before["seats"]}


async def test_c9_of_a_seat_the_history_tells_who_held_it_on_each_day(
    door: httpx2.AsyncClient, kkmp: Log, sunter_agung: dict[str, str]
) -> None:
    path = f"/cooperatives/{SUNTER_AGUNG}/board/history"
    terms = (await shown(door, kkmp, path))["items"]
    first, second = (term for term in terms if term["seat"] == "bendahara")
    assert (first["person"], first["cause"]) == (sunter_agung["bendahara"], "resigned")
    assert (first["ended_on"], second["from_date"]) == (LEFT_ON, LEFT_ON)
    assert second["ended_on"] is None
    for day, term in (("2025-09-30", first), (LEFT_ON, second)):
        (there,) = (
            one
            for one in (await shown(door, kkmp, path, on=day))["items"]
            if one["seat"] == "bendahara"
        )
        assert there == term


async def test_x14_a_new_lurah_chairs_the_pengawas_from_the_day_the_old_one_does_not(
    door: httpx2.AsyncClient, kkmp: Log, sunter_agung: dict[str, str]
) -> None:
    assert sunter_agung
    path = f"/cooperatives/{SUNTER_AGUNG}/board"
    receipt = await asked(door, f"{path}/succession", from_date=LEFT_ON)
    assert len(receipt["events"]) == 3
    assert (await asked(door, f"{path}/succession", from_date=LEFT_ON))["events"] == []
    terms = (await shown(door, kkmp, f"{path}/history"))["items"]
    first, second = (term for term in terms if term["seat"] == LURAH_SEAT)
    assert (first["ended_on"], first["cause"]) == (LEFT_ON, "succeeded")
    assert (second["from_date"], second["ended_on"]) == (LEFT_ON, None)
    assert first["person"] != second["person"]
    board = await shown(door, kkmp, path)
    assert (board["vacant"], board["violations"]) == (0, [])


async def test_a_mistaken_end_is_undone_on_its_day_and_no_seat_is_given_far_ahead(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    path = f"/cooperatives/{LAGOA}/board"
    who = await appointed(door, LAGOA, "bendahara")
    ending = {"seat": "bendahara", "ended_on": LEFT_ON, "cause": "resigned"}
    await asked(door, f"{path}/endings", **ending)
    given = {"seat": "bendahara", "person": who, "from_date": FOUNDED_ON, "until_date": UNTIL}
    problem(await ask(door, f"{path}/appointments", given), 409, "term_overlaps")
    far = given | {"from_date": "2100-01-01", "until_date": None}
    problem(await ask(door, f"{path}/appointments", far), 422, "term_far_ahead")
    problem(
        await ask(door, f"{path}/ex-officio", {"from_date": "2100-01-01"}), 422, "term_far_ahead"
    )
    again = far | {"from_date": LEFT_ON}
    assert len((await asked(door, f"{path}/appointments", **again))["events"]) == 1
    problem(await ask(door, f"{path}/endings", ending), 409, "seat_passed_on")
    (seat,) = (
        one for one in (await shown(door, kkmp, path))["seats"] if one["seat"] == "bendahara"
    )
    assert (seat["person"], seat["from_date"], seat["until_date"]) == (who, LEFT_ON, "2030-09-30")


async def test_a_set_term_is_listed_before_it_ends_and_ends_when_a_later_day_begins(
    door: httpx2.AsyncClient, kkmp: Log, cell: Servers
) -> None:
    who = await appointed(door, WARAKAS, "sekretaris", until_date="2025-09-30")
    await appointed(door, WARAKAS, "bendahara")
    await begin_day(cell, date(2025, 7, 15))
    ending = await shown(door, kkmp, "/terms-ending", region=WARAKAS)
    assert [(one["seat"], one["person"], one["days"]) for one in ending["items"]] == [
        ("sekretaris", who, 77)
    ]
    soon = await shown(door, kkmp, "/terms-ending", region=WARAKAS, within_days=76)
    assert soon["items"] == []
    await begin_day(cell, date(2025, 10, 3))  # two days were skipped
    await begin_day(cell, date(2025, 10, 4))

    async def terms() -> list[dict[str, Any]]:
        return (await shown(door, kkmp, f"/cooperatives/{WARAKAS}/board/history"))["items"]

    over = [
        term
        for term in await until(terms, lambda terms: any(term["ended_on"] for term in terms))
        if term["ended_on"]
    ]
    assert [(term["seat"], term["ended_on"], term["cause"]) for term in over] == [
        ("sekretaris", LEFT_ON, "term-ended")
    ]
    board = await shown(door, kkmp, f"/cooperatives/{WARAKAS}/board")
    assert board["vacant"] == 7


@pytest.mark.parametrize(("seat", "cause"), [("ketua", "deceased"), ("pengawas-2", "dismissed")])
async def test_who_dies_or_is_dismissed_leaves_the_seat_in_the_same_decision(
    door: httpx2.AsyncClient, kkmp: Log, seat: str, cause: str
) -> None:
    who = await appointed(door, WARAKAS, seat)
    member = f"/cooperatives/{WARAKAS}/members/{who}"
    if cause == "deceased":
        receipt = await asked(door, f"{member}/death", died_on=LEFT_ON)
    else:
        at = {"effective_at": moment("2025-09-01")}
        await asked(door, f"{member}/dismissal-proposal", grounds="Alasan contoh", **at)
        await asked(door, f"{member}/defence", waived=True, **at)
        receipt = await asked(door, f"{member}/dismissal", decided_on=LEFT_ON)
    (term,) = (
        term
        for term in (await shown(door, kkmp, f"/cooperatives/{WARAKAS}/board/history"))["items"]
        if term["seat"] == seat
    )
    assert (term["person"], term["ended_on"], term["cause"]) == (who, LEFT_ON, cause)
    of_one = {
        (await kkmp.page(position, 1))[0].attribute("correlationid")
        for position in (receipt["position"], await kkmp.head())
    }
    assert len(of_one) == 1


async def test_a_seat_beyond_the_required_ones_is_shown_while_it_is_held(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    path = f"/cooperatives/{ANCOL}/board"
    assert len((await shown(door, kkmp, path))["seats"]) == 8
    who = await appointed(door, ANCOL, "anggota-pengurus-1")
    (extra,) = (seat for seat in (await shown(door, kkmp, path))["seats"] if not seat["required"])
    assert (extra["seat"], extra["organ"], extra["person"]) == (
        "anggota-pengurus-1",
        "pengurus",
        who,
    )
    (figures,) = (await shown(door, kkmp, "/boards", region=ANCOL))["items"]
    assert (figures["required"], figures["filled"], figures["vacant"]) == (9, 1, 8)


async def test_who_commands_a_board_is_its_pengurus_and_of_the_lurah_the_office(
    door: httpx2.AsyncClient, cell: Servers, sunter_agung: dict[str, str]
) -> None:
    assert sunter_agung
    path = f"/cooperatives/{SUNTER_AGUNG}/board"
    door_of = {
        name: await bearer(cell.postgres_dsn, f"{name}:{SUNTER_AGUNG}")
        for name in ("lurah", "pengawas")
    }
    body = {"seat": "ketua", "ended_on": LEFT_ON, "cause": "resigned"}
    for credential in door_of.values():
        refused = await ask(door, f"{path}/endings", body, **credential)
        problem(refused, 403, "role_not_allowed")
    last = {"from_date": "2025-11-01", "effective_at": moment("2025-11-01")}
    answer = await ask(door, f"{path}/succession", last, **door_of["pengawas"])
    problem(answer, 403, "role_not_allowed")
    answer = await ask(door, f"{path}/succession", last, **door_of["lurah"])
    assert answer.status_code == 201, answer.text


async def test_the_tables_of_the_boards_are_what_the_log_folds_to(
    door: httpx2.AsyncClient, kkmp: Log, cell: Servers
) -> None:
    await shown(door, kkmp, "/boards")
    assert await unlike_the_log(membership, cell) == {}
