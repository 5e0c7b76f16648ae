"""A text that a spreadsheet would run is not taken in, wherever the importer would refuse it."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from services.inventory.commands import Blank, Text
from services.membership.commands.cooperative import Title
from services.membership.commands.member import ImportMember, MemberNumber
from services.membership.commands.person import Address, Name, Phone
from services.training.commands import Line


def findings(kind: Any, text: str) -> list[str]:  # noqa: ANN401 - a form
    """What *kind* has against *text*."""
    try:
        TypeAdapter[str](kind).validate_python(text)
    except ValidationError as refused:
        return [found["type"] for found in refused.errors()]
    return []


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", " ="])
def test_a_name_or_a_place_that_begins_a_formula_is_refused_at_the_door(sign: str) -> None:
    for kind in (Name, Address, Title, Line, Text, Blank):
        assert findings(kind, f'{sign}HYPERLINK("x")') == ["text_like_a_formula"]
        assert findings(kind, f"Warga {sign} Contoh") == []


def test_the_number_in_the_book_and_where_it_stands_begin_no_formula() -> None:
    line = {"name": "Warga", "joined_on": "2025-06-01", "source": "Buku 1", "number": "017"}
    assert ImportMember.model_validate(line)
    for field in ("source", "number"):
        with pytest.raises(ValidationError, match="text_like_a_formula"):
            ImportMember.model_validate(line | {field: "-017"})


def test_a_telephone_number_with_its_country_and_a_lone_dash_are_no_formulas() -> None:
    assert findings(Phone, "+62 812-7777-0001") == []
    assert findings(Blank, "-") == []
    assert findings(MemberNumber, "A-017") == []
