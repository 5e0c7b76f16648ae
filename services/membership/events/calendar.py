"""The day as a fact: what expires or falls due does so when the log says that a day began."""

EVENTS: tuple[type, ...] = ()
