"""What is kept of an officer's training, and how each fact adds to it.

What happened is added and never cleared: a new attempt or a new term stands beside the old one.
"""

from dataclasses import dataclass, replace

from services.training.events import (
    AssessmentRecorded,
    CertificateIssued,
    OfficerEvent,
    SeatLeft,
    TrainingCompleted,
    TrainingNeedIdentified,
    TrainingNeedWithdrawn,
)


@dataclass(frozen=True, slots=True)
class Need:
    """One module that the holder of a seat owes, or owed and has met."""

    seat: str
    module: str
    appointed_at_position: int
    met: bool = False


@dataclass(frozen=True, slots=True)
class Officer:
    """A person's training record in one cooperative; *needs* are those of seats held now."""

    needs: tuple[Need, ...] = ()
    left: tuple[SeatLeft, ...] = ()
    attempts: tuple[AssessmentRecorded, ...] = ()
    completions: tuple[TrainingCompleted, ...] = ()
    certificates: tuple[CertificateIssued, ...] = ()

    def last_score(self, session: str) -> int | None:
        """The score of the last attempt in the session: it is the one that counts."""
        scores = [one.score for one in self.attempts if one.session == session]
        return scores[-1] if scores else None

    def completion(self, session: str) -> TrainingCompleted | None:
        """The completion of the session, if it is completed."""
        return next((one for one in self.completions if one.session == session), None)

    @property
    def needs_training(self) -> bool:
        """Holds a seat that training is prescribed for, met already or not: one may refresh."""
        return bool(self.needs)


def evolve(record: Officer, event: OfficerEvent) -> Officer:
    """Add what happened to the record."""
    match event:
        case TrainingNeedIdentified(seat=seat, module=module, appointed_at_position=position):
            kept = _without(record.needs, seat, before=position)
            return replace(record, needs=(*kept, Need(seat, module, position)))
        case TrainingNeedWithdrawn(seat, module, position):
            withdrawn = Need(seat, module, position)
            return replace(record, needs=tuple(n for n in record.needs if n != withdrawn))
        case SeatLeft(seat, position):
            kept = _without(record.needs, seat, before=position)
            return replace(record, needs=kept, left=(*record.left, event))
        case AssessmentRecorded():
            return replace(record, attempts=(*record.attempts, event))
        case TrainingCompleted():
            needs = tuple(
                replace(need, met=True) if _meets(event, need) else need for need in record.needs
            )
            return replace(record, needs=needs, completions=(*record.completions, event))
        case CertificateIssued():
            return replace(record, certificates=(*record.certificates, event))


def _without(needs: tuple[Need, ...], seat: str, *, before: int) -> tuple[Need, ...]:
    return tuple(n for n in needs if n.seat != seat or n.appointed_at_position >= before)


def _meets(completed: TrainingCompleted, need: Need) -> bool:
    return need.seat in completed.seats and need.module in completed.modules
