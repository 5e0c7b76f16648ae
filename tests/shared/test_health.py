"""A service that hears nothing of the bus any more says that only a restart helps."""

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx2
from fastapi import FastAPI

from shared.http.health import router
from tests.shared.story import connected


async def test_a_service_whose_connection_nobody_reads_is_not_alive(log: str) -> None:
    app = FastAPI()
    app.include_router(router)
    async with connected(log) as bus:
        app.state.running = SimpleNamespace(
            log=SimpleNamespace(bus=bus), reactor=SimpleNamespace(alive=True)
        )
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
            assert (await client.get("/livez")).json() == {"alive": True, "reasons": []}
            inside: Any = bus
            inside._reading_task.cancel()
            await asyncio.wait([inside._reading_task])
            dead = await client.get("/livez")
    assert dead.status_code == 503
    assert dead.json() == {"alive": False, "reasons": ["bus: nobody reads the connection"]}
