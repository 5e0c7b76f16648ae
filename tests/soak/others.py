"""A client that does nothing wrong, and how long its requests take while others attack."""

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
import pytest

from shared.identity import fresh_id

WINDOW_SECONDS = 8.0
ENOUGH_REQUESTS = 200
MOST_SECONDS = 30.0
FLOOR_MS = 10.0
"""A p99 below this counts as this: nobody feels three times a few milliseconds."""
MOST_TIMES = 3.0
_PATIENCE_SECONDS = 6.0
_ENOUGH_FAILURES = 4


@dataclass(frozen=True, slots=True)
class Window:
    """What a client met in a stretch of time: milliseconds of each answer, and what failed."""

    milliseconds: list[float] = field(default_factory=list[float])
    failures: list[str] = field(default_factory=list[str])

    @property
    def p99(self) -> float:
        """The time that one in a hundred requests took longer than, failed ones among them."""
        taken = sorted(self.milliseconds)
        return taken[len(taken) * 99 // 100]


@dataclass(frozen=True, slots=True)
class Compared:
    """The same client before, during and after an attack."""

    attack: str
    before: Window
    during: Window
    after: Window
    harm: str = ""

    @property
    def failures(self) -> list[str]:
        """The requests that were not answered, or not as they must be."""
        return self.during.failures + self.after.failures

    @property
    def ratio(self) -> float:
        """How many times as long the slowest in a hundred took."""
        return max(self.during.p99, FLOOR_MS) / max(self.before.p99, FLOOR_MS)

    @property
    def noisy(self) -> bool:
        """Whether only the times speak against the service, which others on the machine may do."""
        return not self.failures and not self.harm and self.ratio > MOST_TIMES

    @property
    def wrong(self) -> str:
        """What the attack did to others; empty when nothing."""
        found = [self.harm] if self.harm else []
        if self.failures:
            found.append(f"{len(self.failures)} requests failed, such as {self.failures[0]}")
        if self.ratio > MOST_TIMES:
            found.append(f"p99 {self.ratio:.1f} times as long")
        return "; ".join(found)


class Others:
    """Pays savings, waits to see them, and asks another service, one after the other.

    Each request is a connection of its own, as a newcomer's is.
    """

    def __init__(
        self, membership: str, training: str, headers: Mapping[str, str], code: str, member: str
    ) -> None:
        self._membership = f"{membership}/v1/cooperatives/{code}/members"
        self._training = training
        self._headers = headers
        self._member = member

    async def window(self) -> Window:
        """Go on for some seconds and enough requests, and return how it went."""
        found = Window()
        began = time.monotonic()
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            timeout=aiohttp.ClientTimeout(_PATIENCE_SECONDS),
            headers=self._headers,
        ) as client:
            requests = self._requests(client, found)
            while not _over(found, time.monotonic() - began):
                await anext(requests)
        return found

    async def _requests(
        self, client: aiohttp.ClientSession, found: Window
    ) -> AsyncGenerator[object]:
        one = f"{self._membership}/{self._member}"
        while True:
            paid = await self._timed(client, found, "savings", "POST", f"{one}/savings")
            yield paid
            seen = f"{self._membership}/count?min_position={paid.get('position', 0)}"
            yield await self._timed(client, found, "count", "GET", seen)
            yield await self._timed(client, found, "member", "GET", one)
            coverage = f"{self._training}/v1/coverage?region=31.72"
            yield await self._timed(client, found, "coverage", "GET", coverage)

    async def _timed(
        self, client: aiohttp.ClientSession, found: Window, what: str, method: str, url: str
    ) -> dict[str, int]:
        began = time.perf_counter()
        body = {"kind": "wajib", "amount": 25_000} if method == "POST" else None
        headers = {"Idempotency-Key": str(fresh_id())} if method == "POST" else {}
        said: dict[str, int] = {}
        try:
            async with client.request(method, url, json=body, headers=headers) as answer:
                said = await answer.json(content_type=None)
                if answer.status not in (200, 201):
                    found.failures.append(f"{what}: {answer.status} {said}"[:160])
        except (aiohttp.ClientError, TimeoutError) as error:
            found.failures.append(f"{what}: {type(error).__name__} {error}"[:160])
        found.milliseconds.append(1000 * (time.perf_counter() - began))
        return said


def _over(found: Window, seconds: float) -> bool:
    if len(found.failures) >= _ENOUGH_FAILURES or seconds > MOST_SECONDS:
        return True
    return seconds > WINDOW_SECONDS and len(found.milliseconds) >= ENOUGH_REQUESTS


ROWS = pytest.StashKey[list[Compared]]()
"""The rows of the table that is printed when all attacks are over."""


def table(rows: Sequence[Compared]) -> str:
    """Return *rows* to be read in a terminal."""
    head = (
        f"{'attack':28} {'requests':>8} {'p99 without':>12} {'p99 with':>10} {'ratio':>6}  verdict"
    )
    return "\n".join([head, *(_row(row) for row in rows)])


def _row(row: Compared) -> str:
    return (
        f"{row.attack:28} {len(row.during.milliseconds):>8} {row.before.p99:>9.1f} ms"
        f" {row.during.p99:>7.1f} ms {row.ratio:>5.1f}x  {row.wrong or 'goes on'}"
    )
