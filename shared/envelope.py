"""The envelope: CloudEvents 1.0 in binary mode, attributes as `ce-` headers, the event as payload.

The names are those of CloudEvents and its documented extensions; none is invented. A reader leaves
the header block as bytes until somebody asks, which makes a replay several times faster.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, NamedTuple
from urllib.parse import quote, unquote
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from shared.identity import derived_id
from shared.messages import lineage, published
from shared.personal import personal_fields, refuse_clear_text
from shared.subjects import TOKENS, WELL_FORMED, Entity, SubjectMalformed, parse

_TYPE = b"\r\nce-type: "
_VERSION = re.compile(r"\.v([1-9]\d{0,5})", re.ASCII)
_COUNT = re.compile(r"(?!0+$)\d{1,10}", re.ASCII)
_DIGITS_OF_A_POSITION = 19
_NUL = b"\\u0000"
_SAFE = "!#$&'()*+,-./:;<=>?@[]^_`{|}~"
_ATTRIBUTE = re.compile(rb"ce-(?!data$)([a-z0-9]{1,20})")

type _Read = Callable[[bytes], Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why events come about: who asked, under which id, and when it happened.

    *id* is the command's or the causing event's; *fingerprint* tells two different requests under
    one id apart. *at* is when it happened, *recorded_at* when we learned of it. *authtype* is one
    of the CloudEvents authcontext extension's words; *authid* is opaque, never a person's name.
    """

    id: UUID
    correlation: UUID
    at: datetime
    recorded_at: datetime
    authtype: str
    authid: str
    fingerprint: str = ""
    traceparent: str = ""

    def event_id(self, entity: Entity, index: int) -> UUID:
        """The id of the *index*-th event of this cause for *entity*: a repeat derives it again."""
        return derived_id(self.id, self.fingerprint, entity.family, index)


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as it will be stored: what the log is asked to append."""

    id: UUID
    subject: str
    headers: dict[str, str]
    payload: bytes


class Stored(NamedTuple):
    """A message of the log as its bytes lie there; *block* is the raw header block.

    A tuple is made in a third of the time of a frozen dataclass, and a replay makes millions.
    """

    position: int
    subject: str
    block: bytes
    payload: bytes
    skipped: int = 0
    """Position of the fact that skips this event (`shared/skips.py`), 0 where there is none."""

    def header(self, name: str) -> str:
        """The header *name*, or "" where there is none."""
        return header(self.block, name.encode()).decode(errors="replace")

    def attribute(self, name: str) -> str:
        """The CloudEvents attribute *name*, or "" where there is none."""
        value = self.header(f"ce-{name}")
        return unquote(value) if "%" in value else value


class Unreadable(Exception):  # noqa: N818 - said of an event
    """An event that this code cannot read: the reader halts rather than guess."""

    def __init__(self, stored: Stored, why: str) -> None:
        """Name the place, so that a person finds it."""
        super().__init__(f"event at position {stored.position} ({stored.subject}): {why}")
        self.position = stored.position
        self.why = why


class Skipped:
    """The payload of a skipped event, as every reader takes it: it says nothing."""

    __slots__ = ()


SKIPPED = Skipped()


class Recorded:
    """An event read back: where it was filed, what it says, and when.

    The envelope is read when somebody asks; each property of it raises `Unreadable`.
    """

    __slots__ = ("data", "id", "place", "service", "stored", "stream", "type")

    def __init__(self, stored: Stored, tokens: list[str], data: Any) -> None:  # noqa: ANN401
        """*tokens* are those of the subject."""
        self.stored = stored
        self.service = tokens[1]
        self.place = f"{tokens[2]}.{tokens[3]}.{tokens[4]}.{tokens[5]}"
        self.stream = tokens[6]
        self.id = tokens[7]
        self.type = tokens[8]
        self.data = data

    @property
    def position(self) -> int:
        """The position in the log, from 1."""
        return self.stored.position

    @property
    def entity(self) -> Entity:
        """The entity whose fact this is."""
        return Entity(self.service, self.place, self.stream, self.id)

    @property
    def event_id(self) -> UUID:
        """The event's own id."""
        return self._attribute("id", UUID)

    @property
    def cause(self) -> UUID:
        """The id of the command or the event that brought this about."""
        return self._attribute("causationid", UUID)

    @property
    def correlation(self) -> UUID:
        """The id that all consequences of one request share."""
        return self._attribute("correlationid", UUID)

    @property
    def version(self) -> int:
        """The entity's own count of events, from 1."""
        return self._attribute("sequence", _count)

    @property
    def time(self) -> datetime:
        """When it happened."""
        return self._attribute("time", _moment)

    @property
    def recorded_at(self) -> datetime:
        """When we learned of it."""
        return self._attribute("recordedtime", _moment)

    def _attribute[T](self, name: str, form: Callable[[str], T]) -> T:
        try:
            return form(self.stored.attribute(name))
        except ValueError as error:
            raise Unreadable(self.stored, f"ce-{name} is none: {error}") from error


