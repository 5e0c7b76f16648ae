"""The rules of terms: how long they are, how they end, and how a seat passes on."""

from datetime import date

import pytest

from services.membership.commands.board import (
    BoardCommand,
    ChangeBoard,
    EndSeatOf,
    EndTerms,
    SeatFilled,
    SeatVacated,
)
from services.membership.domain.board import board
from services.membership.domain.cooperative import DAY_AHEAD, NOT_REGISTERED
from services.membership.domain.member import NOT_A_MEMBER
from services.membership.domain.terms import (
    BOTH_ORGANS,
    ENDED_BEFORE_BEGUN,
    HOLDS_ANOTHER,
    LURAH_SEAT,
    PASSED_ON,
    SEAT_TAKEN,
    SEAT_VACANT,
    SUCCESSION_APART,
    TERM_BACKWARDS,
    TERM_FAR_AHEAD,
    TERM_OVERLAPS,
    TERM_TOO_LONG,
)
from services.membership.events.board import (
    BoardEvent,
    BoardRule,
    BoardRuleViolated,
    EndingCause,
    ExOfficioSucceeded,
    Seat,
)
from shared.decider import Refusal
from tests.membership.board_story import (
    BUDI,
    DAY,
    FOUNDED,
    FROM,
    HOLDERS,
    LURAH,
    LURAH_SEATED,
    MARCH,
    NEXT_LURAH,
    SITI,
    SITI_LEFT,
    SITI_SEATED,
    TODAY,
    UNTIL,
    appoint,
    appointed,
    certified,
    end,
    ended,
    seat_lurah,
    succeed,
    vacant,
    with_lurah,
    with_siti,
    without_siti,
)

SEKRETARIS = Seat.SEKRETARIS
LURAH_LEFT = ended(LURAH_SEATED, cause=EndingCause.SUCCEEDED)
NEXT_LURAH_SEATED = appointed(NEXT_LURAH, Seat.KETUA_PENGAWAS, MARCH, None)
SUCCEEDED = ExOfficioSucceeded(Seat.KETUA_PENGAWAS, NEXT_LURAH, LURAH, MARCH)
FIVE_YEARS = date(2031, 3, 1)
BUDI_FOLLOWS = appointed(BUDI, SEKRETARIS, MARCH, FIVE_YEARS)
NEW_SEKRETARIS = ChangeBoard(
    (SeatVacated(SEKRETARIS),), (SeatFilled(SEKRETARIS, BUDI),), MARCH, {BUDI}, FOUNDED
)


@pytest.mark.parametrize("until", [FROM, FROM - DAY])
def test_a_term_ends_after_it_began(until: date) -> None:
    vacant.when(appoint(SITI, SEKRETARIS, until_date=until)).then_refused(TERM_BACKWARDS)


def test_an_elected_term_without_a_last_day_lasts_five_years() -> None:
    without = appoint(SITI, SEKRETARIS, until_date=None)
    vacant.when(without).then(SITI_SEATED)
    with_siti.when(without).then()
    before = vacant.given(appointed(SITI, SEKRETARIS, until_date=None))
    before.when(without).then()  # one that was recorded without


def test_a_term_begins_at_most_366_days_after_it_is_recorded() -> None:
    furthest = TODAY + 366 * DAY
    ahead = appointed(SITI, SEKRETARIS, furthest, date(2032, 3, 15))
    vacant.when(appoint(SITI, SEKRETARIS, furthest, until_date=None)).then(ahead)
    vacant.when(seat_lurah(from_date=furthest)).then(
        appointed(LURAH, Seat.KETUA_PENGAWAS, furthest, None)
    )
    for further in (furthest + DAY, date.max):
        vacant.when(appoint(SITI, SEKRETARIS, further)).then_refused(TERM_FAR_AHEAD)
        unlimited = appoint(SITI, SEKRETARIS, further, until_date=None)
        vacant.when(unlimited).then_refused(TERM_FAR_AHEAD)
        vacant.when(seat_lurah(from_date=further)).then_refused(TERM_FAR_AHEAD)


def test_a_term_is_at_most_five_years_long() -> None:
    five_years = date(2030, 5, 30)
    longest = appoint(SITI, SEKRETARIS, until_date=five_years)
    vacant.when(longest).then(appointed(SITI, SEKRETARIS, until_date=five_years))
    vacant.when(appoint(SITI, SEKRETARIS, until_date=five_years + DAY)).then_refused(TERM_TOO_LONG)


