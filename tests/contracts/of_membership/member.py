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
from tests.contracts.of_membership.story import SITI, Examples, of

MEMBER = of("member", str(SITI))
APPLIED = MembershipApplied("Warga Contoh", "3172990101900001", "0812-0000-0001", "1990-01-01")

EXAMPLES: Examples = (
    (MEMBER, APPLIED),
    (MEMBER, ApplicantVerified()),
    (MEMBER, MembershipApproved()),
    (MEMBER, MembershipRejected("domisili di luar kelurahan")),
    (MEMBER, SavingsPaid(Savings.POKOK, 50_000)),
    (MEMBER, MemberJoined()),
    (MEMBER, MemberResigned("pindah domisili")),
    (MEMBER, MemberLeft(LeavingCause.RESIGNED)),
)
