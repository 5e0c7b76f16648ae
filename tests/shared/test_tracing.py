"""A trace leads from what was said to all that came of it, and it holds nobody's words."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import ModuleType

import asyncpg
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext, SpanKind
from opentelemetry.util._once import Once

from shared import tracing
from shared.batches import Write
from shared.log import Log
from shared.projection import Projection, Runner
from shared.tracing import configure, continuing, current_traceparent, tracer
from tests.shared.story import asked_by, provisioned
from tests.shared.test_reactions import (
    CASH,
    GROUP,
    SCOUTS,
    Collected,
    payments,
    reacting,
    settled,
)

ONE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SITI = "Siti Kenari 3172024101900001"


@contextmanager
def recording() -> Generator[InMemorySpanExporter]:
    """Record the spans of all that is started in the block."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trace, "_TRACER_PROVIDER", provider)
        yield exporter


@pytest.fixture
def spans() -> Generator[InMemorySpanExporter]:
    with recording() as exporter:
        yield exporter


@pytest.fixture
def unconfigured(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A process in which nobody has set up traces."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    return monkeypatch


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    async with provisioned(log) as made:
        yield made


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    made = await asyncpg.create_pool(database, min_size=1, max_size=2)
    yield made
    await made.close()


def context_of(span: ReadableSpan) -> SpanContext:
    """Where a span that has ended stood."""
    context = span.get_span_context()
    assert context is not None
    return context


def written(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def in_trace_of(traceparent: str) -> str:
    """The id of the trace."""
    return traceparent.split("-")[1]


async def say(kkmp: Log, amount: int, traceparent: str) -> None:
    """Let the scouts collect something, in the course of a trace."""
    past = await kkmp.read(GROUP)
    cause = replace(asked_by(f"round {len(past)}"), traceparent=traceparent)
    said = SCOUTS.draft(GROUP, Collected(amount), cause, 0, len(past) + 1)
    await kkmp.append(Write(GROUP, past[-1].position if past else 0, (said,)))


def test_a_trace_that_was_begun_elsewhere_goes_on_in_a_span_of_its_own(
    spans: InMemorySpanExporter,
) -> None:
    with continuing(tracer("hall"), "POST", SpanKind.SERVER, ONE):
        ours = current_traceparent()
    assert in_trace_of(ours) == in_trace_of(ONE)
    assert ours != ONE
    (span,) = spans.get_finished_spans()
    assert span.parent is not None
    assert (written(context_of(span)), written(span.parent)) == (ours, ONE)


@pytest.mark.parametrize(
    "sent",
    [
        "",
        SITI,
        ONE.upper(),
        ONE + "-x",
        "ff" + ONE[2:],
        "00-" + "0" * 32 + ONE[35:],
        f"{ONE}\r\nname: {SITI}",
        "0" * 5_000,
    ],
)
def test_whatever_else_was_sent_begins_a_trace_and_is_not_a_part_of_it(
    spans: InMemorySpanExporter, sent: str
) -> None:
    with continuing(tracer("hall"), "POST", SpanKind.SERVER, sent):
        ours = current_traceparent()
    (span,) = spans.get_finished_spans()
    assert span.parent is None
    assert ours == written(context_of(span))


def test_outside_of_any_trace_there_is_no_context_to_give() -> None:
    assert current_traceparent() == ""


def test_a_span_does_not_tell_what_the_fault_in_it_says(spans: InMemorySpanExporter) -> None:
    with suppress(ValueError), continuing(tracer("hall"), "POST", SpanKind.SERVER, ""):
        raise ValueError(SITI)
    (span,) = spans.get_finished_spans()
    assert SITI not in span.to_json()


@pytest.mark.usefixtures("unconfigured")
def test_where_nothing_is_exported_a_trace_has_its_ids_and_is_recorded_only_for_the_caller() -> (
    None
):
    configure("hall")
    by = tracer("hall")
    with continuing(by, "POST", SpanKind.SERVER, "") as span:
        context = span.get_span_context()
        assert (context.is_valid, context.trace_flags.sampled) == (True, False)
        assert not span.is_recording()
    with continuing(by, "POST", SpanKind.SERVER, ONE) as span:
        assert span.get_span_context().trace_flags.sampled


def test_with_an_endpoint_and_its_exporter_spans_are_exported_under_the_name_of_the_process(
    unconfigured: pytest.MonkeyPatch,
) -> None:
    exporter = InMemorySpanExporter()
    installed = ModuleType(tracing._EXPORTER)  # pyright: ignore[reportPrivateUsage] - what is looked for
    installed.__dict__["OTLPSpanExporter"] = lambda: exporter
    unconfigured.setitem(sys.modules, installed.__name__, installed)
    unconfigured.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    configure("hall")
    configure("a name that comes too late")
    with continuing(tracer("box"), "fold", SpanKind.CONSUMER, ""):
        pass
    provider = trace.get_tracer_provider()
    assert isinstance(provider, TracerProvider)
    provider.shutdown()
    (span,) = exporter.get_finished_spans()
    assert span.resource.attributes["service.name"] == "hall"
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "kkmp.box"


def test_an_endpoint_without_an_exporter_is_no_reason_not_to_start(
    unconfigured: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unconfigured.setitem(sys.modules, tracing._EXPORTER, None)  # pyright: ignore[reportPrivateUsage] - what is looked for
    unconfigured.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    configure("hall")
    said = capsys.readouterr().out
    assert "install opentelemetry-exporter-otlp-proto-http" in said
    with continuing(tracer("hall"), "POST", SpanKind.SERVER, ""):
        assert current_traceparent() != ""


async def test_what_follows_from_a_fact_goes_on_in_its_trace(
    spans: InMemorySpanExporter, kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    await say(kkmp, 5_000, ONE)
    await say(kkmp, 7_000, "")
    async with reacting(kkmp, pool, log):
        await settled(kkmp)
    (first, second) = spans.get_finished_spans()
    assert (first.name, first.kind) == ("deposit", SpanKind.CONSUMER)
    assert first.parent is not None
    assert (written(first.parent), second.parent) == (ONE, None)
    followed = [said.stored.header("traceparent") for said in await payments(kkmp)]
    assert followed == [written(context_of(first)), written(context_of(second))]
    assert in_trace_of(followed[0]) == in_trace_of(ONE)
    assert in_trace_of(followed[1]) != in_trace_of(ONE)


async def test_a_batch_of_facts_is_one_span_that_links_to_each_of_their_traces_once(
    spans: InMemorySpanExporter, kkmp: Log, pool: asyncpg.Pool
) -> None:
    for amount, traceparent in enumerate((ONE, OTHER, ONE, ""), 1):
        await say(kkmp, amount, traceparent)
    runner = Runner(Projection("cash", (), "SELECT 1", ""), CASH, kkmp, pool)
    await runner.prepare()
    following = asyncio.create_task(runner.run())
    await runner.wait_for(4)
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    (fold,) = spans.get_finished_spans()
    assert [written(link.context) for link in fold.links] == [ONE, OTHER]
    assert fold.parent is None
    assert dict(fold.attributes or {}) == {"kkmp.position.first": 1, "kkmp.position.last": 4}
