"""The log takes all or nothing, once, and only from whoever saw the latest."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import override

import pytest

from shared.batches import DUPLICATE, Write, publish
from shared.bus import BusRefused
from shared.envelope import Stored
from shared.log import Conflict, Log, LogRefused, LogUnreachable
from shared.reader import PAGE, LogBroken, pages
from tests.shared.story import (
    HALL,
    Emptied,
    Paid,
    drafts,
    hall,
    provisioned,
    record,
    record_many,
)


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, new and empty."""
    async with provisioned(log) as made:
        yield made


async def forget_ids(kkmp: Log) -> None:
    """Let the time pass in which nats-server knows a repeated id."""
    settings = (await kkmp.bus.api("STREAM.INFO.KKMP"))["config"]
    await kkmp.bus.api("STREAM.UPDATE.KKMP", settings | {"duplicate_window": 100_000_000})


async def test_the_first_event_is_at_position_one(kkmp: Log) -> None:
    assert await kkmp.head() == 0
    assert await record(kkmp, Paid(5_000)) == 1
    assert await kkmp.head() == 1


async def test_what_was_appended_lies_there_byte_for_byte(kkmp: Log) -> None:
    (draft,) = drafts("deposit", Paid(5_000))
    await kkmp.append(Write(HALL, 0, (draft,)))
    (stored,) = await kkmp.read(HALL)
    assert (stored.position, stored.subject, stored.payload) == (1, draft.subject, draft.payload)
    assert {name: stored.header(name) for name in draft.headers} == draft.headers


async def test_whoever_did_not_see_the_latest_is_refused(kkmp: Log) -> None:
    await kkmp.append(Write(HALL, 0, drafts("first", Paid(5_000))))
    with pytest.raises(Conflict):
        await kkmp.append(Write(HALL, 0, drafts("second", Paid(7_000))))
    with pytest.raises(Conflict):
        await kkmp.append(Write(HALL, 0, drafts("third", Paid(7_000), Emptied())))
    assert await kkmp.head() == 1


async def test_entities_do_not_get_in_each_others_way(kkmp: Log) -> None:
    assert await kkmp.append(Write(hall(1), 0, drafts("a", Paid(1), entity=hall(1)))) == 1
    assert await kkmp.append(Write(hall(2), 0, drafts("b", Paid(1), entity=hall(2)))) == 2
    assert await kkmp.append(Write(hall(1), 1, drafts("c", Paid(1), entity=hall(1)))) == 3


@pytest.mark.parametrize("events", [[Paid(5_000)], [Paid(5_000), Emptied(), Paid(1)]])
@pytest.mark.parametrize("forgotten", [False, True], ids=["within the window", "beyond it"])
async def test_an_append_whose_answer_was_lost_is_repeated_and_stays_one(
    kkmp: Log, events: list[Paid | Emptied], *, forgotten: bool
) -> None:
    write = Write(HALL, 0, drafts("deposit", *events))
    if forgotten:
        await forget_ids(kkmp)
    first = await kkmp.append(write)
    if forgotten:
        await kkmp.append(Write(hall(2), 0, drafts("other", Paid(1), entity=hall(2))))
        await asyncio.sleep(0.3)
    assert await kkmp.append(write) == first == len(events)
    assert len(await kkmp.read(HALL)) == len(events)


@pytest.mark.parametrize("events", [[Paid(5_000)], [Paid(5_000), Emptied()]])
async def test_a_lost_answer_is_found_although_others_went_on(
    kkmp: Log, events: list[Paid | Emptied]
) -> None:
    write = Write(HALL, 0, drafts("deposit", *events))
    first = await kkmp.append(write)
    await record(kkmp, Paid(7_000))
    assert await kkmp.append(write) == first


