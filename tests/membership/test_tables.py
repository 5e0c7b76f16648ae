"""The tables of membership, folded without a database."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership import projection
from services.membership.events.board import (
    BoardCertified,
    BoardEvent,
    BoardRule,
    BoardRuleMended,
    BoardRuleViolated,
    EndingCause,
    KinshipDeclared,
    OfficerAppointed,
    OfficerAppointmentEnded,
    OfficerCertified,
    Seat,
)
from services.membership.events.cooperative import CooperativeEvent, CooperativeRegistered
from services.membership.events.member import (
    ApplicantVerified,
    LeavingCause,
    MemberEvent,
    MemberJoined,
    MemberLeft,
    MemberResigned,
    MembershipApplied,
    MembershipApproved,
    MembershipRejected,
    SavingsPaid,
)
from services.membership.events.rat import QuarterlyReportEvent, RATEvent
from services.membership.events.savings import Savings
from services.membership.projection import TABLES
from services.membership.projection.board import (
    BoardRow,
    KinshipRow,
    SeatRow,
    TermRow,
    ViolationRow,
)
from services.membership.projection.cooperative import CooperativeRow
from services.membership.projection.member import MemberRow
from shared.envelope import Recorded, Stored
from shared.tables import Rows, fold_tables

SUNTER_AGUNG = "31.72.02.1006"
PAPANGGO = "31.72.02.1003"
BOARD = "31-72-02-1006"
SITI = "0197a1f0-0000-7000-8000-000000000001"
BUDI = "0197a1f0-0000-7000-8000-000000000002"
MORNING = datetime(2025, 11, 4, 1, 0, tzinfo=UTC)
LEARNED = datetime(2025, 11, 5, 1, 0, tzinfo=UTC)

FOUNDED = CooperativeRegistered("KKMP Sunter Agung", "Tanjung Priok", date(2025, 5, 31))
APPLIED = MembershipApplied("enc1.a", "enc1.b", "enc1.c", "enc1.d")
JOINING: tuple[MemberEvent, ...] = (
    APPLIED,
    ApplicantVerified(),
    MembershipApproved(),
    SavingsPaid(Savings.POKOK, 50_000),
    MemberJoined(),
)
LEAVING: tuple[MemberEvent, ...] = (
    MemberResigned("pindah ke Bekasi"),
    MemberLeft(LeavingCause.RESIGNED),
)
SITI_SEATED = OfficerAppointed(
    Seat.SEKRETARIS, SITI, Seat.SEKRETARIS.organ, ex_officio=False, from_date=date(2025, 6, 1),
    until_date=date(2030, 6, 1),
)  # fmt: skip
SITI_CERTIFIED = OfficerCertified(Seat.SEKRETARIS, SITI, "KKMP-PLT-1", date(2028, 11, 4))
SITI_ENDED = OfficerAppointmentEnded(
    Seat.SEKRETARIS, SITI, SITI_SEATED.from_date, date(2026, 3, 2), EndingCause.RESIGNED
)
SITI_AGAIN = OfficerAppointed(
    Seat.SEKRETARIS, SITI, Seat.SEKRETARIS.organ, ex_officio=False, from_date=date(2026, 3, 2),
    until_date=None,
)  # fmt: skip


def recorded(
    said: CooperativeEvent | MemberEvent | BoardEvent | RATEvent | QuarterlyReportEvent,
    number: int,
    stream: str = "member",
    entity: str = SITI,
    place: str = SUNTER_AGUNG,
) -> Recorded:
    """The *number*-th event of its entity: it happened at that minute, and was heard later."""
    subject = f"kkmp.membership.{place}.{stream}.{entity}.{type(said).__name__}"
    minute = timedelta(minutes=number)
    block = (
        f"NATS/1.0\r\nce-time: {(MORNING + minute).isoformat()}\r\n"
        f"ce-recordedtime: {(LEARNED + minute).isoformat()}\r\nce-sequence: {number:010d}\r\n\r\n"
    )
    return Recorded(Stored(number, subject, block.encode(), b""), subject.split("."), said)


def life(
    events: Sequence[MemberEvent], who: str = SITI, place: str = SUNTER_AGUNG
) -> list[Recorded]:
    return [
        recorded(said, number, entity=who, place=place) for number, said in enumerate(events, 1)
    ]


def of_board(*events: BoardEvent) -> list[Recorded]:
    return [recorded(said, number, "board", BOARD) for number, said in enumerate(events, 1)]


def member_row(*events: MemberEvent) -> MemberRow:
    return fold_tables(TABLES, life(events))["member"][SUNTER_AGUNG, SITI]


def counted(rows: Rows, as_of: datetime) -> int:
    """How many members there were: a membership is the half-open time [joined_at, left_at)."""
    return sum(
        row.joined_at is not None
        and row.joined_at <= as_of
        and (row.left_at is None or as_of < row.left_at)
        for row in rows.values()
    )


def test_every_table_has_the_columns_of_its_row() -> None:
    schema = (Path(projection.__file__).parents[1] / "schema.sql").read_text()
    for table in TABLES:
        body = schema.split(f"CREATE TABLE {table.name} (")[1].split("\n);")[0]
        columns = [line.split()[0] for line in body.splitlines() if line.startswith("    ")]
        wanted = [field.name for field in fields(table.row)]
        assert [column for column in columns if column.islower()] == wanted


@pytest.mark.parametrize(
    ("events", "status"),
    [
        (JOINING[:1], "applied"),
        (JOINING[:2], "verified"),
        (JOINING[:3], "approved"),
        (JOINING, "active"),
        ((*JOINING, *LEAVING), "left"),
        ((APPLIED, MembershipRejected("alasan")), "rejected"),
    ],
)
def test_a_membership_has_the_status_of_its_last_fact(
    events: Sequence[MemberEvent], status: str
) -> None:
    row = member_row(*events)
    assert (row.status, row.version) == (status, len(events))
    assert row.applied_at == MORNING + timedelta(minutes=1)


def test_savings_add_up_by_their_kind() -> None:
    row = member_row(
        *JOINING,
        SavingsPaid(Savings.WAJIB, 10_000),
        SavingsPaid(Savings.WAJIB, 10_000),
        SavingsPaid(Savings.SUKARELA, 25_000),
    )
    assert (row.pokok, row.wajib, row.sukarela) == (50_000, 20_000, 25_000)


def test_a_member_counts_from_the_instant_of_joining_until_just_before_leaving() -> None:
    rows = fold_tables(TABLES, life([*JOINING, *LEAVING]))["member"]
    joined, left = MORNING + timedelta(minutes=5), MORNING + timedelta(minutes=7)
    instant = timedelta(microseconds=1)
    assert [counted(rows, at) for at in (joined - instant, joined)] == [0, 1]
    assert [counted(rows, at) for at in (left - instant, left)] == [1, 0]


def test_members_are_of_one_cooperative_each() -> None:
    rows = fold_tables(TABLES, [*life(JOINING), *life(JOINING, BUDI, PAPANGGO)])["member"]
    assert set(rows) == {(SUNTER_AGUNG, SITI), (PAPANGGO, BUDI)}


def test_no_personal_field_reaches_a_row_but_sealed_in_the_table_for_them() -> None:
    folded = fold_tables(TABLES, life([*JOINING, *LEAVING]))
    assert "enc1." in str(folded.pop("personal"))
    for rows in folded.values():
        assert "enc1." not in str(rows)


def test_a_cooperative_was_last_heard_when_its_last_fact_of_any_kind_was_recorded() -> None:
    heard = [recorded(FOUNDED, 1, "cooperative", BOARD), *life(JOINING[:3]), *of_board(SITI_SEATED)]
    assert fold_tables(TABLES, heard[:4])["cooperative"] == {
        (SUNTER_AGUNG,): CooperativeRow(
            SUNTER_AGUNG,
            "KKMP Sunter Agung",
            "Tanjung Priok",
            date(2025, 5, 31),
            last_heard_at=LEARNED + timedelta(minutes=3),
            last_reported_at=LEARNED + timedelta(minutes=3),
        )
    }


def test_a_seat_shows_its_holder_and_the_training() -> None:
    seats = fold_tables(TABLES, of_board(SITI_SEATED, SITI_CERTIFIED))["seat"]
    assert seats == {
        (SUNTER_AGUNG, "sekretaris"): SeatRow(
            SUNTER_AGUNG,
            "sekretaris",
            SITI,
            "pengurus",
            ex_officio=False,
            from_date=date(2025, 6, 1),
            until_date=date(2030, 6, 1),
            certificate="KKMP-PLT-1",
            certified_until=date(2028, 11, 4),
        )
    }


def test_a_board_is_certified_until_somebody_new_takes_a_seat() -> None:
    certified = of_board(SITI_SEATED, BoardCertified())
    at = MORNING + timedelta(minutes=2)
    assert fold_tables(TABLES, certified)["board"][SUNTER_AGUNG,] == BoardRow(SUNTER_AGUNG, at)
    changed = of_board(SITI_SEATED, BoardCertified(), SITI_SEATED)
    assert fold_tables(TABLES, changed)["board"][SUNTER_AGUNG,] == BoardRow(SUNTER_AGUNG, None)


def test_a_board_is_certified_until_it_breaks_a_rule() -> None:
    broken = of_board(SITI_SEATED, BoardCertified(), BoardRuleViolated(BoardRule.INCOMPLETE))
    assert fold_tables(TABLES, broken)["board"][SUNTER_AGUNG,] == BoardRow(SUNTER_AGUNG, None)


def test_a_violation_is_open_until_it_is_mended() -> None:
    broken = of_board(BoardRuleViolated(BoardRule.EVEN), BoardRuleViolated(BoardRule.KINSHIP))
    rows = fold_tables(TABLES, broken)["board_violation"]
    at = MORNING + timedelta(minutes=1)
    assert rows[SUNTER_AGUNG, "even"] == ViolationRow(SUNTER_AGUNG, "even", at)
    mended = [*broken, recorded(BoardRuleMended(BoardRule.EVEN), 3, "board", BOARD)]
    assert set(fold_tables(TABLES, mended)["board_violation"]) == {(SUNTER_AGUNG, "kinship")}


def test_who_left_a_seat_does_not_show_in_it_and_takes_the_certificate_along() -> None:
    left = of_board(SITI_SEATED, SITI_CERTIFIED, SITI_ENDED)
    assert fold_tables(TABLES, left)["seat"] == {}
    back = of_board(SITI_SEATED, SITI_CERTIFIED, SITI_ENDED, SITI_AGAIN)
    (row,) = fold_tables(TABLES, back)["seat"].values()
    assert (row.from_date, row.certificate, row.certified_until) == (date(2026, 3, 2), None, None)


def test_c9_the_terms_of_a_seat_are_half_open_and_leave_no_day_out() -> None:
    terms = fold_tables(TABLES, of_board(SITI_SEATED, SITI_ENDED, SITI_AGAIN))["seat_term"]
    first, second = (
        TermRow(
            SUNTER_AGUNG, "sekretaris", SITI, seated.from_date, "pengurus", ex_officio=False,
            until_date=seated.until_date, ended_on=ended_on, cause=cause,
        )
        for seated, ended_on, cause in (
            (SITI_SEATED, date(2026, 3, 2), "resigned"),
            (SITI_AGAIN, None, None),
        )
    )  # fmt: skip
    assert list(terms.values()) == [first, second]
    assert first.ended_on == second.from_date


def test_of_kinship_it_is_shown_that_it_was_declared_and_not_with_whom() -> None:
    rows = fold_tables(TABLES, of_board(KinshipDeclared(SITI, (BUDI,))))["kinship"]
    at = MORNING + timedelta(minutes=1)
    assert rows == {(SUNTER_AGUNG, SITI): KinshipRow(SUNTER_AGUNG, SITI, 1, at)}


lives = st.one_of(
    st.integers(1, 7).map(lambda length: (*JOINING, *LEAVING)[:length]),
    st.just((APPLIED, MembershipRejected("alasan"))),
    st.lists(st.builds(SavingsPaid, st.sampled_from(Savings), st.integers(1, 10**6))).map(
        lambda paid: (*JOINING, *paid)
    ),
)


@given(lives, lives, st.integers(0, 12), st.integers(0, 12))
def test_the_same_facts_in_any_batches_give_the_same_rows(
    siti: tuple[MemberEvent, ...], budi: tuple[MemberEvent, ...], cut: int, place: int
) -> None:
    history = [recorded(FOUNDED, 1, "cooperative", BOARD), *life(siti), *life(budi, BUDI)]
    history[place % len(history) + 1 : 1] = of_board(
        SITI_SEATED, SITI_CERTIFIED, SITI_ENDED, SITI_AGAIN, BoardRuleViolated(BoardRule.EVEN)
    )
    whole = fold_tables(TABLES, history)
    for table in TABLES:
        rows: Rows = {}
        for batch in (history[:cut], history[cut:]):
            table.fold(table.touches(batch), rows)
        assert {key: row for key, row in rows.items() if row is not None} == whole[table.name]
