from datetime import date

from services.membership.events.board import (
    BoardCertified,
    OfficerAppointed,
    OfficerCertified,
    Organ,
    Seat,
)
from shared.codes import dashed
from tests.contracts.of_membership.story import FOUNDED, SITI, SUNTER_AGUNG, Examples, of

BOARD = of("board", dashed(SUNTER_AGUNG))

EXAMPLES: Examples = (
    (
        BOARD,
        OfficerAppointed(
            Seat.SEKRETARIS,
            str(SITI),
            Organ.PENGURUS,
            ex_officio=False,
            from_date=FOUNDED,
            until_date=None,
        ),
    ),
    (BOARD, BoardCertified()),
    (BOARD, OfficerCertified(Seat.SEKRETARIS, str(SITI), "CONTOH-1", date(2028, 11, 4))),
)
