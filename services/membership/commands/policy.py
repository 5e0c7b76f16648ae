"""What the sub-agency may set for its whole city."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.messages import Command, example
from shared.texts import no_formula

type Slug = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=39, examples=["sembako"]),
]
"""Lower case with dashes; inventory names the stocks of a gerai after it."""


class DefineGeraiKind(Command):
    """Put a kind of gerai onto the city's list, or correct its label."""

    model_config = example(kind="bank-sampah", label="Bank sampah")

    kind: Slug
    """The kind's code: lower case with dashes."""
    label: Annotated[str, Field(min_length=3, max_length=100), AfterValidator(no_formula)]
    """What people call it."""


type GeraiKindCommand = DefineGeraiKind
