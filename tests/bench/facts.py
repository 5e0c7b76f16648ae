"""A log as membership writes it: its real events, of many members, all mixed up."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import batched
from uuid import uuid4

from services.membership.app import service
from services.membership.domain.territory import KELURAHAN
from services.membership.events.board import BoardCertified, OfficerAppointed, Seat
from services.membership.events.cooperative import CooperativeRegistered
from services.membership.events.member import (
    ApplicantVerified,
    MemberJoined,
    MembershipApplied,
    MembershipApproved,
    SavingsPaid,
)
from services.membership.events.savings import Savings
from shared.bus import Bus
from shared.codes import dashed
from shared.envelope import Cause, Draft
from shared.identity import fresh_id
from shared.log import Log
from shared.personal import seal_event
from shared.subjects import Entity

PLACES = tuple(KELURAHAN)
APPLIED = MembershipApplied("Siti Aminah", "3172024101900001", "081200000000", "1990-01-01")
"""An application, before it is sealed."""
KEY = bytes(range(32))
_BATCH = 1000
_FOUNDED = date(2025, 7, 21)
_SEATS = [seat for seat in Seat if seat.required]
_BEGAN = datetime(2025, 7, 21, 1, tzinfo=UTC)
_STEPS = 5


@dataclass(frozen=True, slots=True)
class History:
    """Events for the log, and what the tables must hold after them."""

    drafts: list[Draft]
    members: int
    pokok: int
    seats: int
    cooperatives: int


def histories(members: int) -> History:
    """Return five events of each of *members* members, in random order, and all boards' own."""
    entities = [
        Entity("membership", PLACES[number % len(PLACES)], "member", str(fresh_id()))
        for number in range(members)
    ]
    order = list(range(members)) * _STEPS
    random.Random(1).shuffle(order)  # noqa: S311 - the same mixture every time
    steps = Counter[int]()
    drafts = list(_boards())
    pokok = 0
    for second, number in enumerate(order):
        steps[number] += 1
        entity, cause = entities[number], cause_at(_BEGAN + timedelta(seconds=second))
        event: object
        match steps[number]:
            case 1:
                event = seal_event(
                    APPLIED, KEY, str(cause.event_id(entity, 0)), entity.place, entity.id
                )
            case 2:
                event = ApplicantVerified()
            case 3:
                event = MembershipApproved()
            case 4:
                amount = 50_000 + 1_000 * (number % 50)
                pokok += amount
                event = SavingsPaid(Savings.POKOK, amount)
            case _:
                event = MemberJoined()
        drafts.append(service.vocabulary.draft(entity, event, cause, 0, steps[number]))
    return History(drafts, members, pokok, len(PLACES) * len(_SEATS), len(PLACES))


def _boards() -> Iterator[Draft]:
    draft = service.vocabulary.draft
    for place in PLACES:
        cooperative = Entity("membership", place, "cooperative", dashed(place))
        board = Entity("membership", place, "board", dashed(place))
        founded = CooperativeRegistered(f"KKMP {place}", KELURAHAN[place].kecamatan, _FOUNDED)
        yield draft(cooperative, founded, cause_at(_BEGAN), 0, 1)
        for version, seat in enumerate(_SEATS, 1):
            appointed = OfficerAppointed(
                seat, str(fresh_id()), seat.organ, seat.ex_officio, _FOUNDED, None
            )
            yield draft(board, appointed, cause_at(_BEGAN), 0, version)
        yield draft(board, BoardCertified(), cause_at(_BEGAN), 0, len(_SEATS) + 1)


def cause_at(moment: datetime) -> Cause:
    """Return a cause of its own, as the HTTP edge makes it of a request."""
    request = fresh_id()
    trace = f"00-{request.hex}-{request.hex[-16:]}-01"
    return Cause(
        request,
        request,
        moment,
        moment,
        "api_key",
        "0123456789ab",
        sha256(request.bytes).hexdigest(),
        trace,
    )


async def fill(bus: Bus, drafts: list[Draft]) -> int:
    """Append *drafts* in atomic batches of a thousand; return the head of the log."""
    for batch in batched(drafts, _BATCH):
        name = uuid4().hex
        for number, draft in enumerate(batch[:-1], 1):
            headers = {"Nats-Batch-Id": name, "Nats-Batch-Sequence": str(number)}
            await bus.tell(draft.subject, draft.payload, draft.headers | headers)
        headers = {
            "Nats-Batch-Id": name,
            "Nats-Batch-Sequence": str(len(batch)),
            "Nats-Batch-Commit": "1",
        }
        await bus.ask(batch[-1].subject, batch[-1].payload, batch[-1].headers | headers, 10)
    return await Log(bus).head()
