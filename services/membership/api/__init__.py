"""What may be asked of membership over HTTP, and what it answers: each module opens its part."""

from services.membership.api import (
    board,
    boards,
    cooperative,
    deadlines,
    identity,
    leaving,
    meetings,
    member,
    person,
    persons,
    policy,
    rat,
    reports,
    savings,
    statistics,
)
from services.membership.api.door import door

__all__ = [
    "board",
    "boards",
    "cooperative",
    "deadlines",
    "door",
    "identity",
    "leaving",
    "meetings",
    "member",
    "person",
    "persons",
    "policy",
    "rat",
    "reports",
    "savings",
    "statistics",
]
