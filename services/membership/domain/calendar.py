"""The rules of the day: it begins once, whoever says so first."""

from datetime import date

from services.membership.commands.calendar import BeginDay
from services.membership.events.calendar import DayBegan
from shared.codes import CITY
from shared.decider import Decider
from shared.subjects import Entity


def day_entity(day: date) -> Entity:
    """The entity of *day*: one for each, so that whoever comes second changes nothing."""
    return Entity("membership", CITY, "calendar", day.isoformat())


def _decide(command: BeginDay, *, begun: bool) -> list[DayBegan]:
    return [] if begun else [DayBegan(command.day)]


calendar: Decider[BeginDay, bool, DayBegan] = Decider(
    lambda command, begun: _decide(command, begun=begun), lambda _, __: True, initial=False
)