def test_a_term_from_a_leap_day_ends_before_the_28th() -> None:
    leap, last = date(2024, 2, 29), date(2029, 2, 27)
    for until in (last, None):
        vacant.when(appoint(SITI, SEKRETARIS, leap, until_date=until, founded_on=leap)).then(
            appointed(SITI, SEKRETARIS, leap, last)
        )
    longer = appoint(SITI, SEKRETARIS, leap, until_date=last + DAY, founded_on=leap)
    vacant.when(longer).then_refused(TERM_TOO_LONG)


def test_the_end_of_an_appointment_frees_the_seat() -> None:
    with_siti.when(end(SEKRETARIS)).then(SITI_LEFT)
    without_siti.when(appoint(BUDI, SEKRETARIS, MARCH, until_date=None)).then(BUDI_FOLLOWS)


def test_the_lurah_leaves_the_chair_to_the_next_lurah_alone() -> None:
    with_siti.when(end(Seat.KETUA_PENGAWAS)).then_refused(LURAH_SEAT)


def test_ending_an_appointment_twice_changes_nothing() -> None:
    without_siti.when(end(SEKRETARIS)).then()


def test_an_end_said_again_does_not_end_the_term_of_who_followed() -> None:
    later = appointed(BUDI, SEKRETARIS, MARCH + DAY)
    without_siti.given(later).when(end(SEKRETARIS)).then()
    without_siti.given(BUDI_FOLLOWS).when(end(SEKRETARIS)).then_refused(PASSED_ON)


def test_a_mistaken_end_is_undone_by_a_term_that_begins_on_its_day() -> None:
    again = appointed(SITI, SEKRETARIS, MARCH)
    without_siti.when(appoint(SITI, SEKRETARIS, MARCH)).then(again)
    undone = without_siti.given(again)
    undone.when(end(SEKRETARIS)).then_refused(PASSED_ON)
    of_no_day = ended(again, cause=EndingCause.REPLACED)
    undone.when(end(SEKRETARIS, cause=EndingCause.REPLACED)).then(of_no_day)
    undone.given(of_no_day).when(end(SEKRETARIS)).then()


def test_a_vacant_seat_has_no_appointment_to_end() -> None:
    vacant.when(end(SEKRETARIS)).then_refused(SEAT_VACANT)
    without_siti.when(end(SEKRETARIS, MARCH + DAY)).then_refused(SEAT_VACANT)


def test_an_appointment_ends_when_it_has_begun() -> None:
    with_siti.when(end(SEKRETARIS, FROM - DAY)).then_refused(ENDED_BEFORE_BEGUN)


def test_an_end_is_recorded_once_it_has_happened() -> None:
    with_siti.when(end(SEKRETARIS, TODAY)).then(ended(SITI_SEATED, TODAY))
    with_siti.when(end(SEKRETARIS, TODAY + DAY)).then_refused(DAY_AHEAD)


def test_who_was_elected_for_a_later_day_may_give_the_seat_up_before_it() -> None:
    later = TODAY + DAY
    elected_ahead = appointed(SITI, SEKRETARIS, later, None)
    ahead = vacant.given(elected_ahead)
    ahead.when(end(SEKRETARIS, later)).then(ended(elected_ahead, later))
    ahead.when(end(SEKRETARIS, later + DAY)).then_refused(DAY_AHEAD)
    given_up = ahead.given(ended(elected_ahead, later))
    given_up.when(end(SEKRETARIS, later)).then()
    given_up.when(appoint(BUDI, SEKRETARIS, later, until_date=None)).then(
        appointed(BUDI, SEKRETARIS, later, date(2031, 3, 15))
    )


def test_only_a_lurah_is_succeeded() -> None:
    succeeded = end(SEKRETARIS, cause=EndingCause.SUCCEEDED)
    with_siti.when(succeeded).then_refused(SUCCESSION_APART)


def test_a_term_that_was_a_mistake_ends_on_its_first_day_and_may_be_said_right() -> None:
    mistaken = vacant.given(SITI_SEATED, ended(SITI_SEATED, FROM, EndingCause.REPLACED))
    mistaken.when(appoint(SITI, SEKRETARIS)).then(SITI_SEATED)
    mistaken.when(appoint(BUDI, SEKRETARIS)).then(appointed(BUDI, SEKRETARIS))


def test_c9_a_seat_passes_on_on_the_day_on_which_it_is_free_and_not_the_day_before() -> None:
    without_siti.when(appoint(BUDI, SEKRETARIS, MARCH, until_date=None)).then(BUDI_FOLLOWS)
    early = appoint(BUDI, SEKRETARIS, MARCH - DAY, until_date=None)
    without_siti.when(early).then_refused(TERM_OVERLAPS)