@pytest.mark.parametrize("events", [[Paid(5_000)], [Paid(5_000), Emptied()]])
async def test_a_repeat_that_did_not_see_what_came_before_it_is_a_conflict(
    kkmp: Log, events: list[Paid | Emptied]
) -> None:
    await kkmp.append(Write(HALL, 0, drafts("unseen", Paid(1))))
    await kkmp.append(Write(HALL, 1, drafts("deposit", *events)))
    with pytest.raises(Conflict):
        await kkmp.append(Write(HALL, 0, drafts("deposit", *events)))


async def test_an_id_that_the_log_knows_is_not_taken_for_a_new_fact(kkmp: Log) -> None:
    (draft,) = drafts("deposit", Paid(5_000))
    await publish(kkmp.bus, draft, draft.headers)
    with pytest.raises(BusRefused, match="stored before") as refused:
        await publish(kkmp.bus, draft, draft.headers)
    assert refused.value.code == DUPLICATE


async def test_two_entities_change_together_or_not_at_all(kkmp: Log) -> None:
    one, two = hall(1), hall(2)
    await kkmp.append(Write(two, 0, drafts("seen", Paid(1), entity=two)))
    moved = drafts("move", Emptied(), entity=one), drafts("move", Paid(5), Paid(6), entity=two)
    with pytest.raises(Conflict):
        await kkmp.append(Write(one, 0, moved[0]), Write(two, 0, moved[1]))
    assert await kkmp.head() == 1
    assert await kkmp.append(Write(one, 0, moved[0]), Write(two, 1, moved[1])) == 4
    assert [stored.position for stored in await kkmp.read(two)] == [1, 3, 4]


async def test_decisions_that_share_a_batch_stand_and_fall_alone(kkmp: Log) -> None:
    await kkmp.append(Write(hall(2), 0, drafts("seen", Paid(1), entity=hall(2))))
    asked = [
        Write(hall(number), 0, drafts("day", Paid(1), Emptied(), entity=hall(number)))
        for number in range(1, 6)
    ]
    answers = await asyncio.gather(*map(kkmp.append, asked), return_exceptions=True)
    assert [type(answer) for answer in answers] == [int, Conflict, int, int, int]
    assert await kkmp.head() == 1 + 4 * 2
    for write, answer in zip(asked, answers, strict=True):
        found = [stored.position for stored in await kkmp.read(write.entity)]
        assert found == ([2 - 1] if isinstance(answer, Conflict) else [found[0], answer])


