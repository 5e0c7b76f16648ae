"""The rules of the register of cooperatives: registration, papers, gerai, pauses."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.membership.commands.cooperative import (
    Closure,
    CooperativeCommand,
    LegalDocument,
    Opening,
    RecordLegalDocument,
    RegisterCooperative,
    Registration,
    Resumption,
    SuspendOperation,
    Suspension,
)
from services.membership.domain import documents, gerai
from services.membership.domain.territory import KELURAHAN
from services.membership.events.cooperative import (
    CooperativeEvent,
    CooperativeRegistered,
    GeraiClosed,
    GeraiOpened,
    LegalDocumentRecorded,
    OperationResumed,
    OperationSuspended,
)
from shared.decider import Decider, Refusal, Refused

REGISTERED_OTHERWISE = Refusal(
    "cooperative_registered_otherwise",
    "Koperasi kelurahan ini sudah terdaftar dengan data lain.",
    "The cooperative of this kelurahan is registered already, with other data.",
)
UNKNOWN_KELURAHAN = Refusal(
    "kelurahan_unknown",
    "Kode {code} bukan kelurahan di Kota Administrasi Jakarta Utara.",
    "The code {code} is no kelurahan of Kota Administrasi Jakarta Utara.",
    "invalid",
)
NOT_REGISTERED = Refusal(
    "cooperative_not_registered",
    "Koperasi kelurahan ini belum terdaftar.",
    "The cooperative of this kelurahan is not registered.",
    "missing",
)
DAY_AHEAD = Refusal(
    "day_ahead",
    "Tanggal {day} belum tiba pada {today}, hari kejadian ini.",
    "The day {day} has not come on {today}, the day on which this happens.",
    "invalid",
)
BEFORE_COOPERATIVE = Refusal(
    "before_cooperative",
    "Tanggal {day} mendahului berdirinya koperasi ini pada {founded_on}.",
    "The day {day} is before this cooperative was founded on {founded_on}.",
    "invalid",
)
SUSPENSION_OVER = Refusal(
    "suspension_over",
    "Penghentian sementara sampai {until} sudah habis pada {today}.",
    "A pause until {until} is over on {today} already.",
    "invalid",
)
SUSPENSION_TOO_LONG = Refusal(
    "suspension_too_long",
    "Penghentian sementara paling lama {days} hari; bila perlu, diperpanjang kemudian.",
    "A pause lasts {days} days at most; it can be prolonged later.",
    "invalid",
)

LONGEST_PAUSE = timedelta(days=366)
"""So that no pause is set for ever and forgotten."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No cooperative is registered for this kelurahan."""


@dataclass(frozen=True, slots=True)
class Cooperative:
    """A cooperative with its papers and gerai; *pause* began last, and nobody ended it."""

    registered: CooperativeRegistered
    documents: tuple[LegalDocumentRecorded, ...] = ()
    outlets: gerai.Outlets = ()
    pause: OperationSuspended | None = None


type Register = Nothing | Cooperative


def _decide(command: CooperativeCommand, register: Register) -> list[CooperativeEvent]:
    match command, register:
        case Registration(asked=asked, today=today), _:
            return _register(asked, today, register)
        case _, Nothing():
            raise Refused(NOT_REGISTERED)

        case LegalDocument(asked=asked, today=today), Cooperative():
            _within(register, today, asked.issued_on)
            return _record(asked, register)
        case Opening(asked=asked, kinds=kinds, today=today), Cooperative(outlets=outlets):
            _within(register, today, asked.opened_on, first=asked.opened_on)
            return [*gerai.opening(asked, kinds, outlets)]
        case Closure(gerai=name, asked=asked, today=today), Cooperative(outlets=outlets):
            _within(register, today, asked.closed_on)
            return [*gerai.closing(name, asked, outlets)]

        case Suspension(asked=asked, today=today), Cooperative(pause=pause):
            _within(register, today)
            return _suspend(asked, today, pause)
        case Resumption(today=today), Cooperative(pause=pause):
            return [OperationResumed(pause.since)] if pause and _runs(pause, today) else []


def _register(
    asked: RegisterCooperative, today: date, register: Register
) -> list[CooperativeEvent]:
    if (kelurahan := KELURAHAN.get(asked.code)) is None:
        raise Refused(UNKNOWN_KELURAHAN, code=asked.code)
    registered = CooperativeRegistered(asked.name, kelurahan.kecamatan, asked.founded_on)
    match register:
        case Nothing() if asked.founded_on > today:
            raise Refused(DAY_AHEAD, day=asked.founded_on, today=today)
        case Nothing():
            return [registered]
        case Cooperative(registered=before) if before == registered:
            return []
        case Cooperative():
            raise Refused(REGISTERED_OTHERWISE)


def _within(
    register: Cooperative, today: date, day: date | None = None, first: date | None = None
) -> None:
    """Refuse a *day* that has not come, and what happens, or begins, before the cooperative did."""
    if day is not None and day > today:
        raise Refused(DAY_AHEAD, day=day, today=today)
    founded_on = register.registered.founded_on
    if (earliest := min(today, first or today)) < founded_on:
        raise Refused(BEFORE_COOPERATIVE, day=earliest, founded_on=founded_on)


def _record(asked: RecordLegalDocument, register: Cooperative) -> list[CooperativeEvent]:
    recorded = documents.document(asked)
    founded_on = register.registered.founded_on
    if documents.precedes(recorded, founded_on):
        raise Refused(BEFORE_COOPERATIVE, day=recorded.issued_on, founded_on=founded_on)
    return [] if recorded in register.documents else [recorded]


def _suspend(
    asked: SuspendOperation, today: date, pause: OperationSuspended | None
) -> list[CooperativeEvent]:
    if asked.until < today:
        raise Refused(SUSPENSION_OVER, until=asked.until, today=today)
    if asked.until - today > LONGEST_PAUSE:
        raise Refused(SUSPENSION_TOO_LONG, days=LONGEST_PAUSE.days)
    if pause and _runs(pause, today) and (pause.until, pause.reason) == (asked.until, asked.reason):
        return []
    return [OperationSuspended(today, asked.until, asked.reason)]


def _runs(pause: OperationSuspended, today: date) -> bool:
    """Whether *pause* runs on the day: after its last one it has ended by itself."""
    return pause.since <= today <= pause.until


def _evolve(register: Register, event: CooperativeEvent) -> Register:
    match event, register:
        case CooperativeRegistered(), _:
            return Cooperative(event)
        case _, Nothing():
            return register
        case LegalDocumentRecorded(), Cooperative(documents=held):
            others = tuple(one for one in held if not documents.same_place(event, one))
            return replace(register, documents=(*others, event))
        case ((GeraiOpened() | GeraiClosed()), Cooperative(outlets=outlets)):
            return replace(register, outlets=gerai.after(outlets, event))
        case OperationSuspended(since=since), Cooperative(pause=pause):
            late = pause is not None and since < pause.since  # recorded long after it happened
            return register if late else replace(register, pause=event)
        case OperationResumed(since=since), Cooperative(pause=pause):
            ended = pause is not None and since == pause.since
            return replace(register, pause=None) if ended else register


cooperative: Decider[CooperativeCommand, Register, CooperativeEvent] = Decider(
    _decide, _evolve, initial=Nothing()
)
