"""A ring of keys, for tests: its secret file, its persons, and what was sealed for them."""

from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap

from shared.keyring import KeyRing, Sealed
from shared.messages import event
from shared.personal import Personal
from shared.subjects import Entity

SECRET = bytes(range(32))
PLACE = "31.72.02.1006"
SITI = Entity("membership", PLACE, "member", "siti")
BUDI = Entity("membership", PLACE, "member", "budi")
EVENT = UUID("0197a1f0-0000-7000-8000-000000000001")


@event
class Applied:
    """Somebody applied."""

    name: Personal


@event
class Warned:
    """The board warned a person, whom it names."""

    person: str
    why: Personal | None = None


@event
class Verified:
    """Nothing personal is in this."""


async def sealed_name(ring: KeyRing, person: Entity, name: str) -> str:
    said = await ring.seal(person, EVENT, Applied(name))
    assert isinstance(said, Applied)
    return said.name


def name_of(person: Entity, text: str) -> Sealed:
    return Sealed(text, str(EVENT), "Applied", PLACE, person.id, "name")


async def key_of(pool: asyncpg.Pool, person: str) -> bytes:
    wrapped: bytes = await pool.fetchval(
        "SELECT wrapped FROM keys.person_key WHERE person = $1", person
    )
    return aes_key_unwrap(SECRET, wrapped)
