"""The rules of becoming a member: who may, what is checked, and what a paper register may lack."""

from collections.abc import Iterable
from datetime import date, datetime

from services.membership.commands.member import (
    MINIMUM_AGE,
    Application,
    Domicile,
    Import,
    ImportMember,
    Lasting,
    Verification,
)
from services.membership.domain.cooperative import BEFORE_COOPERATIVE, DAY_AHEAD, NOT_REGISTERED
from services.membership.events.member import (
    ApplicantVerified,
    MemberEvent,
    MemberImported,
    MemberJoined,
    MembershipApplied,
    Missing,
)
from shared.decider import Refusal, Refused
from shared.population import Agreement

TOO_YOUNG = Refusal(
    "applicant_too_young",
    "Calon anggota harus berusia sedikitnya {years} tahun, atau sudah menikah.",
    "An applicant is at least {years} years old, or married.",
    "invalid",
)
NOT_ACCEPTED = Refusal(
    "articles_not_accepted",
    "Calon anggota harus menyetujui anggaran dasar dan anggaran rumah tangga.",
    "An applicant must accept the articles of the cooperative (AD/ART).",
    "invalid",
)
OVERLAPS = Refusal(
    "memberships_overlap",
    "Orang ini sudah menjadi anggota koperasi ini pada masa itu ({lasted}).",
    "This person was a member of this cooperative in that time already ({lasted}).",
)
NUMBER_TAKEN = Refusal(
    "member_number_taken",
    "Nomor anggota ini sudah dipakai untuk orang lain di koperasi ini.",
    "This member number already stands for somebody else in this cooperative.",
)
ELSEWHERE = Refusal(
    "domicile_elsewhere",
    "Pemohon berdomisili di luar kelurahan ini; tolak permohonannya.",
    "The applicant lives outside this kelurahan; reject the application.",
)
REGISTRY_DIFFERS = Refusal(
    "registry_differs",
    "Data pemohon tidak sesuai dengan data kependudukan.",
    "What the applicant said does not agree with the population register.",
)


def applying(command: Application) -> list[MemberEvent]:
    """Take in an application; raises `Refused`."""
    asked = command.asked
    _founded(command.founded_on, command.today)
    if not asked.accepts_articles:
        raise Refused(NOT_ACCEPTED)
    if not asked.married or asked.born_on > command.today:
        _old_enough(asked.born_on, command.today)
    return [
        MembershipApplied(
            asked.name,
            asked.identity_number,
            asked.phone,
            asked.born_on.isoformat(),
            asked.address,
            asked.married,
            command.identity,
            command.previous,
        )
    ]


def importing(command: Import) -> list[MemberEvent]:
    """Take over a membership, whatever the register lacks; raises `Refused`."""
    asked = command.asked
    if asked.joined_on > command.today:
        raise Refused(DAY_AHEAD, day=asked.joined_on, today=command.today)
    _founded(command.founded_on, asked.joined_on)
    apart(command.joined_at, None, command.others)
    if command.number_taken:
        raise Refused(NUMBER_TAKEN)
    if asked.born_on is not None and not asked.married:
        _old_enough(asked.born_on, asked.joined_on)
    imported = MemberImported(
        asked.name,
        missing=_missing(asked),
        pokok=asked.pokok,
        wajib=asked.wajib,
        sukarela=asked.sukarela,
        source=asked.source,
        number=asked.number,
        identity_number=asked.identity_number,
        phone=asked.phone,
        born_on=asked.born_on and asked.born_on.isoformat(),
        address=asked.address,
        identity=command.identity,
    )
    return [imported, MemberJoined(command.joined_at)]


def apart(joined_at: datetime, left_at: datetime | None, others: Iterable[Lasting]) -> None:
    """No two memberships of one person are at the same time; raises `Refused`."""
    for one in others:
        since = joined_at if one.joined_at is None else max(joined_at, one.joined_at)
        ends = [end for end in (left_at, one.left_at) if end is not None]
        if all(since < end for end in ends):
            raise Refused(OVERLAPS, lasted=f"{_or_open(one.joined_at)}/{_or_open(one.left_at)}")


def _or_open(at: datetime | None) -> str:
    return ".." if at is None else at.isoformat()


def verifying(command: Verification) -> list[MemberEvent]:
    """Note that identity and domicile were checked; raises `Refused`."""
    if command.asked.domicile is Domicile.ELSEWHERE:
        raise Refused(ELSEWHERE)
    if command.registry is Agreement.DIFFERS:
        raise Refused(REGISTRY_DIFFERS)
    return [ApplicantVerified(command.registry)]


def _founded(founded_on: date | None, day: date) -> None:
    if founded_on is None:
        raise Refused(NOT_REGISTERED)
    if day < founded_on:
        raise Refused(BEFORE_COOPERATIVE, day=day, founded_on=founded_on)


def _old_enough(born_on: date, day: date) -> None:
    birthday_past = (day.month, day.day) >= (born_on.month, born_on.day)
    if day.year - born_on.year - (not birthday_past) < MINIMUM_AGE:
        raise Refused(TOO_YOUNG, years=MINIMUM_AGE)


def _missing(asked: ImportMember) -> tuple[Missing, ...]:
    given = {
        Missing.IDENTITY_NUMBER: asked.identity_number,
        Missing.PHONE: asked.phone,
        Missing.BORN_ON: asked.born_on,
        Missing.ADDRESS: asked.address,
        Missing.POKOK: asked.pokok or None,
    }
    return tuple(flag for flag, value in given.items() if value is None)
