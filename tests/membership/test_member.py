"""The rules of joining and leaving."""

from dataclasses import dataclass
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.membership.commands.member import (
    Application,
    ApplyForMembership,
    ApproveApplication,
    MemberCommand,
    Payment,
    RecordSavingsPayment,
    RejectApplication,
    Resignation,
    ResignMember,
    Verification,
    VerifyApplicant,
)
from services.membership.domain.cooperative import NOT_REGISTERED
from services.membership.domain.joining import TOO_YOUNG
from services.membership.domain.leaving import IN_OFFICE
from services.membership.domain.member import (
    DECIDED,
    NO_APPLICATION,
    NOT_A_MEMBER,
    NOT_APPROVED,
    NOT_VERIFIED,
    member,
)
from services.membership.domain.payments import POKOK_FIRST
from services.membership.domain.standing import Member
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
from services.membership.events.savings import Savings
from shared.calendar import WIB
from shared.decider import Refused
from shared.population import Agreement
from shared.testing.scenario import Scenario

FOUNDED, TODAY = date(2025, 5, 31), date(2025, 11, 4)
NOON = datetime(2025, 11, 4, 12, tzinfo=WIB)
SITI = ApplyForMembership(
    name="Siti Rahayu",
    identity_number="3172024101900001",
    phone="0812-0000-0001",
    born_on=date(1990, 1, 1),
    accepts_articles=True,
)
APPLY = Application(SITI, founded_on=FOUNDED, today=TODAY)
VERIFY = Verification(VerifyApplicant())
APPROVE = ApproveApplication()
REJECT = RejectApplication(reason="domisili di luar kelurahan")
PAY_POKOK = Payment(RecordSavingsPayment(kind=Savings.POKOK, amount=50_000), NOON)
PAY_WAJIB = Payment(RecordSavingsPayment(kind=Savings.WAJIB, amount=10_000), NOON)
PAY_SUKARELA = Payment(RecordSavingsPayment(kind=Savings.SUKARELA, amount=25_000), NOON)
PAYMENTS = (PAY_POKOK, PAY_WAJIB, PAY_SUKARELA)
MOVES_AWAY = ResignMember(reason="pindah ke Bekasi")
RESIGN = Resignation(MOVES_AWAY, in_office=False, at=NOON)
RESIGN_IN_OFFICE = Resignation(MOVES_AWAY, in_office=True, at=NOON)

APPLIED = MembershipApplied(SITI.name, SITI.identity_number, SITI.phone, "1990-01-01")
VERIFIED = ApplicantVerified(Agreement.NOT_ASKED)
APPROVED = MembershipApproved()
REJECTED = MembershipRejected(REJECT.reason)
POKOK_PAID = SavingsPaid(Savings.POKOK, 50_000)
JOINED = MemberJoined(NOON)
RESIGNED = MemberResigned(MOVES_AWAY.reason)
LEFT = MemberLeft(LeavingCause.RESIGNED, left_at=NOON)

resident = Scenario(member)
applicant = resident.given(APPLIED)
verified = applicant.given(VERIFIED)
approved = verified.given(APPROVED)
rejected = applicant.given(REJECTED)
siti = approved.given(POKOK_PAID, JOINED)
former = siti.given(RESIGNED, LEFT)

type Story = Scenario[MemberCommand, object, MemberEvent]
stories = {
    "resident": resident,
    "applicant": applicant,
    "verified": verified,
    "approved": approved,
    "rejected": rejected,
    "member": siti,
    "former": former,
}


def test_a_resident_of_age_applies() -> None:
    resident.when(APPLY).then(APPLIED)


@pytest.mark.parametrize(
    "story", ["applicant", "verified", "approved", "rejected", "member", "former"]
)
def test_applying_twice_changes_nothing(story: str) -> None:
    stories[story].when(APPLY).then()


def test_nobody_joins_a_cooperative_that_is_not_registered() -> None:
    unknown = Application(SITI, founded_on=None, today=TODAY)
    resident.when(unknown).then_refused(NOT_REGISTERED)


