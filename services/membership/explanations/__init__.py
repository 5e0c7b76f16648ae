"""What the codes of membership mean to who receives them, and what to do next."""

from services.membership.explanations import (
    board,
    cooperative,
    identity,
    member,
    person,
    policy,
    rat,
    savings,
)
from shared.explanations import by_code

EXPLANATIONS = by_code(
    *cooperative.EXPLANATIONS,
    *member.EXPLANATIONS,
    *savings.EXPLANATIONS,
    *board.EXPLANATIONS,
    *rat.EXPLANATIONS,
    *person.EXPLANATIONS,
    *identity.EXPLANATIONS,
    *policy.EXPLANATIONS,
)
