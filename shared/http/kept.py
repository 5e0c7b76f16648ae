"""Answers that are kept, so that no number of askers makes them be made again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from time import monotonic

from fastapi import Request, Response

from shared.http.answering import has_it

_SECONDS = 1.0


@dataclass(frozen=True)
class Kept:
    """A page that stays as it is until the service is replaced by another build."""

    body: bytes
    media_type: str

    @cached_property
    def _headers(self) -> dict[str, str]:
        tag = f'"{sha256(self.body).hexdigest()[:20]}"'
        return {"Cache-Control": "public, max-age=300", "ETag": tag}

    def answer(self, request: Request) -> Response:
        """Return the page, or say that it is still the one that the caller has."""
        if has_it(request.headers.get("if-none-match", ""), self._headers["ETag"]):
            return Response(status_code=304, headers=self._headers)
        return Response(self.body, headers=self._headers, media_type=self.media_type)


class Fresh[Answer]:
    """An answer that is made at most once a second; who asks meanwhile gets the same one."""

    def __init__(self) -> None:
        """None has been made yet."""
        self._lock = asyncio.Lock()
        self._made: tuple[float, Answer] | None = None

    async def get(self, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """Return the answer, which *make* makes if the last one is a second old."""
        async with self._lock:
            if self._made is None or monotonic() - self._made[0] >= _SECONDS:
                answer = await make()
                self._made = monotonic(), answer
            return self._made[1]
