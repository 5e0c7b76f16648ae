"""Somebody writes into the log by hand what no service would: nothing is guessed, nothing lost."""

from pathlib import Path

import httpx2

from shared.bus import connect
from shared.embedded import Servers
from tests.credentials import CITY_STAFF, bearer
from tests.system.running import running

COOPERATIVE = {
    "code": "31.72.02.1006",
    "name": "Koperasi Kelurahan Merah Putih Sunter Agung",
    "founded_on": "2025-05-31",
}
BY_HAND = "kkmp.membership.31.72.02.1006.member.by-hand.MemberJoined"


async def test_a_malformed_event_halts_its_readers_and_they_say_where(
    cell: Servers, tmp_path: Path
) -> None:
    async with running(cell, tmp_path) as urls, httpx2.AsyncClient(timeout=30) as client:
        client.headers.update(await bearer(cell.postgres_dsn, *CITY_STAFF))
        url = urls["membership"]

        # given a fact before it, and after it
        headers = {"Idempotency-Key": "before"}
        before = await client.post(f"{url}/v1/cooperatives", json=COOPERATIVE, headers=headers)
        bus = await connect(cell.nats_url, "by-hand")
        await bus.ask(BY_HAND, b'{"joined": ')
        await bus.close()
        headers = {"Idempotency-Key": "after"}
        after = await client.post(
            f"{url}/v1/cooperatives",
            json=COOPERATIVE | {"code": "31.72.02.1007", "name": "KKMP Warakas"},
            headers=headers,
        )
        assert (before.status_code, after.status_code) == (201, 201)
        assert (before.json()["position"], after.json()["position"]) == (1, 3)

        # when somebody asks for what came after, then the service says that it halted, and where
        client.headers["Accept-Language"] = "en"
        asked = await client.get(f"{url}/v1/cooperatives", params={"min_position": 3})
        assert asked.status_code == 503
        assert asked.json()["code"] == "projection_behind"
        assert "position 2" in asked.json()["detail"]
        ready = await client.get(f"{url}/readyz")
        assert ready.status_code == 503
        assert BY_HAND in ready.json()["reasons"][0]

        # and what came before is still answered, and the feed shows everything
        known = await client.get(f"{url}/v1/cooperatives", params={"min_position": 1})
        assert [row["code"] for row in known.json()["items"]] == ["31.72.02.1006"]
        assert known.headers["KKMP-Log-Position"] == "1"
        feed = (await client.get(f"{url}/v1/events")).json()
        assert [event["position"] for event in feed] == [1, 2, 3]
        assert "data" not in feed[1]
        assert feed[1]["data_base64"] == "eyJqb2luZWQiOiA="

        # and training, which has no use for it, goes on
        training = await client.get(f"{urls['training']}/v1/curricula", params={"min_position": 3})
        assert training.status_code == 200
