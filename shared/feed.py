"""What a feed shows of the log: which events, and how far it has looked for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from shared.access import covers
from shared.bus import BusRefused
from shared.envelope import Stored
from shared.log import Log
from shared.past import PositionAhead
from shared.subjects import filter_of, parse

MOST_LOOKED_AT = 10_000
_NO_MESSAGE = 10037


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events somebody asks for, in the places that he may see. Empty is any."""

    within: tuple[str, ...]
    types: frozenset[str] = frozenset()
    service: str = ""
    stream: str = ""
    entity: str = ""

    @property
    def subjects(self) -> str:
        """The narrowest filter of the log that holds all of them, and perhaps others."""
        return filter_of(
            self.service or "*",
            _common_prefix(self.within),
            self.stream or "*",
            next(iter(self.types)) if len(self.types) == 1 else "*",
            self.entity or "*",
        )

    def includes(self, subject: str) -> bool:
        """Whether an event that the filter holds is one of them."""
        address = parse(subject)
        return (not self.types or address.type in self.types) and any(
            covers(prefix, address.place) for prefix in self.within
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """The events that were found, and the position up to which there are no others."""

    events: Sequence[Stored]
    position: int


async def look(log: Log, wanted: Wanted, after: int, most: int) -> Looked:
    """Return up to *most* events behind a position, of those that one request may look at.

    Raises `PositionAhead` when the log does not reach that position: whoever was there has seen
    another log. Nothing is passed over on the word of a replica, which may lag.
    """
    head = await log.head()
    if after > head:
        raise PositionAhead(after, head)
    found: list[Stored] = []
    position, looked_at = after, 0
    async for stored in log.scan(wanted.subjects, after):
        position, looked_at = stored.position, looked_at + 1
        if wanted.includes(stored.subject):
            found.append(stored)
        if len(found) == most or looked_at == MOST_LOOKED_AT:
            return Looked(found, position)
    if head > position and not await _more(log, wanted.subjects, position):
        position = head
    return Looked(found, position)


async def _more(log: Log, subjects: str, after: int) -> bool:
    """Ask the leader, who knows the whole log, whether it holds more under a filter."""
    request = {"seq": after + 1, "next_by_subj": subjects}
    try:
        await log.bus.api(f"STREAM.MSG.GET.{log.stream}", request)
    except BusRefused as refused:
        if refused.code != _NO_MESSAGE:
            raise
        return False
    return True


def _common_prefix(places: Sequence[str]) -> str:
    """Return the smallest region that holds all *places*, "" for everywhere."""
    levels = zip(*(place.split(".") for place in places), strict=False)
    return ".".join(level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels))
