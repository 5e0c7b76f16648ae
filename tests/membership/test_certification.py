"""The rules of the completed board: what it must be, and what it says when it is so no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.membership.commands.board import EndSeatOf
from services.membership.domain.board import board
from services.membership.domain.certification import (
    EVEN,
    INCOMPLETE,
    KIN_OF_ONESELF,
    KINSHIP_FORBIDDEN,
    NOT_AN_OFFICER,
    NOT_DECLARED,
    OFFICER_NOT_A_MEMBER,
)
from services.membership.events.board import (
    BoardCertified,
    BoardRule,
    BoardRuleMended,
    BoardRuleViolated,
    EndingCause,
    ExOfficioSucceeded,
    KinshipDeclared,
    OfficerAppointed,
    Seat,
)
from shared.decider import Refused
from tests.membership.board_story import (
    BUDI,
    DAY,
    DECLARED,
    FULL,
    HOLDERS,
    LURAH,
    LURAH_SEATED,
    MARCH,
    NEXT_LURAH,
    SITI,
    TODAY,
    appoint,
    appointed,
    certified,
    certify,
    complete,
    declare,
    declared,
    end,
    ended,
    succeed,
    vacant,
    with_siti,
)

KETUA, BENDAHARA = HOLDERS[Seat.KETUA], HOLDERS[Seat.BENDAHARA]
KETUA_SEATED, BENDAHARA_SEATED = appointed(KETUA, Seat.KETUA), appointed(BENDAHARA, Seat.BENDAHARA)
BENDAHARA_LEFT = ended(BENDAHARA_SEATED)
INCOMPLETE_NOW = BoardRuleViolated(BoardRule.INCOMPLETE)
RELATED = KinshipDeclared(KETUA, (BENDAHARA,))
SIXTH = appointed(SITI, Seat.ANGGOTA_PENGURUS_1)
SEVENTH = appointed(BUDI, Seat.ANGGOTA_PENGURUS_2)
BOTH_SILENT = [KinshipDeclared(SITI, ()), KinshipDeclared(BUDI, ())]


def test_a_complete_board_is_certified() -> None:
    declared.when(certify()).then(BoardCertified())


def test_certifying_the_board_twice_changes_nothing() -> None:
    certified.when(certify()).then()


@pytest.mark.parametrize("missing", FULL, ids=lambda said: said.seat.value)
def test_a_board_with_a_vacant_seat_is_not_certified(missing: OfficerAppointed) -> None:
    rest = [said for said in FULL if said is not missing]
    vacant.given(*rest, *DECLARED).when(certify()).then_refused(INCOMPLETE)


def test_c9_a_board_is_certified_of_those_who_sit_on_the_day_that_it_is_certified_for() -> None:
    rest = [said for said in FULL if said.seat is not Seat.BENDAHARA]
    ahead = appointed(BENDAHARA, Seat.BENDAHARA, MARCH, TODAY)
    slate = vacant.given(*rest, ahead, *DECLARED)
    slate.when(certify(on=MARCH - DAY)).then_refused(INCOMPLETE)
    slate.when(certify(on=MARCH)).then(BoardCertified())
    slate.when(certify(on=TODAY)).then(BoardCertified())
    slate.when(certify(on=TODAY + DAY)).then_refused(INCOMPLETE)


def test_an_organ_is_odd_without_those_who_sit_later_and_with_them() -> None:
    later = TODAY + DAY
    sixth = appointed(SITI, Seat.ANGGOTA_PENGURUS_1, later)
    seventh = appointed(BUDI, Seat.ANGGOTA_PENGURUS_2, later)
    declared.given(sixth).when(certify()).then_refused(EVEN)
    declared.given(sixth, seventh).when(certify()).then(BoardCertified())
    one_sits = declared.given(SIXTH, seventh, *BOTH_SILENT)
    one_sits.when(certify()).then_refused(EVEN)
    one_sits.when(certify(on=later)).then(BoardCertified())


def test_a_seat_beyond_the_required_ones_stands_in_for_none_of_them() -> None:
    rest = [said for said in FULL if said.seat is not Seat.BENDAHARA]
    stood_in = vacant.given(*rest, SIXTH, *DECLARED, *BOTH_SILENT)
    stood_in.when(certify()).then_refused(INCOMPLETE)


def test_the_refusal_names_the_vacant_seats() -> None:
    with pytest.raises(Refused, match="Vacant seats: bendahara, pengawas-1") as refused:
        board.decide(
            certify(),
            board.fold(said for said in FULL if said.seat not in (Seat.BENDAHARA, Seat.PENGAWAS_1)),
        )
    assert refused.value.refusal == INCOMPLETE


def test_an_organ_is_odd() -> None:
    declared.given(SIXTH, *BOTH_SILENT[:1]).when(certify()).then_refused(EVEN)
    declared.given(SIXTH, SEVENTH, *BOTH_SILENT).when(certify()).then(BoardCertified())


def test_an_officer_is_a_member_still_when_the_board_is_certified() -> None:
    declared.when(certify(KETUA)).then_refused(OFFICER_NOT_A_MEMBER)


def test_every_elected_officer_declares_kinship_and_the_lurah_need_not() -> None:
    assert {said.person for said in DECLARED} == set(HOLDERS.values()) - {LURAH}
    complete.given(*DECLARED[1:]).when(certify()).then_refused(NOT_DECLARED)


def test_an_officer_declares_kinship_and_to_have_none_is_said_too() -> None:
    complete.when(declare(KETUA)).then(KinshipDeclared(KETUA, ()))
    complete.when(declare(KETUA, LURAH, BENDAHARA, LURAH)).then(
        KinshipDeclared(KETUA, tuple(sorted((LURAH, BENDAHARA))))
    )


def test_declaring_twice_changes_nothing() -> None:
    complete.given(RELATED).when(declare(KETUA, BENDAHARA)).then()
    declared.when(declare(KETUA)).then()


def test_a_declaration_may_be_put_right() -> None:
    complete.given(RELATED).when(declare(KETUA)).then(KinshipDeclared(KETUA, ()))


def test_kinship_is_declared_by_officers_and_of_officers_alone() -> None:
    with_siti.when(declare(BUDI)).then_refused(NOT_AN_OFFICER)
    with_siti.when(declare(SITI, BUDI)).then_refused(NOT_AN_OFFICER)
    with_siti.when(declare(SITI, SITI)).then_refused(KIN_OF_ONESELF)


@pytest.mark.parametrize("relative", [BENDAHARA, HOLDERS[Seat.PENGAWAS_1], LURAH])
def test_no_officer_is_a_relative_of_another_of_either_organ(relative: str) -> None:
    related = declared.given(KinshipDeclared(KETUA, (relative,)))
    related.when(certify()).then_refused(KINSHIP_FORBIDDEN)


def test_it_is_enough_that_one_of_two_relatives_says_so() -> None:
    one_sided = declared.given(RELATED, KinshipDeclared(BENDAHARA, ()))
    one_sided.when(certify()).then_refused(KINSHIP_FORBIDDEN)


def test_relatives_do_not_matter_once_one_of_them_left_the_board() -> None:
    follows = appointed(BUDI, Seat.BENDAHARA, MARCH)
    mended = declared.given(RELATED, BENDAHARA_LEFT, follows, KinshipDeclared(BUDI, ()))
    mended.when(certify()).then(BoardCertified())


def test_an_end_that_breaks_a_certified_board_says_so() -> None:
    certified.when(end(Seat.BENDAHARA)).then(BENDAHARA_LEFT, INCOMPLETE_NOW)
    dead = EndSeatOf(BENDAHARA, MARCH, EndingCause.DECEASED)
    certified.when(dead).then(ended(BENDAHARA_SEATED, cause=EndingCause.DECEASED), INCOMPLETE_NOW)


def test_c2_a_violation_is_said_once_and_not_again_while_it_lasts() -> None:
    certified.given(BENDAHARA_LEFT, INCOMPLETE_NOW).when(end(Seat.KETUA)).then(ended(KETUA_SEATED))


def test_a_board_that_was_never_certified_says_nothing_of_rules() -> None:
    declared.when(end(Seat.BENDAHARA)).then(BENDAHARA_LEFT)


def test_a_broken_board_is_mended_and_then_certified_again() -> None:
    broken = certified.given(BENDAHARA_LEFT, INCOMPLETE_NOW)
    broken.when(certify()).then_refused(INCOMPLETE)
    follows = appointed(BUDI, Seat.BENDAHARA, MARCH)
    mended = BoardRuleMended(BoardRule.INCOMPLETE)
    broken.when(appoint(BUDI, Seat.BENDAHARA, MARCH)).then(follows, mended)
    whole = broken.given(follows, mended)
    whole.when(certify()).then_refused(NOT_DECLARED)
    whole.given(KinshipDeclared(BUDI, ())).when(certify()).then(BoardCertified())


def test_a_certified_board_becomes_even() -> None:
    even = BoardRuleViolated(BoardRule.EVEN)
    certified.when(appoint(SITI, Seat.ANGGOTA_PENGURUS_1)).then(SIXTH, even)
    seven = certified.given(SIXTH, even)
    seven.when(appoint(BUDI, Seat.ANGGOTA_PENGURUS_2)).then(
        SEVENTH, BoardRuleMended(BoardRule.EVEN)
    )


def test_kinship_that_comes_to_light_breaks_a_certified_board_until_one_leaves() -> None:
    kinship = BoardRuleViolated(BoardRule.KINSHIP)
    certified.when(declare(KETUA, BENDAHARA)).then(RELATED, kinship)
    certified.given(RELATED, kinship).when(end(Seat.BENDAHARA)).then(
        BENDAHARA_LEFT, INCOMPLETE_NOW, BoardRuleMended(BoardRule.KINSHIP)
    )


def test_a_change_of_hands_is_certified_anew_though_it_breaks_no_rule() -> None:
    lurah_left = ended(LURAH_SEATED, cause=EndingCause.SUCCEEDED)
    seated = appointed(NEXT_LURAH, Seat.KETUA_PENGAWAS, MARCH, None)
    said = ExOfficioSucceeded(Seat.KETUA_PENGAWAS, NEXT_LURAH, LURAH, MARCH)
    certified.when(succeed()).then(lurah_left, seated, said)
    certified.given(lurah_left, seated, said).when(certify()).then(BoardCertified())


@given(st.permutations(FULL), st.integers(0, len(FULL)))
def test_a_board_is_certified_when_all_seats_are_filled_in_any_order(
    order: list[OfficerAppointed], filled: int
) -> None:
    scenario = vacant.given(*order[:filled], *DECLARED).when(certify())
    if filled == len(FULL):
        scenario.then(BoardCertified())
    else:
        scenario.then_refused(INCOMPLETE)
