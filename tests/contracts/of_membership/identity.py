from services.membership.events.identity import (
    DuplicateIdentitySuspected,
    DuplicateResolved,
    IdentityClaimed,
    IdentityForgotten,
    IdentityReleased,
    Resolution,
)
from shared.codes import CITY
from tests.contracts.of_membership.story import SITI, SUNTER_AGUNG, Examples, of

NUMBER = of("identity", "0f4c2a91d7be0f4c2a91d7be0f4c2a91", CITY)
PAPANGGO = "31.72.02.1005"

EXAMPLES: Examples = (
    (NUMBER, IdentityClaimed(str(SITI), SUNTER_AGUNG)),
    (NUMBER, DuplicateIdentitySuspected(PAPANGGO, SUNTER_AGUNG, str(SITI))),
    (NUMBER, DuplicateResolved(PAPANGGO, Resolution.MISTYPED, str(SITI), "KTP diperiksa")),
    (NUMBER, IdentityReleased(str(SITI), SUNTER_AGUNG)),
    (NUMBER, IdentityForgotten(str(SITI), SUNTER_AGUNG)),
)
