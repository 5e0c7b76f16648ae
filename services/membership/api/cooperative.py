"""The register of cooperatives over HTTP."""

from datetime import date, datetime

from pydantic import BaseModel

from services.membership.api.door import (
    cooperative_of,
    door,
)
from services.membership.commands.cooperative import RegisterCooperative
from services.membership.domain.cooperative import cooperative
from shared.access import EVERYBODY, Role, below
from shared.codes import KelurahanCode
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Asking, Receipt
from shared.http.door import CITY_WIDE, REGION, Within


@door.command("/cooperatives", "cooperatives", may={Role.SUDIN}, at=CITY_WIDE)
async def register_cooperative(body: RegisterCooperative, ask: Asking) -> Receipt:
    """Enter the cooperative of a kelurahan into the register."""
    return await ask(cooperative_of(body.code), cooperative, body, body)


class CooperativeAnswer(BaseModel):
    """A cooperative. *last_heard_at* is when its last fact was recorded."""

    code: str
    name: str
    kecamatan: str
    founded_on: date
    active_members: int
    last_heard_at: datetime


COOPERATIVES = """
    SELECT c.*, (
        SELECT count(*) FROM member m WHERE m.cooperative = c.code AND m.status = 'active'
    ) AS active_members
    FROM cooperative c
"""


@door.query("/cooperatives", "cooperatives", may=EVERYBODY, at=REGION)
async def list_cooperatives(read: Reading, within: Within, cut: Paging) -> Page[CooperativeAnswer]:
    """List the cooperatives of a region by code."""
    return await read.page(
        cut,
        lambda row: CooperativeAnswer(**row),
        "code",
        COOPERATIVES + "WHERE c.code LIKE ANY($1)",
        below(within),
    )


@door.query("/cooperatives/{code}", "cooperatives", may=EVERYBODY, at="code")
async def show_cooperative(code: KelurahanCode, read: Reading) -> CooperativeAnswer:
    """Show one cooperative."""
    row = await read.row(f"koperasi {code}", COOPERATIVES + "WHERE c.code = $1", code)
    return CooperativeAnswer(**row)
