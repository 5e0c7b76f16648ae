"""When training says this, or we say that, membership asks itself something."""

from services.membership.reactions import board, person, rat, savings

REACTIONS = (
    *savings.REACTIONS,
    *rat.REACTIONS,
    *person.REACTIONS,
    *board.REACTIONS,
)
