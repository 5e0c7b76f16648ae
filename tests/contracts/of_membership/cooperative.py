from services.membership.events.cooperative import CooperativeRegistered
from shared.codes import dashed
from tests.contracts.of_membership.story import FOUNDED, SUNTER_AGUNG, Examples, of

COOPERATIVE = of("cooperative", dashed(SUNTER_AGUNG))

EXAMPLES: Examples = (
    (COOPERATIVE, CooperativeRegistered("KKMP Sunter Agung", "Tanjung Priok", FOUNDED)),
)
