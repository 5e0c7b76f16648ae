"""The rules of deadlines: a dated policy, of which exactly one applies to each period."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.membership.commands.deadlines import SetDeadlinePolicy
from services.membership.commands.rat import Quarter
from services.membership.events.deadlines import DeadlinePolicySet, Obligation
from shared.codes import CITY
from shared.decider import Decider
from shared.subjects import Entity

DEADLINES = Entity("membership", CITY, "policy", "deadlines")

_FIRST_DAY = date(1900, 1, 1)


SOURCES = {
    DeadlinePolicySet(
        Obligation.RAT, _FIRST_DAY, 6
    ): "Permen KUKM 19/2015: within six months after the book year",
    DeadlinePolicySet(
        Obligation.RAT, date(2025, 1, 1), 3, 31
    ): "Ministry practice for primary cooperatives, February 2026: by 31 March",
    DeadlinePolicySet(
        Obligation.QUARTERLY, _FIRST_DAY, 1
    ): "Assumed, not verified: by the end of the month after the quarter",
}
"""What applies until the sub-agency sets something else, each with its source."""

type Policies = frozenset[DeadlinePolicySet]
"""What the sub-agency set: one for each obligation and day from which it applies."""


@dataclass(frozen=True, slots=True)
class Applying:
    """A policy and the day from which another one applies; *source* is None for one that was set.

    It applies to the periods that end in the half-open time [policy.applies_from, until).
    """

    policy: DeadlinePolicySet
    until: date | None
    source: str | None

    def covers(self, last: date) -> bool:
        """Whether it applies to the period whose last day is *last*."""
        return self.policy.applies_from <= last and (self.until is None or last < self.until)


def applying(policies: Policies) -> Iterator[Applying]:
    """Yield what applies, by obligation and time: what was set goes before what it began with."""
    for obligation in Obligation:
        by_day: dict[date, DeadlinePolicySet] = {
            one.applies_from: one for one in (*SOURCES, *policies) if one.obligation is obligation
        }
        in_order = [by_day[day] for day in sorted(by_day)]
        ends = [*(one.applies_from for one in in_order[1:]), None]
        for policy, until in zip(in_order, ends, strict=True):
            source = None if policy in policies else SOURCES.get(policy)
            yield Applying(policy, until, source)


def deadline(obligation: Obligation, last: date, policies: Policies) -> date:
    """Return the last day on which what is owed for the period that ends on *last* is in time."""
    (policy,) = (
        one.policy
        for one in applying(policies)
        if one.policy.obligation is obligation and one.covers(last)
    )
    years, month = divmod(last.month - 1 + policy.months_after, 12)
    _, longest = monthrange(last.year + years, month + 1)
    return date(last.year + years, month + 1, min(policy.day or longest, longest))


def end_of_year(book_year: int) -> date:
    """The last day of a book year: taken to be the calendar year, as the ministry's forms do."""
    return date(book_year, 12, 31)


def quarters_before(day: date, most: int) -> list[Quarter]:
    """Return the last *most* quarters that were over before *day*, in their order."""
    quarters = [Quarter(day.year - 1 - most // 4, 1)]
    while (following := quarters[-1].next).last < day:
        quarters.append(following)
    return quarters[-most:]


def _decide(asked: SetDeadlinePolicy, policies: Policies) -> list[DeadlinePolicySet]:
    said = DeadlinePolicySet(asked.obligation, asked.applies_from, asked.months_after, asked.day)
    return [] if any(one.policy == said for one in applying(policies)) else [said]


def _evolve(policies: Policies, said: DeadlinePolicySet) -> Policies:
    others = frozenset(
        one
        for one in policies
        if (one.obligation, one.applies_from) != (said.obligation, said.applies_from)
    )
    return others | {said}


deadlines: Decider[SetDeadlinePolicy, Policies, DeadlinePolicySet] = Decider(
    _decide, _evolve, initial=frozenset()
)
