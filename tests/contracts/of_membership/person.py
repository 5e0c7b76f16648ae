from services.membership.events.person import (
    ConsentPurpose,
    ConsentRecorded,
    ConsentWithdrawn,
    ErasureBasis,
    IdentityRectified,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonalDataCopied,
    PersonalDataRevealed,
    PersonalField,
    RevealPurpose,
    SubjectErased,
)
from tests.contracts.of_membership.story import SITI, Examples, of

PERSON = of("person", str(SITI))
CASE = "W10.U4/123/2026"

EXAMPLES: Examples = (
    (PERSON, ConsentRecorded(ConsentPurpose.CONTACT, "formulir ditandatangani")),
    (PERSON, ConsentWithdrawn(ConsentPurpose.CONTACT)),
    (
        PERSON,
        IdentityRectified(
            "Warga Contoh",
            "3172990101900002",
            "0812-0000-0002",
            "Jalan Contoh 3",
            "1990-01-01",
            "0f4c2a91d7be0f4c2a91d7be0f4c2a91",
        ),
    ),
    (
        PERSON,
        PersonalDataRevealed(
            RevealPurpose.CONTACT, (PersonalField.NAME, PersonalField.PHONE), "undangan rapat"
        ),
    ),
    (PERSON, PersonalDataCopied()),
    (PERSON, LegalHoldPlaced(CASE)),
    (PERSON, LegalHoldLifted(CASE)),
    (PERSON, SubjectErased(ErasureBasis.REQUESTED, "PDP/2026/17")),
)
