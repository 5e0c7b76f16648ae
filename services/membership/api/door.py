"""The door of membership: its groups, its roles, and how its entities are named."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.membership.domain.cooperative import Nothing, cooperative
from shared.access import EVERYBODY, Role
from shared.calendar import WIB, day_of
from shared.codes import CITY, dashed
from shared.http.answering import Read
from shared.http.asking import Ask
from shared.http.door import Door
from shared.messages import Command
from shared.subjects import Entity

door = Door(
    cooperatives="Koperasi yang terdaftar, satu di setiap kelurahan. "
    "/ The registered cooperatives, one in each kelurahan.",
    gerai="Gerai setiap koperasi, dan jenis gerai yang dikenal di kota ini. "
    "/ The gerai (outlets) of each cooperative, and the kinds that this city knows.",
    statistics="Angka banyak koperasi: kesiapan, yang tidak beroperasi, yang lama tanpa kabar. "
    "/ Figures and lists about many cooperatives: ready, not operating, long silent.",
    members="Permohonan, keanggotaan, dan simpanan. / Applications, memberships and savings.",
    savings="Tagihan simpanan, pembayaran, dan tunggakan. "
    "/ Bills of savings, payments, and what is owed.",
    board="Kursi pengurus dan pengawas, dan siapa yang mendudukinya. "
    "/ The seats of pengurus and pengawas, and who holds them.",
    rat="Rapat anggota tahunan, laporan triwulan, dan tenggatnya. "
    "/ Yearly members' meetings, quarterly reports, and their deadlines.",
    duplicates="NIK yang diajukan di satu koperasi padahal dipakai di koperasi lain. "
    "/ Identity numbers given in one cooperative while another one holds them.",
    **{
        "personal-data": "Apa yang disimpan tentang seseorang: persetujuan, pembetulan, salinan, "
        "penghapusan. / What is held on a person: consent, correction, a copy, erasure."
    },
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


def record_of(code: str, person: UUID | str) -> Entity:
    """The entity of what is held on a person."""
    return Entity("membership", code, "person", str(person))


def savings_of(code: str) -> Entity:
    return Entity("membership", code, "savings", dashed(code))


def board_of(code: str) -> Entity:
    return Entity("membership", code, "board", dashed(code))


GERAI_KINDS_ENTITY = Entity("membership", CITY, "policy", "gerai-kinds")


async def founded_on(ask: Ask, code: str) -> date | None:
    """The day on which the cooperative was founded; None while it is not registered."""
    known = await ask.state(cooperative_of(code), cooperative)
    return None if isinstance(known, Nothing) else known.registered.founded_on


async def registered(ask: Ask, code: str) -> bool:
    return not isinstance(await ask.state(cooperative_of(code), cooperative), Nothing)


def beginning(ask: Ask, body: Command, day: date) -> datetime:
    """When that happened which *body* gives a *day* for: as the day began, if it says no more."""
    if body.effective_at is None and day < ask.day(body):
        return datetime.combine(day, datetime.min.time(), WIB)
    return ask.at(body)


async def day_of_answer(read: Read) -> date | None:
    """The day that the answer is about: that of `as_of`, or the latest that began.

    Where no day was ever said to begin, it is the day on which the last fact was recorded.
    """
    if read.moment is not None:
        return day_of(read.moment)
    (found,) = await read.rows(
        """
        SELECT (SELECT max(day) FROM today) AS day,
            (SELECT max(last_heard_at) FROM cooperative) AS heard
        """
    )
    return found["day"] or (found["heard"] and day_of(found["heard"]))
