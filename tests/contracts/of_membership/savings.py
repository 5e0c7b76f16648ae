from datetime import date

from services.membership.events.savings import (
    Billed,
    SavingsBillCancelled,
    SavingsBillFellDue,
    SavingsBillIssued,
)
from shared.codes import dashed
from tests.contracts.of_membership.story import SUNTER_AGUNG, Examples, of

SAVINGS = of("savings", dashed(SUNTER_AGUNG))

EXAMPLES: Examples = (
    (SAVINGS, SavingsBillIssued(Billed.WAJIB, "2026-01", 25_000, date(2026, 1, 31))),
    (SAVINGS, SavingsBillCancelled(Billed.WAJIB, "2026-01", "ditunda oleh rapat anggota")),
    (SAVINGS, SavingsBillFellDue(Billed.WAJIB, "2026-01")),
)
