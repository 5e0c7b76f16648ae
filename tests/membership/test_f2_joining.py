"""F2: joining, told over HTTP: apply, verify, approve, pay, belong; and what a book brings in."""

from collections.abc import AsyncGenerator
from datetime import date, datetime
from typing import Any

import httpx2
import pytest

from shared.calendar import WIB
from shared.embedded import Servers
from shared.log import Log
from tests.membership.door import (
    ask,
    asked,
    begin_day,
    founding,
    open_door,
    problem,
    somebody,
    told,
)

SUNTER_AGUNG, PAPANGGO = "31.72.02.1006", "31.72.02.1003"
HERE, THERE = f"/cooperatives/{SUNTER_AGUNG}", f"/cooperatives/{PAPANGGO}"
PAPER: dict[str, Any] = {"name": "Warga Contoh", "joined_on": "2025-06-15", "source": "Buku 1"}


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    folder = tmp_path_factory.mktemp("membership")
    async with open_door(cell, folder, population_registry="fake") as client:
        for code in (SUNTER_AGUNG, PAPANGGO):
            await asked(client, "/cooperatives", **founding(code))
        yield client


async def applied(door: httpx2.AsyncClient, here: str = HERE, **more: str | bool) -> str:
    body = somebody() | more
    return (await asked(door, f"{here}/applications", **body))["entity"]


async def admitted(door: httpx2.AsyncClient, who: str, here: str = HERE) -> dict[str, Any]:
    await asked(door, f"{here}/members/{who}/verification")
    await asked(door, f"{here}/members/{who}/approval")
    return await asked(door, f"{here}/members/{who}/savings", kind="pokok", amount=50_000)


async def test_f2_an_applicant_is_checked_accepted_pays_and_is_in_the_register(
    door: httpx2.AsyncClient,
) -> None:
    who = await applied(door, name="Siti Kenari Rahayu")
    member = f"{HERE}/members/{who}"
    for step, body, status in (
        ("verification", {}, "verified"),
        ("approval", {}, "approved"),
        ("savings", {"kind": "pokok", "amount": 50_000}, "active"),
    ):
        receipt = await asked(door, f"{member}/{step}", **body)
        shown = await told(door, member, min_position=receipt["position"])
        assert (shown["status"], shown["version"]) == (status, receipt["version"])
    assert (shown["name"], shown["pokok"]) == ("S••• K••• R•••", 50_000)
    table = await door.get(f"/v1{HERE}/members.csv", params={"dialect": "excel-id"})
    assert who in table.text
    assert "Kenari" not in table.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"born_on": "2015-01-01"}, "applicant_too_young"),
        ({"accepts_articles": False}, "articles_not_accepted"),
        ({"effective_at": "2025-05-30T10:00:00+07:00"}, "before_cooperative"),
        ({"effective_at": "2025-06-10T10:00:00"}, "request_invalid"),
        ({"effective_at": "2199-01-01T00:00:00+07:00"}, "effective_time_in_future"),
        ({"name": "Siti\u0000"}, "request_invalid"),
        ({"name": "Siti\u202eRahayu"}, "request_invalid"),
        ({"identity_number": "317299010190"}, "request_invalid"),
    ],
)
async def test_f2_who_may_not_apply_hears_why(
    door: httpx2.AsyncClient, body: dict[str, Any], code: str
) -> None:
    answer = await ask(door, f"{HERE}/applications", somebody() | body)
    problem(answer, 422, code)


async def test_f2_whoever_is_married_may_be_younger(door: httpx2.AsyncClient) -> None:
    young = somebody() | {"born_on": "2009-12-01", "effective_at": "2025-07-01T09:00:00+07:00"}
    problem(await ask(door, f"{HERE}/applications", young), 422, "applicant_too_young")
    await asked(door, f"{HERE}/applications", **young, married=True)


