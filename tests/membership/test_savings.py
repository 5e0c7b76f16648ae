"""The rules of bills and payments: what is owed, and what was no payment."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from services.membership.commands.member import (
    Lasting,
    NoteArrears,
    Payment,
    RecordSavingsPayment,
    Reversal,
    ReverseSavingsPayment,
)
from services.membership.commands.savings import (
    Billing,
    Cancellation,
    CancelSavingsBill,
    FallDue,
    IssueSavingsBill,
)
from services.membership.domain.cooperative import BEFORE_COOPERATIVE, NOT_REGISTERED
from services.membership.domain.joining import OVERLAPS
from services.membership.domain.member import NOT_A_MEMBER
from services.membership.domain.payments import (
    NO_PAYMENT,
    PAID_BEFORE_JOINING,
    POKOK_FIRST,
    POKOK_STAYS,
)
from services.membership.domain.savings import BILLED_OTHERWISE, FELL_DUE, NOT_BILLED, savings
from services.membership.events.member import (
    MemberArrearsCleared,
    MemberImported,
    MemberInArrears,
    MemberJoined,
    Missing,
    SavingsPaid,
    SavingsPaymentReversed,
)
from services.membership.events.savings import (
    Billed,
    Savings,
    SavingsBillCancelled,
    SavingsBillFellDue,
    SavingsBillIssued,
)
from shared.calendar import WIB
from shared.testing.scenario import Scenario
from tests.membership.life import (
    FOUNDED,
    JOINED,
    NOON,
    TODAY,
    applicant,
    approved,
    former,
    resident,
    siti,
)

JANUARY = IssueSavingsBill(
    kind=Billed.WAJIB, period="2026-01", amount=25_000, due_on=date(2026, 1, 31)
)
BILL = Billing(JANUARY, FOUNDED, TODAY)
CANCEL = Cancellation(Billed.WAJIB, "2026-01", CancelSavingsBill(reason="ditunda"))
ISSUED = SavingsBillIssued(Billed.WAJIB, "2026-01", 25_000, date(2026, 1, 31))
CANCELLED = SavingsBillCancelled(Billed.WAJIB, "2026-01", "ditunda")
FELL = SavingsBillFellDue(Billed.WAJIB, "2026-01")
ON_TIME, TOO_LATE = FallDue(date(2026, 1, 31)), FallDue(date(2026, 2, 1))

cooperative = Scenario(savings)
billed = cooperative.given(ISSUED)

PAID = SavingsPaid(Savings.WAJIB, 25_000)
REVERSE = Reversal(ReverseSavingsPayment(reason="tercatat dua kali"), 6)
REVERSED = SavingsPaymentReversed(6, Savings.WAJIB, 25_000, "tercatat dua kali")
OWING = MemberInArrears(50_000, "2026-01")
NOTE = NoteArrears(50_000, "2026-01", 5)


def pay(amount: int) -> Payment:
    return Payment(RecordSavingsPayment(kind=Savings.WAJIB, amount=amount), NOON)


def test_a_bill_is_issued_once() -> None:
    cooperative.when(BILL).then(ISSUED)
    billed.when(BILL).then()
    other = JANUARY.model_copy(update={"amount": 30_000})
    billed.when(Billing(other, FOUNDED, TODAY)).then_refused(BILLED_OTHERWISE)


def test_only_a_registered_cooperative_bills_and_not_for_a_time_before_it_was() -> None:
    cooperative.when(Billing(JANUARY, None, TODAY)).then_refused(NOT_REGISTERED)
    early = JANUARY.model_copy(update={"due_on": date(2025, 5, 30)})
    cooperative.when(Billing(early, FOUNDED, TODAY)).then_refused(BEFORE_COOPERATIVE)


def test_a_bill_may_be_cancelled_until_it_falls_due_and_issued_anew() -> None:
    billed.when(CANCEL).then(CANCELLED)
    billed.given(CANCELLED).when(CANCEL).then()
    billed.given(CANCELLED).when(BILL).then(ISSUED)
    billed.given(FELL).when(CANCEL).then_refused(FELL_DUE)
    cooperative.when(CANCEL).then_refused(NOT_BILLED)


def test_a_bill_falls_due_when_its_last_day_is_over_and_once() -> None:
    billed.when(ON_TIME).then()
    billed.when(TOO_LATE).then(FELL)
    billed.given(FELL).when(TOO_LATE).then()
    billed.given(FELL).when(FallDue(date(2025, 1, 1))).then()
    billed.given(CANCELLED).when(TOO_LATE).then()


def test_a_bill_whose_last_day_is_over_falls_due_as_it_is_issued() -> None:
    late = Billing(JANUARY, FOUNDED, date(2026, 2, 1))
    cooperative.when(late).then(ISSUED, FELL)
    billed.given(FELL).when(late).then()


def test_a_member_owes_what_fell_due_and_is_clear_when_it_is_paid() -> None:
    siti.when(NOTE).then(OWING)
    owing = siti.given(OWING)
    owing.when(NOTE).then()
    owing.when(NoteArrears(75_000, "2026-01", 5)).then(MemberInArrears(75_000, "2026-01"))
    owing.when(pay(25_000)).then(PAID)
    owing.given(PAID).when(pay(25_000)).then(PAID, MemberArrearsCleared())
    owing.when(pay(60_000)).then(SavingsPaid(Savings.WAJIB, 60_000), MemberArrearsCleared())


def test_c10_what_was_paid_while_arrears_were_counted_is_not_owed() -> None:
    siti.given(PAID).when(NOTE).then(MemberInArrears(25_000, "2026-01"))
    siti.given(PAID, PAID).when(NOTE).then()
    siti.given(PAID).when(NoteArrears(50_000, "2026-01", 6)).then(OWING)
    siti.given(PAID, REVERSED).when(NOTE).then(OWING)


def test_nobody_pays_before_joining_and_nobody_joins_before_the_cooperative_was() -> None:
    early = Payment(RecordSavingsPayment(kind=Savings.WAJIB, amount=1), NOON - timedelta(seconds=1))
    siti.when(early).then_refused(PAID_BEFORE_JOINING)
    pokok = RecordSavingsPayment(kind=Savings.POKOK, amount=50_000)
    long_ago = datetime(2000, 1, 1, tzinfo=WIB)
    approved.when(Payment(pokok, long_ago, FOUNDED)).then_refused(BEFORE_COOPERATIVE)


def test_c12_the_pokok_that_a_book_lacked_is_paid_later_and_once() -> None:
    lacking = MemberImported(
        "Siti Rahayu", (Missing.POKOK,), pokok=0, wajib=25_000, sukarela=0, source="Buku 1"
    )
    pokok = Payment(RecordSavingsPayment(kind=Savings.POKOK, amount=50_000), NOON)
    paid = SavingsPaid(Savings.POKOK, 50_000)
    from_paper = resident.given(lacking, JOINED)
    from_paper.when(pokok).then(paid)
    from_paper.given(PAID).when(pokok).then(paid)
    from_paper.given(paid).when(pokok).then_refused(POKOK_FIRST)
    whole = replace(lacking, missing=(), pokok=50_000)
    resident.given(whole, JOINED).when(pokok).then_refused(POKOK_FIRST)
    too_early = replace(pokok, at=NOON - timedelta(seconds=1))
    from_paper.when(too_early).then_refused(PAID_BEFORE_JOINING)


def test_nobody_joins_again_before_the_membership_before_ended() -> None:
    pokok = RecordSavingsPayment(kind=Savings.POKOK, amount=50_000)
    before = (Lasting(NOON - timedelta(days=9), NOON),)
    early = NOON - timedelta(microseconds=1)
    approved.when(Payment(pokok, early, FOUNDED, before)).then_refused(OVERLAPS)
    joined = SavingsPaid(Savings.POKOK, 50_000), MemberJoined(NOON)
    approved.when(Payment(pokok, NOON, FOUNDED, before)).then(*joined)


def test_nobody_owes_who_is_no_member() -> None:
    for story in (applicant, approved, former):
        story.when(NOTE).then()


def test_a_payment_is_reversed_by_its_number_and_once() -> None:
    siti.given(PAID).when(REVERSE).then(REVERSED)
    siti.given(PAID, REVERSED).when(REVERSE).then()
    siti.when(REVERSE).then_refused(NO_PAYMENT)
    applicant.when(REVERSE).then_refused(NOT_A_MEMBER)


@pytest.mark.parametrize("number", [1, 5, 7])
def test_only_a_payment_is_reversed(number: int) -> None:
    siti.given(PAID).when(Reversal(REVERSE.asked, number)).then_refused(NO_PAYMENT)


def test_the_simpanan_pokok_is_not_taken_back_while_somebody_is_a_member() -> None:
    pokok = Reversal(REVERSE.asked, 4)
    siti.when(pokok).then_refused(POKOK_STAYS)
    said = SavingsPaymentReversed(4, Savings.POKOK, 50_000, REVERSE.asked.reason)
    former.when(pokok).then(said)


def test_c5_a_payment_that_was_recorded_before_reversals_existed_is_reversed_too() -> None:
    """Its number is the version that every event has had from the first day on."""
    old = SavingsPaid(Savings.SUKARELA, 10_000)
    again = Reversal(REVERSE.asked, 7)
    siti.given(PAID, old).when(again).then(
        SavingsPaymentReversed(7, Savings.SUKARELA, 10_000, REVERSE.asked.reason)
    )
