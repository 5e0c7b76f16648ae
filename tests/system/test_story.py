"""The story of Jakarta Utara, told to running services over HTTP and asked back from them.

Told in order; each test is a sentence of it and goes on from where the one before left off.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest

from deploy.dev import Urls
from deploy.seeds.ask import Service
from deploy.seeds.jakarta_utara import STORY
from deploy.seeds.load import Report, load
from shared.bus import connect
from shared.embedded import Servers
from tests.credentials import CITY_STAFF, key_for
from tests.system.ledger import (
    assert_all_in_the_log,
    assert_every_version_once,
    assert_tables_equal_a_fresh_fold,
    whole_log,
)
from tests.system.running import running

SUNTER_AGUNG = "31.72.02.1006"


class Asker:
    """Somebody who asks the services over HTTP."""

    def __init__(self, urls: Urls, key: str, client: httpx2.AsyncClient, report: Report) -> None:
        self.urls = urls
        self.key = key
        self.report = report
        self._client = client

    async def get(self, service: Service, path: str, **query: str | int) -> Any:  # noqa: ANN401 - JSON
        answer = await self._client.get(f"{self.urls[service]}/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def head(self) -> int:
        """The last position of the log."""
        await asyncio.sleep(1)  # for as long the answer before is given again
        answer = await self._client.get(f"{self.urls['membership']}/readyz")
        return answer.json()["log"]["head"]

    async def post(
        self, service: Service, path: str, key: str, body: dict[str, Any]
    ) -> httpx2.Response:
        return await self._client.post(
            f"{self.urls[service]}/v1{path}", json=body, headers={"Idempotency-Key": key}
        )


@pytest.fixture(scope="module")
async def asker(cell: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Asker]:
    async with running(cell, tmp_path_factory.mktemp("story")) as urls:
        key = await key_for(cell.postgres_dsn, *CITY_STAFF)
        report = await load(STORY, urls, key)
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(timeout=30, headers=headers) as client:
            yield Asker(urls, key, client, report)


async def test_thirty_one_cooperatives_have_a_full_board_chaired_by_the_lurah(
    asker: Asker,
) -> None:
    cooperatives = (await asker.get("membership", "/cooperatives"))["items"]
    assert len(cooperatives) == 31
    assert {cooperative["founded_on"] for cooperative in cooperatives} == {"2025-05-31"}
    for cooperative in cooperatives:
        board = await asker.get("membership", f"/cooperatives/{cooperative['code']}/board")
        assert board["vacant"] == 0
        assert board["certified_at"] is not None
        organs = [seat["organ"] for seat in board["seats"]]
        assert (organs.count("pengurus"), organs.count("pengawas")) == (5, 3)
        assert [seat["seat"] for seat in board["seats"] if seat["ex_officio"]] == ["ketua-pengawas"]


async def test_sunter_agung_has_exactly_175_members_at_the_end_of_4_november(
    asker: Asker,
) -> None:
    count = f"/cooperatives/{SUNTER_AGUNG}/members/count"
    at_the_end = await asker.get("membership", count, as_of="2025-11-04T23:59:59+07:00")
    assert at_the_end["count"] == 175
    # the same instant in another zone, and the instants around it
    in_utc = await asker.get("membership", count, as_of="2025-11-04T16:59:59Z")
    assert in_utc["count"] == 175
    next_morning = await asker.get("membership", count, as_of="2025-11-05T12:00:00+07:00")
    assert next_morning["count"] > 175
    before_there_was_one = await asker.get("membership", count, as_of="2025-05-30T00:00:00Z")
    assert before_there_was_one["count"] == 0


async def test_sixty_two_officers_were_trained_so_a_quarter_of_the_seats_is_covered(
    asker: Asker,
) -> None:
    session = await asker.get("training", f"/sessions/{STORY.expected.session}")
    assert (session["seats"], session["enrolled"], session["completed"]) == (62, 62, 62)
    assert len(session["topics"]) == 4
    (curriculum,) = (await asker.get("training", "/curricula"))["items"]
    assert len(curriculum["modules"]) == 9
    coverage = await asker.get("training", "/coverage", region="31.72")
    assert coverage["total"] == {"required": 248, "trained": 62, "coverage": 0.25}
    assert {row["trained"] for row in coverage["cooperatives"]} == {2}


async def test_a_completed_training_certifies_the_seat_and_its_certificate_can_be_verified(
    asker: Asker,
) -> None:
    board = await asker.get("membership", f"/cooperatives/{SUNTER_AGUNG}/board")
    certified = [seat for seat in board["seats"] if seat["certificate"]]
    assert len(certified) == 2
    certificate = await asker.get("training", f"/certificates/{certified[0]['certificate']}")
    assert certificate["cooperative"] == SUNTER_AGUNG
    assert certificate["person"] == certified[0]["person"]
    assert certificate["valid_until"] == certified[0]["certified_until"]


async def test_x4_every_board_is_certified_and_a_quarter_ready(asker: Asker) -> None:
    that_night = {"as_of": "2025-11-05T00:00:00+07:00"}
    unready = (await asker.get("membership", "/boards", below=100, **that_night))["items"]
    assert len(unready) == STORY.expected.cooperatives
    assert {board["readiness"] for board in unready} == {25}
    assert sum(board["required"] for board in unready) == STORY.expected.required
    assert sum(board["certified"] for board in unready) == STORY.expected.trained
    assert all(board["certified_at"] for board in unready)
    assert (await asker.get("membership", "/boards", below=25, **that_night))["items"] == []
    assert (await asker.get("membership", "/board-violations"))["items"] == []


async def test_its_rice_sank_below_the_threshold_once_and_recovered_once(asker: Asker) -> None:
    alerts = (await asker.get("inventory", "/stock-alerts", region=SUNTER_AGUNG))["items"]
    (alert,) = [alert for alert in alerts if alert["commodity"] == "beras-medium"]
    assert alert["cover_days"] < alert["threshold_days"]
    assert alert["reason"] == "cover_below_threshold"
    assert alert["recovered_at"] > alert["low_at"]
    demand = await asker.get("inventory", f"/cooperatives/{SUNTER_AGUNG}/demand")
    assert demand["active_members"] == STORY.expected.members_now
    lows = await asker.get("inventory", "/events", type="StockLow", region="31.72")
    recoveries = await asker.get("inventory", "/events", type="StockRecovered", region="31.72")
    assert (len(lows), len(recoveries)) == (1, 1)


async def test_medium_rice_at_13200_breaches_the_ceiling_of_21_august_and_not_of_22(
    asker: Asker,
) -> None:
    asked = {"commodity": "beras-medium", "price": 13200, "unit": "kg"}
    before = await asker.get("inventory", "/price-checks", **asked, sold_on="2025-08-21")
    after = await asker.get("inventory", "/price-checks", **asked, sold_on="2025-08-22")
    assert (before["breach"], before["maximum"], before["over_by"]) == (True, 12500, 700)
    assert (after["breach"], after["maximum"], after["over_by"]) == (False, 13500, 0)
    (breach,) = (await asker.get("inventory", "/price-breaches", region="31.72"))["items"]
    assert (breach["cooperative"], breach["sold_on"]) == (SUNTER_AGUNG, "2025-08-21")


async def test_what_was_asked_can_be_read_at_once_and_asked_again_without_effect(
    asker: Asker,
) -> None:
    body = {"name": "DATA CONTOH", "identity_number": "3172990101900099", "phone": "0812-0000-0099"}
    body |= {"born_on": "1990-01-01", "accepts_articles": True}
    body |= {"effective_at": "2025-11-06T10:00:00+07:00"}
    path = f"/cooperatives/{SUNTER_AGUNG}"
    first = await asker.post("membership", f"{path}/applications", "once", body)
    again = await asker.post("membership", f"{path}/applications", "once", body)
    body["phone"] = "0812-0000-0098"
    other = await asker.post("membership", f"{path}/applications", "once", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert again.json() == first.json() | {"repeated": True}
    members = await asker.get(
        "membership",
        f"{path}/members",
        status="applied",
        min_position=first.json()["position"],
        limit=500,
    )
    assert first.json()["entity"] in {member["member"] for member in members["items"]}


RICE = f"/cooperatives/{SUNTER_AGUNG}/stocks/sembako/beras-medium"
SESSION = f"/sessions/{STORY.expected.session}"
SOMEBODY = "00000000-0000-8000-8000-000000000000"
APPLICATION = {
    "name": "DATA CONTOH",
    "identity_number": "3172990101900098",
    "phone": "0812-0000-0097",
    "born_on": "1990-01-01",
    "accepts_articles": True,
}


@pytest.mark.parametrize(
    ("service", "path", "body", "status", "code"),
    [
        pytest.param(
            "membership",
            "/cooperatives",
            {"code": "31.72.02.1099", "name": "Koperasi Salah", "founded_on": "2025-05-31"},
            422,
            "kelurahan_unknown",
            id="a kelurahan that does not exist",
        ),
        pytest.param(
            "membership",
            "/cooperatives/31.72.02.1099/applications",
            APPLICATION,
            404,
            "cooperative_not_registered",
            id="applying where there is no cooperative",
        ),
        pytest.param(
            "membership",
            "/cooperatives/3172021006/applications",
            APPLICATION,
            422,
            "region_code_bare",
            id="ten digits without dots",
        ),
        pytest.param(
            "membership",
            f"/cooperatives/{SUNTER_AGUNG}/board/appointments",
            {"seat": "pengawas-3", "person": SOMEBODY, "from_date": "2025-11-05"},
            409,
            "not_a_member",
            id="an officer who is no member",
        ),
        pytest.param(
            "inventory",
            f"{RICE}/sales",
            {"quantity": 1, "unit": "l", "unit_price": 13000},
            422,
            "unit_does_not_fit",
            id="rice by the litre",
        ),
        pytest.param(
            "inventory",
            f"{RICE}/sales",
            {"quantity": -1, "unit": "kg", "unit_price": 13000},
            422,
            "quantity_not_positive",
            id="a negative quantity",
        ),
        pytest.param(
            "inventory",
            f"{RICE}/sales",
            {"quantity": 1_000_000, "unit": "kg", "unit_price": 13000},
            409,
            "not_enough_stock",
            id="more than there is",
        ),
        pytest.param(
            "training",
            f"{SESSION}/participants",
            {"cooperative": SUNTER_AGUNG, "person": "{untrained}"},
            409,
            "session_full",
            id="a 63rd participant",
        ),
    ],
)
async def test_what_cannot_be_is_refused_with_a_reason_and_leaves_no_trace(
    asker: Asker, service: Service, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    board = await asker.get("membership", f"/cooperatives/{SUNTER_AGUNG}/board")
    untrained = next(seat["person"] for seat in board["seats"] if not seat["certificate"])
    filled = {key: untrained if value == "{untrained}" else value for key, value in body.items()}
    before = await asker.head()
    answer = await asker.post(service, path, f"refused/{code}", filled)
    problem = answer.json()
    codes = {problem["code"], *(error["code"] for error in problem.get("errors", []))}
    assert (answer.status_code, code in codes) == (status, True), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"]
    assert await asker.head() == before


async def test_the_story_is_not_told_twice(asker: Asker) -> None:
    assert asker.report.asks == len(STORY.asks)
    assert (await load(STORY, asker.urls, asker.key)).asks == 0


async def test_every_table_equals_a_fresh_fold_of_the_log(asker: Asker, cell: Servers) -> None:
    bus = await connect(cell.nats_url, "test")
    try:
        history = await whole_log(bus)
    finally:
        await bus.close()
    assert_every_version_once(history)
    head = history[-1].position
    for service in asker.urls:  # wait until each has folded the whole log
        path = {
            "membership": "/cooperatives",
            "training": "/sessions",
            "inventory": "/commodities",
        }[service]
        await asker.get(service, path, min_position=head)
    assert await assert_tables_equal_a_fresh_fold(cell.postgres_dsn, history) > 1000


async def test_the_ledger_that_judges_the_faults_notices_what_it_is_there_for(
    asker: Asker, cell: Servers
) -> None:
    bus = await connect(cell.nats_url, "test")
    try:
        history = await whole_log(bus)
    finally:
        await bus.close()
    told = [UUID(event.attribute("id")) for event in history]
    assert_all_in_the_log(told, history)
    last = history[-1]
    without_the_last = history[:-1]
    with pytest.raises(AssertionError):  # an acknowledged fact is lost
        assert_all_in_the_log(told, without_the_last)
    with pytest.raises(AssertionError):  # a fact is there twice
        assert_every_version_once([*history, last])
    gap = next(event for event in history if event.attribute("sequence") == "0000000002")
    family = gap.subject.rpartition(".")[0]
    of_one = [event for event in history if event.subject.startswith(f"{family}.")]
    assert len(of_one) > 2
    assert_every_version_once(of_one)
    with pytest.raises(AssertionError):  # an entity's history has a gap
        assert_every_version_once([event for event in of_one if event != gap])
    connection = await asyncpg.connect(cell.postgres_dsn)
    try:
        change = "UPDATE membership.member SET pokok = pokok + $1 WHERE member = $2"
        someone = await connection.fetchval("SELECT min(member) FROM membership.member")
        await connection.execute(change, 1, someone)
        with pytest.raises(AssertionError):  # a row was counted twice
            await assert_tables_equal_a_fresh_fold(cell.postgres_dsn, history)
        await connection.execute(change, -1, someone)
        await assert_tables_equal_a_fresh_fold(cell.postgres_dsn, history)
    finally:
        await connection.close()


async def test_no_name_number_or_phone_is_in_the_log_in_clear(asker: Asker, cell: Servers) -> None:
    bus = await connect(cell.nats_url, "test")
    try:
        written = b"".join(
            event.subject.encode() + event.block + event.payload for event in await whole_log(bus)
        )
    finally:
        await bus.close()
    asked = [ask.body for ask in STORY.asks if ask.path.endswith("/applications")]
    assert len(asked) > 600
    for body in asked:
        for name in ("name", "identity_number", "phone", "born_on"):
            assert str(body[name]).encode() not in written
