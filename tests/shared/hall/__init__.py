"""A service of one entity, the cash box of tests/shared/story.py, whose API is that of a README."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from shared.access import EVERYBODY, Role, below
from shared.codes import KelurahanCode, dashed
from shared.envelope import Recorded
from shared.http.answering import Page, Paging, Reading
from shared.http.asking import Asking, Receipt
from shared.http.door import REGION, Door, Within
from shared.messages import Command
from shared.service import Definition
from shared.subjects import Entity
from shared.tables import Key, Table
from tests.shared.story import CASH, Emptied, Paid, Pay, box

_README = Path(__file__).parents[3] / "shared" / "README.md"


@dataclass(frozen=True, slots=True)
class BoxRow:
    """What is in a box, in rupiah."""

    code: str
    held: int


def _key(event: Recorded) -> Iterable[Key]:
    return ((event.place,),)


def _row(row: BoxRow | None, event: Recorded, key: Key) -> BoxRow:
    held = row.held if row else 0
    return BoxRow(*key, held=held + event.data.amount if isinstance(event.data, Paid) else 0)


class PutIn(Command):
    """Put money into the box."""

    amount: int = Field(gt=0, examples=[5_000])


class BoxAnswer(BaseModel):
    """What is in a box, in rupiah."""

    code: str
    held: int


def box_of(code: str) -> Entity:
    """The box of a cooperative."""
    return Entity("cash", code, "box", dashed(code))


def snippets() -> list[str]:
    """The endpoints that the README shows."""
    return re.findall(r"```python\n(@door.*?)```", _README.read_text(), re.DOTALL)


def service(folder: Path) -> Definition:
    """A service named like its *folder*, `cash`, with the README's endpoints as its API."""
    names: dict[str, Any] = {
        "BoxAnswer": BoxAnswer,
        "EVERYBODY": EVERYBODY,
        "REGION": REGION,
        "Asking": Asking,
        "KelurahanCode": KelurahanCode,
        "Page": Page,
        "Paging": Paging,
        "Pay": Pay,
        "PutIn": PutIn,
        "Reading": Reading,
        "Receipt": Receipt,
        "Role": Role,
        "Within": Within,
        "below": below,
        "box": box,
        "box_of": box_of,
        "door": Door(),
    }
    for snippet in snippets():
        exec(snippet, names)  # noqa: S102 - our own README
    (folder / "schema.sql").write_text((Path(__file__).parent / "schema.sql").read_text())
    return Definition(
        folder=folder,
        summary="The cash boxes",
        vocabulary=CASH,
        tables=(Table("box", BoxRow, ("code",), {Paid: _key, Emptied: _key}, _row),),
        router=names["door"].router,
    )
