"""`kkmp skip` records the way on from an event that nobody can read, and refuses others."""

from collections.abc import AsyncGenerator
from typing import Any

import asyncpg
import pytest

from deploy.contracts.golden import load
from deploy.skip import CannotSkip, Done, operator, reason, skip_position
from services.membership.app import service
from shared.log import Log
from shared.projection import Projection
from shared.skips import SkipPosition
from tests.contracts.examples import GOLDEN
from tests.shared.story import provisioned

BY_HAND = "kkmp.membership.31.72.02.1006.member.by-hand.MemberJoined"


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """A log whose first event was written by hand, and whose second one by membership."""
    async with provisioned(log) as made:
        await made.bus.ask(BY_HAND, b'{"joined": ')
        golden = next(one for one in load(GOLDEN) if one.event == "membership.MemberJoined")
        stored = golden.stored()
        await made.bus.ask(golden.subject, stored.payload, dict(golden.headers))
        yield made


async def told(log: str, position: int, leaf: str = "", **more: Any) -> Done:  # noqa: ANN401
    command = SkipPosition(position, leaf, "operator-1", "ditulis tangan")
    return await skip_position(log, more.get("dsn"), command, dry_run=more.get("dry_run", False))


async def test_what_nobody_can_read_is_skipped_and_who_did_it_is_recorded(
    kkmp: Log, log: str
) -> None:
    done = await told(log, 1)
    assert (done.subject, done.skipped_by, done.before) == (BY_HAND, 3, False)
    assert done.why[0].startswith("membership: ")
    (fact,) = await kkmp.page(3, 1)
    assert fact.subject == "kkmp.operations.31.72.0.0.skip.1.PositionSkipped"
    assert (fact.attribute("authid"), fact.attribute("sequence")) == ("operator-1", "0000000001")
    again = await told(log, 1)
    assert (again.skipped_by, again.before) == (3, True)
    assert await kkmp.head() == 3


async def test_what_somebody_wrote_under_the_name_of_a_skip_is_skipped_first(
    kkmp: Log, log: str
) -> None:
    await kkmp.bus.ask("kkmp.operations.31.72.0.0.skip.1.PositionSkipped", b"{}")
    with pytest.raises(CannotSkip, match="skip position 3 first") as no:
        await told(log, 1)
    assert no.value.first == 3
    await told(log, 3)
    assert (await told(log, 1)).skipped_by == 5


async def test_what_this_release_reads_is_not_skipped(kkmp: Log, log: str) -> None:
    with pytest.raises(CannotSkip, match="this release reads the event at position 2"):
        await told(log, 2)
    assert await kkmp.head() == 2


async def test_another_leaf_is_not_skipped(kkmp: Log, log: str) -> None:
    with pytest.raises(CannotSkip, match=r"the leaf of position 1 is [0-9a-f]{64}"):
        await told(log, 1, "00" * 32)


@pytest.mark.parametrize("position", [0, 3, 10**12])
async def test_a_position_that_is_not_there_is_not_skipped(
    kkmp: Log, log: str, position: int
) -> None:
    with pytest.raises(CannotSkip, match="the log ends at 2"):
        await told(log, position)


async def test_a_trial_says_what_would_be_skipped_and_records_nothing(kkmp: Log, log: str) -> None:
    done = await told(log, 1, dry_run=True)
    assert (done.dry_run, done.skipped_by) == (True, 0)
    assert await kkmp.head() == 2


async def test_tables_that_halted_there_testify_if_they_are_of_this_release(
    kkmp: Log, log: str, database: str
) -> None:
    projection = Projection.of(service.folder, service.tables)
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(
            "CREATE SCHEMA membership;"
            "CREATE TABLE membership.projection (halted bigint, fingerprint text)"
        )
        await connection.execute("INSERT INTO membership.projection VALUES (2, 'another')")
        with pytest.raises(CannotSkip, match="this release reads"):
            await told(log, 2, dsn=database)
        await connection.execute(
            "UPDATE membership.projection SET fingerprint = $1", projection.fingerprint
        )
        done = await told(log, 2, dsn=database)
        assert done.why == ("membership: halted there, its log says why",)
    finally:
        await connection.close()


@pytest.mark.parametrize(
    "text", ["", " ", "a\nb", "x" * 301, "NIK 3172019912345678", "\u202eterbalik"]
)
def test_a_reason_is_one_readable_line_without_anybody_s_number(text: str) -> None:
    with pytest.raises(CannotSkip):
        reason(text)


@pytest.mark.parametrize("name", ["Siti Aminah", "a" * 65, "siti;drop"])
def test_an_operator_is_an_id(name: str) -> None:
    with pytest.raises(CannotSkip, match="no id of an operator"):
        operator(name)