def test_c9_nobody_holds_two_seats_on_the_same_day_of_the_past() -> None:
    early = appoint(SITI, Seat.KETUA, MARCH - DAY, until_date=None)
    without_siti.when(early).then_refused(TERM_OVERLAPS)
    seated = appointed(SITI, Seat.KETUA, MARCH, FIVE_YEARS)
    without_siti.when(appoint(SITI, Seat.KETUA, MARCH, until_date=None)).then(seated)


def test_an_appointment_said_again_after_its_end_does_not_undo_it_and_says_so() -> None:
    without_siti.when(appoint(SITI, SEKRETARIS)).then_refused(TERM_OVERLAPS)


def test_who_is_elected_again_begins_a_new_term_after_the_old_one() -> None:
    with_siti.when(appoint(SITI, SEKRETARIS, MARCH)).then_refused(HOLDS_ANOTHER)
    again = appointed(SITI, SEKRETARIS, MARCH, FIVE_YEARS)
    without_siti.when(appoint(SITI, SEKRETARIS, MARCH, until_date=None)).then(again)


def test_whoever_dies_or_leaves_holds_no_seat() -> None:
    dead = EndSeatOf(SITI, MARCH, EndingCause.DECEASED)
    with_siti.when(dead).then(ended(SITI_SEATED, cause=EndingCause.DECEASED))
    without_siti.when(dead).then()
    vacant.when(dead).then()


def test_an_end_said_elsewhere_is_never_before_the_term() -> None:
    early = EndSeatOf(SITI, FROM - 5 * DAY, EndingCause.LEFT)
    with_siti.when(early).then(ended(SITI_SEATED, FROM, EndingCause.LEFT))


def test_c9_a_term_goes_on_through_its_last_day_and_ends_on_the_next() -> None:
    with_siti.when(EndTerms(UNTIL)).then()
    over = ended(SITI_SEATED, UNTIL + DAY, EndingCause.TERM_ENDED)
    with_siti.when(EndTerms(UNTIL + DAY)).then(over)


def test_a_term_ends_when_a_later_day_is_said_because_days_may_be_skipped() -> None:
    over = ended(SITI_SEATED, UNTIL + DAY, EndingCause.TERM_ENDED)
    with_siti.when(EndTerms(UNTIL + 40 * DAY)).then(over)


def test_ending_terms_twice_changes_nothing() -> None:
    over = ended(SITI_SEATED, UNTIL + DAY, EndingCause.TERM_ENDED)
    with_siti.given(over).when(EndTerms(UNTIL + DAY)).then()


@pytest.mark.parametrize("days", [(1, 2, 3), (3, 1, 2), (3,), (2, 2, 1)])
def test_terms_end_alike_in_whatever_order_days_are_heard_of(days: tuple[int, ...]) -> None:
    past: list[BoardEvent] = [
        SITI_SEATED,
        appointed(BUDI, Seat.BENDAHARA, until_date=UNTIL + DAY),
    ]
    for day in days:
        past += board.decide(EndTerms(UNTIL + day * DAY), board.fold(past))
    over = {(one.term.seat, one.on) for one in board.fold(past).ended}
    later = {(Seat.BENDAHARA, UNTIL + 2 * DAY)} if max(days) > 1 else set[tuple[Seat, date]]()
    assert over == {(SEKRETARIS, UNTIL + DAY)} | later


def test_an_open_term_ends_on_no_day_of_its_own() -> None:
    with_lurah.when(EndTerms(date(2099, 1, 1))).then()


def test_x14_a_new_lurah_follows_without_a_day_between() -> None:
    with_lurah.when(succeed()).then(LURAH_LEFT, NEXT_LURAH_SEATED, SUCCEEDED)
    assert LURAH_LEFT.ended_on == NEXT_LURAH_SEATED.from_date


def test_succeeding_twice_changes_nothing() -> None:
    succeeded = with_lurah.given(LURAH_LEFT, NEXT_LURAH_SEATED, SUCCEEDED)
    succeeded.when(succeed()).then()
    third = "839e11a4-21d3-80be-a8db-56fde67e9aaf"
    seated = appointed(third, Seat.KETUA_PENGAWAS, TODAY, None)
    over = ended(NEXT_LURAH_SEATED, TODAY, EndingCause.SUCCEEDED)
    succeeded.given(over, seated).when(succeed()).then()
    succeeded.given(over, seated).when(seat_lurah()).then_refused(SEAT_TAKEN)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (succeed(from_date=FROM - DAY), ENDED_BEFORE_BEGUN),
        (succeed(from_date=TODAY + DAY), DAY_AHEAD),
    ],
)
def test_a_lurah_succeeds_one_who_was_there_and_not_ahead_of_time(
    asked: BoardCommand, why: Refusal
) -> None:
    with_lurah.when(asked).then_refused(why)


