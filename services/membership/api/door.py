"""The door of membership: its groups, its roles, and how its entities are named."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.membership.domain.cooperative import Nothing, cooperative
from shared.access import EVERYBODY, Role
from shared.codes import dashed
from shared.http.asking import Ask
from shared.http.door import Door
from shared.subjects import Entity

door = Door(
    cooperatives="Koperasi yang terdaftar, satu di setiap kelurahan. "
    "/ The registered cooperatives, one in each kelurahan.",
    members="Permohonan, keanggotaan, dan simpanan. / Applications, memberships and savings.",
    board="Kursi pengurus dan pengawas, dan siapa yang mendudukinya. "
    "/ The seats of pengurus and pengawas, and who holds them.",
    duplicates="NIK yang diajukan di satu koperasi padahal dipakai di koperasi lain. "
    "/ Identity numbers given in one cooperative while another one holds them.",
)


type Person = Annotated[
    UUID,
    Field(
        description="The member's id: `entity` in the receipt of the application.",
        examples=["3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f"],
    ),
]


PENGURUS = {Role.PENGURUS}


HELPERS = {Role.PENGURUS, Role.PENDAMPING, Role.SUDIN}


OFFICE = {Role.PENGURUS, Role.LURAH, Role.SUDIN}


REGISTER = {Role.PENGURUS, Role.PENGAWAS, Role.PENDAMPING, Role.LURAH, Role.SUDIN, Role.AUDITOR}


FIGURES = EVERYBODY - {Role.PEMASOK}


def cooperative_of(code: str) -> Entity:
    return Entity("membership", code, "cooperative", dashed(code))


def member_of(code: str, person: UUID | str) -> Entity:
    return Entity("membership", code, "member", str(person))


def board_of(code: str) -> Entity:
    return Entity("membership", code, "board", dashed(code))


async def registered(ask: Ask, code: str) -> bool:
    return not isinstance(await ask.state(cooperative_of(code), cooperative), Nothing)
