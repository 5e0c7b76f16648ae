"""What a rule is told besides the command, for requests and reactions alike."""

from collections.abc import Sequence
from datetime import date

from services.membership.domain.member import member
from services.membership.domain.person import erasable, standing_of
from services.membership.domain.standing import Former, Person
from services.membership.events.member import MemberLeft
from services.membership.events.person import SubjectErased
from shared.calendar import day_of
from shared.decider import Refused
from shared.envelope import Recorded
from shared.erasing import Erasure
from shared.subjects import Entity
from shared.transact import Transactor


async def allowed(heard: Recorded, transactor: Transactor) -> None:
    """Ask the rules again about an erasure, from the facts before it; raises `Refused`."""
    who = Entity(heard.service, heard.place, "member", heard.id)
    facts = await transactor.before(who, heard.position)
    about = await transactor.before(heard.entity, heard.position)
    standing = member.fold(said.data for said in facts)
    erasable(
        heard.data,
        day_of(heard.time),
        [said.data for said in about],
        standing_of(standing),
        _left_on(standing, facts),
    )


def _left_on(standing: Person, facts: Sequence[Recorded]) -> date | None:
    """The day on which a membership ended, as the table of members says it too."""
    if not isinstance(standing, Former):
        return None
    left = next(said.time for said in reversed(facts) if isinstance(said.data, MemberLeft))
    return day_of(standing.left_at or left)


async def erased_lawfully(who: Entity, position: int, transactor: Transactor) -> bool:
    """Say whether *who* is erased by *position*; raises `Refused` where no rule allowed it."""
    refused: Refused | None = None
    for one in await transactor.before(who, position + 1):
        if isinstance(one.data, SubjectErased):
            try:
                await allowed(one, transactor)
            except Refused as no:
                refused = no
            else:
                return True
    if refused is not None:
        raise refused
    return False


ERASURE = Erasure("person", SubjectErased, allowed)
