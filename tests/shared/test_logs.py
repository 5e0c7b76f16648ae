"""A line of the log has one shape, whoever writes it, and quotes nobody."""

import asyncio
import gc
import json
import logging
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import structlog
from opentelemetry.trace import SpanKind
from pydantic import BaseModel

from shared.envelope import Recorded
from shared.log import Log
from shared.logs import configure
from shared.projection import Projection, Runner
from shared.reactions import Facts, Request
from shared.tables import Key, Table
from shared.tracing import continuing, tracer
from tests.shared.story import CASH, HALL, Paid, provisioned, record
from tests.shared.test_reactions import GROUP, reacting, say, settled
from tests.shared.test_tracing import ONE, in_trace_of, recording

SITI = "Siti Kenari Rahayu"
NIK = "3172024101900001"
REQUEST = UUID("0197a1b2-0000-7000-8000-000000000001")


@dataclass(frozen=True, slots=True)
class Box:
    """A row that is never written."""

    box: str


type Lines = Callable[[], list[dict[str, Any]]]


@contextmanager
def logged(least: str = "INFO") -> Generator[Lines]:
    """Configure the logs as a service does, and yield what gives the lines written so far."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        root.handlers.clear()  # which `configure` would close
        configure(least)
    try:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    finally:
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()
        root.handlers[:] = handlers
        root.setLevel(level)


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    async with provisioned(log) as made:
        yield made


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    made = await asyncpg.create_pool(database, min_size=1, max_size=2)
    yield made
    await made.close()


@pytest.fixture
def lines() -> Generator[Lines]:
    with logged() as found:
        yield found


class Person(BaseModel):
    """Somebody."""

    name: str
    identity_number: int


def refuse() -> None:
    """Fail as validation does: with what was sent in the message and in the locals."""
    sent = {"name": SITI, "identity_number": f"NIK {NIK}"}
    Person.model_validate(sent)


def refuse_because_of_another() -> None:
    try:
        refuse()
    except ValueError as error:
        raise KeyError(SITI) from error


def refuse_many_at_once() -> None:
    raise ExceptionGroup(SITI, [KeyError(NIK), ValueError(SITI)])


def refuse_with_a_note() -> None:
    error = LookupError(SITI)
    error.add_note(NIK)
    raise error


@pytest.mark.parametrize(
    "name", ["uvicorn.error", "faststream", "nats.aio.client", "asyncpg", "asyncio"]
)
def test_the_libraries_lines_have_the_shape_of_ours(lines: Lines, name: str) -> None:
    structlog.contextvars.bind_contextvars(service="hall", correlation_id=str(REQUEST))
    with recording(), continuing(tracer("hall"), "POST", SpanKind.SERVER, ONE):
        structlog.get_logger().warning("box full")
        logging.getLogger(name).warning("box %s", "full")
    ours, theirs = lines()
    assert theirs.pop("logger") == name
    assert theirs.keys() == ours.keys()
    assert ours.keys() == {
        "timestamp",
        "level",
        "event",
        "service",
        "correlation_id",
        "trace_id",
        "span_id",
    }
    assert ours | {"timestamp": ""} == theirs | {"timestamp": ""}
    assert (ours["level"], ours["event"]) == ("warning", "box full")
    assert ours["trace_id"] == in_trace_of(ONE)


def test_the_libraries_speak_from_warnings_on_and_we_from_where_it_was_set(lines: Lines) -> None:
    logging.getLogger("uvicorn.error").info("Started server process")
    structlog.get_logger().debug("not worth a line")
    structlog.get_logger().info("service runs")
    assert [line["event"] for line in lines()] == ["service runs"]


@pytest.mark.parametrize(
    ("fail", "types"),
    [
        (refuse, ["ValidationError"]),
        (refuse_because_of_another, ["KeyError", "ValidationError"]),
        (refuse_many_at_once, ["ExceptionGroup"]),
        (refuse_with_a_note, ["LookupError"]),
    ],
)
def test_a_fault_is_told_by_its_type_and_its_places_and_not_by_its_words(
    lines: Lines, fail: Callable[[], None], types: list[str]
) -> None:
    try:
        fail()
    except Exception:
        structlog.get_logger().exception("fold failed")
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    ours, theirs = lines()
    assert [found["type"] for found in ours["exception"]] == types
    assert ours["exception"] == theirs["exception"]
    places = ours["exception"][0]["places"]
    assert any(place.endswith(fail.__name__) for place in places)
    assert SITI not in str((ours, theirs))
    assert NIK not in str((ours, theirs))


async def test_nor_does_a_task_that_nobody_waited_for(lines: Lines) -> None:
    async def fail() -> None:
        raise KeyError(SITI)

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    (line,) = lines()
    assert line["event"] == "Task exception was never retrieved"
    assert [found["type"] for found in line["exception"]] == ["KeyError"]
    assert SITI not in str(line)


async def failing(heard: Recorded, _: Facts) -> Sequence[Request[Any, Any, Any]]:
    raise KeyError(f"{heard.data} {SITI}")


async def test_a_reaction_tells_whose_consequence_it_is_and_not_what_its_fault_says(
    lines: Lines, kkmp: Log, pool: asyncpg.Pool, log: str
) -> None:
    await say(kkmp, 5_000)
    async with reacting(kkmp, pool, log, failing):
        await settled(kkmp)
    (stored,) = await kkmp.read(GROUP)
    (line,) = (line for line in lines() if line["event"] == "reaction parked")
    assert (line["service"], line["code"], line["position"]) == ("cash", "KeyError", 1)
    assert line["correlation_id"] == stored.attribute("correlationid")
    assert SITI not in str(line)


async def test_a_projection_that_halts_says_where_its_fault_is_and_not_what_it_says(
    lines: Lines, kkmp: Log, pool: asyncpg.Pool
) -> None:
    def keys(_: Recorded) -> Iterable[Key]:
        raise KeyError(SITI)

    table = Table("box", Box, ("box",), {Paid: keys}, lambda row, _, __: row)
    sql = "CREATE TABLE cash.box (box text PRIMARY KEY)"
    runner = Runner(Projection("cash", (table,), sql, ""), CASH, kkmp, pool)
    await runner.prepare()
    await record(kkmp, Paid(1))
    following = asyncio.create_task(runner.run())
    async with asyncio.timeout(60):
        while runner.status.state != "halted":
            await asyncio.sleep(0.01)
    following.cancel()
    await asyncio.wait((following,))
    where = f"event at position 1 ({HALL.subject('Paid')})"
    assert runner.status.why == f"{where}: KeyError in a fold: see the log"
    (line,) = (line for line in lines() if line["event"] == "fold failed")
    assert line["exception"][0]["type"] == "KeyError"
    assert SITI not in str(lines())