def _count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise ValueError("not a number from 1, in up to ten digits")
    return int(text)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset from UTC")
    return moment


class _Saying(NamedTuple):
    """How an event of our own is written: always in its current version."""

    token: str
    type: str
    schema: str
    dump: Callable[[Any], bytes]


class Vocabulary:
    """The events that a service speaks, and those of others that it listens to.

    What was recorded in an earlier version is read as its current class, here and so everywhere.
    """

    def __init__(
        self,
        service: str,
        own: tuple[type, ...],
        upstream: dict[str, tuple[type, ...]] | None = None,
        *,
        seals: bool = False,
    ) -> None:
        """*own* and *upstream* name the current classes; those say what they supersede.

        *seals* says that the service holds the keys that personal fields need.
        """
        self.service = service
        self.own = own
        self.upstream = upstream or {}
        for cls in own:
            if personal_fields(cls) and not seals:
                raise TypeError(f"{service}.{cls.__name__} has a personal field but no keys")
        self._sayings = {cls: _saying(service, cls) for cls in own}
        self._readers: dict[tuple[str, str], tuple[bytes, _Read, dict[int, _Read]]] = {}
        for owner, classes in {service: own, **self.upstream}.items():
            for cls in classes:
                token, readings = cls.__name__, _readings(cls)
                newest = max(readings)
                marker = _TYPE + f"{type_name(owner, token)}.v{newest}\r\n".encode()
                self._readers[owner, token] = (marker, readings[newest], readings)

    def read(self, stored: Stored) -> Recorded | None:
        """Return the event, or None when it is another service's and none of our business.

        One of ours that is skipped says `SKIPPED`. Raises `Unreadable` for a subject, type, version
        or payload that does not hold together.
        """
        tokens = stored.subject.split(".")
        if stored.skipped:
            ours = len(tokens) == TOKENS and tokens[1] == self.service
            return Recorded(stored, tokens, SKIPPED) if ours else None
        if len(tokens) != TOKENS:
            raise Unreadable(stored, "its subject does not name owner, place, entity and type")
        reader = self._readers.get((tokens[1], tokens[8]))
        if reader is None:
            return self._unknown(stored)
        if not WELL_FORMED.fullmatch(stored.subject):
            raise Unreadable(stored, "its subject names no place or entity of the log")
        if _NUL in stored.payload:
            raise Unreadable(stored, "its payload holds a character NUL, which no table can")
        marker, read, readings = reader
        if not stored.block.startswith(marker, stored.block.find(_TYPE)):
            read = self._earlier(stored, type_name(tokens[1], tokens[8]), readings)
        try:
            return Recorded(stored, tokens, read(stored.payload))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "payload"
            raise Unreadable(stored, f"{field}: {first['msg']}") from error

    def check(self, stored: Stored) -> None:
        """Raise `Unreadable` unless the whole of it can be read, the envelope too."""
        recorded = self.read(stored)
        if recorded is not None and not stored.skipped:
            _ = (recorded.event_id, recorded.cause, recorded.correlation)
            _ = (recorded.version, recorded.time, recorded.recorded_at)

    def _unknown(self, stored: Stored) -> None:
        try:
            address = parse(stored.subject)
        except SubjectMalformed as error:
            raise Unreadable(stored, str(error)) from error
        if address.service == self.service:
            raise Unreadable(stored, f"{address.type} is no event that this version knows")

    def _earlier(self, stored: Stored, event: str, readings: dict[int, _Read]) -> _Read:
        """Return what reads the version of *event* that is not the newest one."""
        found = stored.attribute("type")
        version = _VERSION.fullmatch(found.removeprefix(event)) if found.startswith(event) else None
        if version is None:
            wanted = f"{event}.v{max(readings)}"
            raise Unreadable(
                stored, f"ce-type is {found or 'none'}, the subject and this version say {wanted}"
            )
        if (read := readings.get(int(version[1]))) is None:
            known = ", ".join(map(str, sorted(readings)))
            raise Unreadable(
                stored,
                f"this is version {version[1]} of {event}, and this code reads {known}: start a"
                f" version of {self.service} that reads it",
            )
        return read

    def draft(self, entity: Entity, data: object, cause: Cause, index: int, version: int) -> Draft:
        """Put *data* into its envelope: the *index*-th event of *cause*, the entity's *version*.

        Personal fields are sealed before; a clear one is refused here, whoever forgot. So is an
        earlier version: it is read for ever, and written no more.
        """
        if (saying := self._sayings.get(type(data))) is None:
            raise TypeError(f"{self.service} does not say {type(data).__name__}")
        refuse_clear_text(data)
        event_id = str(cause.event_id(entity, index))
        headers = {
            "Nats-Msg-Id": event_id,
            "ce-specversion": "1.0",
            "ce-id": event_id,
            "ce-source": f"/kkmp/{self.service}",
            "ce-type": saying.type,
            "ce-subject": f"{entity.stream}/{entity.id}",
            "ce-time": instant(cause.at),
            "ce-recordedtime": instant(cause.recorded_at),
            "ce-sequence": f"{version:010d}",
            "ce-correlationid": str(cause.correlation),
            "ce-causationid": str(cause.id),
            "ce-authtype": cause.authtype,
            "ce-authid": quote(cause.authid, safe=_SAFE),
            "ce-datacontenttype": "application/json",
            "ce-dataschema": saying.schema,
        }
        if cause.traceparent:
            headers["traceparent"] = cause.traceparent
        return Draft(UUID(event_id), entity.subject(saying.token), headers, saying.dump(data))


