"""What is held on a person: consent, what is put right, every look on record, and the end."""

from datetime import date, timedelta

import pytest

from services.membership.commands.person import (
    About,
    CopyPersonalData,
    EraseSubject,
    LiftLegalHold,
    PersonAsked,
    PlaceLegalHold,
    RecordConsent,
    RectifyIdentity,
    RevealPersonalData,
    Standing,
    WithdrawConsent,
)
from services.membership.domain import person as rules
from services.membership.domain.member import (
    NO_APPLICATION,
    Applicant,
    Approved,
    Former,
    Member,
    Rejected,
    Resident,
)
from services.membership.domain.person import (
    ACTIVE,
    HELD,
    NOT_LAWFUL,
    NOTHING_RECTIFIED,
    RETAINED,
    erasable,
    person,
    retention,
    standing_of,
)
from services.membership.events.person import (
    ConsentPurpose,
    ConsentRecorded,
    ConsentWithdrawn,
    ErasureBasis,
    IdentityRectified,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonalDataCopied,
    PersonalDataRevealed,
    PersonalField,
    PersonEvent,
    RevealPurpose,
    SubjectErased,
)
from shared.decider import Refused
from shared.personal import ERASED
from shared.testing.scenario import Scenario

TODAY, LEFT_ON = date(2026, 7, 1), date(2026, 6, 30)
SITI = Scenario(person)
CASE = "W10.U4/123/2026"
GONE = SubjectErased(ErasureBasis.REQUESTED, "PDP/2026/17")
ERASE = EraseSubject(basis=ErasureBasis.REQUESTED, reference="PDP/2026/17")
AGREE = RecordConsent(purpose=ConsentPurpose.CONTACT, note="di kantor gerai")
AGREED = ConsentRecorded(ConsentPurpose.CONTACT, "di kantor gerai")
TAKE_BACK, TAKEN_BACK = (
    WithdrawConsent(purpose=ConsentPurpose.CONTACT),
    ConsentWithdrawn(ConsentPurpose.CONTACT),
)


def about(asked: PersonAsked, standing: Standing = "closed") -> About:
    return About(asked, standing, TODAY, left_on=LEFT_ON if standing == "closed" else None)


def test_a_person_consents_to_one_purpose_at_a_time_and_twice_changes_nothing() -> None:
    SITI.given().when(about(AGREE)).then(AGREED)
    SITI.given(AGREED).when(about(AGREE)).then()
    photograph = RecordConsent(purpose=ConsentPurpose.PHOTOGRAPH)
    SITI.given(AGREED).when(about(photograph)).then(ConsentRecorded(ConsentPurpose.PHOTOGRAPH))


def test_a_consent_is_withdrawn_once_and_may_be_given_again() -> None:
    SITI.given(AGREED).when(about(TAKE_BACK)).then(TAKEN_BACK)
    SITI.given(AGREED, TAKEN_BACK).when(about(TAKE_BACK)).then()
    SITI.given().when(about(TAKE_BACK)).then()
    SITI.given(AGREED, TAKEN_BACK).when(about(AGREE)).then(AGREED)


def test_what_is_wrong_is_put_right_and_the_rest_stays() -> None:
    right = RectifyIdentity(phone="081200000002", born_on=date(1990, 1, 2))
    said = IdentityRectified(phone="081200000002", born_on="1990-01-02")
    SITI.given().when(about(right, "active")).then(said)


def test_a_rectification_of_nothing_is_refused() -> None:
    SITI.given().when(about(RectifyIdentity())).then_refused(NOTHING_RECTIFIED)


def test_every_look_is_recorded_the_second_one_too() -> None:
    look = RevealPersonalData(
        purpose=RevealPurpose.CONTACT, fields=(PersonalField.NAME, PersonalField.NAME)
    )
    seen = PersonalDataRevealed(RevealPurpose.CONTACT, (PersonalField.NAME,))
    SITI.given().when(about(look)).then(seen)
    SITI.given(seen).when(about(look)).then(seen)
    SITI.given().when(about(CopyPersonalData())).then(PersonalDataCopied())


def test_a_legal_hold_is_placed_and_lifted_once_for_each_case() -> None:
    placed, lifted = LegalHoldPlaced(CASE), LegalHoldLifted(CASE)
    SITI.given().when(about(PlaceLegalHold(case=CASE))).then(placed)
    SITI.given(placed).when(about(PlaceLegalHold(case=CASE))).then()
    SITI.given(placed).when(about(LiftLegalHold(case=CASE))).then(lifted)
    SITI.given(placed, lifted).when(about(LiftLegalHold(case=CASE))).then()


