"""Skips: the recorded way on from an event that nobody can read.

Such an event halts its readers, and the log deletes nothing. A `PositionSkipped` of the owner
`operations` names its position and its leaf; from then on every fold, past and decider takes the
position as empty, also where later code could read it. The idempotency table keeps its envelope.
"""

from dataclasses import dataclass

from shared.codes import CITY
from shared.decider import Decider
from shared.envelope import Stored, Unreadable, Vocabulary
from shared.leaf import leaf_of
from shared.messages import event
from shared.subjects import ROOT, Entity, filter_of

OWNER = "operations"
STREAM = "skip"
SKIP_FACTS = filter_of(OWNER, stream=STREAM)
_SKIP_SUBJECTS = f"{ROOT}.{OWNER}."


@event("Satu posisi log yang tidak terbaca dilewati: semua pembaca menganggapnya kosong.")
class PositionSkipped:
    """A position of the log that could not be read is skipped: every reader takes it as empty."""

    position: int
    """Position of the skipped event."""
    leaf: str
    """Leaf of the skipped event, in hexadecimal digits: no other event is skipped."""
    by: str
    """Who skipped it: an opaque id of an operator, no name."""
    reason: str
    """Why it is skipped."""


@dataclass(frozen=True, slots=True)
class SkipPosition:
    """Skip the event at a position whose leaf this is."""

    position: int
    leaf: str
    by: str
    reason: str


def _decide(command: SkipPosition, skipped: frozenset[str]) -> list[PositionSkipped]:
    if command.leaf in skipped:
        return []
    return [PositionSkipped(command.position, command.leaf, command.by, command.reason)]


def _evolve(skipped: frozenset[str], said: PositionSkipped) -> frozenset[str]:
    return skipped | {said.leaf}


skip = Decider[SkipPosition, frozenset[str], PositionSkipped](
    _decide, _evolve, initial=frozenset[str]()
)
"""The rules of a skipped position; its state is the leaves that are skipped there."""

OPERATIONS = Vocabulary(OWNER, (PositionSkipped,))
"""What operators record, with `kkmp` alone."""


def skip_of(position: int) -> Entity:
    """Return the entity of a skipped position."""
    return Entity(OWNER, CITY, STREAM, str(position))


def skip_in(stored: Stored) -> PositionSkipped | None:
    """Return what a skip says; None for every other event.

    Raises `Unreadable` for a fact of the operators that cannot be read: it halts all readers.
    """
    if not stored.subject.startswith(_SKIP_SUBJECTS) or stored.skipped:
        return None
    recorded = OPERATIONS.read(stored)
    return recorded and recorded.data


class Skips:
    """The skipped positions that are known to a reader of the log."""

    def __init__(self) -> None:
        """None is known."""
        self._facts: dict[int, dict[str, int]] = {}
        self.last = 0
        """Position of the last skip that was heard."""
        self.known = 0
        """How many are known: whoever keeps what he folded forgets it when this changes."""

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._facts)

    def positions(self) -> list[int]:
        """The skipped positions, in rising order."""
        return sorted(self._facts)

    def hear(self, stored: Stored) -> bool:
        """Take in the skip that *stored* is; say whether it was new.

        One that cannot be read skips nothing, nor does one of a position that is not before it.
        """
        self.last = max(self.last, stored.position)
        try:
            said = skip_in(stored)
        except Unreadable:
            return False
        if said is None or not 0 < said.position < stored.position:
            return False
        leaves = self._facts.setdefault(said.position, {})
        if said.leaf in leaves:
            return False
        leaves[said.leaf] = stored.position
        self.known += 1
        return True

    def mark(self, stored: Stored) -> Stored:
        """Return *stored* with the position of the fact that skips it, if there is one."""
        leaves = self._facts.get(stored.position)
        if leaves is None:
            return stored
        return stored._replace(skipped=leaves.get(leaf_of(stored).hex(), 0))
