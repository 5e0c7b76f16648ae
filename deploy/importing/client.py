"""Sends lines to membership's door: again while it is busy, and never under another name."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

import aiohttp
from pydantic import BaseModel, ValidationError
from yarl import URL

from deploy.importing.columns import TITLES
from deploy.importing.lines import Line, says
from deploy.importing.report import Outcome, Result
from services.membership.explanations import EXPLANATIONS
from shared.explanations import EXPLANATIONS as COMMON

PATIENCE_SECONDS = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_STILL_RUNNING = "request_running"
_CREDENTIAL = 401
_NO_ROOM = 507
_ROLE = "role_not_allowed"
_RECEIPTS = (200, 201)
_FIRST_ERROR = 400
_NO_SUCH_PATH = (404, 405)


class NotPossible(Exception):  # noqa: N818 - said of the whole import
    """No line would be taken, whatever it says: the key or the address is wrong."""


class DoorAway(Exception):  # noqa: N818 - as above
    """The service does not answer, or cannot record anything."""


class _Finding(BaseModel):
    """What is wrong with one field."""

    pointer: str = ""
    detail: str = ""


class _Answer(BaseModel):
    """What is read of a receipt or of a problem."""

    status: int = 0
    position: int | None = None
    repeated: bool = False
    dry_run: bool = False
    events: list[str] = []
    code: str = ""
    detail: str = ""
    errors: list[_Finding] = []


@dataclass(frozen=True, slots=True)
class Door:
    """Membership's door, over a pool of kept connections."""

    url: str
    session: aiohttp.ClientSession
    dry_run: bool

    async def check(self) -> None:
        """Raise `DoorAway` unless membership answers at the address."""
        try:
            async with self.session.get(f"{self.url}/readyz") as answer:
                said = await answer.text()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise DoorAway(f"{self.url} tidak menjawab ({type(error).__name__})") from error
        if '"service":"membership"' not in said.replace(" ", ""):
            raise NotPossible(f"di {self.url} bukan layanan keanggotaan (membership)")

    async def send(self, line: Line) -> Outcome:
        """Have one line recorded, and say what became of it."""
        deadline, pause = monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE
        while True:
            try:
                answer, wait = await self._once(line)
            except (aiohttp.ClientError, TimeoutError) as error:
                trouble, wait = type(error).__name__, 0.0
            else:
                if answer.status not in _AGAIN and answer.code != _STILL_RUNNING:
                    return self._outcome(line, answer)
                trouble = f"{answer.status} {answer.code}"
            pause = max(pause, wait)
            if monotonic() + pause > deadline:
                raise DoorAway(f"{trouble}, juga setelah {PATIENCE_SECONDS:.0f} detik")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _once(self, line: Line) -> tuple[_Answer, float]:
        """Send *line*; return what was answered, and how long to stay away."""
        path = f"{self.url}/v1/cooperatives/{line.cooperative}/member-imports"
        url = URL(path + ("?dry_run=true" if self.dry_run else ""), encoded=True)
        headers = {"Idempotency-Key": line.key}
        async with self.session.post(
            url, data=line.content, headers=headers, allow_redirects=False
        ) as answer:
            said = await answer.read()
            after = answer.headers.get("Retry-After", "")
            wait = float(after) if after.isdigit() else 0.0
            try:
                found = _Answer.model_validate_json(said)
            except ValidationError:
                found = _Answer()
            return found.model_copy(update={"status": answer.status}), wait

    def _outcome(self, line: Line, answer: _Answer) -> Outcome:
        if answer.status in _RECEIPTS and answer.position is not None:
            return Outcome.taken(line, _result(answer))
        if answer.status < _FIRST_ERROR:
            raise NotPossible(f"yang menjawab di {self.url} bukan layanan keanggotaan")
        code = answer.code or f"http_{answer.status}"
        if answer.status == _CREDENTIAL or code == _ROLE:
            raise NotPossible(f"kunci KKMP_KEY ditolak: {(answer.detail or code).rstrip('.')}")
        if answer.status == _NO_ROOM:
            raise DoorAway((answer.detail or code).rstrip("."))
        if answer.status in _NO_SUCH_PATH and code in {"not_found", "method_not_allowed"}:
            raise NotPossible(f"layanan di {self.url} belum mengenal impor anggota")
        return Outcome(line.number, Result.REFUSED, code, _sentence(line, answer, code))


def _result(answer: _Answer) -> Result:
    if answer.dry_run:
        return Result.CHECKED
    return Result.ALREADY if answer.repeated or not answer.events else Result.LOADED


def _sentence(line: Line, answer: _Answer, code: str) -> str:
    """Say why the door said no and what to do next; nothing of the line itself."""
    why = answer.detail
    if answer.errors:
        why = " ".join(
            f"{TITLES.get(one.pointer.removeprefix('#/'), one.pointer)}: {one.detail}"
            for one in answer.errors
        )
    explained = EXPLANATIONS.get(code) or COMMON.get(code)
    if not why or any(says(why, value) for value in line.personal):
        why = explained.cause_id if explained else "Ditolak layanan."
    return f"{why} {explained.remedy_id if explained else f'Lihat: kkmp explain {code}'}"


@asynccontextmanager
async def door_at(url: str, key: str, *, dry_run: bool, connections: int) -> AsyncGenerator[Door]:
    """Yield the door at *url*, to which the API key *key* is shown."""
    async with aiohttp.ClientSession(
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Accept-Language": "id",
        },
        connector=aiohttp.TCPConnector(limit=connections),
        timeout=aiohttp.ClientTimeout(total=60.0, connect=10.0),
        cookie_jar=aiohttp.DummyCookieJar(),
    ) as session:
        yield Door(url.rstrip("/"), session, dry_run)


async def send_all(
    door: Door, lines: Iterable[Line], concurrency: int, told: Callable[[Outcome], None]
) -> None:
    """Send *lines*, several at once, and tell what became of each as it is known."""
    waiting = iter(lines)

    async def work() -> None:
        for line in waiting:  # shared: each worker takes the next line that nobody has
            told(await door.send(line))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(work())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
