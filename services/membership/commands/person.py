"""What may be asked about a person, and how personal data are written."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

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
    AfterValidator(_identity_number),
    Field(
        examples=["3172990101900001"],
        max_length=32,
        json_schema_extra={"pattern": f"^{_IDENTITY_NUMBER.pattern}$"},
    ),
]


type Reason = Annotated[str, Field(min_length=3, max_length=500)]
