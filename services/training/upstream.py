"""What training reads of membership's facts: these fields and no more."""

from datetime import date
from uuid import UUID

from shared.messages import event


@event(reads=(1, 2))
class OfficerAppointed:
    """Somebody holds a seat of a board from a day on."""

    seat: str
    person: UUID
    organ: str
    from_date: date


@event
class OfficerAppointmentEnded:
    """Somebody holds a seat no longer."""

    seat: str
    person: UUID


@event
class SubjectErased:
    """The person with this entity's id is forgotten."""


UPSTREAM = {"membership": (OfficerAppointed, OfficerAppointmentEnded, SubjectErased)}
