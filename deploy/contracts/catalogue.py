"""Every event there is, in every version, and who reads it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from deploy.contracts.compatibility import Need
from deploy.contracts.schemas import Schema, schema_of, shape_of
from services.inventory.app import service as inventory
from services.inventory.events import STREAMS as OF_INVENTORY
from services.membership.app import service as membership
from services.membership.events import STREAMS as OF_MEMBERSHIP
from services.training.app import service as training
from services.training.events import STREAMS as OF_TRAINING
from shared.envelope import type_name
from shared.messages import lineage, published
from shared.service import Definition
from shared.skips import OWNER, STREAM, PositionSkipped

SERVICES: tuple[tuple[Definition, Mapping[str, tuple[type, ...]]], ...] = (
    (membership, OF_MEMBERSHIP),
    (training, OF_TRAINING),
    (inventory, OF_INVENTORY),
)

_STREAMS: tuple[tuple[str, Mapping[str, tuple[type, ...]]], ...] = (
    *((service.name, streams) for service, streams in SERVICES),
    (OWNER, {STREAM: (PositionSkipped,)}),
)
"""The events by owner and stream: the services', and what operators record."""

AWAITED: frozenset[str] = frozenset()
"""What a service listens for before its owner says it; once it is said, it must fit like others."""


@dataclass(frozen=True)
class Version:
    """One version of one event."""

    service: str
    stream: str
    token: str
    said: type
    current: bool

    @property
    def event(self) -> str:
        """Owner and name, as consumers write it: `membership.MemberLeft`."""
        return f"{self.service}.{self.token}"

    @property
    def number(self) -> int:
        """Which version it is, from 1."""
        return published(self.said).versions[-1]

    @property
    def type(self) -> str:
        """Its CloudEvents type."""
        return f"{type_name(self.service, self.token)}.v{self.number}"

    @property
    def path(self) -> str:
        """Where its schema is kept, below `schemas`."""
        return f"{self.service}/{self.token}/v{self.number}.json"

    @cached_property
    def schema(self) -> Schema:
        """The JSON Schema of its payload."""
        return schema_of(self.service, self.token, self.said)


def versions() -> tuple[Version, ...]:
    """Every event in every version, by owner and stream, the newest version first."""
    return tuple(
        Version(owner, stream, current.__name__, said, current=said is current)
        for owner, streams in _STREAMS
        for stream, events in streams.items()
        for current in events
        for said in lineage(current)
    )


def needs_of_services() -> Iterator[Need]:
    """Yield what each service hears on the log, its own facts among them, and what for."""
    awaited = AWAITED - {version.event for version in versions()}
    for service, _ in SERVICES:
        skips = published(PositionSkipped).versions
        yield Need(
            service.name,
            "every table",
            f"{OWNER}.{PositionSkipped.__name__}",
            skips,
            shape_of(PositionSkipped),
        )
        ours = tuple(made.hears for made in service.reactions if made.owner == service.name)
        for owner, heard in {service.name: ours, **service.vocabulary.upstream}.items():
            for current in heard:
                if (event := f"{owner}.{current.__name__}") in awaited:
                    continue
                for said in lineage(current):
                    yield Need(
                        service.name,
                        _purpose(service, current),
                        event,
                        published(said).versions,
                        shape_of(said),
                    )


def _purpose(service: Definition, heard: type) -> str:
    """Name the reactions and the tables that an event goes into."""
    reactions = [f"reaction {made.name}" for made in service.reactions if made.hears is heard]
    tables = [f"table {table.name}" for table in service.tables if heard in table.keys]
    return ", ".join(reactions + tables)
