"""What others than our services read: each tells us in a file, and is told before it breaks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from deploy.contracts.compatibility import Need


class Reading(BaseModel, frozen=True, extra="forbid"):
    """One event that a consumer reads: in which versions, and what it takes of each field."""

    event: Annotated[str, Field(pattern=r"^[a-z]+\.[A-Za-z]+$")]
    versions: Annotated[tuple[int, ...], Field(min_length=1)]
    fields: dict[str, dict[str, Any]]


class Consumer(BaseModel, frozen=True, extra="forbid"):
    """Who reads our events outside of kkmp, and what for."""

    consumer: str
    indonesian: str
    english: str
    reads: tuple[Reading, ...]


class ConsumerMalformed(Exception):  # noqa: N818 - the finding itself
    """The file of a consumer does not say what it must."""


def consumers(folder: Path) -> tuple[Consumer, ...]:
    """Return the consumers that have a file in *folder*; raises `ConsumerMalformed`."""
    return tuple(_consumer(path) for path in sorted(folder.glob("*.json")))


def _consumer(path: Path) -> Consumer:
    try:
        return Consumer.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ConsumerMalformed(f"{path.name}: {error}") from error


def needs_of(consumer: Consumer) -> Iterator[Need]:
    """Yield what *consumer* reads: every field that it names must be there."""
    for reading in consumer.reads:
        takes = {
            "type": "object",
            "properties": reading.fields,
            "required": list(reading.fields),
        }
        yield Need(consumer.consumer, "", reading.event, reading.versions, takes)
