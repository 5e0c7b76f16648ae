"""The rules of identity numbers: one cooperative holds a number, for one person."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.membership.commands.identity import (
    ClaimIdentity,
    ForgetIdentity,
    IdentityCommand,
    ReleaseIdentity,
    ResolveDuplicate,
    SuspectDuplicate,
)
from services.membership.events.identity import (
    DuplicateIdentitySuspected,
    DuplicateResolved,
    IdentityClaimed,
    IdentityEvent,
    IdentityForgotten,
    IdentityReleased,
    Resolution,
)
from shared.codes import CITY
from shared.decider import Decider, Refusal, Refused
from shared.subjects import Entity

CLAIMED_HERE = Refusal(
    "identity_claimed_here",
    "NIK ini sudah dipakai untuk orang lain di koperasi ini.",
    "This identity number already stands for somebody else in this cooperative.",
)
CLAIMED_ELSEWHERE = Refusal(
    "identity_claimed_elsewhere",
    "NIK ini sudah dipakai di koperasi lain. Sudin akan memeriksanya.",
    "This identity number is held by another cooperative. The agency will look into it.",
)
NO_DUPLICATE = Refusal(
    "duplicate_unknown",
    "Tidak ada dugaan NIK ganda ini di koperasi {cooperative}.",
    "This duplicate is not suspected in cooperative {cooperative}.",
    "missing",
)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A duplicate that is suspected: who holds the number, and what it turned out to be."""

    person: str
    resolution: Resolution | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """A number: for whom it stands, all by cooperative, for whom it last stood, and suspicions."""

    held: Mapping[str, str] = field(default_factory=dict[str, str])
    former: Mapping[str, str] = field(default_factory=dict[str, str])
    suspected: Mapping[str, Suspicion] = field(default_factory=dict[str, Suspicion])

    def holder_elsewhere(self, cooperative: str) -> tuple[str, str] | None:
        """Another cooperative that holds it, and for whom."""
        return next((one for one in self.held.items() if one[0] != cooperative), None)

    def permitted(self, cooperative: str) -> bool:
        """Whether the agency lets *cooperative* hold it beside another one."""
        found = self.suspected.get(cooperative)
        return found is not None and found.resolution is Resolution.PERMITTED


def identity_of(fingerprint: str) -> Entity:
    """The entity of a number, by its keyed hash: the whole city has it in common."""
    return Entity("membership", CITY, "identity", fingerprint)


def _decide(command: IdentityCommand, known: Identity) -> list[IdentityEvent]:
    match command:
        case ClaimIdentity():
            return _claim(known, command)
        case ReleaseIdentity(person=person, cooperative=cooperative):
            held = known.held.get(cooperative) == person
            return [IdentityReleased(person, cooperative)] if held else []
        case ForgetIdentity(person=person, cooperative=cooperative):
            led = person in (known.held.get(cooperative), known.former.get(cooperative))
            return [IdentityForgotten(person, cooperative)] if led else []
        case SuspectDuplicate(cooperative=cooperative):
            return _suspect(known, cooperative)
        case ResolveDuplicate(cooperative=cooperative, resolution=resolution, reason=reason):
            found = known.suspected.get(cooperative)
            if found is None:
                raise Refused(NO_DUPLICATE, cooperative=cooperative)
            if found.resolution is resolution:
                return []
            return [DuplicateResolved(cooperative, resolution, found.person, reason)]


def _claim(known: Identity, command: ClaimIdentity) -> list[IdentityEvent]:
    person, cooperative = command.person, command.cooperative
    holder = known.held.get(cooperative)
    if holder == person:
        return []
    if holder is not None:
        raise Refused(CLAIMED_HERE)
    elsewhere = None if command.trial else known.holder_elsewhere(cooperative)
    if elsewhere and not known.permitted(cooperative):
        raise Refused(CLAIMED_ELSEWHERE)
    return [IdentityClaimed(person, cooperative)]


def _suspect(known: Identity, cooperative: str) -> list[IdentityEvent]:
    """Suspect it once: again only after the number was said to have been mistyped."""
    holder = known.holder_elsewhere(cooperative)
    before = known.suspected.get(cooperative)
    if holder is None or (before and before.resolution is not Resolution.MISTYPED):
        return []
    return [DuplicateIdentitySuspected(cooperative, *holder)]


def _evolve(known: Identity, said: IdentityEvent) -> Identity:
    match said:
        case IdentityClaimed(person=person, cooperative=cooperative):
            return replace(known, held={**known.held, cooperative: person})
        case IdentityReleased(person=person, cooperative=cooperative):
            held = _without(known.held, cooperative, person)
            return replace(known, held=held, former={**known.former, cooperative: person})
        case IdentityForgotten(person=person, cooperative=cooperative):
            held = _without(known.held, cooperative, person)
            return replace(known, held=held, former=_without(known.former, cooperative, person))
        case DuplicateIdentitySuspected(cooperative=cooperative, person=person):
            suspected = {**known.suspected, cooperative: Suspicion(person)}
            return replace(known, suspected=suspected)
        case DuplicateResolved(cooperative=cooperative, resolution=resolution, person=person):
            suspected = {**known.suspected, cooperative: Suspicion(person, resolution)}
            return replace(known, suspected=suspected)


def _without(of: Mapping[str, str], cooperative: str, person: str) -> Mapping[str, str]:
    return {place: who for place, who in of.items() if (place, who) != (cooperative, person)}


identity: Decider[IdentityCommand, Identity, IdentityEvent] = Decider(
    _decide, _evolve, initial=Identity()
)
