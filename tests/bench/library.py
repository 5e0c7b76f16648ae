"""The same projection with the library `eventsourcing`, as it is shipped, on the same Postgres.

Two of its runners: the one that is given a materialised view, and the one of event-sourced
projections, whose recorder is extended as the library provides for. Both upsert the member's row
and track the position in one transaction, which is one transaction an event.
"""
# pyright: basic

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import batched
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import (
    PostgresDatastore,
    PostgresProcessRecorder,
    PostgresTrackingRecorder,
)
from eventsourcing.projection import (
    BaseProjectionRunner,
    EventSourcedProjection,
    EventSourcedProjectionRunner,
    Projection,
    ProjectionRunner,
)
from eventsourcing.utils import get_topic
from psycopg import Cursor, connect
from psycopg.rows import DictRow
from psycopg.sql import SQL
from psycopg_pool import PoolClosed

from tests.bench.following import follow

MEMBERS_A_TRANSACTION = 20
STEPS = 5
PAID = 100_000
_TABLE = """
    CREATE TABLE IF NOT EXISTS member (
        member uuid PRIMARY KEY,
        status text NOT NULL,
        pokok bigint NOT NULL,
        version integer NOT NULL
    )
"""
_UPSERT = """
    INSERT INTO member VALUES (%(member)s, %(status)s, %(pokok)s, %(version)s)
    ON CONFLICT (member) DO UPDATE SET
        status = EXCLUDED.status,
        pokok = member.pokok + EXCLUDED.pokok,
        version = EXCLUDED.version
"""


class Member(Aggregate):
    """The first five steps of a member, as the library writes them."""

    @event("Applied")
    def __init__(self, cooperative: str) -> None:
        self.cooperative = cooperative
        self.status = "applied"

    @event("Verified")
    def verify(self) -> None:
        self.status = "verified"

    @event("Approved")
    def approve(self) -> None:
        self.status = "approved"

    class Paid(Aggregate.Event):
        """The member paid savings."""

        amount: int

    @event(Paid)
    def pay(self, amount: int) -> None:
        self.status = "paid"
        self.pokok = amount

    @event("Joined")
    def join(self) -> None:
        self.status = "active"


class Members(Application[UUID]):
    """The application whose events are projected."""


def _row(happened: Aggregate.Event) -> dict[str, object]:
    return {
        "member": happened.originator_id,
        "status": type(happened).__name__.lower(),
        "pokok": happened.amount if isinstance(happened, Member.Paid) else 0,
        "version": happened.originator_version,
    }


class View(PostgresTrackingRecorder):
    """The materialised view: the row and the position in one transaction."""

    def __init__(self, datastore: PostgresDatastore, **tables: str) -> None:
        super().__init__(datastore, **tables)
        self.sql_create_statements.append(SQL(_TABLE).format())

    def upsert(self, row: dict[str, object], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(_UPSERT, row, prepare=True)


class IntoView(Projection[View]):
    """What the runner with a view is given."""

    name = "view"

    @singledispatchmethod
    def process_event(self, domain_event: Aggregate.Event, tracking: Tracking) -> None:
        self.view.upsert(_row(domain_event), tracking)


class Recorder(PostgresProcessRecorder):
    """The recorder of the event-sourced projection, which upserts in its own transaction."""

    def __init__(self, datastore: PostgresDatastore, **tables: str) -> None:
        super().__init__(datastore, **tables)
        self.sql_create_statements.append(SQL(_TABLE).format())

    def _insert_events(
        self,
        curs: Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        **saved: Any,  # noqa: ANN401 - as the library declares it
    ) -> None:
        super()._insert_events(curs, stored_events, **saved)
        curs.execute(_UPSERT, saved["row"], prepare=True)


class IntoRecorder(EventSourcedProjection[UUID]):
    """What the runner of event-sourced projections is given."""

    name = "recorded"

    @singledispatchmethod
    def policy(self, domain_event: Aggregate.Event, processing_event: ProcessingEvent) -> None:
        processing_event.collect_events(row=_row(domain_event))


def settings(dsn: str) -> dict[str, str]:
    """Return the library's settings for the database *dsn*."""
    server = urlsplit(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": server.path[1:],
        "POSTGRES_HOST": server.hostname or "",
        "POSTGRES_PORT": str(server.port),
        "POSTGRES_USER": server.username or "",
        "POSTGRES_PASSWORD": server.password or "",
        "RECORDED_PROCESS_RECORDER_TOPIC": get_topic(Recorder),
    }


def append(dsn: str, number: int) -> None:
    """Save *number* members with five events each."""
    with Members(settings(dsn)) as application:
        for batch in batched(range(number), MEMBERS_A_TRANSACTION):
            members = [Member(cooperative="31.72.02.1006") for _ in batch]
            for member in members:
                member.verify()
                member.approve()
                member.pay(amount=PAID)
                member.join()
            application.save(*members)


def _with_view(environment: dict[str, str]) -> BaseProjectionRunner:
    return ProjectionRunner(
        application_class=Members, projection_class=IntoView, view_class=View, env=environment
    )


def _event_sourced(environment: dict[str, str]) -> BaseProjectionRunner:
    return EventSourcedProjectionRunner(
        application_class=Members, projection_class=IntoRecorder, env=environment
    )


RUNNERS: dict[str, Callable[[dict[str, str]], BaseProjectionRunner[Any]]] = {
    "eventsourcing ProjectionRunner, view": _with_view,
    "eventsourcing EventSourcedProjectionRunner": _event_sourced,
}


def project(runner: str, dsn: str, events: int, patience: float) -> float:
    """Return events a second: how far its own tracking position came, from start to last event.

    The start of the runner is not counted. One that broke off, as the pool of the subscription may,
    is resumed where it was.
    """
    until = time.perf_counter() + patience
    seconds, done = 0.0, 0
    while done < events and time.perf_counter() < until:
        with suppress(PoolClosed), RUNNERS[runner](settings(dsn)) as running:
            started = time.perf_counter()
            done = follow(dsn, _position(running), events, until, running.is_interrupted.is_set)
            seconds += time.perf_counter() - started
    if done < events:
        raise AssertionError(f"{runner} came to {done} of {events} events")
    _check(dsn, events)
    return done / seconds


def _position(running: BaseProjectionRunner) -> str:
    recorder = running._tracking_recorder
    assert isinstance(recorder, PostgresTrackingRecorder)
    table = recorder.tracking_table_name
    return f"SELECT max(notification_id) FROM {table} WHERE application_name = 'Members'"  # noqa: S608


def _check(dsn: str, events: int) -> None:
    with connect(dsn) as connection:
        found = connection.execute(
            "SELECT count(*), sum(pokok) FROM member WHERE status = 'joined' AND version = %s",
            (STEPS,),
        ).fetchone()
    members = events // STEPS
    if found != (members, members * PAID):
        raise AssertionError(f"the library's table holds {found} of {members} members")
