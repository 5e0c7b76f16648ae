"""What can happen in the yearly meeting (RAT) and the quarterly reports of a cooperative."""

EVENTS: tuple[type, ...] = ()
