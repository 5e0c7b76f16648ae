"""The log: one JetStream stream whose sequence is the position. The only truth there is.

Appending is optimistic over an entity's family of subjects. A publish that timed out may have been
stored, so it is repeated with the same id and the same expectation, and a conflict is believed only
after the log was searched for our own id.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from itertools import count

from shared.batches import DUPLICATE, Batches, Write, expectation, publish
from shared.bus import Bus, BusRefused, BusUnreachable
from shared.envelope import Stored, broker_header
from shared.skips import SKIP_FACTS, Skips
from shared.subjects import Entity

STREAM = "KKMP"
DOORBELL = "tail"
_WRONG_LAST_SEQUENCE = (10071, 10164)
_TOO_MANY_BATCHES = 10210
_OF_OUR_TRY = ("ce-id", "ce-recordedtime")
"""Whoever else was asked the same appends the same ids, but learned of it at another time."""
_PATIENCE = 10.0
_PAGE_TIMEOUT = 5.0


class LogUnreachable(Exception):  # noqa: N818 - said of the log
    """The log did not answer in time: repeat the request under the same id."""


class LogRefused(Exception):  # noqa: N818 - what the log did
    """The log does not take the event, and will not for the asking (full, too large, sealed)."""


class Conflict(Exception):  # noqa: N818 - the finding itself
    """Somebody else appended to the entity first: look again and decide again."""


class Log:
    """Reading and appending; safe for many tasks at once."""

    def __init__(self, bus: Bus, stream: str = STREAM) -> None:
        """Call `open` before reading."""
        self.bus = bus
        self.stream = stream
        self._inbox = bus.new_inbox()
        self._tickets = count()
        self._collecting: dict[bytes, _Page] = {}
        self._batches = Batches(bus)
        self.skips = Skips()

    async def open(self) -> "Log":
        """Make ready to receive pages, and learn which positions are skipped."""
        await self.bus.subscribe_raw(f"{self._inbox}.*", self._receive)
        await self.learn_skips()
        return self

    async def learn_skips(self) -> None:
        """Look for skips that were recorded since the last one that is known."""
        async for stored in self.scan(SKIP_FACTS, self.skips.last):
            self.skips.hear(stored)

    async def append(self, *writes: Write) -> int:
        """Append all or nothing, in this order; return the position of the last event.

        Raises `Conflict`, `LogRefused`, or `LogUnreachable` after ten seconds without an answer.
        """
        deadline = time.monotonic() + _PATIENCE
        pause = 0.05
        while True:
            try:
                return await self._try(writes)
            except BusRefused as refused:
                if refused.code in (*_WRONG_LAST_SEQUENCE, DUPLICATE):
                    return await self._ours_or_conflict(writes, refused)
                if refused.code != _TOO_MANY_BATCHES:
                    raise LogRefused(str(refused)) from refused
            except BusUnreachable as unreachable:
                if time.monotonic() > deadline:
                    raise LogUnreachable(str(unreachable)) from unreachable
            await asyncio.sleep(pause)
            pause = min(pause * 2, 1.0)

    async def _try(self, writes: Sequence[Write]) -> int:
        if len(writes) == 1 and len(writes[0].drafts) == 1:
            draft = writes[0].drafts[0]
            return await publish(self.bus, draft, draft.headers | expectation(writes[0]))
        return await self._batches.append(writes)

    async def _ours_or_conflict(self, writes: Sequence[Write], refused: BusRefused) -> int:
        """Say at which position our own last event lies, if an earlier try was stored.

        Only if it was stored upon the very events that were expected: whoever has not seen what
        lies between must look again, and will find there what was asked for.
        """
        position = 0
        for write in writes:
            found = (await self.read(write.entity, after=write.expected))[: len(write.drafts)]
            there = [[stored.header(name) for name in _OF_OUR_TRY] for stored in found]
            if there != [[draft.headers[name] for name in _OF_OUR_TRY] for draft in write.drafts]:
                raise Conflict(str(refused)) from refused
            position = found[-1].position
        return position

    async def read(self, entity: Entity, after: int = 0) -> list[Stored]:
        """Return the entity's events after a position, in order."""
        return [stored async for stored in self.scan(entity.family, after)]

    async def scan(self, subjects: str, after: int = 0, page: int = 500) -> AsyncIterator[Stored]:
        """Yield the events under a filter after a position, in order, to the end."""
        while True:
            found = await self._get({"seq": after + 1, "batch": page, "next_by_subj": subjects})
            for stored in found:
                yield stored
            if len(found) < page:
                return
            after = found[-1].position

    async def page(self, start: int, size: int) -> list[Stored]:
        """Return up to *size* events from position *start*, whatever they are, skipped or not."""
        return await self._get({"seq": start, "batch": size})

    async def head(self) -> int:
        """Return the last position of the log, 0 when it is empty."""
        try:
            information = await self.bus.api(f"STREAM.INFO.{self.stream}")
        except BusUnreachable as unreachable:
            raise LogUnreachable(str(unreachable)) from unreachable
        return int(information["state"]["last_seq"])

    async def _get(self, request: dict[str, object]) -> list[Stored]:
        ticket = f"{self._inbox}.{next(self._tickets)}"
        page = self._collecting[ticket.encode()] = _Page()
        try:
            await self.bus.tell(
                f"$JS.API.DIRECT.GET.{self.stream}", json.dumps(request).encode(), reply=ticket
            )
            await asyncio.wait_for(page.done, _PAGE_TIMEOUT)
        except (TimeoutError, BusUnreachable) as error:
            raise LogUnreachable(f"no page of the log within {_PAGE_TIMEOUT:.0f} s") from error
        finally:
            del self._collecting[ticket.encode()]
        found = [_stored(block, payload) for block, payload in page.messages]
        return [self.skips.mark(stored) for stored in found] if self.skips else found

    def _receive(self, subject: bytes, block: bytes, payload: bytes) -> None:
        page = self._collecting.get(subject)
        if page is None or page.done.done():
            return
        if block.startswith(b"NATS/1.0 "):  # a status line: the end, nothing found, or no server
            if block.startswith((b"NATS/1.0 204", b"NATS/1.0 404")):
                page.done.set_result(None)
            else:
                page.done.set_exception(LogUnreachable(block[9:40].decode(errors="replace")))
        else:
            page.messages.append((block, payload))


class _Page:
    """The answers to one Direct Get, as they come in."""

    __slots__ = ("done", "messages")

    def __init__(self) -> None:
        self.messages: list[tuple[bytes, bytes]] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()


def _stored(block: bytes, payload: bytes) -> Stored:
    subject = broker_header(block, b"Nats-Subject").decode(errors="backslashreplace")
    return Stored(int(broker_header(block, b"Nats-Sequence")), subject, block, payload)
