"""Which rows an event touches, where several tables say it alike."""

from collections.abc import Iterable

from shared.envelope import Recorded
from shared.tables import Key


def place(event: Recorded) -> Iterable[Key]:
    """The row of the cooperative."""
    return ((event.place,),)


def member(event: Recorded) -> Iterable[Key]:
    """The row of the person in the cooperative."""
    return ((event.place, event.id),)