@pytest.mark.parametrize(
    ("born_on", "old_enough"),
    [
        (date(2008, 11, 4), True),
        (date(2008, 11, 5), False),
        (date(2008, 10, 31), True),
        (date(2009, 1, 1), False),
        (date(2026, 1, 1), False),
    ],
)
def test_a_member_is_seventeen_on_the_day(born_on: date, *, old_enough: bool) -> None:
    young = SITI.model_copy(update={"born_on": born_on})
    asked = resident.when(Application(young, founded_on=FOUNDED, today=TODAY))
    if old_enough:
        asked.then(
            MembershipApplied(SITI.name, SITI.identity_number, SITI.phone, born_on.isoformat())
        )
    else:
        asked.then_refused(TOO_YOUNG)


def test_who_is_born_on_a_leap_day_is_seventeen_on_the_first_of_march() -> None:
    leap = SITI.model_copy(update={"born_on": date(2008, 2, 29)})
    eve, day = date(2025, 2, 28), date(2025, 3, 1)
    resident.when(Application(leap, founded_on=eve, today=eve)).then_refused(TOO_YOUNG)
    applied = MembershipApplied(SITI.name, SITI.identity_number, SITI.phone, "2008-02-29")
    resident.when(Application(leap, founded_on=eve, today=day)).then(applied)


@pytest.mark.parametrize(
    "command", [VERIFY, APPROVE, REJECT, PAY_POKOK, PAY_WAJIB, RESIGN, RESIGN_IN_OFFICE]
)
def test_without_an_application_there_is_nothing_to_do(command: MemberCommand) -> None:
    resident.when(command).then_refused(NO_APPLICATION)


def test_an_applicant_is_verified() -> None:
    applicant.when(VERIFY).then(VERIFIED)


@pytest.mark.parametrize("story", ["verified", "approved", "member", "former"])
def test_verifying_twice_changes_nothing(story: str) -> None:
    stories[story].when(VERIFY).then()


def test_a_verified_applicant_is_approved() -> None:
    verified.when(APPROVE).then(APPROVED)


def test_approval_comes_after_verification() -> None:
    applicant.when(APPROVE).then_refused(NOT_VERIFIED)


@pytest.mark.parametrize("story", ["approved", "member", "former"])
def test_approving_twice_changes_nothing(story: str) -> None:
    stories[story].when(APPROVE).then()


@pytest.mark.parametrize("story", ["applicant", "verified"])
def test_an_applicant_may_be_declined_before_or_after_verification(story: str) -> None:
    stories[story].when(REJECT).then(REJECTED)


def test_declining_twice_changes_nothing() -> None:
    rejected.when(REJECT).then()


@pytest.mark.parametrize("story", ["approved", "member", "former"])
def test_whoever_was_accepted_is_not_declined_any_more(story: str) -> None:
    stories[story].when(REJECT).then_refused(DECIDED)


@pytest.mark.parametrize("command", [VERIFY, APPROVE])
def test_whoever_was_declined_is_not_accepted_any_more(command: MemberCommand) -> None:
    rejected.when(command).then_refused(DECIDED)


def test_the_simpanan_pokok_makes_a_member() -> None:
    approved.when(PAY_POKOK).then(POKOK_PAID, JOINED)


@pytest.mark.parametrize("payment", [PAY_WAJIB, PAY_SUKARELA])
def test_other_savings_wait_for_the_simpanan_pokok(payment: Payment) -> None:
    approved.when(payment).then_refused(POKOK_FIRST)


def test_the_simpanan_pokok_is_paid_once() -> None:
    siti.when(PAY_POKOK).then_refused(POKOK_FIRST)


@pytest.mark.parametrize("payment", [PAY_WAJIB, PAY_SUKARELA])
def test_a_member_saves_again_and_again(payment: Payment) -> None:
    paid = SavingsPaid(payment.asked.kind, payment.asked.amount)
    siti.when(payment).then(paid)
    siti.given(paid).when(payment).then(paid)


