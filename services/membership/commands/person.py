"""What may be asked about a person, and how personal data are written."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.membership.events.person import (
    ConsentPurpose,
    ErasureBasis,
    PersonalField,
    RevealPurpose,
)
from shared.calendar import Day
from shared.messages import Command, example
from shared.texts import no_formula

_IDENTITY_NUMBER = re.compile(r"\d{12}(?!0000)\d{4}", re.ASCII)


def _identity_number(text: str) -> str:
    """Check the form alone: the number says where it was first issued, not where somebody lives."""
    if not _IDENTITY_NUMBER.fullmatch(text):
        raise PydanticCustomError(
            "identity_number_malformed",
            "Not a national identity number: 16 digits, the last four not 0000.",
        )
    return text


type IdentityNumber = Annotated[
    str,
    Field(
        examples=["3172990101900001"],
        max_length=32,
        json_schema_extra={"pattern": f"^{_IDENTITY_NUMBER.pattern}$"},
    ),
    AfterValidator(_identity_number),
]


type Reason = Annotated[str, Field(min_length=3, max_length=500)]


def written_text(text: str) -> str:
    """Refuse what no form and no card can show: it is a mistake, or hides something."""
    if any(unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs") for character in text):
        raise PydanticCustomError(
            "text_with_control_characters",
            "Text that is shown to people holds no control characters.",
        )
    return unicodedata.normalize("NFC", text)


def plain_text(text: str) -> str:
    """Refuse what `written_text` does, and what a spreadsheet would run."""
    return no_formula(written_text(text))


type Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(plain_text)]
type Phone = Annotated[str, Field(min_length=6, max_length=32), AfterValidator(written_text)]
type Address = Annotated[str, Field(min_length=3, max_length=400), AfterValidator(plain_text)]


_CASE_NUMBER = re.compile(r"(?=[A-Za-z./-]*\d)[A-Za-z0-9./-]+", re.ASCII)


def _case_number(text: str) -> str:
    if not _CASE_NUMBER.fullmatch(text) or re.search(r"\d{10}", text):
        raise PydanticCustomError(
            "case_number_malformed",
            "Not the number of a case or letter: letters, digits and ./- with a digit, no blanks.",
        )
    return text


type CaseNumber = Annotated[
    str,
    Field(
        min_length=3,
        max_length=60,
        examples=["W10.U4/123/2026"],
        json_schema_extra={"pattern": f"^{_CASE_NUMBER.pattern}$"},
    ),
    AfterValidator(_case_number),
]
"""A number that a case, a request or a decision is filed under: it names nobody."""


class RecordConsent(Command):
    """Record that the person consents to a purpose."""

    model_config = example(purpose="contact", note="Formulir ditandatangani di kantor gerai")

    purpose: ConsentPurpose
    """To what."""
    note: Reason | None = None
    """How it was given. Personal: it is sealed before it is recorded."""


class WithdrawConsent(Command):
    """Record that the person withdraws consent: stop within 3 x 24 hours."""

    model_config = example(purpose="contact")

    purpose: ConsentPurpose
    """To what."""


class RectifyIdentity(Command):
    """Put personal data right. Personal: they are sealed before they are recorded."""

    model_config = example(phone="081200000001", address="Jalan Contoh 3 RT 001 RW 002")

    name: Name | None = None
    """The right name."""
    identity_number: IdentityNumber | None = None
    """The right national identity number (NIK); no other cooperative may hold it."""
    phone: Phone | None = None
    """The right telephone number."""
    address: Address | None = None
    """The right address."""
    born_on: Day | None = None
    """The right day of birth."""


class RevealPersonalData(Command):
    """Look at personal data; the look is recorded."""

    model_config = example(purpose="contact", fields=["name", "phone"])

    purpose: RevealPurpose
    """What for."""
    fields: tuple[PersonalField, ...] = Field(min_length=1, max_length=len(PersonalField))
    """What to show: no more than the purpose needs."""
    note: Reason | None = None
    """What else there is to say. Personal: it is sealed before it is recorded."""


class CopyPersonalData(Command):
    """Make a copy of all that is held on the person, who has a right to it."""

    model_config = example()


class PlaceLegalHold(Command):
    """Keep the person's data from being erased while a case needs them."""

    model_config = example(case="W10.U4/123/2026")

    case: CaseNumber
    """The number of the case."""


class LiftLegalHold(Command):
    """Let go of the person's data: the case no longer needs them."""

    model_config = example(case="W10.U4/123/2026")

    case: CaseNumber
    """The number of the case."""


class EraseSubject(Command):
    """Erase the person's data, for good."""

    model_config = example(basis="requested", reference="PDP/2026/17")

    basis: ErasureBasis
    """Why."""
    reference: CaseNumber | None = None
    """The number of the request or the decision; it stays readable, so it names nobody."""


type PersonAsked = (
    RecordConsent
    | WithdrawConsent
    | RectifyIdentity
    | RevealPersonalData
    | CopyPersonalData
    | PlaceLegalHold
    | LiftLegalHold
    | EraseSubject
)

type Standing = Literal["unknown", "open", "active", "closed"]
"""How somebody stands to the cooperative: never applied, not decided, a member, or no more."""


@dataclass(frozen=True, slots=True)
class About:
    """What is asked about a person's data, and what it is judged by.

    *identity* is the keyed hash of the number that is put right. *left_on* is the day on which the
    membership ended, None where there was none.
    """

    asked: PersonAsked
    standing: Standing
    today: date
    identity: str | None = None
    left_on: date | None = None
