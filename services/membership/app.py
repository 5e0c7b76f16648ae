"""Membership as a service: its parts, put together."""

from pathlib import Path

from services.membership.api.door import door
from services.membership.commands.calendar import BeginDay
from services.membership.domain.calendar import calendar, day_entity
from services.membership.events import OWN
from services.membership.explanations import EXPLANATIONS
from services.membership.facts import ERASURE
from services.membership.projection import TABLES
from services.membership.reactions import REACTIONS
from services.membership.upstream import UPSTREAM
from shared.envelope import Vocabulary
from shared.service import Definition
from shared.transact import Part

service = Definition(
    folder=Path(__file__).parent,
    summary="Cooperatives, their members and their boards",
    vocabulary=Vocabulary("membership", OWN, UPSTREAM, seals=True),
    tables=TABLES,
    router=door.router,
    reactions=REACTIONS,
    explanations=EXPLANATIONS,
    holds_keys=True,
    erasure=ERASURE,
    says_day=lambda day: Part(day_entity(day), calendar, BeginDay(day)),
)
