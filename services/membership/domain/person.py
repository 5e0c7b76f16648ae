"""The rules of personal data: consent, right and wrong, every look on record, and the end."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.membership.commands.person import (
    About,
    CopyPersonalData,
    EraseSubject,
    LiftLegalHold,
    PlaceLegalHold,
    RecordConsent,
    RectifyIdentity,
    RevealPersonalData,
    Standing,
    WithdrawConsent,
)
from services.membership.domain.member import (
    NO_APPLICATION,
    Applicant,
    Approved,
    Member,
    Person,
    Resident,
)
from services.membership.events.person import (
    ConsentPurpose,
    ConsentRecorded,
    ConsentWithdrawn,
    IdentityRectified,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonalDataCopied,
    PersonalDataRevealed,
    PersonEvent,
    SubjectErased,
)
from shared.decider import Decider, Refusal, Refused
from shared.personal import ERASED

RETENTION = ((date(2025, 1, 1), timedelta()),)
"""From which day on, how long personal data are kept after a membership ended.

No source sets a time for the records of a cooperative (not verified): none until one is named.
"""

ACTIVE = Refusal(
    "erasing_active_member",
    "Data pribadi anggota aktif atau pemohon yang belum diputus tidak dapat dihapus.",
    "The data of an active member or of an open application cannot be erased.",
)
HELD = Refusal(
    "legal_hold",
    "Data pribadi ini ditahan untuk perkara {cases}, jadi belum dapat dihapus.",
    "These data are held for case {cases}, so they cannot be erased yet.",
)
RETAINED = Refusal(
    "retention_running",
    "Data pribadi ini wajib disimpan sampai {until}.",
    "These data are to be kept until {until}.",
)
NOT_LAWFUL = Refusal(
    "erasure_not_lawful",
    "Penghapusan ini tercatat, tetapi aturan tidak mengizinkannya ({why}). Kuncinya tidak "
    "dimusnahkan.",
    "This erasure is recorded, but the rules do not allow it ({why}). The key is not destroyed.",
)
NOTHING_RECTIFIED = Refusal(
    "nothing_rectified",
    "Sebutkan sedikitnya satu data yang dibetulkan.",
    "Name at least one thing that is put right.",
    "invalid",
)


@dataclass(frozen=True, slots=True)
class Held:
    """A person's data: consents given, cases that need them, and whether they are erased.

    *identity* stands for an identity number that was put right.
    """

    consents: frozenset[ConsentPurpose] = frozenset()
    cases: tuple[str, ...] = ()
    erased: bool = False
    identity: str | None = None


def standing_of(person: Person) -> Standing:
    """How somebody stands to the cooperative, as far as their data are concerned."""
    if isinstance(person, Resident):
        return "unknown"
    if isinstance(person, Applicant | Approved):
        return "open"
    return "active" if isinstance(person, Member) else "closed"


def _decide(command: About, held: Held) -> list[PersonEvent]:
    asked = command.asked
    if command.standing == "unknown":
        raise Refused(NO_APPLICATION)
    if isinstance(asked, EraseSubject):
        return _erase(command, asked, held)
    if held.erased:
        raise Refused(ERASED)
    match asked:
        case RecordConsent(purpose=purpose, note=note):
            return [] if purpose in held.consents else [ConsentRecorded(purpose, note)]
        case WithdrawConsent(purpose=purpose):
            return [ConsentWithdrawn(purpose)] if purpose in held.consents else []
        case RectifyIdentity():
            return [_rectified(asked, command.identity)]
        case RevealPersonalData(purpose=purpose, fields=fields, note=note):
            return [PersonalDataRevealed(purpose, tuple(dict.fromkeys(fields)), note)]
        case CopyPersonalData():
            return [PersonalDataCopied()]
        case PlaceLegalHold(case=case):
            return [] if case in held.cases else [LegalHoldPlaced(case)]
        case LiftLegalHold(case=case):
            return [LegalHoldLifted(case)] if case in held.cases else []


def _rectified(asked: RectifyIdentity, identity: str | None) -> IdentityRectified:
    """Every rectification is recorded: what was there before is sealed, and not compared."""
    born_on = asked.born_on and asked.born_on.isoformat()
    said = IdentityRectified(
        asked.name, asked.identity_number, asked.phone, asked.address, born_on, identity
    )
    if said == IdentityRectified():
        raise Refused(NOTHING_RECTIFIED)
    return said


def _erase(command: About, asked: EraseSubject, held: Held) -> list[PersonEvent]:
    """Ask the rules first: that it is recorded already does not make it lawful."""
    if command.standing in ("open", "active"):
        raise Refused(ACTIVE)
    if held.cases:
        raise Refused(HELD, cases=", ".join(held.cases))
    if command.left_on is not None:
        until = command.left_on + retention(command.left_on)
        if command.today < until:
            raise Refused(RETAINED, until=until.isoformat())
    return [] if held.erased else [SubjectErased(asked.basis, asked.reference)]


def erasable(
    said: SubjectErased,
    day: date,
    about: Iterable[PersonEvent],
    standing: Standing,
    left_on: date | None,
) -> None:
    """Refuse what is recorded as an erasure of *day*, unless the rules allow it where it stands.

    The rest is what the facts before it say. Another erasure among those *about* the person allows
    nothing: it is judged by itself.
    """
    held = person.fold(fact for fact in about if not isinstance(fact, SubjectErased))
    command = About(EraseSubject(basis=said.basis), standing, day, None, left_on)
    try:
        person.decide(command, held)
    except Refused as no:
        raise Refused(NOT_LAWFUL, why=no.refusal.code) from no


def retention(day: date) -> timedelta:
    """How long the data of a membership that ended on *day* are kept."""
    return next((kept for since, kept in reversed(RETENTION) if since <= day), timedelta())


def _evolve(held: Held, said: PersonEvent) -> Held:
    match said:
        case ConsentRecorded(purpose=purpose):
            return replace(held, consents=held.consents | {purpose})
        case ConsentWithdrawn(purpose=purpose):
            return replace(held, consents=held.consents - {purpose})
        case LegalHoldPlaced(case=case):
            return replace(held, cases=(*held.cases, case))
        case LegalHoldLifted(case=case):
            return replace(held, cases=tuple(one for one in held.cases if one != case))
        case SubjectErased():
            return replace(held, erased=True)
        case IdentityRectified(identity=identity):
            return replace(held, identity=identity or held.identity)
        case PersonalDataRevealed() | PersonalDataCopied():
            return held


person: Decider[About, Held, PersonEvent] = Decider(_decide, _evolve, initial=Held())
