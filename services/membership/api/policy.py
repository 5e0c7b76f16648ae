"""What the sub-agency sets, over HTTP."""

from pydantic import BaseModel, Field

from services.membership.api.door import GERAI_KINDS_ENTITY, door
from services.membership.commands.policy import DefineGeraiKind
from services.membership.domain.policy import GERAI_KINDS, gerai_kinds
from shared.access import EVERYBODY, Role
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Asking, Receipt
from shared.http.door import CITY_FACTS, CITY_WIDE


@door.command("/gerai-kinds", "gerai", may={Role.SUDIN}, at=CITY_WIDE)
async def define_gerai_kind(body: DefineGeraiKind, ask: Asking) -> Receipt:
    """Put a kind of gerai onto the city's list, or correct its label."""
    return await ask(GERAI_KINDS_ENTITY, gerai_kinds, body, body)


class GeraiKindAnswer(BaseModel):
    """A kind of gerai that the city knows."""

    kind: str
    label: str
    of_inpres: bool = Field(description="One of the seven of Inpres 9/2025.")


@door.query("/gerai-kinds", "gerai", may=EVERYBODY, at=CITY_FACTS)
async def list_gerai_kinds(read: Reading, cut: Paging) -> Page[GeraiKindAnswer]:
    """List the kinds of gerai that the city knows, by code."""
    return await read.page(
        cut,
        lambda row: GeraiKindAnswer(**row),
        "kind",
        """
        SELECT kind, label, true AS of_inpres FROM unnest($1::text[], $2::text[]) AS f(kind, label)
        UNION ALL SELECT kind, label, false FROM gerai_kind
        """,
        list(GERAI_KINDS),
        list(GERAI_KINDS.values()),
    )
