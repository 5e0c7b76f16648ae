"""Which requests led to facts: a row for each, from the log, so that a key is known for ever.

The machinery's own table, beside a service's. It says what a request that is sent again was
answered the first time, whichever entity it was about. What it said is not kept: ids of events are
derived from that, so the id of the first one proves whether the same is asked again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from asyncpg.pgproto import pgproto

from shared.envelope import Recorded, Skipped, Stored, Unreadable, header
from shared.identity import derived_id
from shared.subjects import Entity, parse
from shared.tables import Key, Table

_BY_A_REACTION = b"\r\nce-authtype: system\r\n"
SQL = """
    CREATE TABLE asked (
        request uuid PRIMARY KEY,
        family text NOT NULL,
        first_event uuid NOT NULL,
        events integer NOT NULL,
        version integer NOT NULL,
        position bigint NOT NULL,
        recorded_at text NOT NULL
    );
    COMMENT ON TABLE asked IS 'Requests that led to events: where they are, and how many.';
    COMMENT ON COLUMN asked.family IS 'The subjects of the entity that the events are of.';
    COMMENT ON COLUMN asked.version IS 'The entity''s, with the last of the events.';
    COMMENT ON COLUMN asked.position IS 'Of the last of the events.';
    COMMENT ON COLUMN asked.recorded_at IS 'As the events say it: those of one decision alike.';
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A request that led to *events* events of one entity; the last is at *position*."""

    request: UUID
    family: str
    first_event: UUID
    events: int
    version: int
    position: int
    recorded_at: str

    @property
    def entity(self) -> Entity:
        """The entity that was asked to change."""
        return parse(self.family).entity


def table_of(own: tuple[type, ...]) -> Table[Known]:
    """Return the table of the requests that led to events of these types, a service's own."""
    keys = dict.fromkeys(own, _request) | {Skipped: _request_of_skipped}
    return Table("asked", Known, ("request",), keys, _known)


def _request(recorded: Recorded) -> Iterable[Key]:
    """A reaction is no request: its cause is a fact, whose id nobody sends."""
    if _BY_A_REACTION in recorded.stored.block:
        return ()
    return ((_id(recorded, b"ce-causationid"),),)


def _request_of_skipped(recorded: Recorded) -> Iterable[Key]:
    """A request whose event is skipped has had its effect, if the envelope says which one it is."""
    try:
        _ = _id(recorded, b"ce-id"), recorded.version
        return _request(recorded)
    except Unreadable:
        return ()


def _known(row: Known | None, recorded: Recorded, key: Key) -> Known:
    stored = recorded.stored
    family = f"{stored.subject.rpartition('.')[0]}.*"
    if row is None or (row.family != family and _of_one_decision(row, stored)):
        (request,) = key
        first = _id(recorded, b"ce-id")
        at = stored.header("ce-recordedtime")
        return Known(request, family, first, 1, recorded.version, stored.position, at)
    if row.family != family:
        return row  # the request has its first meaning
    return replace(row, events=row.events + 1, version=recorded.version, position=stored.position)


def _of_one_decision(row: Known, stored: Stored) -> bool:
    """Whether one batch held both: of several entities, the one that was asked comes last."""
    beside = stored.position == row.position + 1
    return beside and stored.header("ce-recordedtime") == row.recorded_at


def _id(recorded: Recorded, name: bytes) -> UUID:
    try:
        value = header(recorded.stored.block, name).decode()
        return pgproto.UUID(value)  # equal to a `uuid.UUID`, and made in a seventh of the time
    except ValueError as error:
        raise Unreadable(recorded.stored, f"{name.decode()}: {error}") from error


async def known(connection: Any, schema: str, request: UUID) -> Known | None:  # noqa: ANN401 - or a pool
    """Return what the log knew of *request* at the position that the tables are at."""
    row = await connection.fetchrow(
        f"SELECT * FROM {schema}.asked WHERE request = $1",  # noqa: S608 - our name
        request,
    )
    return row and Known(**row)


def same_request(known: Known, fingerprint: str) -> bool:
    """Whether the request with this *fingerprint* is the one that is known, not another."""
    return known.first_event == _event_id(known, fingerprint, 0)


def event_ids(known: Known, fingerprint: str) -> tuple[UUID, ...]:
    """Return the ids of the events that the request led to, in order."""
    return tuple(_event_id(known, fingerprint, index) for index in range(known.events))


def _event_id(known: Known, fingerprint: str, index: int) -> UUID:
    return derived_id(known.request, fingerprint, known.family, index)
