"""How much one credential may ask for: a bucket and a day's ration each.

They are counted in the memory of one process: of many replicas each counts for itself.
"""

from collections import Counter
from datetime import date

MOST_BUCKETS = 10_000


class Buckets:
    """Token buckets: so many requests at once, and so many a second in the long run.

    When there are too many buckets, the one that was used longest ago is forgotten, which is to
    say full.
    """

    def __init__(self, per_second: float, burst: int) -> None:
        """*burst* requests at once, and *per_second* in the long run."""
        self._per_second = per_second
        self._burst = float(burst)
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, credential: str, now: float) -> float:
        """Take one request of *credential*: 0.0, or the seconds to wait, and nothing is taken."""
        left, since = self._buckets.pop(credential, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self._per_second
        self._buckets[credential] = (left if wait else left - 1), now
        if len(self._buckets) > MOST_BUCKETS:
            del self._buckets[next(iter(self._buckets))]
        return wait


class Rations:
    """So many commands a day: the log keeps for ever what it takes, however slowly it is asked."""

    def __init__(self, most: int) -> None:
        """*most* are for each credential and day."""
        self._most = most
        self._day = date.min
        self._taken = Counter[str]()

    def left(self, credential: str, day: date) -> int:
        """Return how many *credential* has left on *day*, or on a later one that has begun."""
        if day > self._day:
            self._day = day
            self._taken.clear()
        return self._most - self._taken[credential]

    def take(self, credential: str) -> None:
        """One of those left is used."""
        self._taken[credential] += 1
