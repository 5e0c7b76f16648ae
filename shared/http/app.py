"""A service's HTTP application: its own endpoints behind the common door."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from shared.http import described, docs, explained, feed, health, problems
from shared.http.asking import AlreadyAnswered, Requests, headers_of
from shared.http.door import routes, rule_of
from shared.http.hardening import Hardening
from shared.http.kept import Fresh, Kept
from shared.http.observed import Observed
from shared.http.strangers import Strangers
from shared.limits import Buckets
from shared.patience import CannotStart
from shared.service import Definition, Running

_OPEN = (
    *("/livez", "/readyz", "/metrics"),
    *("/openapi.json", "/asyncapi.json", "/schemas", "/docs", "/problems"),
)
"""What anyone may see: how we are, and how we are spoken to."""


_ASKED = (
    *("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"),
    *("Last-Event-ID", "X-Correlation-ID", "traceparent"),
)
_ANSWERED = ("ETag", "KKMP-Log-Position", "Link", "Location", "Retry-After", "X-Correlation-ID")
_CONTRACTS = Path(__file__).parents[2] / "docs" / "contracts"


def build(service: Definition, running: Running) -> ASGIApp:
    """Return the application of *service*, which is *running*.

    Raises `CannotStart` when a route does not say who may use it.
    """
    app = application(service)
    app.state.running = running
    app.state.requests = Requests()
    settings = running.settings
    strangers = Buckets(settings.open_per_second, settings.open_burst)
    served: ASGIApp = Hardening(Strangers(app, strangers))
    if origins := settings.cors_origins:
        served = CORSMiddleware(
            served,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=_ASKED,
            expose_headers=_ANSWERED,
        )
    return Observed(served, service.name, running.metrics)


def application(service: Definition) -> FastAPI:
    """Return the routes of *service* and what describes them, without anything that runs."""
    app = FastAPI(
        title=f"kkmp {service.name}",
        summary=service.summary,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours holds no raw path
    )
    app.state.readiness = Fresh[health.Readiness]()
    app.state.numbers = defaultdict[str, Fresh[tuple[bytes, str]]](Fresh)
    app.include_router(service.router)
    app.include_router(feed.door.router)
    app.include_router(health.router)
    app.include_router(explained.router(service.explanations))

    for path, make in _pages(app).items():
        app.add_api_route(path, _kept(make), include_in_schema=False)
    app.mount("/schemas", StaticFiles(directory=_CONTRACTS / "schemas"))
    problems.install(app)

    @app.exception_handler(AlreadyAnswered)
    async def again(request: Request, error: AlreadyAnswered) -> Response:
        request.app.state.running.metrics.command("repeated")
        body = error.receipt.model_dump_json()
        return Response(body, 200, headers_of(error.receipt), "application/json")

    if lawless := [route.path for route in routes(app) if _lawless(route)]:
        raise CannotStart(f"{service.name}: no rule says who may use {', '.join(lawless)}")
    return app


def _pages(app: FastAPI) -> Mapping[str, Callable[[], Kept]]:
    """What describes *app*, by path; each is made when it is first asked for."""
    document = cache(lambda: described.openapi(app))
    return {
        "/openapi.json": lambda: Kept(bytes(JSONResponse(document()).body), "application/json"),
        "/docs": lambda: Kept(docs.page(document()).encode(), "text/html"),
        "/docs/events": lambda: Kept((_CONTRACTS / "events.html").read_bytes(), "text/html"),
        "/asyncapi.json": lambda: Kept(
            (_CONTRACTS / "asyncapi.json").read_bytes(), "application/json"
        ),
    }


def _kept(make: Callable[[], Kept]) -> Callable[[Request], Awaitable[Response]]:
    page = cache(make)

    async def answer(request: Request) -> Response:
        return page().answer(request)

    return answer


def _lawless(route: Any) -> bool:  # noqa: ANN401 - a route
    known = any(route.path == one or route.path.startswith(f"{one}/") for one in _OPEN)
    return rule_of(route) is None and not known
