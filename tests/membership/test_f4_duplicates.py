"""F4: one person in two cooperatives is noticed, never by the number itself, and resolved."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx2
import pytest

from shared.embedded import Servers
from shared.log import Log
from tests.credentials import bearer
from tests.membership.door import ask, asked, founding, open_door, problem, told

SUNTER_AGUNG, PAPANGGO = "31.72.02.1006", "31.72.02.1005"
WARGA = {
    "name": "Warga Contoh",
    "phone": "081200000000",
    "born_on": "1990-01-01",
    "accepts_articles": True,
}


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        for code in (SUNTER_AGUNG, PAPANGGO):
            await asked(client, "/cooperatives", **founding(code))
        yield client


def number(serial: int) -> str:
    return f"317299010190{serial:04d}"


async def applicant(door: httpx2.AsyncClient, code: str, serial: int) -> str:
    """Somebody who applied under the number of *serial*."""
    body = {**WARGA, "identity_number": number(serial)}
    return (await asked(door, f"/cooperatives/{code}/applications", **body))["entity"]


async def give_number(
    door: httpx2.AsyncClient, code: str, who: str, serial: int, version: int = 0
) -> httpx2.Response:
    """Put the number of somebody right, as whoever saw *version* of what is held on them."""
    seen = {"If-Match": f'"{version}"'} if version else {"If-None-Match": "*"}
    path = f"/cooperatives/{code}/members/{who}/rectification"
    return await ask(door, path, {"identity_number": number(serial)}, **seen)


async def duplicates(door: httpx2.AsyncClient, state: str, position: int) -> list[dict[str, Any]]:
    found = await told(door, "/duplicates", state=state, min_position=position)
    return found["items"]


async def test_f4_a_number_held_elsewhere_is_refused_noticed_once_and_let_in_when_permitted(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    siti = await applicant(door, SUNTER_AGUNG, 1)
    other = await applicant(door, PAPANGGO, 2)
    assert (await give_number(door, SUNTER_AGUNG, siti, 100)).status_code == 201
    before = await kkmp.head()
    refused = await give_number(door, PAPANGGO, other, 100)
    found = problem(refused, 409, "identity_claimed_elsewhere")
    assert siti not in refused.text
    assert SUNTER_AGUNG not in found["detail"]
    await give_number(door, PAPANGGO, other, 100)  # and again, by somebody who did not believe it
    added = await kkmp.page(before + 1, 10)
    assert [stored.subject.rpartition(".")[2] for stored in added] == ["DuplicateIdentitySuspected"]

    (duplicate,) = await duplicates(door, "open", added[0].position)
    assert (duplicate["cooperative"], duplicate["held_in"]) == (PAPANGGO, SUNTER_AGUNG)
    assert duplicate["person"] == siti
    assert number(100) not in str(duplicate)

    path = f"/duplicates/{duplicate['identity']}/resolution"
    wrong = {"cooperative": SUNTER_AGUNG, "resolution": "mistyped"}
    problem(await ask(door, path, wrong), 404, "duplicate_unknown")
    reason = "KTP diperiksa di kelurahan"
    said = {"cooperative": PAPANGGO, "resolution": "permitted", "reason": reason}
    receipt = await asked(door, path, **said)
    assert (await asked(door, path, **said))["events"] == []
    assert await duplicates(door, "open", receipt["position"]) == []
    (resolved,) = await duplicates(door, "resolved", receipt["position"])
    assert resolved["resolution"] == "permitted"
    (stored,) = await kkmp.page(receipt["position"], 1)
    assert reason.encode() not in stored.payload
    assert (await give_number(door, PAPANGGO, other, 100)).status_code == 201


async def test_f4_an_application_elsewhere_is_refused_and_noticed_and_one_here_is_only_refused(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    await applicant(door, SUNTER_AGUNG, 700)
    body = {**WARGA, "identity_number": number(700)}
    here = await ask(door, f"/cooperatives/{SUNTER_AGUNG}/applications", body)
    problem(here, 409, "identity_claimed_here")
    elsewhere = await ask(door, f"/cooperatives/{PAPANGGO}/applications", body)
    problem(elsewhere, 409, "identity_claimed_elsewhere")
    found = await duplicates(door, "open", await kkmp.head())
    assert [(one["cooperative"], one["held_in"]) for one in found] == [(PAPANGGO, SUNTER_AGUNG)]
    path = f"/duplicates/{found[0]['identity']}/resolution"
    receipt = await asked(door, path, cooperative=PAPANGGO, resolution="same-person")
    await told(door, "/duplicates", min_position=receipt["position"])
    again = await ask(door, f"/cooperatives/{PAPANGGO}/applications", body)
    problem(again, 409, "identity_claimed_elsewhere")


async def test_f4_a_number_stands_for_one_person_of_a_cooperative(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    siti, budi = [await applicant(door, SUNTER_AGUNG, serial) for serial in (3, 4)]
    assert (await give_number(door, SUNTER_AGUNG, siti, 200)).status_code == 201
    before = await kkmp.head()
    refused = await give_number(door, SUNTER_AGUNG, budi, 200)
    problem(refused, 409, "identity_claimed_here")
    assert await kkmp.head() == before


async def test_f4_a_number_that_was_put_right_is_free_for_whose_it_is(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    siti = await applicant(door, SUNTER_AGUNG, 5)
    budi = await applicant(door, PAPANGGO, 6)
    assert (await give_number(door, SUNTER_AGUNG, siti, 300)).status_code == 201
    position = await kkmp.head()
    await told(door, "/duplicates", min_position=position)  # the tables have come so far
    put_right = await give_number(door, SUNTER_AGUNG, siti, 301, version=1)
    assert put_right.status_code == 201
    moved = await kkmp.page(position + 1, 10)
    assert [stored.subject.rpartition(".")[2] for stored in moved] == [
        "IdentityClaimed",
        "IdentityReleased",
        "IdentityRectified",
    ]
    assert len({stored.attribute("correlationid") for stored in moved}) == 1
    assert (await give_number(door, PAPANGGO, budi, 300)).status_code == 201


async def test_f4_two_who_put_one_number_right_at_once_do_not_both_move_it(
    door: httpx2.AsyncClient,
) -> None:
    siti = await applicant(door, SUNTER_AGUNG, 7)
    answers = await asyncio.gather(
        *(give_number(door, SUNTER_AGUNG, siti, serial) for serial in (400, 401))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 412]


async def test_f4_whoever_is_turned_away_gives_the_number_free(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    siti = await applicant(door, SUNTER_AGUNG, 8)
    budi = await applicant(door, PAPANGGO, 9)
    assert (await give_number(door, SUNTER_AGUNG, siti, 500)).status_code == 201
    member = f"/cooperatives/{SUNTER_AGUNG}/members/{siti}"
    await asked(door, f"{member}/rejection", reason="domisili di luar kelurahan")
    async with asyncio.timeout(60):
        while (await give_number(door, PAPANGGO, budi, 500)).status_code == 409:
            await asyncio.sleep(0.05)
    assert await kkmp.head() > 0


async def test_f4_nobody_tries_out_untraced_whether_a_number_is_held_elsewhere(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    siti = await applicant(door, SUNTER_AGUNG, 10)
    budi = await applicant(door, PAPANGGO, 11)
    assert (await give_number(door, SUNTER_AGUNG, siti, 600)).status_code == 201
    before = await kkmp.head()
    path = f"/cooperatives/{PAPANGGO}/members/{budi}/rectification?dry_run=true"
    tried = await ask(door, path, {"identity_number": number(600)}, **{"If-None-Match": "*"})
    assert (tried.status_code, tried.json()["events"]) == (200, []), tried.text
    here = f"/cooperatives/{PAPANGGO}"
    body = {**WARGA, "identity_number": number(600)}
    tried = await ask(door, f"{here}/applications?dry_run=true", body)
    assert (tried.status_code, tried.json()["events"]) == (200, []), tried.text
    paper = {"name": "Warga Contoh", "joined_on": "2025-06-15", "source": "Buku 1"}
    paper["identity_number"] = number(600)
    tried = await ask(door, f"{here}/member-imports?dry_run=true", paper)
    assert (tried.status_code, tried.json()["events"]) == (200, []), tried.text
    own = await ask(door, f"/cooperatives/{SUNTER_AGUNG}/applications?dry_run=true", body)
    problem(own, 409, "identity_claimed_here")
    assert await kkmp.head() == before
    problem(await ask(door, f"{here}/applications", body), 409, "identity_claimed_elsewhere")


async def test_f4_only_the_agency_resolves_and_only_it_and_the_auditor_see(
    cell: Servers, door: httpx2.AsyncClient
) -> None:
    board = await bearer(cell.postgres_dsn, f"pengurus:{PAPANGGO}")
    assert (await door.get("/v1/duplicates", headers=board)).status_code == 403
    path = f"/duplicates/{'0' * 32}/resolution"
    said = {"cooperative": PAPANGGO, "resolution": "permitted"}
    auditor = await bearer(cell.postgres_dsn, "auditor:31.72")
    problem(await ask(door, path, said, **auditor), 403, "role_not_allowed")
    assert (await door.get("/v1/duplicates", headers=auditor)).status_code == 200
