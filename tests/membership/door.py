"""Membership behind its door, for tests: run it, ask it, and read what it answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any, Literal

import httpx2

import shared.days
from services.membership.app import service as membership
from services.membership.commands.calendar import BeginDay
from services.membership.domain.calendar import calendar, day_entity
from shared.bus import connect
from shared.embedded import Servers
from shared.http.server import listen, serve
from shared.log import Log
from shared.provision import provision
from shared.secret_file import write_secrets
from shared.service import Definition
from shared.settings import Settings
from shared.transact import Part, Transactor
from tests.credentials import CITY_STAFF, bearer
from tests.shared.story import connected

SECRET = bytes(range(32))
SITI: dict[str, Any] = {
    "name": "Siti Kenari Rahayu",
    "identity_number": "3172024101900001",
    "phone": "0812-7777-0001",
    "born_on": "1990-01-01",
    "accepts_articles": True,
}
_keys = count(1)
_numbers = count(1)


@asynccontextmanager
async def open_door(
    cell: Servers,
    folder: Path,
    service: Definition = membership,
    population_registry: Literal["none", "fake"] = "none",
    **settings: Any,  # noqa: ANN401 - whichever
) -> AsyncGenerator[httpx2.AsyncClient]:
    """Run *service* on *cell*, and yield a client of it that may do what a story needs.

    What its reactions need is provisioned before. *settings* are taken instead of the usual ones.
    """
    async with connected(cell.nats_url) as bus:
        await provision(bus, durables=service.durables)
    secret = folder / "secret"
    write_secrets(secret, [SECRET])
    usual: dict[str, Any] = {
        "nats_url": cell.nats_url,
        "nats_monitor_url": cell.nats_monitor_url,
        "postgres_dsn": cell.postgres_dsn,
        "secret_file": secret,
        "days": False,
        "population_registry": population_registry,
        "rate_per_second": 10_000,
        "rate_burst": 10_000,
    }
    listening = listen("127.0.0.1", 0)
    up = asyncio.Event()
    serving = asyncio.create_task(serve([(service, Settings(**usual | settings), listening)], up))
    ready = asyncio.create_task(up.wait())
    await asyncio.wait((serving, ready), return_when=asyncio.FIRST_COMPLETED)
    try:
        if not up.is_set():
            await serving
        host, port = listening.getsockname()
        async with httpx2.AsyncClient(
            base_url=f"http://{host}:{port}",
            timeout=60,
            headers=await bearer(cell.postgres_dsn, *CITY_STAFF),
        ) as client:
            yield client
    finally:
        ready.cancel()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def ask(
    door: httpx2.AsyncClient,
    path: str,
    body: dict[str, Any] | None = None,
    key: str | None = None,
    **headers: str,
) -> httpx2.Response:
    key = f"request {next(_keys)}" if key is None else key
    headers |= {"Idempotency-Key": key} if key else {}
    return await door.post(f"/v1{path}", json=body or {}, headers=headers)


async def asked(door: httpx2.AsyncClient, path: str, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    answer = await ask(door, path, body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def told(door: httpx2.AsyncClient, path: str, **query: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    answer = await door.get(f"/v1{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def begin_day(cell: Servers, day: date) -> None:
    """Say on *cell* that *day* began, as a membership of its own would at midnight."""
    bus = await connect(cell.nats_url, "days")
    try:
        transactor = Transactor(await Log(bus).open(), membership.vocabulary)
        part = Part(day_entity(day), calendar, BeginDay(day))
        await shared.days.begin_day("membership", part, day, transactor)
    finally:
        await bus.close()


def somebody() -> dict[str, Any]:
    """Say of a person what an application asks, with an identity number that nobody else has."""
    return SITI | {"identity_number": f"317299{next(_numbers):06}0001"}


def founding(code: str) -> dict[str, Any]:
    return {"code": code, "name": f"KKMP {code}", "founded_on": "2025-05-31"}


async def joined(door: httpx2.AsyncClient, code: str, at: datetime | None = None) -> str:
    """Make somebody a member of a cooperative; return who."""
    when = {"effective_at": at.isoformat()} if at else {}
    body = somebody() | when
    who = (await asked(door, f"/cooperatives/{code}/applications", **body))["entity"]
    member = f"/cooperatives/{code}/members/{who}"
    await asked(door, f"{member}/verification", **when)
    await asked(door, f"{member}/approval", **when)
    await asked(door, f"{member}/savings", kind="pokok", amount=50_000, **when)
    return who


def problem(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert (answer.status_code, found["status"], found["code"]) == (status, status, code), found
    return found