@pytest.mark.parametrize("story", ["applicant", "verified", "rejected"])
def test_nobody_pays_before_the_approval(story: str) -> None:
    stories[story].when(PAY_POKOK).then_refused(NOT_APPROVED)


@pytest.mark.parametrize("payment", [PAY_POKOK, PAY_WAJIB, PAY_SUKARELA])
def test_a_former_member_pays_nothing(payment: Payment) -> None:
    former.when(payment).then_refused(NOT_A_MEMBER)


def test_a_member_resigns() -> None:
    siti.when(RESIGN).then(RESIGNED, LEFT)


def test_an_officer_hands_over_before_resigning() -> None:
    siti.when(RESIGN_IN_OFFICE).then_refused(IN_OFFICE)


@pytest.mark.parametrize("command", [RESIGN, RESIGN_IN_OFFICE])
def test_resigning_twice_changes_nothing(command: Resignation) -> None:
    former.when(command).then()


@pytest.mark.parametrize("story", ["applicant", "verified", "approved", "rejected"])
def test_only_a_member_resigns(story: str) -> None:
    stories[story].when(RESIGN).then_refused(NOT_A_MEMBER)


@pytest.mark.parametrize(
    "number",
    [
        "317202410190000",
        "31720241019000011",
        "3172024101900000",
        "31720241019000O1",
        "317202410190000\u0661",
    ],
)
def test_an_identity_number_has_sixteen_digits_and_a_serial(number: str) -> None:
    with pytest.raises(ValidationError):
        ApplyForMembership(
            name=SITI.name,
            identity_number=number,
            phone=SITI.phone,
            born_on=SITI.born_on,
            accepts_articles=True,
        )


@pytest.mark.parametrize("amount", [0, -50_000, 1_000_000_001])
def test_a_payment_is_more_than_nothing_and_not_absurd(amount: int) -> None:
    with pytest.raises(ValidationError):
        RecordSavingsPayment(kind=Savings.WAJIB, amount=amount)


commands = st.lists(
    st.sampled_from([APPLY, VERIFY, APPROVE, REJECT, *PAYMENTS, RESIGN, RESIGN_IN_OFFICE]),
    max_size=20,
)


@dataclass(frozen=True)
class Life:
    """All that became of somebody who asked for many things, and how it ended."""

    events: tuple[MemberEvent, ...]
    state: object


def life(asked: list[MemberCommand]) -> Life:
    events: list[MemberEvent] = []
    state = member.initial
    for command in asked:
        try:
            new = list(member.decide(command, state))
        except Refused:
            continue
        state = member.fold(new, state)
        events += new
    return Life(tuple(events), state)


@given(commands)
def test_a_member_has_always_applied_been_approved_and_paid_the_pokok_once(
    asked: list[MemberCommand],
) -> None:
    lived = life(asked)
    joins = [index for index, event in enumerate(lived.events) if event == JOINED]
    assert len(joins) <= 1
    for index in joins:
        assert lived.events[:index] == (APPLIED, VERIFIED, APPROVED, POKOK_PAID)
    assert sum(event == POKOK_PAID for event in lived.events) == len(joins)
    assert isinstance(lived.state, Member) == (bool(joins) and LEFT not in lived.events)


@given(commands)
def test_nothing_happens_after_somebody_has_left_or_was_declined(
    asked: list[MemberCommand],
) -> None:
    events = life(asked).events
    for last in (LEFT, REJECTED):
        assert last not in events[:-1]


@given(commands)
def test_what_was_decided_folds_to_what_was_decided_on(asked: list[MemberCommand]) -> None:
    lived = life(asked)
    assert member.fold(lived.events) == lived.state


@given(commands, st.sampled_from([APPLY, VERIFY, APPROVE, REJECT, RESIGN]))
def test_whatever_came_before_said_twice_changes_nothing(
    asked: list[MemberCommand], command: MemberCommand
) -> None:
    once, twice = life([*asked, command]), life([*asked, command, command])
    assert once.events == twice.events