def test_a_lurah_who_follows_nobody_is_appointed() -> None:
    vacant.when(succeed()).then_refused(SEAT_VACANT)


def test_x13_one_decision_frees_seats_and_fills_them() -> None:
    with_siti.when(NEW_SEKRETARIS).then(
        ended(SITI_SEATED, cause=EndingCause.REPLACED), BUDI_FOLLOWS
    )


def test_changing_a_board_twice_changes_nothing() -> None:
    changed = with_siti.given(ended(SITI_SEATED, cause=EndingCause.REPLACED), BUDI_FOLLOWS)
    changed.when(NEW_SEKRETARIS).then()
    left = changed.given(ended(BUDI_FOLLOWS, TODAY))
    left.when(NEW_SEKRETARIS).then()


def test_two_officers_may_change_seats_in_one_decision() -> None:
    ketua = appointed(BUDI, Seat.KETUA)
    swap = ChangeBoard(
        (SeatVacated(SEKRETARIS), SeatVacated(Seat.KETUA)),
        (SeatFilled(SEKRETARIS, BUDI), SeatFilled(Seat.KETUA, SITI)),
        MARCH,
        {SITI, BUDI},
        FOUNDED,
    )
    with_siti.given(ketua).when(swap).then(
        ended(SITI_SEATED, cause=EndingCause.REPLACED),
        ended(ketua, cause=EndingCause.REPLACED),
        BUDI_FOLLOWS,
        appointed(SITI, Seat.KETUA, MARCH, FIVE_YEARS),
    )


def test_whom_a_decision_elects_anew_stays_without_a_day_between() -> None:
    again = ChangeBoard(
        (SeatVacated(SEKRETARIS, EndingCause.TERM_ENDED),),
        (SeatFilled(SEKRETARIS, SITI, date(2031, 3, 1)),),
        MARCH,
        {SITI},
        FOUNDED,
    )
    with_siti.when(again).then(
        ended(SITI_SEATED, cause=EndingCause.TERM_ENDED),
        appointed(SITI, SEKRETARIS, MARCH, date(2031, 3, 1)),
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (ChangeBoard((SeatVacated(Seat.KETUA_PENGAWAS),), (), MARCH, (), FOUNDED), LURAH_SEAT),
        (ChangeBoard((SeatVacated(Seat.BENDAHARA),), (), MARCH, (), FOUNDED), SEAT_VACANT),
        (
            ChangeBoard((), (SeatFilled(Seat.KETUA_PENGAWAS, BUDI),), MARCH, {BUDI}, FOUNDED),
            LURAH_SEAT,
        ),
        (ChangeBoard((), (SeatFilled(Seat.KETUA, BUDI),), MARCH, (), FOUNDED), NOT_A_MEMBER),
        (ChangeBoard((), (SeatFilled(SEKRETARIS, BUDI),), MARCH, {BUDI}, FOUNDED), SEAT_TAKEN),
        (
            ChangeBoard((), (SeatFilled(Seat.PENGAWAS_1, SITI),), MARCH, {SITI}, FOUNDED),
            BOTH_ORGANS,
        ),
        (ChangeBoard((), (SeatFilled(Seat.KETUA, BUDI),), MARCH, {BUDI}, None), NOT_REGISTERED),
        (
            ChangeBoard(
                (), (SeatFilled(Seat.KETUA, BUDI, date(2032, 1, 1)),), MARCH, {BUDI}, FOUNDED
            ),
            TERM_TOO_LONG,
        ),
    ],
)
def test_a_decision_keeps_the_rules_of_each_seat(change: ChangeBoard, why: Refusal) -> None:
    with_siti.when(change).then_refused(why)


def test_a_decision_on_the_last_day_that_can_be_written_is_answered() -> None:
    change = ChangeBoard((), (SeatFilled(Seat.KETUA, BUDI),), date.max, (), FOUNDED)
    with_siti.when(change).then_refused(TERM_BACKWARDS)


def test_a_decision_that_fills_what_it_frees_breaks_no_rule() -> None:
    was = appointed(HOLDERS[SEKRETARIS], SEKRETARIS)
    certified.when(NEW_SEKRETARIS).then(ended(was, cause=EndingCause.REPLACED), BUDI_FOLLOWS)
    only_freed = ChangeBoard((SeatVacated(SEKRETARIS),), (), MARCH, (), FOUNDED)
    certified.when(only_freed).then(
        ended(was, cause=EndingCause.REPLACED), BoardRuleViolated(BoardRule.INCOMPLETE)
    )
