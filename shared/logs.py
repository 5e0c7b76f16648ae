"""Logs: one JSON object a line on stderr, in English, with ids and never with personal data.

Who writes a line names codes, ids and templates, never what was sent: nothing here takes it out
again. An exception's message quotes what it was given, and its locals hold it, so a line tells its
type and the places in the code that it came through.
"""

import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace
from structlog.tracebacks import Trace, extract
from structlog.typing import EventDict, ExcInfo, Processor


def configure(least: str) -> None:
    """Send our own logs, and the libraries' from warnings on, to stderr in one shape."""
    level = logging.getLevelNamesMapping()[least]
    shape: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _span,
        structlog.processors.ExceptionRenderer(_without_values),
    ]
    render = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*shape, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processor=render,
            foreign_pre_chain=[structlog.stdlib.add_logger_name, _first_line, *shape],
        )
    )
    faststream = logging.getLogger("faststream")
    faststream.handlers.clear()  # it comes with one of its own, in another shape
    faststream.propagate = True
    faststream.setLevel(logging.NOTSET)
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)


def _span(_: Any, __: str, line: EventDict) -> EventDict:  # noqa: ANN401 - structlog's logger
    """Say in which span of which trace it happened."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        line["trace_id"] = trace.format_trace_id(context.trace_id)
        line["span_id"] = trace.format_span_id(context.span_id)
    return line


def _first_line(_: Any, __: str, line: EventDict) -> EventDict:  # noqa: ANN401 - structlog's logger
    """Keep what happened: asyncio's further lines show the task and its exception's message."""
    line["event"] = str(line["event"]).partition("\n")[0]
    return line


def _without_values(exc_info: ExcInfo) -> list[dict[str, object]]:
    """Return an exception and what led to it: types and places, from the last to the first."""
    return _told(extract(*exc_info, show_locals=False))


def _told(found: Trace) -> list[dict[str, object]]:
    return [
        {
            "type": stack.exc_type,
            "places": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in stack.frames],
            **({"of": [_told(one) for one in stack.exceptions]} if stack.is_group else {}),
        }
        for stack in found.stacks
    ]