def _saying(service: str, cls: type) -> _Saying:
    token, version = cls.__name__, published(cls).versions[-1]
    return _Saying(
        token,
        f"{type_name(service, token)}.v{version}",
        schema_name(service, token, version),
        TypeAdapter[Any](cls).dump_json,
    )


def _readings(cls: type) -> dict[int, _Read]:
    """How *cls* is read, from each version that it can be read from."""
    return {
        version: _reading(step, steps)
        for steps, step in enumerate(lineage(cls))
        for version in published(step).versions
    }


def _reading(cls: type, steps: int) -> _Read:
    validate = TypeAdapter[Any](cls).validator.validate_json
    if not steps:
        return validate

    def read(payload: bytes) -> Any:  # noqa: ANN401 - an event of the current version
        said = validate(payload)
        for _ in range(steps):
            said = said.upcast()
        return said

    return read


def type_name(service: str, token: str) -> str:
    """The CloudEvents type of an event, less the version: reverse domain name, owner and name."""
    return f"id.kkmp.{service}.{token}"


def schema_name(service: str, token: str, version: int) -> str:
    """The name of the JSON Schema of an event's payload, which never changes its meaning."""
    return f"urn:kkmp:{service}:{token}:v{version}"


def header(block: bytes, name: bytes) -> bytes:
    """Return the value of one header in a raw block, b"" when it is not there."""
    start = block.find(b"\r\n" + name + b":")
    if start < 0:
        return b""
    start += len(name) + 3
    return block[start : block.find(b"\r\n", start)].strip()


def broker_header(block: bytes, name: bytes) -> bytes:
    """Return a header that nats-server adds to an answer: the last one of its name, b"" if none.

    A writer can store a `Nats-Subject` of its own in front of it, and must not be believed.
    """
    start = block.rfind(b"\r\n" + name + b":")
    if start < 0:
        return b""
    start += len(name) + 3
    return block[start : block.find(b"\r\n", start)].strip()


def rung_position(block: bytes) -> int:
    """Return the position that a ring of the doorbell tells, 0 where it tells none.

    It is a hint: anybody on the bus can ring, and tell what he likes.
    """
    told = broker_header(block, b"Nats-Sequence")
    return int(told) if told.isdigit() and len(told) < _DIGITS_OF_A_POSITION else 0


def instant(moment: datetime) -> str:
    """Write *moment* as RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def cloud_event(stored: Stored) -> dict[str, object]:
    """Return the structured form of a stored event: one valid JSON CloudEvent, as feeds carry it.

    A message that no service wrote is shown too. What CloudEvents requires and it lacks is filled
    in, with its position as the id; a payload that is no JSON becomes `data_base64`. A skipped one
    has `skippedby`, the position of the fact that makes it empty for every reader.
    """
    attributes: dict[str, object] = {
        "specversion": "1.0",
        "id": str(stored.position),
        "source": "/kkmp/unknown",
        "type": "id.kkmp.unknown",
    }
    for line in reversed(stored.block.split(b"\r\n")):  # of two that are alike, the first counts
        name, _, value = line.partition(b":")
        attribute, text = _ATTRIBUTE.fullmatch(name), value.strip()
        if attribute and text:
            attributes[attribute[1].decode()] = unquote(text.decode(errors="replace"))
    attributes["position"] = stored.position
    if stored.skipped:
        attributes["skippedby"] = stored.skipped
    attributes["place"] = parse(stored.subject).place
    try:
        attributes["data"] = json.loads(stored.payload, parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError):
        attributes["data_base64"] = b64encode(stored.payload).decode()
    return attributes


def _finite(text: str) -> float:
    """Read a number; raises `ValueError` for one that JSON cannot say again, such as NaN."""
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number
