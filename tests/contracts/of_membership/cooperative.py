from datetime import date

from services.membership.events.cooperative import (
    CooperativeRegistered,
    DocumentKind,
    GeraiClosed,
    GeraiOpened,
    LegalDocumentRecorded,
    OperationResumed,
    OperationSuspended,
)
from shared.codes import dashed
from tests.contracts.of_membership.story import FOUNDED, SUNTER_AGUNG, Examples, of

COOPERATIVE = of("cooperative", dashed(SUNTER_AGUNG))
OPENED, CLOSED = date(2025, 8, 4), date(2025, 11, 1)
PAUSED, UNTIL = date(2025, 11, 4), date(2025, 11, 30)

EXAMPLES: Examples = (
    (COOPERATIVE, CooperativeRegistered("KKMP Sunter Agung", "Tanjung Priok", FOUNDED)),
    (COOPERATIVE, LegalDocumentRecorded(DocumentKind.NIB, "9999000000017", date(2025, 7, 1))),
    (COOPERATIVE, GeraiOpened("sembako", "sembako", "Gerai Sembako Contoh", OPENED)),
    (COOPERATIVE, GeraiClosed("sembako", OPENED, CLOSED, "bangunan direnovasi")),
    (COOPERATIVE, OperationSuspended(PAUSED, UNTIL, "bangunan terendam banjir")),
    (COOPERATIVE, OperationResumed(PAUSED)),
)
