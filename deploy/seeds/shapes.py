"""What a loader reads of the services' answers; the rest is ignored."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class Receipt(BaseModel):
    """The answer to every POST."""

    position: int
    events: list[UUID]
    entity: str
    repeated: bool


class Problem(BaseModel):
    """The answer to a POST that came to nothing."""

    title: str = ""
    detail: str = ""
    code: str = ""
    errors: list[Any] = []


class Page(BaseModel):
    """A list."""

    items: list[dict[str, Any]]


class Coverage(BaseModel):
    """Seats that need training and seats that have it."""

    required: int
    trained: int
    coverage: float


class Region(BaseModel):
    """The coverage of a region; each kelurahan is left out."""

    total: Coverage


class Demand(BaseModel):
    """For whom a cooperative keeps stock."""

    active_members: int


class Count(BaseModel):
    """Active members at an instant."""

    count: int


class Seat(BaseModel):
    """One seat of a board."""

    certified_until: datetime | None = None


class Board(BaseModel):
    """The board of a cooperative."""

    seats: list[Seat]


class Session(BaseModel):
    """A training session."""

    enrolled: int


class At(BaseModel):
    """Where the log ends, or how far a projection has read it."""

    head: int = 0
    position: int = 0


class Ready(BaseModel):
    """How a service stands."""

    log: At
    projection: At


def length(answer: bytes) -> int:
    """Return how many items a list has."""
    return len(Page.model_validate_json(answer).items)


def required(answer: bytes) -> int:
    """Return how many seats of a region need training."""
    return Region.model_validate_json(answer).total.required


def trained(answer: bytes) -> int:
    """Return how many seats of a region are trained."""
    return Region.model_validate_json(answer).total.trained


def active_members(answer: bytes) -> int:
    """Return how many members inventory counts."""
    return Demand.model_validate_json(answer).active_members


def certified_seats(answer: bytes) -> int:
    """Return how many seats of a board are held by someone who is certified."""
    seats = Board.model_validate_json(answer).seats
    return sum(seat.certified_until is not None for seat in seats)
