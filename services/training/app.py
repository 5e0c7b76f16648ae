"""Training as a service: its parts, put together."""

from pathlib import Path

from services.training.api import door
from services.training.events import OWN
from services.training.explanations import EXPLANATIONS
from services.training.projection import TABLES
from services.training.reactions import REACTIONS
from services.training.upstream import UPSTREAM
from shared.envelope import Vocabulary
from shared.service import Definition

service = Definition(
    folder=Path(__file__).parent,
    summary="Who must learn what by when, who came, who passed, and whose certificate is valid",
    vocabulary=Vocabulary("training", OWN, UPSTREAM),
    tables=TABLES,
    router=door.router,
    reactions=REACTIONS,
    explanations=EXPLANATIONS,
)
