"""What every answer can do: pages, the past, CSV, tags; tried on membership's questions."""

import csv
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import httpx2
import pytest

from shared.embedded import Servers
from shared.log import Log
from tests.credentials import bearer
from tests.membership.door import ask, asked, founding, joined, open_door, problem, told

ANCOL = "31.72.05.1003"
CODES = [f"31.72.03.{number}" for number in range(1001, 1006)]
MAY = datetime(2025, 5, 31, 3, 0, tzinfo=UTC)
NOVEMBER = datetime(2025, 11, 1, 3, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        for code in CODES:
            await asked(client, "/cooperatives", **founding(code), effective_at=MAY.isoformat())
        await asked(client, "/cooperatives", **founding(ANCOL), effective_at=MAY.isoformat())
        await joined(client, ANCOL, NOVEMBER)
        await client.get("/v1/cooperatives", params={"min_position": await kkmp.head()})
        yield client


async def test_a_page_leads_to_the_next_by_its_link_and_by_its_cursor(
    door: httpx2.AsyncClient,
) -> None:
    seen: list[str] = []
    url: str | None = "/v1/cooperatives?region=31.72.03&limit=2"
    while url:
        answer = await door.get(url)
        page = answer.json()
        seen += [item["code"] for item in page["items"]]
        link = answer.links.get("next")
        assert (link is None) == (page["next"] is None)
        url = link["url"] if link else None
    assert seen == CODES


async def test_a_question_can_be_asked_of_any_position(door: httpx2.AsyncClient, kkmp: Log) -> None:
    names = [item["code"] for item in (await told(door, "/cooperatives"))["items"]]
    assert len(names) == 6
    for position in range(7):
        page = await told(door, "/cooperatives", as_of_position=position)
        assert ([item["code"] for item in page["items"]], page["position"]) == (
            names[:position],
            position,
        )
    beyond = await kkmp.head() + 1
    answer = await door.get("/v1/cooperatives", params={"as_of_position": beyond})
    problem(answer, 422, "position_ahead")


async def test_a_question_can_be_asked_of_any_instant_in_rows_and_in_folds_alike(
    door: httpx2.AsyncClient,
) -> None:
    path = f"/cooperatives/{ANCOL}/members"
    for at, expected in ((NOVEMBER - INSTANT, 0), (NOVEMBER, 1)):
        counted = await told(door, f"{path}/count", as_of=at.isoformat())
        listed = await told(door, path, as_of=at.isoformat(), status="active")
        shown = await told(door, f"/cooperatives/{ANCOL}", as_of=at.isoformat())
        assert counted["count"] == len(listed["items"]) == shown["active_members"] == expected
    before = {"as_of": (MAY - INSTANT).isoformat()}
    problem(await door.get(f"/v1/cooperatives/{ANCOL}", params=before), 404, "not_found")


async def test_what_was_known_then_differs_from_what_is_known_now(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    path = f"/cooperatives/{ANCOL}/members/count"
    then = await kkmp.head()
    late = NOVEMBER + timedelta(days=3)
    await joined(door, ANCOL, late)
    both = {"as_of": late.isoformat(), "as_of_position": then}
    now = {"as_of": late.isoformat(), "min_position": await kkmp.head()}
    assert (await told(door, path, **both))["count"] == 1
    assert (await told(door, path, **now))["count"] == 2


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"as_of": "2999-01-01T00:00:00Z"}, 422, "as_of_in_future"),
        ({"as_of": "2025-11-01T00:00:00"}, 422, "request_invalid"),
        ({"as_of_position": -1}, 422, "request_invalid"),
        ({"limit": 501}, 422, "request_invalid"),
        ({"regoin": "31.72.03"}, 422, "parameter_unknown"),
        ({"region": "31.73"}, 403, "outside_jurisdiction"),
        ({"region": "3172031001"}, 422, "request_invalid"),
    ],
)
async def test_a_question_that_is_not_right_is_not_answered_with_another(
    door: httpx2.AsyncClient, query: dict[str, Any], status: int, code: str
) -> None:
    problem(await door.get("/v1/cooperatives", params=query), status, code)


async def test_the_log_has_no_past_but_itself(door: httpx2.AsyncClient) -> None:
    problem(await door.get("/v1/events", params={"as_of_position": 1}), 422, "no_past")


async def test_an_answer_that_the_asker_has_is_not_sent_again(door: httpx2.AsyncClient) -> None:
    path = f"/v1/cooperatives/{CODES[0]}"
    first = await door.get(path)
    tag = first.headers["etag"]
    again = await door.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    other = await door.get(f"/v1/cooperatives/{CODES[1]}", headers={"If-None-Match": tag})
    assert other.status_code == 200


