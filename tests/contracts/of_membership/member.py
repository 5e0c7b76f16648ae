from datetime import UTC, date, datetime

from services.membership.events.member import (
    ApplicantVerified,
    DefenceHeard,
    DismissalProposed,
    DismissalWithdrawn,
    LeavingCause,
    MemberArrearsCleared,
    MemberDeceased,
    MemberDismissed,
    MemberImported,
    MemberInArrears,
    MemberJoined,
    MemberLeft,
    MemberResigned,
    MembershipApplied,
    MembershipApproved,
    MembershipDatesCorrected,
    MembershipRejected,
    Missing,
    SavingsPaid,
    SavingsPaymentReversed,
)
from services.membership.events.savings import Savings
from tests.contracts.of_membership.story import SITI, Examples, of

MEMBER = of("member", str(SITI))
APPLIED = MembershipApplied("Warga Contoh", "3172990101900001", "0812-0000-0001", "1990-01-01")
_JOINED, _LEFT = datetime(2025, 6, 15, tzinfo=UTC), datetime(2026, 1, 31, tzinfo=UTC)

EXAMPLES: Examples = (
    (MEMBER, APPLIED),
    (
        MEMBER,
        MemberImported(
            "Warga Contoh",
            missing=(Missing.PHONE, Missing.ADDRESS),
            pokok=50_000,
            wajib=125_000,
            sukarela=0,
            source="Buku daftar anggota, halaman 3",
            number="017",
            identity_number="3172990101900001",
            born_on="1990-01-01",
        ),
    ),
    (MEMBER, ApplicantVerified()),
    (MEMBER, MembershipApproved()),
    (MEMBER, MembershipRejected("domisili di luar kelurahan")),
    (MEMBER, SavingsPaid(Savings.POKOK, 50_000)),
    (MEMBER, SavingsPaymentReversed(7, Savings.WAJIB, 25_000, "tercatat dua kali")),
    (MEMBER, MemberInArrears(50_000, "2026-01")),
    (MEMBER, MemberArrearsCleared()),
    (MEMBER, MemberJoined()),
    (MEMBER, MemberResigned("pindah domisili")),
    (MEMBER, MemberDeceased(date(2026, 2, 3))),
    (MEMBER, DismissalProposed("tidak memenuhi kewajiban selama setahun")),
    (MEMBER, DefenceHeard(waived=False, summary="menjelaskan kesulitannya")),
    (MEMBER, DismissalWithdrawn("kewajiban sudah dipenuhi")),
    (MEMBER, MemberDismissed(date(2026, 3, 21))),
    (MEMBER, MemberLeft(LeavingCause.RESIGNED)),
    (MEMBER, MembershipDatesCorrected((5,), _JOINED, _LEFT, "tanggal di kuitansi berbeda")),
)
