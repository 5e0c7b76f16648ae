"""A decider: what a command brings about, what each event makes so, and how it all begins.

After Jérémie Chassaing's "Functional Event Sourcing Decider" (2021): two functions and a value.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason to say no, as the asker reads it.

    *code* is stable and public. *id* and *en* are one sentence each, in Indonesian and English;
    `{name}` in them is filled with the values given to `Refused`. *kind* says whose fault it is:
    `conflict` (the state of things forbids it), `invalid` (the request itself can never be right)
    or `missing` (it speaks of something that is not there).
    """

    code: str
    id: str
    en: str
    kind: Literal["conflict", "invalid", "missing"] = "conflict"


class Refused(Exception):  # noqa: N818 - "refused" is the word of the domain, not an error
    """The rules said no: nothing was recorded."""

    def __init__(self, refusal: Refusal, **values: object) -> None:
        """*values* fill the blanks of the refusal's sentences."""
        super().__init__(refusal.en.format(**values))
        self.refusal = refusal
        self.values = values


@dataclass(frozen=True, slots=True)
class Decider[Command, State, Event]:
    """The rules of one kind of entity: pure, without clock, ids or I/O.

    `decide` answers `[]` when the command has already come true, and raises `Refused` for a no.
    """

    decide: Callable[[Command, State], Sequence[Event]]
    evolve: Callable[[State, Event], State]
    initial: State

    def fold(self, events: Iterable[Event], state: State | None = None) -> State:
        """Return the state after *events*, from *state* or from the beginning."""
        return reduce(self.evolve, events, self.initial if state is None else state)
