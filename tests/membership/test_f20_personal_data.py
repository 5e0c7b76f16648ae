"""F20: consent, what is put right, every look on record, a copy, and erasure with a receipt."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from shared.embedded import Servers
from shared.log import Log
from shared.subjects import EVERYTHING
from tests.credentials import bearer
from tests.membership.door import ask, asked, founding, open_door, problem, told

CODE = "31.72.02.1006"
WARGA: dict[str, Any] = {
    "name": "Warga Contoh Kenari",
    "identity_number": "3172990101900001",
    "phone": "0812-7777-0001",
    "born_on": "1990-01-01",
    "accepts_articles": True,
}
ADDRESS = "Jalan Danau Agung 3"


@pytest.fixture(scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("membership")


@pytest.fixture(scope="module")
async def door(cell: Servers, kkmp: Log, folder: Path) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, folder) as client:
        await asked(client, "/cooperatives", **founding(CODE))
        yield client


_serials = iter(range(1, 1000))


async def applicant(door: httpx2.AsyncClient) -> str:
    """The path of somebody who applied."""
    body = {**WARGA, "identity_number": f"317299010190{next(_serials):04d}"}
    who = (await asked(door, f"/cooperatives/{CODE}/applications", **body))["entity"]
    return f"/cooperatives/{CODE}/members/{who}"


async def turned_away(door: httpx2.AsyncClient) -> str:
    """The path of somebody whose application was declined."""
    path = await applicant(door)
    await asked(door, f"{path}/rejection", reason="domisili di luar kelurahan")
    return path


async def held(door: httpx2.AsyncClient, path: str, position: int) -> dict[str, Any]:
    return await told(door, f"{path}/personal-data", min_position=position)


async def test_f20_consent_is_recorded_withdrawn_and_shown(door: httpx2.AsyncClient) -> None:
    path = await applicant(door)
    await asked(door, f"{path}/consents", purpose="contact", note="formulir di kantor gerai")
    receipt = await asked(door, f"{path}/consents/withdrawal", purpose="contact")
    (consent,) = (await held(door, path, receipt["position"]))["consents"]
    assert consent["purpose"] == "contact"
    assert consent["given_at"] < consent["withdrawn_at"]


async def test_f20_a_question_is_answered_with_masks_alone(door: httpx2.AsyncClient) -> None:
    path = await applicant(door)
    receipt = await asked(door, f"{path}/consents", purpose="contact")
    found = await held(door, path, receipt["position"])
    assert found["name"] == "W••• C••• K•••"
    assert found["phone"] == "•••• 0001"
    assert found["identity_number"].startswith("•••• ")
    assert found["born_on"] == "••••"
    assert found["address"] is None


async def test_f20_what_is_put_right_is_what_is_shown_from_then_on(
    door: httpx2.AsyncClient,
) -> None:
    path = await applicant(door)
    right = {"phone": "081200009999", "address": ADDRESS}
    first = await ask(door, f"{path}/rectification", right, **{"If-None-Match": "*"})
    assert first.status_code == 201
    problem(await ask(door, f"{path}/rectification", right), 428, "version_required")
    late = await ask(door, f"{path}/rectification", right, **{"If-None-Match": "*"})
    problem(late, 412, "version_mismatch")
    nothing = await ask(door, f"{path}/rectification", {}, **{"If-Match": '"1"'})
    problem(nothing, 422, "nothing_rectified")
    found = await held(door, path, first.json()["position"])
    assert (found["phone"], found["version"]) == ("•••• 9999", 1)
    body = {"purpose": "correction", "fields": ["name", "phone", "address"]}
    seen = await asked(door, f"{path}/reveal", **body)
    assert seen["data"] == {"name": WARGA["name"], **right}


async def test_f20_a_look_is_recorded_with_its_purpose_and_a_repeat_opens_nothing(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    path = await applicant(door)
    body = {"purpose": "contact", "fields": ["phone"], "note": "undangan rapat"}
    tried = await ask(door, f"{path}/reveal?dry_run=true", body)
    assert tried.json()["data"] == {"phone": None}
    first = await ask(door, f"{path}/reveal", body, key="one look")
    assert first.json()["data"] == {"phone": WARGA["phone"]}
    assert first.headers["cache-control"] == "no-store"
    again = await ask(door, f"{path}/reveal", body, key="one look")
    assert again.json()["repeated"]
    assert WARGA["phone"] not in again.text
    position = first.json()["position"]
    assert again.json()["position"] == position
    (stored,) = await kkmp.page(position, 1)
    said = json.loads(stored.payload)
    assert (said["purpose"], said["fields"]) == ("contact", ["phone"])
    assert said["note"].startswith("enc1.")
    assert stored.attribute("authid")
    assert (await held(door, path, position))["looks"] == 1


async def test_f20_a_copy_holds_everything_and_says_where_else_to_ask(
    door: httpx2.AsyncClient,
) -> None:
    path = await applicant(door)
    note = "formulir di kantor gerai"
    await asked(door, f"{path}/consents", purpose="contact", note=note)
    copied = await asked(door, f"{path}/copy")
    assert copied["data"]["name"] == WARGA["name"]
    types = [one["type"].split(".")[-2] for one in copied["history"]]
    assert types == ["MembershipApplied", "ConsentRecorded", "PersonalDataCopied"]
    applied, consented, _ = copied["history"]
    assert applied["data"]["phone"] == WARGA["phone"]
    assert consented["data"]["note"] == note
    assert {"member", "person", "consent"} <= copied["rows"].keys()
    assert {one["service"] for one in copied["elsewhere"]} == {"training", "inventory"}
    assert "enc1." not in json.dumps(copied)


async def test_f20_a_copy_holds_what_the_board_says_of_a_person_and_not_of_others(
    door: httpx2.AsyncClient,
) -> None:
    people = [await applicant(door) for _ in range(2)]
    for path, seat in zip(people, ("sekretaris", "bendahara"), strict=True):
        for step in ("verification", "approval"):
            await asked(door, f"{path}/{step}")
        joining = {"kind": "pokok", "amount": 50_000, "effective_at": "2025-12-01T09:00:00+07:00"}
        await asked(door, f"{path}/savings", **joining)
        who = path.rpartition("/")[2]
        seated = {"seat": seat, "person": who, "from_date": "2026-01-01"}
        await asked(door, f"/cooperatives/{CODE}/board/appointments", **seated)
    copied = await asked(door, f"{people[0]}/copy")
    seats = [one["data"]["seat"] for one in copied["history"] if "seat" in one["data"]]
    assert seats == ["sekretaris"]
    assert [row["seat"] for row in copied["rows"]["seat"]] == ["sekretaris"]
    assert people[1].rpartition("/")[2] not in json.dumps(copied)


async def test_f20_an_open_application_and_a_legal_hold_keep_data_from_being_erased(
    door: httpx2.AsyncClient,
) -> None:
    path = await applicant(door)
    erase = {"basis": "requested"}
    problem(await ask(door, f"{path}/erasure", erase), 409, "erasing_active_member")
    await asked(door, f"{path}/rejection", reason="domisili di luar kelurahan")
    await asked(door, f"{path}/legal-holds", case="W10.U4/123/2026")
    held_back = await ask(door, f"{path}/erasure", erase)
    assert "W10.U4/123/2026" in problem(held_back, 409, "legal_hold")["detail"]
    await asked(door, f"{path}/legal-holds/lifting", case="W10.U4/123/2026")
    await asked(door, f"{path}/erasure", **erase)


async def test_f20_whoever_is_erased_is_a_tombstone_in_every_answer(
    door: httpx2.AsyncClient,
) -> None:
    path = await turned_away(door)
    receipt = await asked(door, f"{path}/erasure", basis="requested", reference="PDP/2026/17")
    assert (await asked(door, f"{path}/erasure", basis="requested"))["events"] == []
    found = await held(door, path, receipt["position"])
    assert {found[name] for name in ("name", "phone", "identity_number")} == {"(dihapus)"}
    assert found["erased_at"] is not None
    look = {"purpose": "legal", "fields": ["name"]}
    problem(await ask(door, f"{path}/reveal", look), 409, "person_erased")
    problem(await ask(door, f"{path}/copy"), 409, "person_erased")
    right = {"name": "Warga Lain"}
    rectified = await ask(door, f"{path}/rectification", right, **{"If-Match": '"1"'})
    problem(rectified, 409, "person_erased")
    erasures = (await told(door, "/erasures", region=CODE))["items"]
    (mine,) = (one for one in erasures if path.endswith(one["member"]))
    assert (mine["basis"], mine["reference"]) == ("requested", "PDP/2026/17")


async def test_f20_the_key_is_gone_with_the_answer(cell: Servers, door: httpx2.AsyncClient) -> None:
    path = await turned_away(door)
    await asked(door, f"{path}/erasure", basis="unlawful")
    database = await asyncpg.connect(cell.postgres_dsn)
    wrapped = await database.fetchval(
        "SELECT wrapped FROM membership_keys.person_key WHERE person = $1",
        path.rpartition("/")[2],
    )
    await database.close()
    assert wrapped is None


async def test_f20_a_key_that_an_old_backup_brings_back_is_destroyed_at_the_next_start(
    cell: Servers, door: httpx2.AsyncClient, folder: Path
) -> None:
    path = await turned_away(door)
    who = path.rpartition("/")[2]
    database = await asyncpg.connect(cell.postgres_dsn)
    key = "SELECT wrapped FROM membership_keys.person_key WHERE person = $1"
    backup = await database.fetchval(key, who)
    await asked(door, f"{path}/erasure", basis="requested")
    await database.execute(
        "UPDATE membership_keys.person_key SET wrapped = $2, erased_at = NULL WHERE person = $1",
        who,
        backup,
    )
    async with open_door(cell, folder):
        assert await database.fetchval(key, who) is None
    await database.close()


async def test_f20_the_log_holds_no_clear_text_of_anybody(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    path = await applicant(door)
    await asked(door, f"{path}/consents", purpose="contact", note="kata rahasia kenari")
    stored = b"".join([one.payload async for one in kkmp.scan(EVERYTHING)])
    for text in (WARGA["name"], WARGA["phone"], "kata rahasia kenari", ADDRESS):
        assert text.encode() not in stored


async def test_f20_who_may_look_and_who_may_not(cell: Servers, door: httpx2.AsyncClient) -> None:
    path = await applicant(door)
    look = {"purpose": "contact", "fields": ["phone"]}
    auditor = await bearer(cell.postgres_dsn, "auditor:31.72")
    neighbour = await bearer(cell.postgres_dsn, "pengurus:31.72.02.1005")
    problem(await ask(door, f"{path}/reveal", look, **auditor), 403, "role_not_allowed")
    problem(await ask(door, f"{path}/reveal", look, **neighbour), 403, "outside_jurisdiction")
    board = await bearer(cell.postgres_dsn, f"pengurus:{CODE}")
    case = {"case": "W10.U4/123/2026"}
    problem(await ask(door, f"{path}/legal-holds", case, **board), 403, "role_not_allowed")
    assert (await ask(door, f"{path}/reveal", look, **board)).status_code == 201


async def test_f20_a_damaged_text_is_one_damaged_field_and_the_list_is_answered(
    door: httpx2.AsyncClient, cell: Servers
) -> None:
    path, other = await applicant(door), await applicant(door)
    receipt = await asked(door, f"{other}/consents", purpose="contact")
    await held(door, other, receipt["position"])
    who, beside = path.rpartition("/")[2], other.rpartition("/")[2]
    connection = await asyncpg.connect(cell.postgres_dsn)
    await connection.execute(
        "UPDATE membership.personal SET sealed = 'enc1.AAAA' WHERE member = $1 AND field = 'name'",
        who,
    )
    await connection.close()
    listed = await told(door, f"/cooperatives/{CODE}/members", limit=200)
    names = {one["member"]: one["name"] for one in listed["items"]}
    assert (names[who], names[beside]) == ("(rusak)", "W••• C••• K•••")
    table = await door.get(f"/v1/cooperatives/{CODE}/members.csv")
    assert (table.status_code, table.text.count("(rusak)")) == (200, 1)
    shown = await held(door, path, receipt["position"])
    assert (shown["name"], shown["phone"]) == ("(rusak)", "•••• 0001")
    revealed = await asked(door, f"{path}/reveal", purpose="contact", fields=["name", "phone"])
    assert revealed["data"] == {"name": "(rusak)", "phone": WARGA["phone"]}


async def test_f20_a_reference_that_is_too_long_is_refused_before_its_form_is_looked_at(
    door: httpx2.AsyncClient,
) -> None:
    path = await turned_away(door)
    body = {"basis": "requested", "reference": "1" * 64_000 + "!"}
    answer = await ask(door, f"{path}/erasure?dry_run=true", body)
    (found,) = problem(answer, 422, "request_invalid")["errors"]
    assert (found["pointer"], found["code"]) == ("#/reference", "string_too_long")
