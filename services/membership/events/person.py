"""What can happen to what is held on a person."""

from typing import Annotated

from pydantic import Field

type Person = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
"""The id that stands for a person in one cooperative, and says nothing about who it is."""

EVENTS: tuple[type, ...] = ()
