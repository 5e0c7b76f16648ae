"""The outermost part of the door: each request gets its ids, a span, a line in the log, a count.

None of these holds a path as it was sent, for people type personal data there: they hold its
template.
"""

from time import perf_counter
from typing import Any
from uuid import UUID

import structlog
from opentelemetry.trace import Span, SpanKind, StatusCode, format_trace_id
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.identity import fresh_id
from shared.metrics import Metrics
from shared.tracing import continuing, tracer

_log = structlog.get_logger()
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_UUID_LENGTH = 36
_FAULT = 500


class Observed:
    """Leaves the correlation id in the request's state, and takes from there what to tell.

    That is who asked (`principal`) and the code of what was refused (`refusal`).
    """

    def __init__(self, app: ASGIApp, service: str, metrics: Metrics) -> None:
        """Everything else is inside, so that nothing is answered unseen."""
        self._app = app
        self._service = service
        self._metrics = metrics
        self._tracer = tracer(service)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        correlation = _correlation(_header(scope, b"x-correlation-id"))
        scope.setdefault("state", {})["correlation"] = correlation
        answer = _Answer(send, str(correlation), self._metrics)
        traceparent = _header(scope, b"traceparent")
        with continuing(self._tracer, method, SpanKind.SERVER, traceparent) as span:
            # Not unbound: the server's own line about a fault comes after us, in the same task.
            structlog.contextvars.bind_contextvars(
                service=self._service, correlation_id=str(correlation), trace_id=_trace_id(span)
            )
            fault = ""
            try:
                await self._app(scope, receive, answer.send)
            except BaseException as error:
                fault = type(error).__name__
                raise
            finally:
                self._tell(scope, method, answer, span, fault, perf_counter() - began)

    def _tell(
        self, scope: Scope, method: str, answer: "_Answer", span: Span, fault: str, seconds: float
    ) -> None:
        state: dict[str, Any] = scope["state"]
        route: str = getattr(scope.get("route"), "path", "none")
        line: dict[str, object] = {
            "method": method,
            "route": route,
            "status": answer.status,
            "ms": round(seconds * 1000, 1),
            "bytes": answer.size,
        }
        if (principal := state.get("principal")) is not None:
            line["actor"] = principal.authid
        if refusal := state.get("refusal"):
            line["refusal"] = refusal
            self._metrics.refused(refusal)
        if fault:
            line["fault"] = fault
        if answer.streams:
            self._metrics.stream_closed()
        else:
            self._metrics.request(method, route, answer.status, seconds)
        span.update_name(f"{method} {route}")
        span.set_attributes(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": answer.status,
            }
        )
        if answer.status >= _FAULT:
            span.set_status(StatusCode.ERROR)
        _log.info("request", **line)


class _Answer:
    """Passes an answer on, with the correlation id, and notes what it is."""

    def __init__(self, send: Send, correlation: str, metrics: Metrics) -> None:
        self._send = send
        self._header = (b"x-correlation-id", correlation.encode())
        self._metrics = metrics
        self.status = _FAULT  # what the server says when nothing was answered
        self.size = 0
        self.streams = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message.get("headers", ()), self._header]
            message = {**message, "headers": headers}
            if any(_says_stream(name, value) for name, value in headers):
                self.streams = True
                self._metrics.stream_opened()
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)


def _trace_id(span: Span) -> str:
    context = span.get_span_context()
    return format_trace_id(context.trace_id) if context.is_valid else ""


def _says_stream(name: bytes, value: bytes) -> bool:
    return name == b"content-type" and value.startswith(b"text/event-stream")


def _header(scope: Scope, wanted: bytes) -> str:
    """Return a header of the request, "" when it was not sent."""
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == wanted), "")


def _correlation(given: str) -> UUID:
    """Return the id that all consequences of a request share: the asker's own, if it is a UUID."""
    try:
        return UUID(given) if len(given) == _UUID_LENGTH else fresh_id()
    except ValueError:
        return fresh_id()
