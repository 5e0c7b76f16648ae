"""The rules of an officer's training record: what is owed, tried, completed and certified."""

from datetime import timedelta

from services.training.commands import (
    Assessment,
    Certification,
    Completion,
    IdentifyNeeds,
    OfficerCommand,
    Participation,
    ReviewNeeds,
    WithdrawNeeds,
)
from services.training.domain.certificate import months_later, number_of
from services.training.domain.curriculum import mandatory, owed_from
from services.training.domain.record import Officer, evolve
from services.training.domain.session import NOT_ENROLLED, UNKNOWN_CURRICULUM, UNKNOWN_SESSION
from services.training.events import (
    AssessmentRecorded,
    CertificateIssued,
    OfficerEvent,
    SeatLeft,
    TrainingCompleted,
    TrainingNeedIdentified,
    TrainingNeedWithdrawn,
)
from shared.decider import Decider, Refusal, Refused

TIME_TO_LEARN = timedelta(days=90)

NOT_ATTENDED = Refusal(
    "not_attended",
    id="Orang ini terdaftar, tetapi kehadirannya belum dicatat.",
    en="This person is enrolled, but no attendance is recorded.",
)
NOT_ASSESSED = Refusal(
    "not_assessed",
    id="Orang ini belum dinilai pada sesi ini.",
    en="This person has not been assessed in this session.",
)
BELOW_PASS_MARK = Refusal(
    "below_pass_mark",
    id="Nilai {score} di bawah nilai lulus {pass_mark}.",
    en="The score of {score} is below the pass mark of {pass_mark}.",
)
COMPLETED_BEFORE_ATTENDED = Refusal(
    "completed_before_attended",
    id="Pelatihan tidak dapat selesai sebelum dihadiri pada {attended_on}.",
    en="Training cannot be completed before it was attended on {attended_on}.",
    kind="invalid",
)
ALREADY_COMPLETED = Refusal(
    "training_already_completed",
    id="Sesi ini sudah diselesaikan; nilai baru hanya dari sesi lain.",
    en="This session is completed; a new score comes from another session.",
)
NOT_COMPLETED = Refusal(
    "training_not_completed",
    id="Orang ini belum menyelesaikan sesi ini.",
    en="This person has not completed this session.",
)


def decide(command: OfficerCommand, record: Officer) -> list[OfficerEvent]:
    """Owe, try, complete, certify."""
    match command:
        case IdentifyNeeds():
            return _identify(command, record)
        case ReviewNeeds(held):  # what is owed in one seat says nothing of another
            return [event for one in held for event in _identify(one, record)]
        case WithdrawNeeds():
            return _withdraw(command, record)
        case Assessment():
            return _assess(command, record)
        case Completion():
            return _complete(command, record)
        case Certification():
            return _certify(command, record)


officer: Decider[OfficerCommand, Officer, OfficerEvent] = Decider(decide, evolve, initial=Officer())


def _open(record: Officer, seat: str, before: int) -> list[OfficerEvent]:
    """Withdraw what is still owed from appointments to the seat before a position."""
    return [
        TrainingNeedWithdrawn(need.seat, need.module, need.appointed_at_position)
        for need in record.needs
        if need.seat == seat and not need.met and need.appointed_at_position < before
    ]


def _identify(command: IdentifyNeeds, record: Officer) -> list[OfficerEvent]:
    seat, position = command.seat, command.appointed_at_position
    if any(left.seat == seat and left.ended_at_position > position for left in record.left):
        return []  # over before we heard of it
    if any(n.seat == seat and n.appointed_at_position >= position for n in record.needs):
        return []  # known already, or a later appointment to the same seat is
    audience = frozenset({command.organ, seat})
    owed = owed_from(command.published, audience, command.from_date)
    if owed is None:
        return []  # nothing to learn yet; asked again when something is published
    # Nobody is late for what did not exist: the time runs when both seat and curriculum are there.
    due_on = max(command.from_date, owed.content.from_date) + TIME_TO_LEARN
    return [
        *_open(record, seat, before=position),
        *(
            TrainingNeedIdentified(seat, module, owed.id, due_on, position)
            for module in mandatory(owed.content)
        ),
    ]


def _withdraw(command: WithdrawNeeds, record: Officer) -> list[OfficerEvent]:
    seat, position = command.seat, command.ended_at_position
    if any(left.seat == seat and left.ended_at_position >= position for left in record.left):
        return []
    return [*_open(record, seat, before=position), SeatLeft(seat, position)]


def _enrolled(participation: Participation | None) -> Participation:
    if participation is None:
        raise Refused(UNKNOWN_SESSION)
    if not participation.enrolled:
        raise Refused(NOT_ENROLLED)
    return participation


def _assess(command: Assessment, record: Officer) -> list[OfficerEvent]:
    score = command.asked.score
    if record.last_score(command.session) == score:
        return []
    _ = _enrolled(command.participation)
    if record.completion(command.session) is not None:
        raise Refused(ALREADY_COMPLETED)
    return [AssessmentRecorded(command.session, score)]


def _complete(command: Completion, record: Officer) -> list[OfficerEvent]:
    if record.completion(command.session) is not None:
        return []
    attended = _enrolled(command.participation)
    if attended.attended_on is None:
        raise Refused(NOT_ATTENDED)
    if command.day < attended.attended_on:
        raise Refused(COMPLETED_BEFORE_ATTENDED, attended_on=attended.attended_on)
    if command.curriculum is None:
        raise Refused(UNKNOWN_CURRICULUM, curriculum=attended.curriculum)
    score = record.last_score(command.session)
    if score is None:
        raise Refused(NOT_ASSESSED)
    if score < command.curriculum.pass_mark:
        raise Refused(BELOW_PASS_MARK, score=score, pass_mark=command.curriculum.pass_mark)
    met = {n.seat for n in record.needs if not n.met and n.module in attended.modules}
    return [
        TrainingCompleted(
            session=command.session,
            curriculum=attended.curriculum,
            seats=tuple(sorted(met)),
            modules=attended.modules,
            completed_on=command.day,
        )
    ]


def _certify(command: Certification, record: Officer) -> list[OfficerEvent]:
    asked = command.asked
    if any(one.session == asked.session for one in record.certificates):
        return []
    completed = record.completion(asked.session)
    if completed is None:
        raise Refused(NOT_COMPLETED)
    if command.curriculum is None:
        raise Refused(UNKNOWN_CURRICULUM, curriculum=completed.curriculum)
    held = {need.seat for need in record.needs}
    owing = {need.seat for need in record.needs if not need.met}
    valid_from = completed.completed_on
    return [
        CertificateIssued(
            number=number_of(asked.cooperative, asked.person, asked.session, valid_from),
            session=asked.session,
            curriculum=completed.curriculum,
            modules=completed.modules,
            seats=tuple(sorted(held.intersection(completed.seats) - owing)),
            valid_from=valid_from,
            valid_until=months_later(valid_from, command.curriculum.validity_months),
        )
    ]
