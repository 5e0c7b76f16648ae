"""Traces: one leads from a request through its facts, the reactions to them, and the tables.

Its context (W3C) lies in the log as an event's header `traceparent`. A span holds ids, codes and
templates, never what was sent: no path, no query, and no exception's message, which quotes it.
"""

import os
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased
from opentelemetry.trace import Span, SpanContext, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.envelope import Recorded

_W3C = TraceContextTextMapPropagator()
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
_MOST_LINKS = 128
_log = structlog.get_logger()


def configure(process: str) -> None:
    """Let this process make traces under the name *process*, and export them where OTLP is set up.

    Where nothing is exported, spans have their ids and are not recorded, unless whoever calls us
    records the trace. A provider that is there already stays.
    """
    if not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return
    exporting = _exporting()
    provider = TracerProvider(
        sampler=None if exporting else ParentBased(ALWAYS_OFF),
        resource=Resource.create({SERVICE_NAME: process}),
    )
    if exporting:
        provider.add_span_processor(exporting)
    trace.set_tracer_provider(provider)


def _exporting() -> SpanProcessor | None:
    """Return what exports spans, if an endpoint is set and the exporter is installed."""
    if not any(os.environ.get(name) for name in _ENDPOINTS):
        return None
    try:
        exporter = import_module(_EXPORTER)
    except ImportError as missing:
        needed = "opentelemetry-exporter-otlp-proto-http"
        _log.warning("spans are not exported", why=f"{missing}: install {needed}")
        return None
    return BatchSpanProcessor(exporter.OTLPSpanExporter())


def tracer(service: str) -> Tracer:
    """Return what makes the spans of *service*."""
    return trace.get_tracer(f"kkmp.{service}")


def continuing(
    by: Tracer, name: str, kind: SpanKind, traceparent: str
) -> AbstractContextManager[Span]:
    """Make a span current that continues the trace of *traceparent*, or begins one."""
    return trace.use_span(
        by.start_span(name, context=_context(traceparent), kind=kind),
        end_on_exit=True,
        record_exception=False,
        set_status_on_exception=False,
    )


@contextmanager
def folding(by: Tracer, events: Sequence[Recorded]) -> Generator[None]:
    """Make one span for a batch of events, with links to their traces, if anybody records it."""
    with continuing(by, "fold", SpanKind.CONSUMER, "") as span:
        if span.is_recording() and events:
            span.set_attribute("kkmp.position.first", events[0].position)
            span.set_attribute("kkmp.position.last", events[-1].position)
            for context in _traces(events):
                span.add_link(context)
        yield


def _traces(events: Sequence[Recorded]) -> list[SpanContext]:
    """Return where the events' traces stand, once for each of as many as a span may link to."""
    found: dict[int, SpanContext] = {}
    for event in events:
        span = trace.get_current_span(_context(event.stored.header("traceparent")))
        context = span.get_span_context()
        if context.is_valid:
            found.setdefault(context.trace_id, context)
        if len(found) == _MOST_LINKS:
            break
    return list(found.values())


def _context(traceparent: str) -> Context:
    """Return the context that *traceparent* says; an empty one when it says none."""
    return _W3C.extract({"traceparent": traceparent}, Context()) if traceparent else Context()


def current_traceparent() -> str:
    """Return the current span's context as a `traceparent`, "" outside of any trace."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get("traceparent", "")
