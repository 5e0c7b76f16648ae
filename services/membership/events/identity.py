"""What can happen to the claim on an identity number, known by its keyed hash alone."""

EVENTS: tuple[type, ...] = ()
