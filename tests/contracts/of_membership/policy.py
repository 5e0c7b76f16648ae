from services.membership.events.policy import GeraiKindDefined
from shared.codes import CITY
from tests.contracts.of_membership.story import Examples, of

GERAI_KINDS = of("policy", "gerai-kinds", CITY)

EXAMPLES: Examples = ((GERAI_KINDS, GeraiKindDefined("bank-sampah", "Bank sampah")),)
