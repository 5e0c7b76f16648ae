"""The rules of the adequacy policy: bounds within which it makes sense."""

from services.inventory.commands import Policy, SetAdequacyPolicy
from services.inventory.events import AdequacyPolicySet
from shared.decider import Decider, Refusal, Refused

POLICY_OUT_OF_RANGE = Refusal(
    "policy_out_of_range",
    id="{field} harus antara {lowest} dan {highest}, bukan {value}.",
    en="{field} lies between {lowest} and {highest}, not at {value}.",
    kind="invalid",
)
RECOVERY_ABOVE_CEILING = Refusal(
    "recovery_above_ceiling",
    id="Batas pulih {recovery} hari harus di bawah batas atas {ceiling} hari.",
    en="Recovery at {recovery} days must lie below the ceiling of {ceiling} days.",
    kind="invalid",
)

CEILING_DAYS_BY_LAW = 90
"""Perpres 71/2015: in scarcity nobody may hold more than three months of average sales."""


def decide(asked: SetAdequacyPolicy, held: Policy | None) -> list[AdequacyPolicySet]:
    """Set it, if it can work; without a margin an alert would come and go with every sale."""
    _within("household_size", asked.household_size, 1, 20)
    _within("capture_percent", asked.capture_percent, 1, 100)
    _within("low_days", asked.low_days, 1, CEILING_DAYS_BY_LAW)
    _within("recovery_margin_days", asked.recovery_margin_days, 1, CEILING_DAYS_BY_LAW)
    _within("ceiling_days", asked.ceiling_days, 1, CEILING_DAYS_BY_LAW)
    _within("blend_days", asked.blend_days, 1, 366)
    recovery = asked.low_days + asked.recovery_margin_days
    if recovery >= asked.ceiling_days:
        raise Refused(RECOVERY_ABOVE_CEILING, recovery=recovery, ceiling=asked.ceiling_days)
    terms = AdequacyPolicySet(
        household_size=asked.household_size,
        capture_percent=asked.capture_percent,
        low_days=asked.low_days,
        recovery_margin_days=asked.recovery_margin_days,
        ceiling_days=asked.ceiling_days,
        blend_days=asked.blend_days,
    )
    return [] if held is not None and held.terms == terms else [terms]


def evolve(held: Policy | None, event: AdequacyPolicySet) -> Policy | None:
    """The later one holds, one version on."""
    return Policy(terms=event, version=1 if held is None else held.version + 1)


def _within(field: str, value: int, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise Refused(POLICY_OUT_OF_RANGE, field=field, value=value, lowest=lowest, highest=highest)


policy: Decider[SetAdequacyPolicy, Policy | None, AdequacyPolicySet] = Decider(
    decide, evolve, initial=None
)
