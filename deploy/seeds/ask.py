"""What a story is made of: asks in chains, chains in phases, and what must be true in between."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

type Service = Literal["membership", "training", "inventory"]
type Json = str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None

WIB = timezone(timedelta(hours=7), "WIB")


@dataclass(frozen=True, slots=True)
class Ask:
    """One POST. The story's name and *key* make its Idempotency-Key, so a repeat is no new fact.

    `{name}` in *path*, or as a whole value of *body*, stands for the entity that an earlier ask
    kept under that name. *at* is when it happened. A refusal with the code *awaits* passes once a
    reaction has caught up, so the ask is sent again. *new* says that there is to be none yet.
    """

    key: str
    service: Service
    path: str
    body: Mapping[str, Json]
    at: datetime
    keep: str | None = None
    awaits: str | None = None
    new: bool = False


type Chain = tuple[Ask, ...]
"""Asks in the order they must be sent; each waits for the answer to the one before."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A GET whose answer, as *read*, is *expected* sooner or later: reactions take their time."""

    service: Service
    path: str
    read: Callable[[bytes], int]
    expected: int


@dataclass(frozen=True, slots=True)
class Phase:
    """Chains that may run side by side; the next phase waits until all of *settled* holds."""

    title_id: str
    chains: tuple[Chain, ...]
    settled: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the services answer once the story is in."""

    region: str
    cooperatives: int
    session: str
    participants: int
    required: int
    trained: int
    cooperative: str
    as_of: datetime
    members_as_of: int
    members_now: int
    commodity: str
    price: int
    unit: str
    breach_on: date
    no_breach_on: date
    stock_lows: int
    stock_recoveries: int


@dataclass(frozen=True, slots=True)
class Story:
    """A seed: *last* holds, all of it, only where the whole story has been told."""

    name: str
    phases: tuple[Phase, ...]
    expected: Figures
    last: tuple[Condition, ...]

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Every ask, phase by phase."""
        return tuple(ask for phase in self.phases for chain in phase.chains for ask in chain)


def kept(name: str) -> str:
    """Return the blank that is filled with the entity kept under *name*."""
    return "{" + name + "}"
