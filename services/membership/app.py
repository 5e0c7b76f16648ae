"""Membership as a service: its parts, put together."""

from pathlib import Path

from services.membership.api.door import door
from services.membership.events import OWN
from services.membership.explanations import EXPLANATIONS
from services.membership.projection import TABLES
from services.membership.reactions import REACTIONS
from services.membership.upstream import UPSTREAM
from shared.envelope import Vocabulary
from shared.service import Definition

service = Definition(
    folder=Path(__file__).parent,
    summary="Cooperatives, their members and their boards",
    vocabulary=Vocabulary("membership", OWN, UPSTREAM, seals=True),
    tables=TABLES,
    router=door.router,
    reactions=REACTIONS,
    explanations=EXPLANATIONS,
    holds_keys=True,
)
