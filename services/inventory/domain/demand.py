"""The rules of demand: the count of active members that a cooperative's demand follows."""

from services.inventory.commands import UpdateDemandModel
from services.inventory.events import DemandModelUpdated
from shared.decider import Decider


def decide(asked: UpdateDemandModel, held: DemandModelUpdated | None) -> list[DemandModelUpdated]:
    """Take over a newer count; fifty joins in a burst are one update when counted once."""
    if held is not None and (
        asked.counted_at_position <= held.counted_at_position
        or asked.active_members == held.active_members
    ):
        return []  # older than what we know, or nothing new
    return [DemandModelUpdated(asked.active_members, asked.counted_at_position)]


def evolve(_: DemandModelUpdated | None, event: DemandModelUpdated) -> DemandModelUpdated | None:
    """The later count holds."""
    return event


demand: Decider[UpdateDemandModel, DemandModelUpdated | None, DemandModelUpdated] = Decider(
    decide, evolve, initial=None
)
