"""How much is measured: enough for figures to be said, or enough to see that it runs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """The numbers of a run."""

    rounds: int
    """In how many rounds ways take turns, at most."""
    alone: int
    """How much one writer, or one client, does in a round."""
    writers: int
    clients: int
    each: int
    """How much each of several does in a round."""
    history: int
    """Members in the log behind the door."""
    members: int
    """Members in the log that our tables follow."""
    compared: int
    """Members in the logs that our tables and the library's follow in turns."""
    replays: int
    """In how many rounds they do."""


FULL = Size(
    rounds=7,
    alone=200,
    writers=100,
    clients=20,
    each=10,
    history=1_550,
    members=20_000,
    compared=2_000,
    replays=3,
)
SMALL = Size(
    rounds=1,
    alone=3,
    writers=3,
    clients=2,
    each=2,
    history=62,
    members=40,
    compared=20,
    replays=1,
)
