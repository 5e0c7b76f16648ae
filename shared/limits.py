"""How much one credential may ask for: a token bucket each, in the memory of one process."""

MOST_BUCKETS = 10_000


class Buckets:
    """Of many replicas each counts for itself.

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
