"""What the sub-agency can set for its whole city: deadlines, and the kinds of gerai."""

from services.membership.events import deadlines
from shared.messages import event


@event("Sudin menambahkan jenis gerai ke daftar kota, atau memperbaiki namanya.")
class GeraiKindDefined:
    """The sub-agency put a kind of gerai onto the city's list, or changed its label."""

    kind: str
    """The kind's code."""
    label: str
    """What people call it."""


type GeraiKindEvent = GeraiKindDefined


EVENTS: tuple[type, ...] = (GeraiKindDefined, *deadlines.EVENTS)
