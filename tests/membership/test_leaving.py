"""The rules of leaving, whatever the cause, and of dates that were recorded wrongly."""

from datetime import date, datetime, timedelta

import pytest

from services.membership.commands.member import (
    ConfirmDismissal,
    Correction,
    CorrectMembershipDates,
    Death,
    Dismissal,
    Lasting,
    MemberCommand,
    ProposeDismissal,
    RecordDeath,
    RecordDefence,
    Resignation,
    ResignMember,
    WithdrawDismissal,
)
from services.membership.domain.cooperative import BEFORE_COOPERATIVE
from services.membership.domain.joining import OVERLAPS
from services.membership.domain.leaving import (
    LEFT_BEFORE_JOINING,
    NO_DEFENCE,
    NO_PROPOSAL,
    NOTHING_CORRECTED,
    STILL_A_MEMBER,
)
from services.membership.domain.member import ANSWERED, LEFT_ALREADY, NOT_A_MEMBER
from services.membership.events.member import (
    DefenceHeard,
    DismissalProposed,
    DismissalWithdrawn,
    LeavingCause,
    MemberDeceased,
    MemberDismissed,
    MemberLeft,
    MembershipDatesCorrected,
)
from shared.calendar import WIB
from tests.membership.life import (
    FOUNDED,
    NOON,
    applicant,
    approved,
    former,
    rejected,
    siti,
)

LATER = NOON + timedelta(days=30)
DAY = LATER.date()
DIE = Death(RecordDeath(died_on=DAY), LATER)
PROPOSE = ProposeDismissal(grounds="tidak memenuhi kewajiban")
ANSWER = RecordDefence(summary="menjelaskan kesulitannya")
WITHDRAW = WithdrawDismissal(reason="sudah dipenuhi")
CONFIRM = Dismissal(ConfirmDismissal(decided_on=DAY), LATER)
PROPOSED = DismissalProposed(PROPOSE.grounds)
HEARD = DefenceHeard(waived=False, summary=ANSWER.summary)
WITHDRAWN = DismissalWithdrawn(WITHDRAW.reason)

accused = siti.given(PROPOSED)
heard = accused.given(HEARD)


def correct(
    joined_at: datetime | None = None, left_at: datetime | None = None, *others: Lasting
) -> Correction:
    asked = CorrectMembershipDates(reason="kuitansi berbeda")
    return Correction(asked, FOUNDED, joined_at, left_at, others)


def corrected(
    *versions: int, joined_at: datetime, left_at: datetime | None
) -> MembershipDatesCorrected:
    return MembershipDatesCorrected(versions, joined_at, left_at, "kuitansi berbeda")


def test_a_death_ends_the_membership() -> None:
    siti.when(DIE).then(MemberDeceased(DAY), MemberLeft(LeavingCause.DECEASED, left_at=LATER))


def test_a_dismissal_is_proposed_answered_and_confirmed() -> None:
    siti.when(PROPOSE).then(PROPOSED)
    accused.when(ANSWER).then(HEARD)
    left = MemberLeft(LeavingCause.DISMISSED, left_at=LATER)
    heard.when(CONFIRM).then(MemberDismissed(DAY), left)


def test_who_does_not_answer_waives_the_right_to_be_heard() -> None:
    waived = DefenceHeard(waived=True)
    accused.when(RecordDefence(waived=True)).then(waived)
    left = MemberLeft(LeavingCause.DISMISSED, left_at=LATER)
    accused.given(waived).when(CONFIRM).then(MemberDismissed(DAY), left)


def test_nobody_is_dismissed_without_a_proposal_or_unheard() -> None:
    siti.when(CONFIRM).then_refused(NO_PROPOSAL)
    siti.when(ANSWER).then_refused(NO_PROPOSAL)
    accused.when(CONFIRM).then_refused(NO_DEFENCE)


def test_a_proposal_that_was_withdrawn_leads_nowhere() -> None:
    heard.when(WITHDRAW).then(WITHDRAWN)
    heard.given(WITHDRAWN).when(CONFIRM).then_refused(NO_PROPOSAL)
    heard.given(WITHDRAWN).when(PROPOSE).then(PROPOSED)


