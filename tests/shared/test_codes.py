"""Region codes are the Kemendagri's, with their dots; bare digits fit two systems."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.codes import KelurahanCode, RegionPrefix, dashed

kelurahan: TypeAdapter[str] = TypeAdapter(KelurahanCode)
region: TypeAdapter[str] = TypeAdapter(RegionPrefix)


def refusal_of(adapter: TypeAdapter[str], text: str) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python(text)
    (found,) = refused.value.errors()
    return found["type"], found["msg"]


def test_sunter_agung_is_a_kelurahan() -> None:
    assert kelurahan.validate_python("31.72.02.1006") == "31.72.02.1006"


def test_ten_bare_digits_are_refused_with_the_dotted_code_as_a_question() -> None:
    code, words = refusal_of(kelurahan, "3172021006")
    assert code == "region_code_bare"
    assert words.endswith("Write the Kemendagri code: 31.72.02.1006?")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31.72.02",
        "31.72.0.0",
        "31.72.02.0006",
        "31.72.02.4006",
        "31.72.02.10066",
        "31-72-02-1006",
        " 31.72.02.1006",
        "31.72.02.1006\n",
        "31.72.02.10\u0660\u0666",
    ],
)
def test_what_is_no_kelurahan_is_refused(text: str) -> None:
    assert refusal_of(kelurahan, text)[0] == "region_code_malformed"


@pytest.mark.parametrize("text", ["31", "31.72", "31.72.02", "31.72.02.1006"])
def test_a_region_is_a_code_or_its_beginning(text: str) -> None:
    assert region.validate_python(text) == text


@pytest.mark.parametrize(
    "text", ["", "3", "31.", "31.7", "31.72.2", "31.72.02.100", "31720", "3172029006", "*"]
)
def test_a_region_that_ends_within_a_group_is_refused(text: str) -> None:
    assert refusal_of(region, text)[0] == "region_code_malformed"


@pytest.mark.parametrize(
    ("text", "dotted"),
    [("3172", "31.72"), ("317202", "31.72.02"), ("3172021006", "31.72.02.1006")],
)
def test_a_region_in_bare_digits_is_asked_back_for_its_dots(text: str, dotted: str) -> None:
    code, words = refusal_of(region, text)
    assert code == "region_code_bare"
    assert words.endswith(f"Write the Kemendagri code: {dotted}?")


def test_a_code_with_dashes_is_one_token() -> None:
    assert dashed("31.72.02.1006") == "31-72-02-1006"
