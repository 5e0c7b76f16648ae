"""The rules of the board: seats, the lurah's by office, and what training says of them."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.commands.board import (
    Appointment,
    BoardCommand,
    CertifyOfficer,
    EndSeatOf,
    EndTerms,
)
from services.membership.domain.board import board
from services.membership.domain.cooperative import BEFORE_COOPERATIVE, NOT_REGISTERED
from services.membership.domain.member import NOT_A_MEMBER
from services.membership.domain.slate import MINIMUM, Board
from services.membership.domain.terms import BOTH_ORGANS, HOLDS_ANOTHER, LURAH_SEAT, SEAT_TAKEN
from services.membership.events.board import (
    BoardCertified,
    BoardEvent,
    BoardRule,
    BoardRuleMended,
    BoardRuleViolated,
    EndingCause,
    OfficerAppointed,
    OfficerAppointedV1,
    OfficerAppointmentEnded,
    OfficerCertified,
    OfficerCertifiedV1,
    Organ,
    Seat,
    SeatV1,
)
from shared.decider import Refused
from tests.membership.board_story import (
    BUDI,
    DAY,
    DECLARED,
    FROM,
    FULL,
    LURAH,
    LURAH_SEATED,
    MARCH,
    NEXT_LURAH,
    PEOPLE,
    SITI,
    SITI_CERTIFIED,
    SITI_SEATED,
    SITI_TRAINED,
    TRAINED,
    TRAINED_UNTIL,
    UNTIL,
    appoint,
    appointed,
    certify,
    complete,
    declare,
    end,
    seat_lurah,
    succeed,
    vacant,
    with_siti,
    without_siti,
)


def test_a_member_takes_an_elected_seat() -> None:
    vacant.when(appoint(SITI, Seat.SEKRETARIS)).then(SITI_SEATED)


def test_appointing_twice_changes_nothing() -> None:
    with_siti.when(appoint(SITI, Seat.SEKRETARIS)).then()


def test_an_officer_is_a_member() -> None:
    refused = appoint(SITI, Seat.SEKRETARIS, is_member=False)
    vacant.when(refused).then_refused(NOT_A_MEMBER)


def test_nobody_is_elected_chair_of_the_pengawas() -> None:
    vacant.when(appoint(SITI, Seat.KETUA_PENGAWAS)).then_refused(LURAH_SEAT)


def test_a_seat_is_held_by_one_person() -> None:
    with_siti.when(appoint(BUDI, Seat.SEKRETARIS)).then_refused(SEAT_TAKEN)


def test_a_person_holds_one_seat_of_an_organ() -> None:
    with_siti.when(appoint(SITI, Seat.BENDAHARA)).then_refused(HOLDS_ANOTHER)


def test_nobody_is_in_both_organs() -> None:
    with_siti.when(appoint(SITI, Seat.PENGAWAS_1)).then_refused(BOTH_ORGANS)


@pytest.mark.parametrize("seat", [Seat.ANGGOTA_PENGURUS_2, Seat.PENGAWAS_3])
def test_a_board_may_have_seats_beyond_those_that_there_must_be(seat: Seat) -> None:
    assert not seat.required
    vacant.when(appoint(SITI, seat)).then(appointed(SITI, seat))


def test_what_version_1_said_of_seats_is_what_is_known_of_them_now() -> None:
    seated = OfficerAppointedV1(
        SeatV1.SEKRETARIS, SITI, Organ.PENGURUS, ex_officio=False, from_date=FROM, until_date=UNTIL
    )
    assert seated.upcast() == SITI_SEATED
    trained = OfficerCertifiedV1(SeatV1.SEKRETARIS, SITI, "KKMP-PLT-1", TRAINED_UNTIL)
    assert trained.upcast() == SITI_CERTIFIED
    assert {seat.value for seat in SeatV1} == {seat.value for seat in Seat if seat.required}


def test_the_lurah_chairs_the_pengawas_by_office_and_without_a_term() -> None:
    vacant.when(seat_lurah()).then(LURAH_SEATED)
    assert LURAH_SEATED.ex_officio


def test_seating_the_lurah_twice_changes_nothing() -> None:
    vacant.given(LURAH_SEATED).when(seat_lurah()).then()


def test_there_is_one_lurah_at_a_time() -> None:
    vacant.given(LURAH_SEATED).when(seat_lurah(BUDI)).then_refused(SEAT_TAKEN)


def test_a_board_without_a_cooperative_seats_nobody() -> None:
    vacant.when(seat_lurah(founded_on=None)).then_refused(NOT_REGISTERED)
    vacant.when(appoint(SITI, Seat.SEKRETARIS, founded_on=None)).then_refused(NOT_REGISTERED)


@pytest.mark.parametrize(
    "early", [appoint(SITI, Seat.SEKRETARIS, FROM - DAY), seat_lurah(from_date=FROM - DAY)]
)
def test_nobody_was_in_office_before_the_cooperative_was_founded(early: BoardCommand) -> None:
    vacant.when(early).then_refused(BEFORE_COOPERATIVE)


def test_a_trained_officer_is_certified_for_the_seat() -> None:
    with_siti.when(SITI_TRAINED).then(SITI_CERTIFIED)


def test_certifying_an_officer_twice_changes_nothing() -> None:
    with_siti.given(SITI_CERTIFIED).when(SITI_TRAINED).then()


def test_a_new_certificate_is_said_again() -> None:
    again = CertifyOfficer((Seat.SEKRETARIS,), SITI, "KKMP-PLT-2", TRAINED, date(2031, 11, 4))
    said = OfficerCertified(Seat.SEKRETARIS, SITI, "KKMP-PLT-2", date(2031, 11, 4))
    with_siti.given(SITI_CERTIFIED).when(again).then(said)


def test_training_for_seats_that_others_hold_certifies_nobody() -> None:
    all_seats = CertifyOfficer(tuple(Seat), SITI, "KKMP-PLT-1", TRAINED, TRAINED_UNTIL)
    complete.when(all_seats).then()
    with_siti.when(all_seats).then(SITI_CERTIFIED)


def test_x3_a_certificate_of_an_earlier_term_does_not_certify_a_later_one() -> None:
    again = appointed(SITI, Seat.SEKRETARIS, MARCH)
    without_siti.given(again).when(SITI_TRAINED).then()
    without_siti.when(SITI_TRAINED).then()


def test_every_organ_has_its_least_number_of_seats() -> None:
    for organ, least in MINIMUM.items():
        assert sum(seat.organ is organ for seat in Seat if seat.required) == least
        assert least % 2 == 1
    assert [seat for seat in Seat if seat.ex_officio] == [Seat.KETUA_PENGAWAS]
    assert Seat.KETUA_PENGAWAS.organ is Organ.PENGAWAS


people = st.sampled_from(PEOPLE)
seats = st.sampled_from(Seat)
days = st.integers(0, 300).map(lambda days: FROM + days * DAY)
commands = st.lists(
    st.one_of(
        st.builds(appoint, people, seats, days, is_member=st.booleans()),
        st.builds(seat_lurah, st.just(LURAH), days),
        st.builds(succeed, st.just(NEXT_LURAH), days),
        st.builds(end, seats, days),
        st.builds(EndSeatOf, people, days, st.just(EndingCause.LEFT)),
        st.builds(EndTerms, st.sampled_from([UNTIL, UNTIL + DAY])),
        st.builds(declare, people),
        st.builds(declare, people, people),
        st.builds(certify),
        st.builds(
            CertifyOfficer,
            st.lists(seats, max_size=3).map(tuple),
            people,
            st.sampled_from(["KKMP-PLT-1", "KKMP-PLT-2"]),
            days,
            st.just(TRAINED_UNTIL),
        ),
    ),
    max_size=25,
)
begun = st.sampled_from([[], FULL, [*FULL, *DECLARED], [*FULL, *DECLARED, BoardCertified()]])


def became(
    asked: list[BoardCommand], history: Sequence[BoardEvent] = ()
) -> tuple[list[BoardEvent], Board]:
    events = list(history)
    state = board.fold(events)
    for command in asked:
        try:
            new = list(board.decide(command, state))
        except Refused:
            continue
        state = board.fold(new, state)
        events += new
    return events, state


@given(commands)
def test_an_officer_is_in_one_seat_and_a_seat_has_one_officer(asked: list[BoardCommand]) -> None:
    _, state = became(asked)
    assert len({term.seat for term in state.held}) == len(state.held)
    assert len({term.person for term in state.held}) == len(state.held)


@given(commands)
def test_only_members_are_elected_and_only_holders_are_certified(
    asked: list[BoardCommand],
) -> None:
    members = {
        (command.asked.person, command.asked.seat)
        for command in asked
        if isinstance(command, Appointment) and command.is_member
    }
    events, _ = became(asked)
    holders: dict[Seat, str] = {}
    for said in events:
        match said:
            case OfficerAppointed(seat=seat, person=person):
                assert seat.ex_officio or (person, seat) in members
                holders[seat] = person
            case OfficerAppointmentEnded(seat=seat, person=person):
                assert holders.pop(seat) == person
            case OfficerCertified(seat=seat, person=person):
                assert holders[seat] == person
            case _:
                pass


@given(begun, commands)
def test_a_board_says_a_violation_once_and_a_certified_one_has_none(
    history: list[BoardEvent], asked: list[BoardCommand]
) -> None:
    events, state = became(asked, history)
    broken = set[BoardRule]()
    for said in events:
        match said:
            case BoardRuleViolated(rule=rule):
                assert rule not in broken
                broken.add(rule)
            case BoardRuleMended(rule=rule):
                broken.remove(rule)
            case BoardCertified():
                assert not broken
            case _:
                pass
    assert broken == state.violated
    assert broken == (state.broken() if state.in_force else set())
    assert not (state.certified and broken)


@given(begun, commands)
def test_terms_of_a_seat_and_of_a_person_never_overlap(
    history: list[BoardEvent], asked: list[BoardCommand]
) -> None:
    _, state = became(asked, history)
    terms = [(one.term, one.on) for one in state.ended]
    terms += [(term, date.max) for term in state.held]
    for (one, until), (other, other_until) in combinations(terms, 2):
        if one.seat is other.seat or one.person == other.person:
            assert until <= other.from_date or other_until <= one.from_date


@given(begun, commands)
def test_whatever_is_said_twice_changes_nothing(
    history: list[BoardEvent], asked: list[BoardCommand]
) -> None:
    state = board.fold(history)
    for command in asked:
        try:
            state = board.fold(board.decide(command, state), state)
        except Refused:
            continue
        assert list(board.decide(command, state)) == []