async def test_f2_who_lives_elsewhere_is_turned_away_and_may_apply_there(
    door: httpx2.AsyncClient,
) -> None:
    person = somebody()
    who = (await asked(door, f"{HERE}/applications", **person))["entity"]
    check = f"{HERE}/members/{who}/verification"
    problem(await ask(door, check, {"domicile": "kelurahan-lain"}), 409, "domicile_elsewhere")
    answer = await ask(door, f"{THERE}/applications", person)
    problem(answer, 409, "identity_claimed_elsewhere")
    await asked(door, f"{HERE}/members/{who}/rejection", reason="berdomisili di Papanggo")
    await asked(door, f"{THERE}/applications", **person)


async def test_f2_the_population_register_is_asked_and_says_no_more_than_that_it_differs(
    door: httpx2.AsyncClient,
) -> None:
    who = await applied(door, identity_number="3172990101909999")
    answer = await ask(door, f"{HERE}/members/{who}/verification")
    problem(answer, 409, "registry_differs")
    other = await applied(door)
    await asked(door, f"{HERE}/members/{other}/verification")


async def test_f2_the_population_register_is_asked_about_what_was_put_right(
    door: httpx2.AsyncClient,
) -> None:
    wrong = await applied(door, identity_number="3172990101919999")
    right = await applied(door)
    for who, number in ((wrong, somebody()["identity_number"]), (right, "3172990101929999")):
        path = f"{HERE}/members/{who}/rectification"
        answer = await ask(door, path, {"identity_number": number}, **{"If-None-Match": "*"})
        assert answer.status_code == 201, answer.text
    await asked(door, f"{HERE}/members/{wrong}/verification")
    refused = await ask(door, f"{HERE}/members/{right}/verification")
    problem(refused, 409, "registry_differs")


async def test_f2_applications_that_wait_are_listed_by_the_days_that_began(
    door: httpx2.AsyncClient, cell: Servers, kkmp: Log
) -> None:
    old = await applied(door, effective_at="2025-06-01T23:00:00+07:00")
    new = await applied(door, effective_at="2025-06-20T01:00:00+07:00")
    await begin_day(cell, date(2025, 6, 21))
    listed = await told(
        door, "/applications", older_than_days=7, limit=500, min_position=await kkmp.head()
    )
    days = {one["member"]: one["days"] for one in listed["items"]}
    assert days[old] == 20
    assert new not in days


async def test_f2_whoever_comes_back_has_a_new_membership_that_names_the_one_before(
    door: httpx2.AsyncClient,
) -> None:
    person = somebody()
    first = (await asked(door, f"{HERE}/applications", **person))["entity"]
    await admitted(door, first)
    problem(await ask(door, f"{HERE}/applications", person), 409, "identity_claimed_here")
    await asked(door, f"{HERE}/members/{first}/resignation", reason="pindah")
    second = (await asked(door, f"{HERE}/applications", **person))["entity"]
    receipt = await admitted(door, second)
    shown = await told(door, f"{HERE}/members/{second}", min_position=receipt["position"])
    assert (shown["previous"], shown["status"]) == (first, "active")
    assert (await told(door, f"{HERE}/members/{first}"))["status"] == "left"