def test_whoever_belongs_no_more_is_erased_once() -> None:
    SITI.given().when(about(ERASE)).then(GONE)
    SITI.given(GONE).when(about(ERASE)).then()


@pytest.mark.parametrize("standing", ["open", "active"])
def test_an_active_member_or_open_application_is_not_erased(standing: Standing) -> None:
    SITI.given().when(about(ERASE, standing)).then_refused(ACTIVE)


def test_what_a_case_needs_is_not_erased_until_the_last_hold_is_lifted() -> None:
    placed = LegalHoldPlaced(CASE)
    SITI.given(placed).when(about(ERASE)).then_refused(HELD)
    SITI.given(placed, LegalHoldLifted(CASE)).when(about(ERASE)).then(GONE)
    other = LegalHoldPlaced("B/7/2026")
    SITI.given(placed, other, LegalHoldLifted(CASE)).when(about(ERASE)).then_refused(HELD)


def test_data_are_kept_as_long_as_the_policy_of_the_day_of_leaving_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    SITI.given().when(about(ERASE)).then(GONE)  # no time is set yet
    later = ((date(2025, 1, 1), timedelta()), (LEFT_ON, timedelta(days=2)))
    monkeypatch.setattr(rules, "RETENTION", later)
    assert retention(LEFT_ON - timedelta(days=1)) == timedelta()
    SITI.given().when(about(ERASE)).then_refused(RETAINED)
    on_the_day = About(ERASE, "closed", LEFT_ON + timedelta(days=2), left_on=LEFT_ON)
    SITI.given().when(on_the_day).then(GONE)


@pytest.mark.parametrize(
    ("facts", "standing", "day", "why"),
    [
        ((), "active", TODAY, "erasing_active_member"),
        ((), "open", TODAY, "erasing_active_member"),
        ((), "unknown", TODAY, "no_application"),
        ((LegalHoldPlaced(CASE),), "closed", TODAY, "legal_hold"),
        ((GONE,), "active", TODAY, "erasing_active_member"),
        ((LegalHoldPlaced(CASE), GONE), "closed", TODAY, "legal_hold"),
        ((), "closed", LEFT_ON - timedelta(days=1), "retention_running"),
    ],
)
def test_a_recorded_erasure_that_the_rules_would_not_have_allowed_is_not_lawful(
    facts: tuple[PersonEvent, ...], standing: Standing, day: date, why: str
) -> None:
    with pytest.raises(Refused) as refused:
        erasable(GONE, day, facts, standing, LEFT_ON if standing == "closed" else None)
    assert (refused.value.refusal, refused.value.values) == (NOT_LAWFUL, {"why": why})


@pytest.mark.parametrize("facts", [(), (GONE,), (LegalHoldPlaced(CASE), LegalHoldLifted(CASE))])
def test_a_recorded_erasure_that_the_rules_allow_is_lawful_whatever_was_said_before(
    facts: tuple[PersonEvent, ...],
) -> None:
    erasable(GONE, TODAY, facts, "closed", LEFT_ON)
    erasable(GONE, TODAY, facts, "closed", None)


@pytest.mark.parametrize(
    "asked",
    [
        AGREE,
        TAKE_BACK,
        RectifyIdentity(name="Siti"),
        RevealPersonalData(purpose=RevealPurpose.LEGAL, fields=(PersonalField.NAME,)),
        CopyPersonalData(),
        PlaceLegalHold(case=CASE),
        LiftLegalHold(case=CASE),
    ],
    ids=lambda asked: type(asked).__name__,
)
def test_of_whoever_is_erased_nothing_more_is_taken_in_or_shown(asked: PersonAsked) -> None:
    SITI.given(GONE).when(about(asked)).then_refused(ERASED)


def test_nothing_is_held_on_somebody_who_never_applied() -> None:
    for asked in (AGREE, ERASE):
        SITI.given().when(about(asked, "unknown")).then_refused(NO_APPLICATION)


def test_how_somebody_stands_follows_from_the_membership() -> None:
    stands = [standing_of(one) for one in (Resident(), Applicant(), Approved(), Member())]
    assert stands == ["unknown", "open", "open", "active"]
    assert {standing_of(Rejected()), standing_of(Former())} == {"closed"}
