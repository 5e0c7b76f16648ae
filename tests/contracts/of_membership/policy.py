from datetime import date

from services.membership.events.deadlines import DeadlinePolicySet, Obligation
from services.membership.events.policy import GeraiKindDefined
from shared.codes import CITY
from tests.contracts.of_membership.story import Examples, of

GERAI_KINDS = of("policy", "gerai-kinds", CITY)
DEADLINES = of("policy", "deadlines", CITY)

EXAMPLES: Examples = (
    (GERAI_KINDS, GeraiKindDefined("bank-sampah", "Bank sampah")),
    (DEADLINES, DeadlinePolicySet(Obligation.RAT, date(2026, 1, 1), 3, 31)),
)
