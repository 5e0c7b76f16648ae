"""`kkmp skip`: the recorded way on from an event that nobody can read."""

import asyncio
import getpass
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import asyncpg

from deploy.contracts.catalogue import SERVICES
from shared.bus import BusUnreachable, connect
from shared.envelope import Cause, Stored, Unreadable, Vocabulary
from shared.identity import derived_id
from shared.leaf import leaf_of
from shared.log import Log, LogRefused, LogUnreachable
from shared.projection import DATABASE_AWAY, Projection
from shared.skips import OPERATIONS, SkipPosition, skip, skip_of
from shared.transact import Transactor

_LEAF = re.compile(r"[0-9a-f]{64}")
_OPERATOR = re.compile(r"[A-Za-z0-9._@-]{1,64}", re.ASCII)
_LOOKS_LIKE_A_NUMBER_OF_SOMEBODY = re.compile(r"\d{10}")
_LONGEST_REASON = 300
_UNREACHABLE = 5


class CannotSkip(Exception):  # noqa: N818 - the finding itself
    """The position is not skipped; the message says why, and what to do instead.

    *first* is another position that must be skipped before, 0 where none must.
    """

    def __init__(self, why: str, first: int = 0) -> None:
        """Nothing was recorded."""
        super().__init__(why)
        self.first = first


@dataclass(frozen=True, slots=True)
class Done:
    """A position that is skipped: by the fact at *skipped_by*, now or before."""

    position: int
    subject: str
    leaf: str
    why: tuple[str, ...]
    skipped_by: int
    before: bool
    dry_run: bool = False


def tell(
    position: int,
    why: str,
    nats_url: str,
    dsn: str | None,
    by: str | None,
    leaf: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Skip, say what was done, and return the exit code."""
    try:
        command = SkipPosition(position, _leaf(leaf), operator(by), reason(why))
        done = asyncio.run(skip_position(nats_url, dsn, command, dry_run=dry_run))
    except CannotSkip as no:
        print(f"kkmp skip: {no}", file=sys.stderr)
        return 1
    except (BusUnreachable, LogUnreachable, LogRefused, *DATABASE_AWAY) as away:
        print(f"kkmp skip: {away or type(away).__name__}", file=sys.stderr)
        return _UNREACHABLE
    if as_json:
        print(json.dumps(asdict(done), ensure_ascii=False))
    else:
        print(_in_words(done))
    return 0


def _in_words(done: Done) -> str:
    what = f"{done.position} ({done.subject}, leaf {done.leaf})"
    if done.dry_run:
        return "\n".join((f"would be skipped: {what}", *(f"  {one}" for one in done.why)))
    if done.before:
        return f"position {what} has been skipped by {done.skipped_by} before"
    return f"position {what} is skipped by {done.skipped_by}"


def _leaf(given: str) -> str:
    leaf = given.lower()
    if leaf and not _LEAF.fullmatch(leaf):
        raise CannotSkip("a leaf has 64 hexadecimal digits (--leaf)")
    return leaf


def operator(given: str | None) -> str:
    """Return the id of who skips: as *given*, or the user of this machine."""
    name = given or getpass.getuser()
    if not _OPERATOR.fullmatch(name):
        raise CannotSkip(
            f"{name!r} is no id of an operator: up to 64 letters, digits and . _ @ - (--by)"
        )
    return name


def reason(given: str) -> str:
    """Return the reason, which everybody reads for ever."""
    text = given.strip()
    if not 0 < len(text) <= _LONGEST_REASON or not text.isprintable():
        raise CannotSkip(
            f"a reason is one line of up to {_LONGEST_REASON} characters that can be seen"
        )
    if _LOOKS_LIKE_A_NUMBER_OF_SOMEBODY.search(text):
        raise CannotSkip("a reason stays readable for ever: leave out numbers of ten digits")
    return text


async def skip_position(
    nats_url: str, dsn: str | None, command: SkipPosition, *, dry_run: bool
) -> Done:
    """Record that the event at a position is skipped, unless this release reads it.

    *command* names the leaf, or "" for whatever lies there. With *dsn*, a service of this release
    that has halted there counts too: some events can be read, and not folded. Raises `CannotSkip`,
    and what reading and appending raise.
    """
    bus = await connect(nats_url, "kkmp-skip")
    try:
        log = await Log(bus).open()
        stored = await _at(log, command.position)
        leaf = leaf_of(stored).hex()
        if command.leaf not in ("", leaf):
            raise CannotSkip(
                f"the leaf of position {command.position} is {leaf}: look again at what lies there"
            )
        if stored.skipped:
            return Done(command.position, stored.subject, leaf, (), stored.skipped, before=True)
        why = (*unreadable(stored), *await _halted(dsn, command.position))
        if not why:
            raise CannotSkip(
                f"this release reads the event at position {command.position}"
                f" ({stored.subject}), so no reader need halt there. Start this release"
                + ("" if dsn else "; if a service of it halts there, give --postgres-dsn too")
            )
        if dry_run:
            return Done(command.position, stored.subject, leaf, why, 0, before=False, dry_run=True)
        told = SkipPosition(command.position, leaf, command.by, command.reason)
        try:
            outcome = await Transactor(log, OPERATIONS).transact(
                skip_of(command.position), skip, told, _cause(told)
            )
        except Unreadable as finding:  # somebody wrote under the name of this skip
            raise CannotSkip(
                f"what the event at position {finding.position} says of this position, nobody can"
                f" read: skip position {finding.position} first",
                finding.position,
            ) from finding
        return Done(command.position, stored.subject, leaf, why, outcome.position, before=False)
    finally:
        await bus.close()


async def _at(log: Log, position: int) -> Stored:
    head = await log.head()
    if not 0 < position <= head:
        raise CannotSkip(f"there is no position {position}: the log ends at {head}")
    (stored,) = await log.page(position, 1) or [None]
    if stored is None or stored.position != position:
        raise CannotSkip(f"position {position} is missing from the log: that cannot be skipped")
    return stored


def unreadable(stored: Stored) -> Iterator[str]:
    """Say who of this release cannot read *stored*, and why."""
    for vocabulary in _vocabularies():
        try:
            vocabulary.check(stored)
        except Unreadable as finding:
            yield f"{vocabulary.service}: {finding.why}"


def _vocabularies() -> Iterator[Vocabulary]:
    yield from (service.vocabulary for service, _ in SERVICES)
    yield OPERATIONS


async def _halted(dsn: str | None, position: int) -> list[str]:
    """Say whose tables, as this release makes them, have halted at *position*."""
    if dsn is None:
        return []
    connection = await asyncpg.connect(dsn, timeout=5)
    try:
        return [
            f"{service.name}: halted there, its log says why"
            for service, _ in SERVICES
            if await connection.fetchval("SELECT to_regclass($1)", f"{service.name}.projection")
            and await connection.fetchval(
                f"SELECT true FROM {service.name}.projection"  # noqa: S608 - our name
                " WHERE halted = $1 AND fingerprint = $2",
                position,
                Projection.of(service.folder, service.tables).fingerprint,
            )
        ]
    finally:
        await connection.close()


def _cause(command: SkipPosition) -> Cause:
    identity = derived_id("skip", command.position, command.leaf)
    now = datetime.now(UTC)
    return Cause(identity, identity, now, now, "user", command.by)
