"""Inventory as a service: its parts, put together."""

from pathlib import Path

from services.inventory.api import door
from services.inventory.events import EVENTS
from services.inventory.explanations import EXPLANATIONS
from services.inventory.projection import TABLES
from services.inventory.reactions import REACTIONS
from services.inventory.upstream import MEMBERSHIP
from shared.envelope import Vocabulary
from shared.service import Definition

service = Definition(
    folder=Path(__file__).parent,
    summary="Staple goods: stock, prices, and how many days it lasts",
    vocabulary=Vocabulary("inventory", EVENTS, {"membership": MEMBERSHIP}),
    tables=TABLES,
    router=door.router,
    reactions=REACTIONS,
    explanations=EXPLANATIONS,
)
