"""What can happen to what is held on a person."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.messages import event
from shared.personal import Personal

type Person = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
"""The id that stands for a person in one cooperative, and says nothing about who it is."""


class ConsentPurpose(StrEnum):
    """What somebody may be asked to consent to: all else that is done rests on the membership."""

    CONTACT = "contact"
    """To be called or written to beyond what the membership needs."""
    PUBLICATION = "publication"
    """To be named or shown in what the cooperative publishes."""
    SHARING = "sharing"
    """That data are given to another agency or a partner."""
    PHOTOGRAPH = "photograph"
    """That a photograph is kept."""


class RevealPurpose(StrEnum):
    """What somebody needs to see personal data for."""

    VERIFICATION = "verification"
    CONTACT = "contact"
    CORRECTION = "correction"
    SUPERVISION = "supervision"
    LEGAL = "legal"


class PersonalField(StrEnum):
    """What is held on a person as an identity."""

    NAME = "name"
    IDENTITY_NUMBER = "identity_number"
    PHONE = "phone"
    ADDRESS = "address"
    BORN_ON = "born_on"


class ErasureBasis(StrEnum):
    """Why personal data end: UU 27/2022 (PDP), article 43."""

    REQUESTED = "requested"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    PURPOSE_MET = "purpose-met"
    UNLAWFUL = "unlawful"


@event("Seseorang menyetujui pemrosesan data pribadinya untuk satu tujuan.")
class ConsentRecorded:
    """A person consented to a purpose."""

    purpose: ConsentPurpose
    """To what."""
    note: Personal | None = None
    """How the consent was given."""


@event("Seseorang menarik persetujuannya; pemrosesan untuk tujuan itu berhenti dalam 3 x 24 jam.")
class ConsentWithdrawn:
    """A person withdrew consent: what was done for that purpose stops within 3 x 24 hours."""

    purpose: ConsentPurpose
    """To what."""


@event("Data pribadi seseorang dibetulkan.")
class IdentityRectified:
    """Personal data of a person were put right; what is left out stays as it was."""

    name: Personal | None = None
    """The right name."""
    identity_number: Personal | None = None
    """The right national identity number (NIK)."""
    phone: Personal | None = None
    """The right telephone number."""
    address: Personal | None = None
    """The right address."""
    born_on: Personal | None = None
    """The right date of birth."""
    identity: str | None = None
    """The keyed hash of the right identity number, where that was put right."""


@event("Data pribadi seseorang dibuka untuk dilihat.")
class PersonalDataRevealed:
    """Somebody looked at a person's data; who it was is the actor of this event."""

    purpose: RevealPurpose
    """What for."""
    fields: tuple[PersonalField, ...]
    """What was shown."""
    note: Personal | None = None
    """What else there is to say of why."""


@event("Salinan data pribadi seseorang diberikan atas haknya.")
class PersonalDataCopied:
    """A copy of all that is held on a person was made, as is that person's right."""


@event("Data pribadi seseorang ditahan dari penghapusan untuk suatu perkara.")
class LegalHoldPlaced:
    """A person's data are needed in a case, and not erased meanwhile."""

    case: str
    """The number of the case."""


@event("Penahanan data pribadi seseorang untuk suatu perkara berakhir.")
class LegalHoldLifted:
    """A case no longer needs a person's data."""

    case: str
    """The number of the case."""


@event("Data pribadi seseorang dihapus dengan memusnahkan kuncinya.")
class SubjectErased:
    """A person's data were erased: the key is destroyed, so what the log holds opens no more."""

    basis: ErasureBasis
    """Why."""
    reference: str | None = None
    """The number of the request or the decision."""


type PersonEvent = (
    ConsentRecorded
    | ConsentWithdrawn
    | IdentityRectified
    | PersonalDataRevealed
    | PersonalDataCopied
    | LegalHoldPlaced
    | LegalHoldLifted
    | SubjectErased
)

EVENTS: tuple[type, ...] = (
    ConsentRecorded,
    ConsentWithdrawn,
    IdentityRectified,
    PersonalDataRevealed,
    PersonalDataCopied,
    LegalHoldPlaced,
    LegalHoldLifted,
    SubjectErased,
)
