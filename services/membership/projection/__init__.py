"""What membership's tables hold: each a key and a fold."""

from services.membership.projection import (
    board,
    calendar,
    cooperative,
    deadlines,
    identity,
    member,
    person,
    policy,
    rat,
    savings,
)

TABLES = (
    *cooperative.TABLES,
    *member.TABLES,
    *savings.TABLES,
    *board.TABLES,
    *rat.TABLES,
    *person.TABLES,
    *identity.TABLES,
    *policy.TABLES,
    *deadlines.TABLES,
    *calendar.TABLES,
)
