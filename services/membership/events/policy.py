"""What the sub-agency can set for its whole city: deadlines, and the kinds of gerai."""

EVENTS: tuple[type, ...] = ()
