"""What can happen in membership. On the wire for ever: a new meaning is a new event."""

from collections.abc import Mapping
from types import MappingProxyType

from services.membership.events import (
    board,
    calendar,
    cooperative,
    identity,
    member,
    person,
    policy,
    rat,
    savings,
)

STREAMS: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "cooperative": cooperative.EVENTS,
        "member": member.EVENTS,
        "savings": savings.EVENTS,
        "board": board.EVENTS,
        "rat": rat.EVENTS,
        "person": person.EVENTS,
        "identity": identity.EVENTS,
        "policy": policy.EVENTS,
        "calendar": calendar.EVENTS,
    }
)
"""Which kind of entity says what."""

OWN = tuple(said for events in STREAMS.values() for said in events)
