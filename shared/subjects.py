"""Where a fact is filed: `kkmp.<service>.<a>.<b>.<c>.<d>.<stream>.<id>.<EventType>`.

The Kemendagri code keeps its dots, so a wildcard is a jurisdiction: `kkmp.*.31.72.02.>` is all that
happened in one kecamatan. Type, owner, place and entity are read from here and from nowhere else.
"""

import re
from dataclasses import dataclass

ROOT = "kkmp"
TOKENS = 9
"""How many tokens a subject of the log has."""
EVERYTHING = ".".join([ROOT, *"*" * (TOKENS - 1)])
"""The subjects that the log takes: those of nine tokens."""
BELOW_ROOT = f"{ROOT}.>"
"""All subjects of the log, and any other one that begins as they do."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,80}")
_PLACE = re.compile(r"\d{2}\.\d{2}\.\d{1,2}\.\d{1,4}", re.ASCII)
WELL_FORMED = re.compile(
    rf"{ROOT}\.[a-z]{{1,40}}\.{_PLACE.pattern}\.{_TOKEN.pattern}\.{_TOKEN.pattern}\.{_TOKEN.pattern}",
    re.ASCII,
)
"""A subject of an event, as `Entity` makes them."""


class SubjectMalformed(ValueError):  # noqa: N818 - the finding itself
    """A subject of the log that does not say owner, place, entity and type."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing with a history of its own: the member, the board, the stock of one commodity."""

    service: str
    place: str
    stream: str
    id: str

    def __post_init__(self) -> None:
        """Refuse what would not fit into the tokens of a subject."""
        if not _PLACE.fullmatch(self.place) or not all(
            _TOKEN.fullmatch(token) for token in (self.service, self.stream, self.id)
        ):
            raise SubjectMalformed(f"not an entity of the log: {self}")

    @property
    def family(self) -> str:
        """The one filter over this entity's events.

        Optimistic concurrency on a replicated stream is exact only when every writer sends the
        identical filter, so nothing else may build it.
        """
        return f"{ROOT}.{self.service}.{self.place}.{self.stream}.{self.id}.*"

    def subject(self, event_type: str) -> str:
        """The subject of an event of this type."""
        return f"{ROOT}.{self.service}.{self.place}.{self.stream}.{self.id}.{event_type}"


@dataclass(frozen=True, slots=True)
class Address:
    """A subject, taken apart."""

    service: str
    place: str
    stream: str
    id: str
    type: str

    @property
    def entity(self) -> Entity:
        """The entity whose fact this is."""
        return Entity(self.service, self.place, self.stream, self.id)


def parse(subject: str) -> Address:
    """Take *subject* apart; raises `SubjectMalformed` when it is not one of ours."""
    tokens = subject.split(".")
    if len(tokens) != TOKENS or tokens[0] != ROOT:
        raise SubjectMalformed(f"not a subject of the log: {subject}")
    return Address(tokens[1], ".".join(tokens[2:6]), tokens[6], tokens[7], tokens[8])


def filter_of(
    service: str = "*",
    region: str = "",
    stream: str = "*",
    event_type: str = "*",
    entity_id: str = "*",
) -> str:
    """The filter over the events of a service, region, stream, type and id; `*` is any."""
    place = [*(region.split(".") if region else []), "*", "*", "*", "*"][:4]
    return ".".join([ROOT, service, *place, stream, entity_id, event_type])