async def test_a_fault_while_a_batch_is_sent_leaves_nobody_waiting(
    kkmp: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trip(*_: object) -> None:
        raise AttributeError("send")

    tell = kkmp.bus.tell
    monkeypatch.setattr(kkmp.bus, "tell", trip)
    writes = Write(HALL, 0, drafts("day", Paid(1), Paid(2)))
    with pytest.raises(AttributeError, match="send"):
        await asyncio.wait_for(kkmp.append(writes), 60)
    monkeypatch.setattr(kkmp.bus, "tell", tell)
    assert await kkmp.append(writes) == 2


async def test_an_event_that_is_too_large_is_refused_for_good(kkmp: Log) -> None:
    (draft,) = drafts("deposit", Paid(5_000))
    large = type(draft)(draft.id, draft.subject, draft.headers, bytes(70_000))
    with pytest.raises(LogRefused):
        await kkmp.append(Write(HALL, 0, (large,)))
    assert await kkmp.head() == 0


async def test_a_stream_that_is_not_there_does_not_answer(kkmp: Log) -> None:
    with pytest.raises(LogUnreachable):
        await (await Log(kkmp.bus, stream="NOWHERE").open()).page(1, 10)


async def test_a_scan_goes_on_over_its_pages_and_filters(kkmp: Log) -> None:
    await record(kkmp, *[Paid(amount) for amount in range(1, 8)], entity=hall(1))
    await record(kkmp, Paid(99), entity=hall(2))
    found = [one.position async for one in kkmp.scan(hall(1).family, after=2, page=2)]
    assert found == [3, 4, 5, 6, 7]


async def test_a_page_starts_anywhere_and_ends_with_the_log(kkmp: Log) -> None:
    await record(kkmp, *[Paid(amount) for amount in range(1, 6)])
    assert [stored.position for stored in await kkmp.page(2, 3)] == [2, 3, 4]
    assert [stored.position for stored in await kkmp.page(4, 10)] == [4, 5]
    assert await kkmp.page(6, 10) == []


async def test_a_writer_does_not_forge_what_the_log_says_of_an_event(kkmp: Log) -> None:
    (draft,) = drafts("deposit", Paid(5_000))
    forged = {"Nats-Subject": "kkmp.forged", "Nats-Sequence": "99", "Nats-Stream": "OTHER"}
    await kkmp.append(
        Write(HALL, 0, (type(draft)(draft.id, draft.subject, draft.headers | forged, b"{}"),))
    )
    (stored,) = await kkmp.page(1, 1)
    assert (stored.position, stored.subject) == (1, draft.subject)


async def test_pages_come_whole_and_in_order(kkmp: Log) -> None:
    last = await record_many(kkmp, HALL, range(1, 2 * PAGE + 2))
    read = [page async for page in pages(kkmp, 0, last)]
    assert [len(page) for page in read] == [PAGE, PAGE, 1]
    positions = [stored.position for page in read for stored in page]
    assert positions == list(range(1, last + 1))
    amounts = [json.loads(stored.payload)["amount"] for page in read for stored in page]
    assert amounts == positions

    part = [stored.position async for page in pages(kkmp, PAGE - 1, PAGE + 2) for stored in page]
    assert part == [PAGE, PAGE + 1, PAGE + 2]
    assert [page async for page in pages(kkmp, last, last)] == []


@pytest.fixture
async def holed(kkmp: Log) -> Log:
    """A stream from which events were deleted, which the log itself forbids."""
    await kkmp.bus.api(
        "STREAM.CREATE.LAX", {"name": "LAX", "subjects": ["lax"], "allow_direct": True}
    )
    for number in range(1, 11):
        await kkmp.bus.ask("lax", str(number).encode())
    return await Log(kkmp.bus, stream="LAX").open()


@pytest.mark.parametrize("hole", [1, 5, 9])
async def test_a_hole_is_never_read_over(holed: Log, hole: int) -> None:
    await holed.bus.api("STREAM.MSG.DELETE.LAX", {"seq": hole})
    with pytest.raises(LogBroken, match=f"position {hole} is missing from the log"):
        async for _ in pages(holed, 0, 10):
            pass


async def test_a_log_that_ends_too_early_is_broken(kkmp: Log) -> None:
    await record(kkmp, Paid(1), Paid(2))
    with pytest.raises(LogBroken, match="position 3 is missing from the log"):
        async for _ in pages(kkmp, 0, 5):
            pass


class Lagging(Log):
    """A log that is read from a replica which lacks the end of it, for some pages to come."""

    lag = 0

    @override
    async def page(self, start: int, size: int) -> list[Stored]:
        self.lag -= 1
        found = await super().page(start, size)
        return found if self.lag < 0 else [one for one in found if one.position < 3]


async def test_what_a_replica_does_not_have_yet_is_waited_for(
    kkmp: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.reader._PAUSES", (0.0,) * 20)
    await record(kkmp, *[Paid(1)] * 5)
    lagging = Lagging(kkmp.bus)
    await lagging.open()
    lagging.lag = 4
    read = [stored.position async for page in pages(lagging, 0, 5) for stored in page]
    assert read == [1, 2, 3, 4, 5]
    lagging.lag = 1_000
    with pytest.raises(LogUnreachable, match="a copy of the log lacks position 3, the leader not"):
        async for _ in pages(lagging, 0, 5):
            pass


async def test_the_log_itself_lets_nobody_delete_or_purge(kkmp: Log) -> None:
    await record(kkmp, Paid(1))
    for call, request in (("MSG.DELETE", {"seq": 1}), ("PURGE", {})):
        with pytest.raises(BusRefused):
            await kkmp.bus.api(f"STREAM.{call}.KKMP", request)
    assert await kkmp.head() == 1
