"""The shapes of messages: an event that was, and a command that is asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, cast, dataclass_transform, overload

from pydantic import BaseModel, ConfigDict, JsonValue, Strict, field_validator
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic_core import PydanticCustomError

from shared.calendar import Instant


class Superseded(Protocol):
    """An earlier version of an event: its class stays for ever, because the log does."""

    def upcast(self) -> object:
        """Return what the next version would have said. Pure, and there is always an answer."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """What an event class says of itself beside its fields.

    *indonesian* is the sentence that the docstring's first line says in English. *versions* are
    those that the class reads, in rising order; the last one is the one it writes.
    """

    indonesian: str
    versions: tuple[int, ...]
    supersedes: type[Superseded] | None


@overload
@dataclass_transform(frozen_default=True)
def event[T](said: type[T], /) -> type[T]: ...
@overload
@dataclass_transform(frozen_default=True)
def event[T](
    said: str = "",
    /,
    *,
    reads: tuple[int, ...] = (1,),
    supersedes: type[Superseded] | None = None,
) -> Callable[[type[T]], type[T]]: ...
def event(
    said: type | str = "",
    /,
    *,
    reads: tuple[int, ...] = (1,),
    supersedes: type[Superseded] | None = None,
) -> Any:
    """Make a class an event: a frozen dataclass with slots, validated as it is read.

    Fields that it does not know are ignored, so that an image that was rolled back still reads
    what a newer one wrote. The text below a field says what it means. *supersedes* makes it the
    version after that one; *reads* is for a listener whose few fields several versions have.
    """
    versions = reads if supersedes is None else (published(supersedes).versions[-1] + 1,)
    indonesian = said if isinstance(said, str) else ""

    def make(cls: type) -> Any:  # noqa: ANN401 - the same class with more to it
        made: Any = _dataclass(cls)
        made.__event__ = Published(indonesian, versions, supersedes)
        return made

    return make(said) if isinstance(said, type) else make


_dataclass = pydantic_dataclass(
    frozen=True, slots=True, config=ConfigDict(extra="ignore", use_attribute_docstrings=True)
)


def published(cls: type) -> Published:
    """What the event class *cls* says of itself."""
    return cast("Any", cls).__event__


def lineage(cls: type) -> Iterator[type]:
    """Yield *cls* and the earlier versions that it supersedes, the newest first."""
    version: type | None = cls
    while version is not None:
        yield version
        version = published(version).supersedes


type Whole = Annotated[int, Strict()]
"""A whole number as JSON has it: `"20.000"` and `true` are none, whatever they look like."""


class Command(BaseModel):
    """What may be asked, as it comes over HTTP. Fields that it does not know are refused.

    The text below a field says what it means, and its `model_config` holds an `example`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", str_strip_whitespace=True, use_attribute_docstrings=True
    )

    effective_at: Instant | None = None
    """When it happened, with its offset from UTC; without it, it happens now."""

    @field_validator("*", mode="before")
    @classmethod
    def _fits_into_a_table(cls, value: object) -> object:
        """Refuse NUL: JSON can carry it, Postgres cannot hold it, and the log keeps it for ever."""
        if _holds_nul(value):
            raise PydanticCustomError("text_with_nul", "Text holds no character NUL.")
        return value


def example(**body: JsonValue) -> ConfigDict:
    """Return the configuration of a command that shows *body* to whoever has never sent one."""
    return ConfigDict(json_schema_extra={"examples": [body]})


def _holds_nul(value: Any) -> bool:  # noqa: ANN401 - whatever JSON holds
    within: list[Any] = [value]
    while within:  # and no call for each level: somebody sends thousands of them
        one = within.pop()
        if isinstance(one, str) and "\0" in one:
            return True
        if isinstance(one, dict):
            within.extend(cast("dict[str, Any]", one).values())
        elif isinstance(one, list):
            within.extend(cast("list[Any]", one))
    return False
