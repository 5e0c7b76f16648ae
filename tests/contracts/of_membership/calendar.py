from datetime import date

from services.membership.domain.calendar import day_entity
from services.membership.events.calendar import DayBegan
from tests.contracts.of_membership.story import Examples

_DAY = date(2025, 11, 4)

EXAMPLES: Examples = ((day_entity(_DAY), DayBegan(_DAY)),)
