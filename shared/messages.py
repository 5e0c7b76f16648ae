"""The shapes of messages: an event that was, and a command that is asked."""

from typing import Any, cast, dataclass_transform

from pydantic import AwareDatetime, BaseModel, ConfigDict, field_validator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import PydanticCustomError


@dataclass_transform(frozen_default=True)
def event[T](cls: type[T]) -> type[T]:
    """Make *cls* an event: a frozen dataclass with slots, validated as it is read.

    Fields that it does not know are ignored, so that an image that was rolled back still reads
    what a newer one wrote.
    """
    made: Any = pydantic_dataclass(frozen=True, slots=True, config=ConfigDict(extra="ignore"))(cls)
    return made


class Command(BaseModel):
    """What may be asked, as it comes over HTTP. Fields that it does not know are refused.

    *effective_at* is when it happened, with an offset from UTC; without it, it happens now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    effective_at: AwareDatetime | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _fits_into_a_table(cls, value: object) -> object:
        """Refuse NUL: JSON can carry it, Postgres cannot hold it, and the log keeps it for ever."""
        if _holds_nul(value):
            raise PydanticCustomError("text_with_nul", "Text holds no character NUL.")
        return value


def _holds_nul(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_holds_nul, cast("dict[str, Any]", value).values()))
    return isinstance(value, list) and any(map(_holds_nul, cast("list[Any]", value)))
