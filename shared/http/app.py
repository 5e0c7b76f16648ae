"""A service's HTTP application: its own router behind the common door."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.http import docs, feed, health, problems
from shared.identity import fresh_id
from shared.service import Definition, Running


def build(service: Definition, running: Running) -> FastAPI:
    """Return the application of *service*, which is *running*."""
    app = FastAPI(
        title=f"kkmp {service.name}",
        summary=service.summary,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
    )
    app.state.running = running
    app.include_router(service.router, prefix="/v1")
    app.include_router(feed.router, prefix="/v1")
    app.include_router(health.router)

    @app.get("/docs", include_in_schema=False)
    async def manual() -> HTMLResponse:
        return HTMLResponse(docs.page(app.openapi()))

    problems.install(app)
    app.add_middleware(_Correlation)
    return app


class _Correlation:
    """Gives each request the id that all its consequences will share."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})["correlation"] = fresh_id()
        await self._app(scope, receive, send)
