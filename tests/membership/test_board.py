"""The rules of the board: seats, the lurah's by office, and when it is complete."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.commands.board import (
    AppointExOfficio,
    Appointment,
    AppointOfficer,
    BoardCommand,
    CertifyBoard,
    CertifyOfficer,
    ExOfficioAppointment,
)
from services.membership.domain.board import (
    HOLDS_ANOTHER,
    INCOMPLETE,
    LURAH_SEAT,
    MINIMUM,
    SEAT_TAKEN,
    TERM_BACKWARDS,
    Board,
    board,
)
from services.membership.domain.cooperative import NOT_REGISTERED
from services.membership.domain.member import NOT_A_MEMBER
from services.membership.events.board import (
    BoardCertified,
    BoardEvent,
    OfficerAppointed,
    OfficerCertified,
    Organ,
    Seat,
)
from shared.decider import Refused
from shared.testing.scenario import Scenario

SITI = "0197a1f0-0000-7000-8000-000000000001"
BUDI = "0197a1f0-0000-7000-8000-000000000002"
LURAH = "839e11a4-21d3-80be-a8db-56fde67e9aad"
FROM = date(2025, 5, 31)
UNTIL = date(2030, 5, 31)
TRAINED_UNTIL = date(2028, 11, 4)
PEOPLE = [SITI, BUDI, LURAH, *(f"0197a1f0-0000-7000-8000-00000000010{n}" for n in range(7))]


def appoint(
    person: str, seat: Seat, *, is_member: bool = True, until_date: date | None = UNTIL
) -> Appointment:
    asked = AppointOfficer(seat=seat, person=person, from_date=FROM, until_date=until_date)
    return Appointment(asked, is_member)


def appointed(person: str, seat: Seat, until_date: date | None = UNTIL) -> OfficerAppointed:
    return OfficerAppointed(seat, person, seat.organ, seat.ex_officio, FROM, until_date)


def seat_lurah(person: str = LURAH, *, registered: bool = True) -> ExOfficioAppointment:
    return ExOfficioAppointment(AppointExOfficio(from_date=FROM), person, registered)


LURAH_SEATED = appointed(LURAH, Seat.KETUA_PENGAWAS, until_date=None)
SITI_SEATED = appointed(SITI, Seat.SEKRETARIS)
ELECTED = [seat for seat in Seat if not seat.ex_officio]
FULL = [
    LURAH_SEATED,
    *(appointed(who, seat) for who, seat in zip(PEOPLE[3:], ELECTED, strict=True)),
]
SITI_TRAINED = CertifyOfficer((Seat.SEKRETARIS,), SITI, "KKMP-PLT-1", TRAINED_UNTIL)
SITI_CERTIFIED = OfficerCertified(Seat.SEKRETARIS, SITI, "KKMP-PLT-1", TRAINED_UNTIL)

vacant = Scenario(board)
with_siti = vacant.given(SITI_SEATED)
complete = vacant.given(*FULL)


def test_a_member_takes_an_elected_seat() -> None:
    vacant.when(appoint(SITI, Seat.SEKRETARIS)).then(SITI_SEATED)


def test_appointing_twice_changes_nothing() -> None:
    with_siti.when(appoint(SITI, Seat.SEKRETARIS)).then()


def test_an_officer_is_a_member() -> None:
    refused = appoint(SITI, Seat.SEKRETARIS, is_member=False)
    vacant.when(refused).then_refused(NOT_A_MEMBER)


def test_nobody_is_elected_chair_of_the_pengawas() -> None:
    vacant.when(appoint(SITI, Seat.KETUA_PENGAWAS)).then_refused(LURAH_SEAT)


@pytest.mark.parametrize("until", [FROM, date(2025, 5, 30)])
def test_a_term_ends_after_it_began(until: date) -> None:
    backwards = appoint(SITI, Seat.SEKRETARIS, until_date=until)
    vacant.when(backwards).then_refused(TERM_BACKWARDS)


def test_a_term_may_be_open() -> None:
    opened = appoint(SITI, Seat.SEKRETARIS, until_date=None)
    vacant.when(opened).then(appointed(SITI, Seat.SEKRETARIS, until_date=None))


def test_a_seat_is_held_by_one_person() -> None:
    with_siti.when(appoint(BUDI, Seat.SEKRETARIS)).then_refused(SEAT_TAKEN)


@pytest.mark.parametrize("seat", [Seat.BENDAHARA, Seat.PENGAWAS_1])
def test_a_person_holds_one_seat_of_either_organ(seat: Seat) -> None:
    with_siti.when(appoint(SITI, seat)).then_refused(HOLDS_ANOTHER)


def test_the_lurah_chairs_the_pengawas_by_office_and_without_a_term() -> None:
    vacant.when(seat_lurah()).then(LURAH_SEATED)
    assert LURAH_SEATED.ex_officio


def test_seating_the_lurah_twice_changes_nothing() -> None:
    vacant.given(LURAH_SEATED).when(seat_lurah()).then()


def test_there_is_one_lurah_at_a_time() -> None:
    vacant.given(LURAH_SEATED).when(seat_lurah(BUDI)).then_refused(SEAT_TAKEN)


def test_a_board_without_a_cooperative_seats_nobody() -> None:
    vacant.when(seat_lurah(registered=False)).then_refused(NOT_REGISTERED)


def test_a_complete_board_is_certified() -> None:
    complete.when(CertifyBoard()).then(BoardCertified())


def test_certifying_the_board_twice_changes_nothing() -> None:
    complete.given(BoardCertified()).when(CertifyBoard()).then()


@pytest.mark.parametrize("missing", FULL, ids=lambda said: said.seat.value)
def test_a_board_with_a_vacant_seat_is_not_certified(missing: OfficerAppointed) -> None:
    rest = [said for said in FULL if said is not missing]
    vacant.given(*rest).when(CertifyBoard()).then_refused(INCOMPLETE)


def test_the_refusal_names_the_vacant_seats() -> None:
    with pytest.raises(Refused, match="Vacant seats: bendahara, pengawas-1") as refused:
        board.decide(
            CertifyBoard(),
            board.fold(said for said in FULL if said.seat not in (Seat.BENDAHARA, Seat.PENGAWAS_1)),
        )
    assert refused.value.refusal == INCOMPLETE


def test_a_trained_officer_is_certified_for_the_seat() -> None:
    with_siti.when(SITI_TRAINED).then(SITI_CERTIFIED)


def test_certifying_an_officer_twice_changes_nothing() -> None:
    with_siti.given(SITI_CERTIFIED).when(SITI_TRAINED).then()


def test_a_new_certificate_is_said_again() -> None:
    again = CertifyOfficer((Seat.SEKRETARIS,), SITI, "KKMP-PLT-2", date(2031, 11, 4))
    said = OfficerCertified(Seat.SEKRETARIS, SITI, "KKMP-PLT-2", date(2031, 11, 4))
    with_siti.given(SITI_CERTIFIED).when(again).then(said)


def test_training_for_seats_that_others_hold_certifies_nobody() -> None:
    all_seats = CertifyOfficer(tuple(Seat), SITI, "KKMP-PLT-1", TRAINED_UNTIL)
    complete.when(all_seats).then()
    with_siti.when(all_seats).then(SITI_CERTIFIED)


def test_every_organ_has_its_least_number_of_seats() -> None:
    for organ, least in MINIMUM.items():
        assert sum(seat.organ is organ for seat in Seat) >= least
        assert least % 2 == 1
    assert [seat for seat in Seat if seat.ex_officio] == [Seat.KETUA_PENGAWAS]
    assert Seat.KETUA_PENGAWAS.organ is Organ.PENGAWAS


people = st.sampled_from(PEOPLE)
commands = st.lists(
    st.one_of(
        st.builds(appoint, people, st.sampled_from(Seat), is_member=st.booleans()),
        st.builds(seat_lurah, people),
        st.just(CertifyBoard()),
        st.builds(
            CertifyOfficer,
            st.lists(st.sampled_from(Seat), max_size=3).map(tuple),
            people,
            st.sampled_from(["KKMP-PLT-1", "KKMP-PLT-2"]),
            st.just(TRAINED_UNTIL),
        ),
    ),
    max_size=25,
)


def became(asked: list[BoardCommand]) -> tuple[list[BoardEvent], Board]:
    events: list[BoardEvent] = []
    state = board.initial
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
    assert len({seat for seat, _ in state.held}) == len(state.held)
    assert len({person for _, person in state.held}) == len(state.held)


@given(commands)
def test_only_members_are_elected_and_only_holders_are_certified(
    asked: list[BoardCommand],
) -> None:
    members = {
        (command.asked.person, command.asked.seat)
        for command in asked
        if isinstance(command, Appointment) and command.is_member
    }
    events, state = became(asked)
    for said in events:
        match said:
            case OfficerAppointed(seat=seat, person=person, ex_officio=False):
                assert (person, seat) in members
            case OfficerAppointed(seat=seat):
                assert seat is Seat.KETUA_PENGAWAS
            case OfficerCertified(seat=seat, person=person):
                assert state.holder(seat) == person
            case BoardCertified():
                pass


@given(st.permutations(FULL), st.integers(0, len(FULL)))
def test_a_board_is_certified_when_all_seats_are_filled_in_any_order(
    order: list[OfficerAppointed], filled: int
) -> None:
    scenario = vacant.given(*order[:filled]).when(CertifyBoard())
    if filled == len(FULL):
        scenario.then(BoardCertified())
    else:
        scenario.then_refused(INCOMPLETE)
