"""A past may lack any event of a history: no fold fails on what is left, or makes a row of nothing.

An event that is recorded late happened before others that lie in front of it in the log. As of a
time between, the later part of a story is there without its beginning.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inventory import projection as inventory
from services.inventory.domain.stock import stock
from services.inventory.events import (
    GoodsReceived,
    GoodsSold,
    PriceCeilingBreached,
    StockCounted,
    StockEvent,
    StockLow,
    StockRecovered,
)
from services.inventory.upstream import MemberJoined as Joined
from services.inventory.upstream import MemberLeft as Left
from services.membership import projection as membership
from services.membership.events.board import (
    BoardCertified,
    BoardRule,
    BoardRuleMended,
    BoardRuleViolated,
    KinshipDeclared,
    OfficerAppointed,
    OfficerCertified,
    Seat,
)
from services.membership.events.cooperative import (
    CooperativeRegistered,
    GeraiClosed,
    GeraiOpened,
    OperationSuspended,
)
from services.membership.events.member import MembershipApplied, MembershipRejected, SavingsPaid
from services.membership.events.rat import (
    RATHeld,
    RATOverdue,
    RATReportSubmitted,
    RATScheduled,
)
from services.membership.events.savings import Savings
from services.training import projection as training
from services.training.events import (
    AssessmentRecorded,
    AttendanceRecorded,
    EnrolmentWithdrawn,
    ParticipantEnrolled,
    SessionScheduled,
    TrainingNeedIdentified,
)
from services.training.upstream import OfficerAppointed as Seated
from services.training.upstream import OfficerAppointmentEnded
from shared.envelope import Recorded
from shared.tables import Rows, Table, fold_tables
from tests.inventory import story as rice
from tests.membership import test_rat as of_rat
from tests.membership import test_tables as siti
from tests.training import test_projection as course

HELD_NEXT = OfficerAppointed(
    Seat.SEKRETARIS, siti.BUDI, Seat.SEKRETARIS.organ, ex_officio=False,
    from_date=siti.SITI_SEATED.from_date, until_date=None,
)  # fmt: skip
BUDI_CERTIFIED = OfficerCertified(
    Seat.SEKRETARIS, siti.BUDI, "KKMP-PLT-2", siti.SITI_CERTIFIED.valid_until
)
AUGUST = date(2025, 8, 4)
OF_SUNTER_AGUNG = "cooperative", siti.BOARD
OF_MEMBERSHIP = [
    siti.recorded(siti.FOUNDED, 1, "cooperative", siti.BOARD),
    siti.recorded(GeraiOpened("sembako", "sembako", "DATA CONTOH", AUGUST), 2, *OF_SUNTER_AGUNG),
    siti.recorded(OperationSuspended(AUGUST, AUGUST, "banjir"), 3, *OF_SUNTER_AGUNG),
    siti.recorded(GeraiClosed("sembako", AUGUST, AUGUST, "pindah"), 4, *OF_SUNTER_AGUNG),
    *siti.life([*siti.JOINING, SavingsPaid(Savings.WAJIB, 10_000), *siti.LEAVING]),
    *siti.life([siti.APPLIED, MembershipRejected("alasan")], siti.BUDI),
    *siti.of_board(
        siti.SITI_SEATED,
        siti.SITI_CERTIFIED,
        KinshipDeclared(siti.SITI, (siti.BUDI,)),
        BoardCertified(),
        siti.SITI_ENDED,
        BoardRuleViolated(BoardRule.INCOMPLETE),
        HELD_NEXT,
        BoardRuleMended(BoardRule.INCOMPLETE),
        BUDI_CERTIFIED,
    ),
    *(
        siti.recorded(said, number, "rat", "31-72-02-1006-2025")
        for number, said in enumerate(of_rat.YEAR, 1)
    ),
    siti.recorded(of_rat.OVERDUE, 1, "rat", "31-72-02-1006-2025-q3"),
    siti.recorded(of_rat.SUBMITTED, 2, "rat", "31-72-02-1006-2025-q3"),
]
OF_TRAINING = [
    course.of_board(1, course.appointed(course.SITI)),
    course.of_curriculum(course.CURRICULUM),
    course.of_siti(course.NEED),
    course.of_session(course.SCHEDULED),
    course.of_session(ParticipantEnrolled(course.SUNTER_AGUNG, course.SITI)),
    course.of_session(EnrolmentWithdrawn(course.SUNTER_AGUNG, course.SITI)),
    course.of_session(ParticipantEnrolled(course.SUNTER_AGUNG, course.SITI)),
    course.of_session(AttendanceRecorded(course.SUNTER_AGUNG, course.SITI, course.HELD_ON)),
    course.of_siti(AssessmentRecorded(course.SESSION, 82)),
    course.of_siti(course.COMPLETED),
    course.of_siti(course.ISSUED),
    course.of_board(20, OfficerAppointmentEnded("sekretaris", course.SITI)),
    course.of_siti(course.WITHDRAWN),
    course.of_board(30, course.appointed(course.BUDI)),
]


def moved() -> list[StockEvent]:
    """What the rules say of a stock that runs low, is refilled and counted, and sold too dear."""
    asked = [
        rice.delivery(300, 1, circumstances=rice.FULL),
        rice.sale(100, 2, unit_price=13_900, circumstances=rice.FULL),
        rice.delivery(400, 3, circumstances=rice.FULL),
        rice.count(599, 4, circumstances=rice.FULL),
    ]
    said: list[StockEvent] = []
    for command in asked:
        said += stock.decide(command, stock.fold(said))
    assert {type(event) for event in said} == {
        GoodsReceived, GoodsSold, StockCounted, PriceCeilingBreached, StockLow, StockRecovered,
    }  # fmt: skip
    return said


OF_INVENTORY = [
    rice.recorded(1, rice.RICE, entity=f"commodity.{rice.BERAS}"),
    rice.recorded(2, rice.HET_2024, entity=f"price.{rice.BERAS}"),
    rice.recorded(3, rice.TERMS, entity="policy.adequacy"),
    rice.recorded(4, Joined(), service="membership", entity="member.siti"),
    rice.recorded(5, rice.MEMBERS, entity="demand.members"),
    *(rice.recorded(position, event) for position, event in enumerate(moved(), 6)),
    rice.recorded(40, Left(), service="membership", entity="member.siti"),
]

FOUNDERS: dict[str, tuple[type, ...]] = {
    "cooperative": (CooperativeRegistered,),
    "gerai": (GeraiOpened,),
    "member": (MembershipApplied,),
    "seat": (OfficerAppointed,),
    "seat_term": (OfficerAppointed,),
    "board_violation": (BoardRuleViolated,),
    "rat": (RATScheduled, RATOverdue, RATHeld, RATReportSubmitted),
    "seat_training": (Seated,),
    "need": (TrainingNeedIdentified,),
    "session": (SessionScheduled,),
    "participant": (ParticipantEnrolled,),
    "active_member": (Joined,),
    "stock": (GoodsReceived, GoodsSold, StockCounted),
    "stock_alert": (StockLow,),
}
"""The events that make a row, where others only change it. Elsewhere each event makes its own."""


def founded(table: Table[Any], events: Sequence[Recorded]) -> set[Any]:
    """The keys of which the events that make a row are among *events*."""
    founders = FOUNDERS.get(table.name, tuple(table.keys))
    return {key for event, key in table.touches(events) if type(event.data) in founders}


@pytest.mark.parametrize(
    ("tables", "history"),
    [
        pytest.param(membership.TABLES, OF_MEMBERSHIP, id="membership"),
        pytest.param(training.TABLES, OF_TRAINING, id="training"),
        pytest.param(inventory.TABLES, OF_INVENTORY, id="inventory"),
    ],
)
@given(data=st.data())
def test_a_past_with_holes_has_rows_of_what_began_in_it_alone(
    tables: tuple[Table[Any], ...], history: list[Recorded], data: st.DataObject
) -> None:
    there = data.draw(st.lists(st.booleans(), min_size=len(history), max_size=len(history)))
    happened = [event for event, is_there in zip(history, there, strict=True) if is_there]
    folded: dict[str, Rows] = fold_tables(tables, happened)
    for table in tables:
        assert folded[table.name].keys() <= founded(table, happened), table.name


@given(st.sets(st.integers(0, len(OF_MEMBERSHIP) - 1)))
def test_a_seat_never_shows_the_certificate_of_another(there: set[int]) -> None:
    happened = [OF_MEMBERSHIP[index] for index in sorted(there)]
    for row in fold_tables(membership.TABLES, happened)["seat"].values():
        assert row.certificate in (
            None, "KKMP-PLT-1" if row.person == siti.SITI else "KKMP-PLT-2",
        )  # fmt: skip
