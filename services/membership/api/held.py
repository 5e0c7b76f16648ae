"""All that membership holds on a person, in clear: for the one answer that a record stands for."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import chain
from typing import Any

from services.membership.api.masking import ERASED_OF, sealed_of
from services.membership.events import STREAMS
from services.membership.projection import TABLES
from shared.envelope import Recorded, Stored, cloud_event
from shared.http.asking import Ask, Receipt
from shared.keyring import Sealed
from shared.personal import person_of, personal_fields
from shared.subjects import filter_of

_OF_PERSONS = ("member", "person")
"""How the columns are called that name a person."""

type Rows = dict[str, list[dict[str, Any]]]


def _opens(receipt: Receipt) -> bool:
    """A look that was recorded before, or only tried, opens nothing."""
    return bool(receipt.events) and not receipt.repeated and not receipt.dry_run


async def opened(ask: Ask, code: str, who: str, receipt: Receipt) -> dict[str, str | None]:
    """Return the latest text of each field in clear."""
    if not _opens(receipt):
        return {}
    await ask.running.runner.wait_for(receipt.position)
    rows: Any = await ask.running.pool.fetch(
        "SELECT * FROM membership.personal WHERE cooperative = $1 AND member = $2", code, who
    )
    texts = await ask.running.keys.open([sealed_of(row) for row in rows])
    return {row["field"]: text for row, text in zip(rows, texts, strict=True)}


async def everything(
    ask: Ask, code: str, who: str, receipt: Receipt
) -> tuple[list[dict[str, Any]], Rows]:
    """Return the events about a person, with their texts opened, and the rows of the tables."""
    if not _opens(receipt):
        return [], {}
    history, rows = await _events(ask, code, who), await _rows(ask, code, who)
    applied = [one["data"] for one in history if ".MembershipApplied." in one["type"]]
    await _without_erased(ask, code, [*applied, *rows.get("member", [])])
    return history, rows


async def _events(ask: Ask, code: str, who: str) -> list[dict[str, Any]]:
    """The person's own events in every stream, and those of the cooperative that name the person.

    A cooperative's board and its like are short; the members of others are not looked at.
    """
    own = [filter_of("membership", code, stream, entity_id=who) for stream in STREAMS]
    shared = [
        filter_of("membership", code, stream, entity_id=code.replace(".", "-"))
        for stream in STREAMS
    ]
    log, vocabulary = ask.running.log, ask.running.transactor.vocabulary
    found: dict[int, tuple[Stored, Recorded]] = {}
    for subjects in chain(own, shared):
        async for stored in log.scan(subjects):
            recorded = vocabulary.read(stored)
            if recorded and person_of(recorded.data, recorded.id) == who:
                found[stored.position] = stored, recorded
    texts = [
        (stored.position, sealed) for stored, said in found.values() for sealed in _sealed(said)
    ]
    clear = await ask.running.keys.open([sealed for _, sealed in texts])
    shown = {position: cloud_event(stored) for position, (stored, _) in sorted(found.items())}
    for (position, sealed), text in zip(texts, clear, strict=True):
        data: Any = shown[position]["data"]
        data[sealed.field] = text
    return list(shown.values())


def _sealed(said: Recorded) -> list[Sealed]:
    return [
        Sealed(
            text,
            str(said.event_id),
            said.type,
            said.place,
            person_of(said.data, said.id),
            name,
        )
        for name in personal_fields(said.data.__class__)
        if (text := getattr(said.data, name)) is not None
    ]


async def _rows(ask: Ask, code: str, who: str) -> Rows:
    """What the tables say of a person, less the sealed texts, which are opened elsewhere."""
    found: Rows = {}
    for table in TABLES:
        names = [field.name for field in fields(table.row)]
        naming = [name for name in _OF_PERSONS if name in names]
        if not naming or table.name == "personal":
            continue
        place = " AND cooperative = $2" if "cooperative" in names else " AND $2::text IS NOT NULL"
        rows = await ask.running.pool.fetch(
            f"SELECT * FROM membership.{table.name} WHERE {naming[0]} = $1{place}",  # noqa: S608 - our names
            who,
            code,
        )
        if rows:
            found[table.name] = [dict(row) for row in rows]
    return found


async def _without_erased(ask: Ask, code: str, shown: Iterable[dict[str, Any]]) -> None:
    """Take the link to a membership before, where that person was erased since."""
    linked = [one for one in shown if one.get("previous")]
    persons = [one["previous"] for one in linked]
    rows = await ask.running.pool.fetch(ERASED_OF, code, persons) if linked else []
    gone: set[str] = {row["member"] for row in rows}
    for one in linked:
        if one["previous"] in gone:
            one["previous"] = None
