"""The HTTP door, as membership opens it: what every command and question looks like outside."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from shared.embedded import Servers
from shared.log import Log
from shared.personal import unseal
from tests.membership.door import (
    SECRET,
    SITI,
    ask,
    asked,
    founding,
    joined,
    open_door,
    problem,
    somebody,
    told,
)
from tests.shared.story import connected

BARE_CODE = "Angka tanpa titik cocok dengan dua sistem kode. Tulis kode Kemendagri: 31.72.02.1006?"
BARE_CODE_IN_ENGLISH = (
    "Digits without dots fit two code systems. Write the Kemendagri code: 31.72.02.1006?"
)


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        yield client


async def test_a_command_says_where_it_is_recorded(door: httpx2.AsyncClient, kkmp: Log) -> None:
    answer = await ask(door, "/cooperatives", founding("31.72.01.1001"))
    receipt = answer.json()
    assert answer.status_code == 201
    assert receipt["entity"] == "31-72-01-1001"
    assert (receipt["version"], receipt["repeated"]) == (1, False)
    assert answer.headers["KKMP-Log-Position"] == str(receipt["position"])
    (stored,) = await kkmp.page(receipt["position"], 1)
    assert [stored.attribute("id")] == receipt["events"]


async def test_without_a_key_nothing_is_recorded(door: httpx2.AsyncClient, kkmp: Log) -> None:
    before = await kkmp.head()
    answer = await ask(door, "/cooperatives", founding("31.72.01.1002"), key="")
    found = problem(answer, 400, "idempotency_key_missing")
    assert found["detail"].startswith("Setiap perintah memerlukan header Idempotency-Key")
    assert UUID(found["correlation_id"]).version == 7
    assert await kkmp.head() == before


async def test_the_same_request_again_is_the_same_answer_and_one_fact(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    first = await ask(door, "/cooperatives", founding("31.72.01.1003"), key="once")
    again = await ask(door, "/cooperatives", founding("31.72.01.1003"), key="once")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"repeated": True}
    assert await kkmp.head() == first.json()["position"]


async def test_a_key_in_quotes_is_the_same_key(door: httpx2.AsyncClient) -> None:
    code = "31.72.06.1003"
    first = await ask(door, "/cooperatives", founding(code), key="8f2c quoted")
    again = await ask(door, "/cooperatives", founding(code), key='"8f2c quoted"')
    assert again.json() == first.json() | {"repeated": True}
    none = await ask(door, "/cooperatives", founding(code), key='""')
    problem(none, 400, "idempotency_key_missing")


async def test_the_same_request_many_times_at_once_is_one_fact(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    await asked(door, "/cooperatives", **founding("31.72.01.1004"))
    before = await kkmp.head()
    apply = "/cooperatives/31.72.01.1004/applications"
    applicant = somebody()
    answers = await asyncio.gather(
        *(ask(door, apply, applicant, key="impatient") for _ in range(8))
    )
    assert {answer.json()["position"] for answer in answers} == {before + 2}  # with the claim
    assert len({answer.json()["entity"] for answer in answers}) == 1
    assert sorted(answer.json()["repeated"] for answer in answers) == [False] + [True] * 7
    assert await kkmp.head() == before + 2


async def test_one_key_does_not_stand_for_two_requests(door: httpx2.AsyncClient, kkmp: Log) -> None:
    await asked(door, "/cooperatives", **founding("31.72.01.1005"))
    apply = "/cooperatives/31.72.01.1005/applications"
    applicant = somebody()
    await ask(door, apply, applicant, key="two")
    before = await kkmp.head()
    another_body = await ask(door, apply, applicant | {"phone": "0812-7777-0002"}, key="two")
    problem(another_body, 422, "idempotency_key_reused")
    another_path = await ask(door, "/cooperatives/31.72.01.1003/applications", applicant, key="two")
    problem(another_path, 422, "idempotency_key_reused")
    assert await kkmp.head() == before


async def test_a_refusal_leaves_its_key_unused(door: httpx2.AsyncClient) -> None:
    code = "31.72.05.1003"
    apply = f"/cooperatives/{code}/applications"
    applicant = somebody()
    problem(await ask(door, apply, applicant, key="early"), 404, "cooperative_not_registered")
    await asked(door, "/cooperatives", **founding(code))
    assert (await ask(door, apply, applicant, key="early")).status_code == 201


async def test_a_refusal_of_the_rules_is_a_problem_with_its_own_code(
    door: httpx2.AsyncClient,
) -> None:
    answer = await ask(door, "/cooperatives/31.72.06.1001/applications", SITI)
    problem(answer, 404, "cooperative_not_registered")
    answer = await ask(door, "/cooperatives", founding("31.72.02.1099"))
    problem(answer, 422, "kelurahan_unknown")


async def test_what_has_not_happened_yet_is_refused(door: httpx2.AsyncClient) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    answer = await ask(
        door, "/cooperatives", founding("31.72.06.1001") | {"effective_at": tomorrow}
    )
    assert tomorrow in problem(answer, 422, "effective_time_in_future")["detail"]


@pytest.mark.parametrize(
    ("change", "pointer", "code", "indonesian", "english"),
    [
        (
            {"effective_at": "2025-11-04T10:00:00"},
            "#/effective_at",
            "timezone_aware",
            "Waktu harus menyebut selisihnya dari UTC, misalnya 2025-11-04T10:00:00+07:00.",
            "Input should have timezone info",
        ),
        (
            {"kodepos": "14350"},
            "#/kodepos",
            "extra_forbidden",
            "Tidak dikenal di sini.",
            "Extra inputs are not permitted",
        ),
        (
            {"name": "x"},
            "#/name",
            "string_too_short",
            "Paling sedikit 3 karakter.",
            "String should have at least 3 characters",
        ),
        (
            {"code": "3172021006"},
            "#/code",
            "region_code_bare",
            BARE_CODE,
            BARE_CODE_IN_ENGLISH,
        ),
    ],
    ids=["naive time", "unknown field", "short name", "bare code"],
)
async def test_a_malformed_request_is_pointed_at_in_the_askers_language(
    door: httpx2.AsyncClient,
    change: dict[str, str],
    pointer: str,
    code: str,
    indonesian: str,
    english: str,
) -> None:
    body = founding("31.72.06.1001") | change
    for language, words in (("", indonesian), ("en-GB,en;q=0.9", english)):
        headers = {"Accept-Language": language} if language else {}
        answer = await ask(door, "/cooperatives", body, **headers)
        (found,) = problem(answer, 422, "request_invalid")["errors"]
        assert found == {"pointer": pointer, "in": "body", "code": code, "detail": words}
        assert answer.headers["content-language"] == ("en" if language else "id")


@pytest.mark.parametrize("name", ["KKMP\0 Ancol", "KKMP \ud800 Ancol"])
async def test_a_text_that_no_table_can_hold_never_reaches_the_log(
    door: httpx2.AsyncClient, kkmp: Log, name: str
) -> None:
    before = await kkmp.head()
    body = json.dumps(founding("31.72.05.1003") | {"name": name}).encode()
    headers = {"Idempotency-Key": f"text {name!a}", "Content-Type": "application/json"}
    answer = await door.post("/v1/cooperatives", content=body, headers=headers)
    (found,) = problem(answer, 422, "request_invalid")["errors"]
    assert found["pointer"] == "#/name"
    assert await kkmp.head() == before


async def test_a_body_that_is_no_json_and_a_path_that_is_not_there_are_problems_too(
    door: httpx2.AsyncClient,
) -> None:
    headers = {"Idempotency-Key": "x", "Content-Type": "application/json"}
    answer = await door.post("/v1/cooperatives", content=b"{", headers=headers)
    assert problem(answer, 422, "request_invalid")["errors"][0]["code"] == "json_invalid"
    problem(await door.get("/v1/nowhere"), 404, "not_found")
    problem(await door.delete("/v1/cooperatives"), 405, "method_not_allowed")


async def test_a_question_may_wait_for_ones_own_command(door: httpx2.AsyncClient) -> None:
    for number in range(1, 3):
        code = f"31.72.05.{1000 + number}"
        receipt = await asked(door, "/cooperatives", **founding(code))
        found = await told(door, f"/cooperatives/{code}", min_position=receipt["position"])
        assert (found["code"], found["kecamatan"]) == (code, "Pademangan")


async def test_a_list_is_read_page_by_page_to_its_end(door: httpx2.AsyncClient) -> None:
    codes = [f"31.72.03.{number}" for number in range(1001, 1006)]
    receipts = [await asked(door, "/cooperatives", **founding(code)) for code in codes]
    last = receipts[-1]["position"]
    seen: list[str] = []
    query: dict[str, Any] = {"region": "31.72.03", "limit": 2, "min_position": last}
    sizes: list[int] = []
    while True:
        page = await told(door, "/cooperatives", **query)
        seen += [item["code"] for item in page["items"]]
        sizes.append(len(page["items"]))
        assert page["position"] >= last
        if page["next"] is None:
            break
        query["after"] = page["next"]
    assert (seen, sizes) == (codes, [2, 2, 1])
    exact = await told(door, "/cooperatives", region="31.72.03", limit=5)
    assert (len(exact["items"]), exact["next"]) == (5, None)
    (one,) = (await told(door, "/cooperatives", region="31.72.03.1001"))["items"]
    assert one["code"] == codes[0]


@pytest.mark.parametrize("cursor", ["***", "x", "YQ", "\u00e9", "//79", "AA=="])
async def test_a_cursor_that_no_page_gave_is_refused(door: httpx2.AsyncClient, cursor: str) -> None:
    answer = await door.get("/v1/cooperatives", params={"after": cursor})
    problem(answer, 422, "cursor_malformed")


async def test_a_position_that_the_log_has_not_reached_is_not_answered(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    beyond = await kkmp.head() + 1_000
    answer = await door.get("/v1/cooperatives", params={"min_position": beyond})
    problem(answer, 422, "position_ahead")


async def test_members_are_counted_as_of_an_instant(door: httpx2.AsyncClient) -> None:
    code = "31.72.04.1001"
    joined_at = datetime(2025, 11, 1, 3, 0, tzinfo=UTC)
    left_at = datetime(2025, 11, 4, 3, 0, tzinfo=UTC)
    await asked(door, "/cooperatives", **founding(code))
    who = await joined(door, code, joined_at)
    receipt = await asked(
        door,
        f"/cooperatives/{code}/members/{who}/resignation",
        reason="pindah",
        effective_at=left_at.isoformat(),
    )
    instant = timedelta(microseconds=1)
    counts = [
        (
            await told(
                door,
                f"/cooperatives/{code}/members/count",
                min_position=receipt["position"],
                as_of=at.isoformat(),
            )
        )["count"]
        for at in (joined_at - instant, joined_at, left_at - instant, left_at)
    ]
    assert counts == [0, 1, 1, 0]
    assert (await told(door, f"/cooperatives/{code}/members/count"))["count"] == 0
    (item,) = (await told(door, f"/cooperatives/{code}/members"))["items"]
    assert (item["member"], item["status"], item["name"]) == (who, "left", "S••• K••• R•••")


async def test_an_officer_hands_over_before_resigning_and_the_lurah_sits_by_office(
    door: httpx2.AsyncClient,
) -> None:
    code = "31.72.04.1002"
    await asked(door, "/cooperatives", **founding(code))
    who = await joined(door, code, datetime(2025, 6, 1, tzinfo=UTC))
    seat = {"seat": "sekretaris", "person": who, "from_date": "2025-06-01"}
    await asked(door, f"/cooperatives/{code}/board/appointments", **seat)
    receipt = await asked(door, f"/cooperatives/{code}/board/ex-officio", from_date="2025-06-01")
    answer = await ask(door, f"/cooperatives/{code}/members/{who}/resignation", {"reason": "sibuk"})
    problem(answer, 409, "resigning_in_office")
    stranger = seat | {"seat": "ketua", "person": str(UUID(int=1))}
    answer = await ask(door, f"/cooperatives/{code}/board/appointments", stranger)
    problem(answer, 409, "not_a_member")
    board = await told(door, f"/cooperatives/{code}/board", min_position=receipt["position"])
    held = {found["seat"]: found["person"] for found in board["seats"] if found["person"]}
    assert held["sekretaris"] == who
    assert set(held) == {"sekretaris", "ketua-pengawas"}
    assert (board["vacant"], len(board["seats"])) == (6, 8)


async def test_nobodys_name_is_in_any_byte_of_the_log_and_the_key_opens_it(
    door: httpx2.AsyncClient, kkmp: Log, cell: Servers
) -> None:
    code = "31.72.04.1003"
    await asked(door, "/cooperatives", **founding(code))
    receipt = await asked(door, f"/cooperatives/{code}/applications", **SITI)
    everything = b""
    for stream in ("KKMP", "KKMP_PARKED"):
        aside = await Log(kkmp.bus, stream=stream).open()
        messages = await aside.page(1, 1000)
        everything += b"".join(one.subject.encode() + one.block + one.payload for one in messages)
    assert receipt["entity"].encode() in everything
    for canary in ("Kenari", SITI["identity_number"], SITI["phone"], "7777-0001", SITI["born_on"]):
        assert canary.encode() not in everything

    who = receipt["entity"]
    (stored,) = await kkmp.page(receipt["position"], 1)
    connection = await asyncpg.connect(cell.postgres_dsn)
    wrapped: bytes = await connection.fetchval(
        "SELECT wrapped FROM membership_keys.person_key WHERE person = $1", who
    )
    await connection.close()
    key = aes_key_unwrap(SECRET, wrapped)
    said = json.loads(stored.payload)
    context = ("MembershipApplied", receipt["events"][0], code, who)
    sealed = ("name", "identity_number", "phone", "born_on")
    opened = {name: unseal(said[name], key, *context, name) for name in sealed}
    assert opened == {name: SITI[name] for name in sealed}


async def test_no_answer_names_the_program_that_serves_it(door: httpx2.AsyncClient) -> None:
    for path in ("/livez", "/v1/cooperatives", "/nowhere"):
        assert "server" not in (await door.get(path)).headers


async def test_it_lives_is_ready_and_explains_itself(door: httpx2.AsyncClient, kkmp: Log) -> None:
    assert (await door.get("/livez")).json() == {"alive": True, "reasons": []}
    ready = await door.get("/readyz")
    assert ready.status_code == 200
    said = ready.json()
    assert (said["ready"], said["reasons"], said["log"]["head"]) == (True, [], await kkmp.head())
    manual = await door.get("/docs")
    assert "/v1/cooperatives/{code}/applications" in manual.text
    assert "<script" not in manual.text
    for page in ("/docs/events", "/problems", "/asyncapi.json"):
        assert (await door.get(page)).status_code == 200, page
    schema = await door.get("/schemas/membership/MemberJoined/v1.json")
    assert schema.json()["$id"] == "urn:kkmp:membership:MemberJoined:v1"
    problem(await door.get("/schemas/../asyncapi.json/x"), 404, "not_found")


async def test_a_log_that_somebody_alters_makes_it_not_ready(
    door: httpx2.AsyncClient, log: str
) -> None:
    async with connected(log) as bus:
        settings = (await bus.api("STREAM.INFO.KKMP"))["config"]
        await bus.api("STREAM.UPDATE.KKMP", settings | {"max_msgs": 10_000})
        await asyncio.sleep(1)  # for as long the answer before is given again
        ready = await door.get("/readyz")
        await bus.api("STREAM.UPDATE.KKMP", settings)
    assert ready.status_code == 503
    assert ready.json()["reasons"] == ["log settings: KKMP.max_msgs is 10000, decided is -1"]
    await asyncio.sleep(1)
    assert (await door.get("/readyz")).status_code == 200


async def test_what_is_only_tried_is_judged_alike_and_recorded_nowhere(
    door: httpx2.AsyncClient,
) -> None:
    code = "31.72.04.1007"
    body = founding(code)
    tried = await ask(door, "/cooperatives?dry_run=true", body, key="only tried")
    assert (tried.status_code, tried.json()["dry_run"], tried.json()["events"]) == (200, True, [])
    assert (await door.get(f"/v1/cooperatives/{code}")).status_code == 404

    taken = await ask(door, "/cooperatives", body, key="only tried")  # a trial holds no key
    assert (taken.status_code, taken.json()["dry_run"]) == (201, False)
    other = {**body, "name": "KKMP Lain"}
    problem(
        await ask(door, "/cooperatives?dry_run=true", other),
        409,
        "cooperative_registered_otherwise",
    )