async def test_a_list_is_had_whole_as_csv_by_its_name_or_by_accept(
    door: httpx2.AsyncClient,
) -> None:
    by_name = await door.get("/v1/cooperatives.csv", params={"region": "31.72.03"})
    by_accept = await door.get(
        "/v1/cooperatives", params={"region": "31.72.03"}, headers={"Accept": "text/csv"}
    )
    assert by_name.content == by_accept.content
    assert by_name.headers["content-type"] == "text/csv; charset=utf-8"
    assert by_name.headers["content-disposition"] == 'attachment; filename="cooperatives.csv"'
    rows = list(csv.DictReader(StringIO(by_name.text)))
    assert [row["code"] for row in rows] == CODES
    assert rows[0]["founded_on"] == "2025-05-31"
    one = await door.get(f"/v1/cooperatives/{CODES[0]}.csv")
    assert [row["code"] for row in csv.DictReader(StringIO(one.text))] == CODES[:1]


async def test_excel_in_indonesia_opens_a_list_right(door: httpx2.AsyncClient) -> None:
    answer = await door.get(
        "/v1/cooperatives.csv", params={"region": CODES[0], "dialect": "excel-id"}
    )
    assert answer.content.startswith(b"\xef\xbb\xbfKode;Nama;")
    (row,) = csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert row["Kode"] == f'="{CODES[0]}"'  # or Excel might read a number or a time of day
    heard = datetime.strptime(row["Kabar terakhir (WIB)"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert timedelta(hours=6.9) < heard - datetime.now(UTC) < timedelta(hours=7.1)  # WIB


async def test_what_accept_asks_for_is_what_the_parameter_asks_for(
    door: httpx2.AsyncClient,
) -> None:
    by_accept = await door.get("/v1/cooperatives", headers={"Accept": "text/csv; dialect=excel-id"})
    by_name = await door.get("/v1/cooperatives.csv", params={"dialect": "excel-id"})
    assert by_accept.content == by_name.content
    assert by_name.content.startswith(b"\xef\xbb\xbf")
    whole = await door.get("/v1/cooperatives.csv", params={"limit": 10_000})
    assert whole.status_code == 200


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/v1/cooperatives", "application/xml"),
        ("/v1/cooperatives", "text/csv; dialect=lotus"),
        ("/v1/cooperatives?dialect=excel-id", "application/json"),
        ("/v1/events.csv", "*/*"),
    ],
)
async def test_a_form_that_nobody_makes_is_refused(
    door: httpx2.AsyncClient, path: str, accept: str
) -> None:
    problem(await door.get(path, headers={"Accept": accept}), 406, "not_acceptable")


async def test_csv_has_longer_pages_than_json_and_its_pages_lead_to_csv(
    door: httpx2.AsyncClient,
) -> None:
    many = await door.get("/v1/cooperatives.csv", params={"limit": 10_000})
    assert len(many.text.splitlines()) == 1 + len(CODES) + 1
    problem(
        await door.get("/v1/cooperatives.csv", params={"limit": 10_001}), 422, "request_invalid"
    )
    answer = await door.get("/v1/cooperatives", params={"limit": 501})
    (found,) = problem(answer, 422, "request_invalid")["errors"]
    assert found == {
        "parameter": "limit",
        "in": "query",
        "code": "less_than_equal",
        "detail": "Maksimal 500.",
    }
    first = await door.get("/v1/cooperatives.csv", params={"limit": 4, "dialect": "excel-id"})
    rest = await door.get(first.links["next"]["url"])
    assert rest.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(rest.text.splitlines()) == 1 + 2


async def test_a_time_that_has_not_come_is_shown_as_it_was_sent(door: httpx2.AsyncClient) -> None:
    late = "2999-01-01T06:30:00+07:00"
    answer = await door.get("/v1/cooperatives", params={"as_of": late})
    assert late in problem(answer, 422, "as_of_in_future")["detail"]
    command = founding("31.72.06.1001") | {"effective_at": late}
    answer = await ask(door, "/cooperatives", command)
    assert late in problem(answer, 422, "effective_time_in_future")["detail"]


async def test_an_offset_whose_plus_became_a_blank_is_understood(
    door: httpx2.AsyncClient,
) -> None:
    path = f"/v1/cooperatives/{ANCOL}/members/count?as_of="
    written = await door.get(path + "2025-11-04T23:59:59+07:00")
    encoded = await door.get(path + "2025-11-04T23:59:59%2B07:00")
    assert written.status_code == 200
    assert written.json()["count"] == encoded.json()["count"]


async def test_one_sees_ones_own_places_alone(door: httpx2.AsyncClient, cell: Servers) -> None:
    mine = await bearer(cell.postgres_dsn, f"lurah:{ANCOL}", "lurah:31.72.03.1002")
    everything = await door.get("/v1/cooperatives", headers=mine)
    assert [item["code"] for item in everything.json()["items"]] == ["31.72.03.1002", ANCOL]
    other = await door.get(f"/v1/cooperatives/{CODES[0]}", headers=mine)
    problem(other, 403, "outside_jurisdiction")