async def test_c8_a_book_is_taken_over_as_of_the_day_it_says_without_replaying_the_steps(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    before = await kkmp.head()
    body = PAPER | {"wajib": 125_000, "pokok": 50_000, "number": "017"}
    receipt = await asked(door, f"{THERE}/member-imports", **body)
    stored = await kkmp.page(before + 1, 10)
    assert [one.subject.rpartition(".")[2] for one in stored] == ["MemberImported", "MemberJoined"]
    for one in stored:
        happened = datetime.fromisoformat(one.attribute("time"))
        learned = datetime.fromisoformat(one.attribute("recordedtime"))
        assert happened == datetime(2025, 6, 15, tzinfo=WIB) < learned
    shown = await told(
        door, f"{THERE}/members/{receipt['entity']}", min_position=receipt["position"]
    )
    assert (shown["pokok"], shown["wajib"], shown["number"]) == (50_000, 125_000, "017")
    for instant, count in (("2025-06-14T23:59:59+07:00", 0), ("2025-06-15T00:00:00+07:00", 1)):
        assert (await told(door, f"{THERE}/members/count", as_of=instant))["count"] == count


async def test_c12_a_number_of_the_book_is_one_persons_in_a_cooperative(
    door: httpx2.AsyncClient,
) -> None:
    body = PAPER | {"number": "B-17"} | {"identity_number": somebody()["identity_number"]}
    first = await ask(door, f"{HERE}/member-imports", body, key="book B-17")
    again = await ask(door, f"{HERE}/member-imports", body, key="book B-17")
    assert again.json() == first.json() | {"repeated": True}
    other = PAPER | {"name": "Orang Lain", "number": "B-17"}
    problem(await ask(door, f"{HERE}/member-imports", other), 409, "member_number_taken")
    await asked(door, f"{THERE}/member-imports", **other)
    leave = {"reason": "pindah", "effective_at": "2026-06-01T00:00:00+07:00"}
    await asked(door, f"{HERE}/members/{first.json()['entity']}/resignation", **leave)
    problem(await ask(door, f"{HERE}/member-imports", other), 409, "member_number_taken")
    await asked(door, f"{HERE}/member-imports", **body | {"joined_on": "2026-06-01"})


async def test_f2_nobody_is_taken_over_into_a_time_in_which_they_were_a_member_already(
    door: httpx2.AsyncClient,
) -> None:
    body = PAPER | {"identity_number": somebody()["identity_number"]}
    who = (await asked(door, f"{HERE}/member-imports", **body))["entity"]
    await asked(
        door,
        f"{HERE}/members/{who}/resignation",
        reason="pindah",
        effective_at="2026-06-01T00:00:00+07:00",
    )
    again = await ask(door, f"{HERE}/member-imports", body | {"joined_on": "2026-05-31"})
    problem(again, 409, "memberships_overlap")
    await asked(door, f"{HERE}/member-imports", **body | {"joined_on": "2026-06-01"})


async def test_f2_whoever_comes_back_does_not_join_into_the_time_of_the_membership_before(
    door: httpx2.AsyncClient,
) -> None:
    """Also where an application in between was declined."""
    person = somebody()
    body = PAPER | {"identity_number": person["identity_number"]}
    first = (await asked(door, f"{HERE}/member-imports", **body))["entity"]
    end = "2026-06-01T00:00:00+07:00"
    leave = {"reason": "pindah", "effective_at": end}
    await asked(door, f"{HERE}/members/{first}/resignation", **leave)
    declined = (await asked(door, f"{HERE}/applications", **person))["entity"]
    await asked(door, f"{HERE}/members/{declined}/rejection", reason="belum lengkap")
    again = await ask(door, f"{HERE}/member-imports", body | {"joined_on": "2026-05-31"})
    problem(again, 409, "memberships_overlap")
    second = (await asked(door, f"{HERE}/applications", **person))["entity"]
    await asked(door, f"{HERE}/members/{second}/verification")
    await asked(door, f"{HERE}/members/{second}/approval")
    pokok = {"kind": "pokok", "amount": 50_000, "effective_at": "2026-05-31T23:59:59+07:00"}
    early = await ask(door, f"{HERE}/members/{second}/savings", pokok)
    problem(early, 409, "memberships_overlap")
    await asked(door, f"{HERE}/members/{second}/savings", **pokok | {"effective_at": end})


async def test_f2_who_was_entered_under_a_wrong_number_keeps_nobody_else_from_joining(
    door: httpx2.AsyncClient,
) -> None:
    """The other's number stood for them once, and was put right; they left since."""
    wrong, right = somebody(), somebody()
    body = PAPER | {"identity_number": wrong["identity_number"], "joined_on": "2025-06-15"}
    who = (await asked(door, f"{HERE}/member-imports", **body))["entity"]
    rectified = await ask(
        door,
        f"{HERE}/members/{who}/rectification",
        {"identity_number": right["identity_number"]},
        **{"If-Match": '"0"'},
    )
    assert rectified.status_code == 201, rectified.text
    await asked(door, f"{HERE}/members/{who}/resignation", reason="pindah")
    await asked(door, f"{HERE}/member-imports", **body)
    answer = await ask(
        door, f"{HERE}/member-imports", body | {"identity_number": right["identity_number"]}
    )
    problem(answer, 409, "memberships_overlap")


async def test_c12_what_the_book_lacks_is_flagged_and_no_reason_to_refuse(
    door: httpx2.AsyncClient,
) -> None:
    receipt = await asked(door, f"{HERE}/member-imports", **PAPER)
    listed = await told(
        door, f"{HERE}/members", missing="phone", min_position=receipt["position"], limit=500
    )
    (shown,) = (one for one in listed["items"] if one["member"] == receipt["entity"])
    assert shown["missing"].split() == ["identity_number", "phone", "born_on", "address", "pokok"]
    listed = await told(door, f"{HERE}/members", status="applied", missing="phone")
    assert listed["items"] == []


async def test_c12_what_the_book_lacked_is_flagged_until_it_is_there(
    door: httpx2.AsyncClient,
) -> None:
    who = (await asked(door, f"{HERE}/member-imports", **PAPER))["entity"]
    member = f"{HERE}/members/{who}"
    own = somebody()
    lacking = ["identity_number", "phone", "born_on", "address", "pokok"]
    steps: list[tuple[str, dict[str, Any], set[str]]] = [
        ("savings", {"kind": "pokok", "amount": 50_000}, {"pokok"}),
        ("rectification", {"phone": own["phone"]}, {"phone"}),
        (
            "rectification",
            {"identity_number": own["identity_number"], "born_on": own["born_on"]},
            {"identity_number", "born_on"},
        ),
        ("rectification", {"name": "Warga Contoh Kedua"}, set()),
        ("rectification", {"address": "Jalan Contoh 1"}, {"address"}),
    ]
    seen, shown = 0, {}
    for step, body, found in steps:
        head = {} if step == "savings" else {"If-Match": f'"{seen}"'}
        answer = await ask(door, f"{member}/{step}", body, **head)
        assert answer.status_code == 201, answer.text
        seen += step == "rectification"
        shown = await told(door, member, min_position=answer.json()["position"])
        lacking = [flag for flag in lacking if flag not in found]
        assert (shown["missing"].split(), shown["status"]) == (lacking, "active")
        assert shown["version"] == 3  # what is put right is another entity's
    assert (shown["pokok"], lacking) == (50_000, [])
    again = await ask(door, f"{member}/savings", {"kind": "pokok", "amount": 50_000})
    problem(again, 409, "pokok_first")


@pytest.mark.parametrize("name", ["Łukasz O'Ñeil", "ꦲꦤꦕꦫꦏ", "Nur 'Aini binti H. Abd. Rahman"])
async def test_f2_a_name_is_written_as_its_bearer_writes_it(
    door: httpx2.AsyncClient, name: str
) -> None:
    who = (await asked(door, f"{HERE}/member-imports", **PAPER | {"name": name}))["entity"]
    look = {"purpose": "verification", "fields": ["name"]}
    shown = await asked(door, f"{HERE}/members/{who}/reveal", **look)
    assert shown["data"]["name"] == name


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"joined_on": "2025-05-30"}, "before_cooperative"),
        ({"joined_on": "2199-01-01"}, "day_ahead"),
        ({"born_on": "2015-01-01"}, "applicant_too_young"),
        ({"pokok": -1}, "request_invalid"),
        ({"wajib": 1_000_000_001}, "request_invalid"),
        ({"pokok": "50.000"}, "request_invalid"),
        ({"number": "3172990505900009"}, "request_invalid"),
        ({"source": "Buku, 081200000000"}, "request_invalid"),
    ],
)
async def test_f2_what_no_book_can_say_is_refused(
    door: httpx2.AsyncClient, body: dict[str, Any], code: str
) -> None:
    problem(await ask(door, f"{HERE}/member-imports", PAPER | body), 422, code)