def test_what_is_said_twice_changes_nothing() -> None:
    accused.when(PROPOSE).then()
    siti.when(WITHDRAW).then()
    heard.when(ANSWER).then_refused(ANSWERED)  # it may say something else, so it is no repeat
    died = siti.given(MemberDeceased(DAY), MemberLeft(LeavingCause.DECEASED, left_at=LATER))
    died.when(DIE).then()
    heard.given(MemberDismissed(DAY), MemberLeft(LeavingCause.DISMISSED)).when(CONFIRM).then()


def test_who_left_for_one_cause_does_not_leave_for_another() -> None:
    for command in (DIE, CONFIRM):
        former.when(command).then_refused(LEFT_ALREADY)


@pytest.mark.parametrize("command", [DIE, PROPOSE, ANSWER, WITHDRAW, CONFIRM])
def test_only_a_member_leaves(command: MemberCommand) -> None:
    for story in (applicant, approved, rejected):
        story.when(command).then_refused(NOT_A_MEMBER)


def test_no_membership_ends_before_it_began() -> None:
    early = NOON - timedelta(seconds=1)
    resign = Resignation(ResignMember(reason="pindah"), in_office=False, at=early)
    for command in (resign, Death(RecordDeath(died_on=date(2025, 11, 3)), early)):
        siti.when(command).then_refused(LEFT_BEFORE_JOINING)
    heard.when(Dismissal(CONFIRM.asked, early)).then_refused(LEFT_BEFORE_JOINING)
    long_ago = Death(RecordDeath(died_on=date(1950, 1, 1)), LATER)
    siti.when(long_ago).then_refused(LEFT_BEFORE_JOINING)


def test_a_correction_names_the_fact_that_it_corrects() -> None:
    earlier = NOON - timedelta(days=100)
    siti.when(correct(earlier)).then(corrected(5, joined_at=earlier, left_at=None))
    former.when(correct(left_at=LATER)).then(corrected(7, joined_at=NOON, left_at=LATER))
    former.when(correct(earlier, LATER)).then(corrected(5, 7, joined_at=earlier, left_at=LATER))


def test_a_correction_that_changes_nothing_changes_nothing() -> None:
    siti.when(correct(NOON)).then()
    done = corrected(7, joined_at=NOON, left_at=LATER)
    former.given(done).when(correct(left_at=LATER)).then()


def test_a_correction_keeps_the_order_of_things() -> None:
    siti.when(correct()).then_refused(NOTHING_CORRECTED)
    siti.when(correct(left_at=LATER)).then_refused(STILL_A_MEMBER)
    former.when(correct(LATER)).then_refused(LEFT_BEFORE_JOINING)
    before = datetime(2025, 5, 30, tzinfo=WIB)
    siti.when(correct(before)).then_refused(BEFORE_COOPERATIVE)
    applicant.when(correct(NOON)).then_refused(NOT_A_MEMBER)


def test_a_correction_lets_no_two_memberships_of_a_person_overlap() -> None:
    """They may touch: the instant of leaving belongs to the one that begins then."""
    tick = timedelta(microseconds=1)
    before, after = (
        Lasting(NOON - timedelta(days=9), NOON - timedelta(days=5)),
        Lasting(LATER, None),
    )
    former.when(correct(None, LATER, before, after)).then(
        corrected(7, joined_at=NOON, left_at=LATER)
    )
    former.when(correct(None, LATER + tick, after)).then_refused(OVERLAPS)
    joined = NOON - timedelta(days=5)
    siti.when(correct(joined, None, before)).then(corrected(5, joined_at=joined, left_at=None))
    siti.when(correct(joined - tick, None, before)).then_refused(OVERLAPS)
    siti.when(correct(joined, None, after)).then_refused(OVERLAPS)  # it lasts, and so does this
    undated = Lasting(None, NOON)
    siti.when(correct(NOON - tick, None, undated)).then_refused(OVERLAPS)
    siti.when(correct(NOON, None, before)).then()
