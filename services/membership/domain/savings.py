"""The rules of bills: which savings a cooperative asks of its members, and when they fall due."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from services.membership.commands.savings import Billing, Cancellation, FallDue, SavingsCommand
from services.membership.domain.cooperative import BEFORE_COOPERATIVE, NOT_REGISTERED
from services.membership.events.savings import (
    Billed,
    SavingsBillCancelled,
    SavingsBillFellDue,
    SavingsBillIssued,
    SavingsEvent,
)
from shared.decider import Decider, Refusal, Refused

BILLED_OTHERWISE = Refusal(
    "billed_otherwise",
    "Simpanan {kind} untuk {period} sudah ditagih dengan jumlah atau jatuh tempo lain.",
    "The savings {kind} of {period} are billed already, with another amount or due date.",
)
NOT_BILLED = Refusal(
    "bill_unknown",
    "Tidak ada tagihan simpanan {kind} untuk {period}.",
    "There is no bill of savings {kind} for {period}.",
    "missing",
)
FELL_DUE = Refusal(
    "bill_fell_due",
    "Tagihan simpanan {kind} untuk {period} sudah jatuh tempo dan tidak dapat dibatalkan.",
    "The bill of savings {kind} for {period} has fallen due and cannot be cancelled.",
)

type Name = tuple[Billed, str]


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill that stands."""

    amount: int
    due_on: date
    due: bool = False


@dataclass(frozen=True, slots=True)
class Bills:
    """The bills of a cooperative, by kind and month; None stands for one that was cancelled."""

    standing: Mapping[Name, Bill | None] = field(default_factory=dict[Name, Bill | None])


def _decide(command: SavingsCommand, bills: Bills) -> list[SavingsEvent]:
    match command:
        case Billing(asked=asked, founded_on=founded_on, today=today):
            if founded_on is None:
                raise Refused(NOT_REGISTERED)
            if asked.due_on < founded_on:
                raise Refused(BEFORE_COOPERATIVE, day=asked.due_on, founded_on=founded_on)
            known = bills.standing.get((asked.kind, asked.period))
            if known is None:
                issued = SavingsBillIssued(asked.kind, asked.period, asked.amount, asked.due_on)
                late = asked.due_on < today  # no day will begin that could still say so
                return [issued, SavingsBillFellDue(asked.kind, asked.period)] if late else [issued]
            if (known.amount, known.due_on) == (asked.amount, asked.due_on):
                return []
            raise Refused(BILLED_OTHERWISE, kind=asked.kind, period=asked.period)
        case Cancellation(kind=kind, period=period, asked=asked):
            if (kind, period) not in bills.standing:
                raise Refused(NOT_BILLED, kind=kind, period=period)
            known = bills.standing[kind, period]
            if known is None:
                return []
            if known.due:
                raise Refused(FELL_DUE, kind=kind, period=period)
            return [SavingsBillCancelled(kind, period, asked.reason)]
        case FallDue(day=day):
            return [
                SavingsBillFellDue(kind, period)
                for (kind, period), bill in sorted(bills.standing.items())
                if bill and bill.due_on < day and not bill.due
            ]


def _evolve(bills: Bills, said: SavingsEvent) -> Bills:
    standing = dict(bills.standing)
    name = said.kind, said.period
    match said:
        case SavingsBillIssued(amount=amount, due_on=due_on):
            standing[name] = Bill(amount, due_on)
        case SavingsBillCancelled():
            standing[name] = None
        case SavingsBillFellDue():
            if (bill := standing.get(name)) is not None:
                standing[name] = replace(bill, due=True)
    return Bills(standing)


savings: Decider[SavingsCommand, Bills, SavingsEvent] = Decider(_decide, _evolve, initial=Bills())
