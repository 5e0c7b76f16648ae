from datetime import date
from uuid import UUID

from services.membership.events.board import (
    BoardCertified,
    BoardRule,
    BoardRuleMended,
    BoardRuleViolated,
    EndingCause,
    ExOfficioSucceeded,
    KinshipDeclared,
    OfficerAppointed,
    OfficerAppointmentEnded,
    OfficerCertified,
    Organ,
    Seat,
)
from shared.codes import dashed
from tests.contracts.of_membership.story import FOUNDED, SITI, SUNTER_AGUNG, Examples, of

BOARD = of("board", dashed(SUNTER_AGUNG))
LURAH = UUID("0197a1f0-0000-8000-8000-000000000061")
NEXT_LURAH = UUID("0197a1f0-0000-8000-8000-000000000062")

EXAMPLES: Examples = (
    (
        BOARD,
        OfficerAppointed(
            Seat.ANGGOTA_PENGURUS_1,
            str(SITI),
            Organ.PENGURUS,
            ex_officio=False,
            from_date=FOUNDED,
            until_date=None,
        ),
    ),
    (
        BOARD,
        OfficerAppointmentEnded(
            Seat.SEKRETARIS, str(SITI), FOUNDED, date(2026, 3, 2), EndingCause.RESIGNED
        ),
    ),
    (
        BOARD,
        ExOfficioSucceeded(Seat.KETUA_PENGAWAS, str(NEXT_LURAH), str(LURAH), date(2026, 3, 2)),
    ),
    (BOARD, KinshipDeclared(str(SITI), (str(LURAH),))),
    (BOARD, BoardCertified()),
    (BOARD, BoardRuleViolated(BoardRule.INCOMPLETE)),
    (BOARD, BoardRuleMended(BoardRule.INCOMPLETE)),
    (BOARD, OfficerCertified(Seat.SEKRETARIS, str(SITI), "CONTOH-1", date(2028, 11, 4))),
)
