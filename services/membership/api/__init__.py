"""What may be asked of membership over HTTP, and what it answers: each module opens its part."""

from services.membership.api import (
    board,
    boards,
    cooperative,
    identity,
    leaving,
    member,
    person,
    policy,
    rat,
    savings,
    statistics,
)
from services.membership.api.door import door

__all__ = [
    "board",
    "boards",
    "cooperative",
    "door",
    "identity",
    "leaving",
    "member",
    "person",
    "policy",
    "rat",
    "savings",
    "statistics",
]
