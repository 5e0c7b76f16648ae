"""The questions of a story, asked over HTTP, as one plain object to print or compare."""

import asyncio
import json
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from deploy.seeds.ask import Figures, Json, Service, Story
from deploy.seeds.client import LoadError, Services, Urls
from deploy.seeds.shapes import Count, Page, Ready, Region, Session, length

_SERVICES: tuple[Service, ...] = ("membership", "training", "inventory")
_CATCH_UP_SECONDS = 10.0


async def answers(story: Story, urls: Urls, key: str) -> dict[str, Json]:
    """Return what the services at *urls* answer to the questions of *story*."""
    asked = story.expected
    services = Services.reached(urls, key, story.name, len(_SERVICES))
    async with services.client:
        log = await _log(services)
        return {
            "cooperatives": length(
                await _get(services, "membership", "/cooperatives", region=asked.region, limit=100)
            ),
            **await _training(services, asked),
            "members": await _members(services, asked),
            "stock": await _stock(services, asked),
            "prices": await _prices(services, asked),
            "log": log,
        }


async def _training(services: Services, asked: Figures) -> dict[str, Json]:
    session = await _get(services, "training", f"/sessions/{asked.session}")
    coverage = await _get(services, "training", "/coverage", region=asked.region)
    return {
        "participants": Session.model_validate_json(session).enrolled,
        "coverage": Region.model_validate_json(coverage).total.model_dump(),
    }


async def _members(services: Services, asked: Figures) -> dict[str, Json]:
    path, as_of = f"/cooperatives/{asked.cooperative}/members/count", asked.as_of.isoformat()
    then = await _get(services, "membership", path, as_of=as_of)
    now = await _get(services, "membership", path)
    return {
        "cooperative": asked.cooperative,
        "as_of": as_of,
        "count": Count.model_validate_json(then).count,
        "now": Count.model_validate_json(now).count,
    }


async def _stock(services: Services, asked: Figures) -> dict[str, Json]:
    alerts = await _get(services, "inventory", "/stock-alerts", region=asked.cooperative)
    found = _of(alerts, asked.commodity)
    return {
        "cooperative": asked.cooperative,
        "commodity": asked.commodity,
        "alerts": found,
        "lows": len(found),
        "recoveries": sum(alert.get("recovered_at") is not None for alert in found),
    }


async def _prices(services: Services, asked: Figures) -> dict[str, Json]:
    checks: list[Json] = []
    for day in (asked.breach_on, asked.no_breach_on):
        answer = await _get(
            services,
            "inventory",
            "/price-checks",
            commodity=asked.commodity,
            price=asked.price,
            unit=asked.unit,
            sold_on=day.isoformat(),
        )
        checks.append({"sold_on": day.isoformat(), **json.loads(answer)})
    breaches = await _get(services, "inventory", "/price-breaches", region=asked.region)
    return {"checks": checks, "breaches": _of(breaches, asked.commodity)}


async def _log(services: Services) -> dict[str, Json]:
    """Return the head of the log and how far each service has read it, once they are level."""
    deadline = monotonic() + _CATCH_UP_SECONDS
    while True:
        states = {name: await _ready(services, name) for name in _SERVICES}
        head = max(state.log.head for state in states.values())
        positions = {name: state.projection.position for name, state in states.items()}
        equal = all(position == head for position in positions.values())
        if equal or monotonic() > deadline:
            return {"head": head, "projections": positions, "equal": equal}
        await asyncio.sleep(0.1)


async def _ready(services: Services, name: Service) -> Ready:
    answer = await services.get(name, "/readyz")
    if answer is None:
        message = f"{name} has no /readyz"
        raise LoadError(message)
    return Ready.model_validate_json(answer)


def _of(answer: bytes, commodity: str) -> list[dict[str, Any]]:
    items = Page.model_validate_json(answer).items
    return [item for item in items if item.get("commodity") == commodity]


async def _get(services: Services, service: Service, path: str, **query: str | int) -> bytes:
    asked = f"/v1{path}?{urlencode(query)}" if query else f"/v1{path}"
    answer = await services.get(service, asked)
    if answer is None:
        message = f"GET {service} {asked}: not there. Has the story been loaded?"
        raise LoadError(message)
    return answer
