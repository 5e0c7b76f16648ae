"""Speaks to the services: the same ask again when they are busy, a clear word when they say no."""

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Self

import aiohttp
from pydantic import ValidationError
from yarl import URL

from deploy.seeds.ask import Ask, Condition, Json, Service
from deploy.seeds.shapes import Problem, Receipt

type Urls = Mapping[Service, str]

PATIENCE_SECONDS = 120.0
_TOO_MANY = 429
_BUSY = (_TOO_MANY, 503)
_MISSING = 404
_FIRST_ERROR = 400
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0
_LONGEST_POLL = 0.5
_BLANK = re.compile(r"\{([^{}]+)\}")


class LoadError(Exception):
    """The story cannot go on: what was asked and what came back is in the message."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as it is sent, again and again if need be."""

    method: str
    url: str
    content: bytes | None = None
    key: str | None = None
    new: bool = False

    @property
    def headers(self) -> dict[str, str]:
        if self.key is None:
            return {}
        headers = {"Content-Type": "application/json", "Idempotency-Key": self.key}
        return headers | {"If-None-Match": "*"} if self.new else headers


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    content: bytes
    retry_after: str

    @property
    def is_success(self) -> bool:
        return self.status < _FIRST_ERROR


@dataclass(slots=True)
class Services:
    """The services over one pool of kept connections, and the entities they answered with."""

    urls: Urls
    client: aiohttp.ClientSession
    story: str
    kept: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def reached(cls, urls: Urls, key: str, story: str, connections: int) -> Self:
        """Return services at *urls* that are shown the API key *key*; nothing is sent yet."""
        client = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {key}"},
            connector=aiohttp.TCPConnector(limit=connections, ttl_dns_cache=None),
            timeout=aiohttp.ClientTimeout(total=30.0),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return cls({name: url.rstrip("/") for name, url in urls.items()}, client, story)

    async def send(self, ask: Ask) -> Receipt:
        """POST *ask*, with the entities kept so far in its blanks."""
        body: dict[str, Json] = {
            **{name: self._filled(value) for name, value in ask.body.items()},
            "effective_at": ask.at.isoformat(),
        }
        asked = _Asked(
            "POST",
            f"{self.urls[ask.service]}/v1{self._filled_text(ask.path)}",
            json.dumps(body).encode(),
            f"{self.story}/{ask.key}",
            ask.new,
        )
        answer = await self._answer(asked, lambda answer: _says(answer, ask.awaits))
        receipt = Receipt.model_validate_json(answer.content)
        if ask.keep is not None:
            self.kept[ask.keep] = receipt.entity
        return receipt

    async def get(self, service: Service, path: str) -> bytes | None:
        """GET *path*; None stands for a thing that is not there."""
        asked = _Asked("GET", f"{self.urls[service]}{path}")
        answer = await self._answer(asked, lambda _: False)
        return None if answer.status == _MISSING else answer.content

    async def reading(self, condition: Condition) -> int | None:
        """Return what *condition* reads at this moment."""
        answer = await self.get(condition.service, f"/v1{condition.path}")
        return None if answer is None else condition.read(answer)

    async def until(self, condition: Condition) -> None:
        """Wait until *condition* holds."""
        deadline, pause = monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE
        while (seen := await self.reading(condition)) != condition.expected:
            if monotonic() > deadline:
                text = f"GET {condition.service} {condition.path}: {condition.read.__name__} is"
                message = f"{text} {seen}, not {condition.expected}, after {PATIENCE_SECONDS:.0f} s"
                raise LoadError(message)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_POLL)

    async def _answer(self, asked: _Asked, passes: Callable[[_Answer], bool]) -> _Answer:
        deadline, pause = monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE
        while True:
            try:
                answer = await self._once(asked)
            except (aiohttp.ClientError, TimeoutError) as error:
                trouble = f"{type(error).__name__} {error}"
            else:
                if answer.is_success:
                    return answer
                if asked.method == "GET" and answer.status == _MISSING:
                    return answer
                trouble = _reason(answer)
                if answer.status not in _BUSY and not passes(answer):
                    raise LoadError(_told(asked, trouble))
                pause = max(pause, _asked_to_wait(answer))
            if monotonic() + pause > deadline:
                message = f"{trouble}, still after {PATIENCE_SECONDS:.0f} s"
                raise LoadError(_told(asked, message))
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _once(self, asked: _Asked) -> _Answer:
        url = URL(asked.url, encoded=True)
        async with self.client.request(
            asked.method, url, data=asked.content, headers=asked.headers
        ) as answer:
            retry_after = answer.headers.get("Retry-After", "")
            return _Answer(answer.status, await answer.read(), retry_after)

    def _filled(self, value: Json) -> Json:
        return self._filled_text(value) if isinstance(value, str) else value

    def _filled_text(self, text: str) -> str:
        return _BLANK.sub(lambda blank: self.kept[blank[1]], text) if "{" in text else text


def _told(asked: _Asked, trouble: str) -> str:
    return f"{asked.method} {asked.url}{f' ({asked.key})' if asked.key else ''}: {trouble}"


def _asked_to_wait(answer: _Answer) -> float:
    """Return how long a service that counts asks wants us to stay away."""
    counts = answer.status == _TOO_MANY and answer.retry_after.isdigit()
    return float(answer.retry_after) if counts else 0.0


def _problem(answer: _Answer) -> Problem | None:
    try:
        return Problem.model_validate_json(answer.content)
    except ValidationError:
        return None


def _says(answer: _Answer, code: str | None) -> bool:
    problem = None if code is None else _problem(answer)
    return problem is not None and problem.code == code


def _reason(answer: _Answer) -> str:
    problem = _problem(answer)
    if problem is None:
        return f"{answer.status} {answer.content[:200].decode(errors='replace')}"
    errors = json.dumps(problem.errors) if problem.errors else ""
    words = (problem.title, problem.detail, problem.code and f"[{problem.code}]", errors)
    return " ".join((str(answer.status), *filter(None, words)))
