from datetime import date

from services.membership.events.board import Seat
from services.membership.events.rat import (
    QuarterlyReportOverdue,
    QuarterlyReportSubmitted,
    RATHeld,
    RATOverdue,
    RATReportReturned,
    RATReportSubmitted,
    RATScheduled,
    RATVerified,
)
from shared.codes import dashed
from tests.contracts.of_membership.story import SUNTER_AGUNG, Examples, of

RAT = of("rat", f"{dashed(SUNTER_AGUNG)}-2025")
QUARTER = of("rat", f"{dashed(SUNTER_AGUNG)}-2025-q3")
HELD_ON = date(2026, 3, 14)

EXAMPLES: Examples = (
    (RAT, RATScheduled(2025, HELD_ON, "Aula kelurahan")),
    (
        RAT,
        RATHeld(
            book_year=2025,
            held_on=HELD_ON,
            present=120,
            members=182,
            quorum=True,
            decisions="laporan pengurus diterima",
            seats=(Seat.BENDAHARA,),
        ),
    ),
    (
        RAT,
        RATReportSubmitted(
            book_year=2025,
            assets=350_000_000,
            savings=120_000_000,
            turnover=900_000_000,
            shu=-2_500_000,
            url="https://example.com/laporan-contoh",
        ),
    ),
    (RAT, RATVerified(2025)),
    (RAT, RATReportReturned(2025, "neraca dan jumlah simpanan tidak cocok")),
    (RAT, RATOverdue(2025, date(2026, 3, 31))),
    (
        QUARTER,
        QuarterlyReportSubmitted(
            year=2025,
            quarter=3,
            members=182,
            savings=21_400_000,
            transaction_count=1_250,
            transaction_value=86_000_000,
        ),
    ),
    (QUARTER, QuarterlyReportOverdue(2025, 3, date(2025, 10, 31))),
)
