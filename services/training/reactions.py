"""When membership says who holds a seat, or we publish a curriculum, we ask who owes what."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from services.training.commands import (
    IdentifyNeeds,
    Published,
    ReviewNeeds,
    WithdrawEnrolment,
    WithdrawNeeds,
)
from services.training.domain.curriculum import curriculum
from services.training.domain.officer import officer
from services.training.domain.session import session
from services.training.events import CurriculumPublished, SeatLeft
from services.training.upstream import OfficerAppointed, OfficerAppointmentEnded, SubjectErased
from shared.calendar import day_of
from shared.codes import CITY
from shared.envelope import Recorded
from shared.erasing import forgetting
from shared.reactions import Facts, Reaction, Request
from shared.subjects import Entity


def _officer(cooperative: str, person: object) -> Entity:
    return Entity("training", cooperative, "officer", str(person))


async def _published(facts: Facts) -> tuple[Published, ...]:
    """Return all curricula that the tables know, as the log has them."""
    found = list[Published]()
    for row in await facts.pool.fetch("SELECT curriculum FROM training.curriculum ORDER BY 1"):
        code: str = row["curriculum"]
        entity = Entity("training", CITY, "curriculum", code)
        if content := await facts.transactor.state(entity, curriculum):
            found.append(Published(code, content))
    return tuple(found)


async def identify_needs(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who takes a seat owes its training.

    The tables must have reached the appointment: then either we see a curriculum here, or its own
    reaction sees the seat.
    """
    said: OfficerAppointed = heard.data
    await facts.runner.wait_for(heard.position)
    published = await _published(facts)
    command = IdentifyNeeds(said.seat, said.organ, said.from_date, heard.position, published)
    return [Request(_officer(heard.place, said.person), officer, command)]


async def withdraw_needs(heard: Recorded, _: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who leaves a seat no longer owes what is still open."""
    said: OfficerAppointmentEnded = heard.data
    command = WithdrawNeeds(said.seat, heard.position)
    return [Request(_officer(heard.place, said.person), officer, command)]


async def free_seats(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who holds no seat of the board any more takes no seat in a session that is to come.

    Who was elected anew keeps it: the tables know the next term where one decision says both.
    """
    await facts.runner.wait_for(heard.position)
    person = UUID(heard.id)
    rows = await facts.pool.fetch(
        """
        SELECT p.session FROM training.participant p
        WHERE p.cooperative = $1 AND p.person = $2 AND p.attended_on IS NULL AND NOT EXISTS (
            SELECT FROM training.seat_training s WHERE s.cooperative = $1 AND s.person = $2
        )
        ORDER BY p.session
        """,
        heard.place,
        person,
    )
    free = WithdrawEnrolment(heard.place, person, day_of(heard.time))
    return [
        Request(Entity("training", CITY, "session", row["session"]), session, free) for row in rows
    ]


async def review_needs(heard: Recorded, facts: Facts) -> Sequence[Request[Any, Any, Any]]:
    """Who holds a seat for which nothing was published so far may owe something now."""
    await facts.runner.wait_for(heard.position)
    published = await _published(facts)
    rows = await facts.pool.fetch(
        """
        SELECT cooperative, person, seat, organ, from_date, appointed_at_position
        FROM training.seat_training ORDER BY cooperative, person, seat
        """
    )
    return [
        Request(
            _officer(cooperative, person),
            officer,
            ReviewNeeds(
                tuple(
                    IdentifyNeeds(
                        row["seat"],
                        row["organ"],
                        row["from_date"],
                        row["appointed_at_position"],
                        published,
                    )
                    for row in held
                )
            ),
        )
        for (cooperative, person), held in groupby(
            rows, key=lambda row: (row["cooperative"], row["person"])
        )
    ]


REACTIONS = (
    forgetting("training", SubjectErased),
    Reaction("open-training-needs", "membership", "board", OfficerAppointed, identify_needs),
    Reaction(
        "withdraw-training-needs", "membership", "board", OfficerAppointmentEnded, withdraw_needs
    ),
    Reaction("free-session-seats", "training", "officer", SeatLeft, free_seats),
    Reaction("review-training-needs", "training", "curriculum", CurriculumPublished, review_needs),
)
