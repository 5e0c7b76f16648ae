"""The life of a membership, as the tests of its rules tell it (DATA CONTOH)."""

from datetime import date, datetime

from services.membership.domain.member import member
from services.membership.events.member import (
    ApplicantVerified,
    LeavingCause,
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
from shared.testing.scenario import Scenario

FOUNDED, TODAY = date(2025, 5, 31), date(2025, 11, 4)
NOON = datetime(2025, 11, 4, 12, tzinfo=WIB)

APPLIED = MembershipApplied("Siti Rahayu", "3172024101900001", "0812-0000-0001", "1990-01-01")
JOINED = MemberJoined(NOON)

resident = Scenario(member)
applicant = resident.given(APPLIED)
approved = applicant.given(ApplicantVerified(), MembershipApproved())
rejected = applicant.given(MembershipRejected("di luar kelurahan"))
siti = approved.given(SavingsPaid(Savings.POKOK, 50_000), JOINED)
"""A member since noon, with five facts."""
former = siti.given(MemberResigned("pindah"), MemberLeft(LeavingCause.RESIGNED, left_at=NOON))
