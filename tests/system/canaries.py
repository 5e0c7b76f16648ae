"""Canaries: texts that occur nowhere by chance, planted wherever a person's data can be."""

import dataclasses
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from services.membership.app import service as membership
from services.membership.events.member import LeavingCause, MemberLeft
from shared.codes import CITY
from shared.decider import Decider
from shared.envelope import Cause, Recorded
from shared.identity import derived_id
from shared.keyring import KeyRing, Sealed
from shared.log import Log
from shared.personal import person_of, personal_fields
from shared.subjects import EVERYTHING, Entity
from shared.transact import Part, Transactor
from tests.contracts.examples import CAUSE, EXAMPLES
from tests.contracts.of_membership.story import SITI

MARK = f"KENARI-{secrets.token_hex(8)}"
"""What all canaries of this run begin with."""

_SAID: Decider[Sequence[Any], None, Any] = Decider(lambda said, _: said, lambda _, __: None, None)
"""Says what it is told to: a past that no rule has to allow."""


def canary(person: UUID, event: str, field: str) -> str:
    return f"{MARK}-{person}-{event}-{field}-{secrets.token_hex(12)}"


def of_persons() -> list[tuple[Entity, Any]]:
    """One example of each event of membership that has a personal field."""
    return [
        (entity, said)
        for entity, said in EXAMPLES
        if entity.service == "membership" and personal_fields(said.__class__)
    ]


def life(person: UUID, code: str) -> dict[Entity, list[Any]]:
    """Everything that can be said of a person, each personal field of it a canary; then the end."""
    found: dict[Entity, list[Any]] = {}
    for entity, said in of_persons():
        texts: dict[str, Any] = {
            field: canary(person, type(said).__name__, field)
            for field in personal_fields(said.__class__)
        }
        if hasattr(said, "person"):
            texts["person"] = str(person)
        name = str(person) if entity.id == str(SITI) else person.hex
        place = CITY if entity.place == CITY else code
        about = Entity("membership", place, entity.stream, name)
        found.setdefault(about, []).append(dataclasses.replace(said, **texts))
    found[Entity("membership", code, "member", str(person))].append(
        MemberLeft(LeavingCause.RESIGNED)
    )
    return found


async def plant(log: Log, keys: KeyRing, persons: Sequence[UUID], code: str) -> None:
    """Let all this be said of *persons*, sealed as ever."""
    transactor = Transactor(log, membership.vocabulary, keys.seal)
    for person in persons:
        parts = [Part(entity, _SAID, said) for entity, said in life(person, code).items()]
        cause: Cause = dataclasses.replace(CAUSE, id=derived_id("canary", person))
        await transactor.transact_all(parts, cause)


async def sealed_texts(log: Log) -> list[Sealed]:
    """Every sealed text of the log."""
    return [
        Sealed(
            text, str(said.event_id), said.type, said.place, person_of(said.data, said.id), field
        )
        async for stored in log.scan(EVERYTHING)
        if (said := _read(stored)) is not None
        for field in personal_fields(said.data.__class__)
        if (text := getattr(said.data, field)) is not None
    ]


def _read(stored: Any) -> Recorded | None:  # noqa: ANN401 - a stored event
    return membership.vocabulary.read(stored)


def files_with(mark: str, folder: Path) -> Iterator[Path]:
    """Yield the files below *folder* that hold *mark* in clear."""
    for path in folder.rglob("*"):
        if path.is_file() and mark.encode() in path.read_bytes():
            yield path
