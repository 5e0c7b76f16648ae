"""What nobody may have too much of: pages that are open to all, and room in the log."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2

from shared.bus import connect
from shared.embedded import Servers
from shared.provision import provision
from tests.membership.door import ask, asked, founding, open_door, problem


async def provisioned(cell: Servers) -> None:
    bus = await connect(cell.nats_url, "provision")
    await provision(bus)
    await bus.close()


async def test_pages_for_all_are_kept_and_counted_by_address(cell: Servers, folder: Path) -> None:
    await provisioned(cell)
    async with open_door(cell, folder, open_per_second=0.01, open_burst=12) as door:
        for path in ("/openapi.json", "/docs", "/docs/events", "/asyncapi.json"):
            first = await door.get(path)
            assert (first.status_code, "server" in first.headers) == (200, False)
            again = await door.get(path, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b"")

        # when the address asks for more, it is told to wait
        answers = await asyncio.gather(*(door.get("/metrics") for _ in range(6)))
        full = [one for one in answers if one.status_code == 200]
        assert (len(full), len({one.content for one in full})) == (4, 1)
        late = next(one for one in answers if one.status_code != 200)
        problem(late, 429, "too_many_from_address")
        assert int(late.headers["Retry-After"]) in range(1, 102)

        # and what it is told by another address is none of its business, nor are probes counted
        elsewhere = {"X-Forwarded-For": "203.0.113.9"}
        assert (await door.get("/docs", headers=elsewhere)).status_code == 200
        for path in ("/livez", "/readyz"):
            assert (await door.get(path)).status_code == 200
        assert (await door.get("/v1/cooperatives")).status_code == 200


async def test_a_credential_has_a_ration_of_commands_for_a_day(cell: Servers, folder: Path) -> None:
    await provisioned(cell)
    async with open_door(cell, folder, writes_per_day=2) as door:
        codes = ("31.72.02.1006", "31.72.02.1007", "31.72.02.1005")
        await tried(door, codes[0], 200)
        await asked(door, "/cooperatives", **founding(codes[0]))
        first = await ask(door, "/cooperatives", founding(codes[1]), key="the second")
        assert first.status_code == 201

        # a third is refused, and so is its trial
        refused = await ask(door, "/cooperatives", founding(codes[2]))
        problem(refused, 429, "writes_exhausted")
        assert int(refused.headers["Retry-After"]) in range(1, 86_402)
        await tried(door, codes[2], 429)

        # but a repeat is answered, and so are questions
        again = await ask(door, "/cooperatives", founding(codes[1]), key="the second")
        assert (again.status_code, again.json()["repeated"]) == (200, True)
        known: Any = (await door.get("/v1/cooperatives", params={"min_position": 2})).json()
        assert len(known["items"]) == 2


async def tried(door: httpx2.AsyncClient, code: str, status: int) -> None:
    answer = await ask(door, "/cooperatives?dry_run=true", founding(code))
    assert answer.status_code == status
