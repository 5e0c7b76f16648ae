"""A command is what it says, no more; an event may say more than this version knows."""

from collections.abc import Mapping

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from shared.messages import Command, event, lineage, published


class Announce(Command):
    """Ask for something with texts at every depth."""

    title: str
    topics: tuple[str, ...] = ()
    rooms: Mapping[str, tuple[str, ...]] = Field(default_factory=dict[str, tuple[str, ...]])


@event
class Announced:
    """It was announced."""

    title: str


@pytest.mark.parametrize(
    "body",
    [
        {"title": "Rapat\0"},
        {"title": "Rapat", "topics": ["simpanan", "pin\0jaman"]},
        {"title": "Rapat", "rooms": {"lantai 14": ["Bahari\0"]}},
    ],
)
def test_a_text_with_nul_is_refused_at_every_depth(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as refused:
        Announce.model_validate(body)
    assert [found["type"] for found in refused.value.errors()] == ["text_with_nul"]


def test_a_command_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Announce.model_validate({"title": "Rapat", "titel": "Rapat"})


def test_an_event_with_an_unknown_field_is_read_without_it() -> None:
    read = TypeAdapter(Announced).validate_json(b'{"title": "Rapat", "by": "sekretaris"}')
    assert read == Announced("Rapat")


def test_an_event_knows_its_version_from_the_one_that_it_supersedes() -> None:
    @event("Rapat diumumkan dengan kata-kata.")
    class HeldV1:
        when: str

        def upcast(self) -> "Held":
            return Held(2025)

    @event("Rapat diadakan.", supersedes=HeldV1)
    class Held:
        year: int

    assert [published(said).versions for said in lineage(Held)] == [(2,), (1,)]
    assert published(Held).indonesian == "Rapat diadakan."
    assert published(Announced).versions == (1,)


def test_the_text_below_a_field_says_what_it_means() -> None:
    @event
    class Adjourned:
        minutes: int
        """For how long."""

    fields = TypeAdapter(Adjourned).json_schema()["properties"]
    assert fields["minutes"]["description"] == "For how long."


def test_an_event_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Announced("Rapat").title = "Pesta"  # pyright: ignore[reportAttributeAccessIssue] - that is the point
