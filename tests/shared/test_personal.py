"""What says who somebody is: sealed with that person's key, for one field of one event."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messages import event
from shared.personal import (
    ClearText,
    Personal,
    SealBroken,
    personal_fields,
    refuse_clear_text,
    seal,
    seal_event,
    unseal,
)

SITI = "Siti Rahayu"
KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
PLACE = ("MembershipApplied", "0197a1", "31.72.02.1006", "siti", "name")


@event
class Greeted:
    """Somebody was greeted by name."""

    name: Personal
    words: str


@event
class Moved:
    """Somebody moved; the new address may not be known."""

    address: Personal | None = None


@given(st.text(), st.binary(min_size=32, max_size=32), st.lists(st.text(), max_size=4))
def test_what_is_sealed_opens_again_whatever_the_letters(
    text: str, key: bytes, context: list[str]
) -> None:
    assert unseal(seal(text, key, *context), key, *context) == text


def test_a_sealed_name_shows_nothing_of_the_name() -> None:
    sealed = seal(SITI, KEY, *PLACE)
    assert sealed.startswith("enc1.")
    assert SITI.encode() not in urlsafe_b64decode(sealed.removeprefix("enc1."))


def test_the_same_name_sealed_twice_looks_different() -> None:
    assert seal(SITI, KEY, *PLACE) != seal(SITI, KEY, *PLACE)


def test_names_of_up_to_thirty_bytes_are_all_sealed_at_one_length() -> None:
    lengths = {len(seal("a" * size, KEY)) for size in range(31)}
    assert len(lengths) == 1
    assert len(seal("a" * 31, KEY)) > lengths.pop()


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(SealBroken, match="another key"):
        unseal(seal(SITI, KEY, *PLACE), OTHER_KEY, *PLACE)


@pytest.mark.parametrize("index", range(len(PLACE)))
def test_it_opens_in_no_other_event_place_person_or_field(index: int) -> None:
    elsewhere = [*PLACE]
    elsewhere[index] += "x"
    with pytest.raises(SealBroken, match="another event, place, person or field"):
        unseal(seal(SITI, KEY, *PLACE), KEY, *elsewhere)


@given(st.integers(min_value=0), st.integers(1, 255))
def test_a_sealed_text_that_was_tampered_with_does_not_open(at: int, change: int) -> None:

    raw = bytearray(urlsafe_b64decode(seal(SITI, KEY, *PLACE).removeprefix("enc1.")))
    raw[at % len(raw)] ^= change
    with pytest.raises(SealBroken):
        unseal("enc1." + urlsafe_b64encode(raw).decode(), KEY, *PLACE)


@pytest.mark.parametrize("text", ["", SITI, "enc1.", "enc1.AAAA", "enc1.A"])
def test_what_was_never_sealed_does_not_open(text: str) -> None:
    with pytest.raises(SealBroken):
        unseal(text, KEY, *PLACE)


def test_an_event_says_which_of_its_fields_are_personal() -> None:
    assert personal_fields(Greeted) == ("name",)


def test_sealing_an_event_seals_its_personal_fields_alone() -> None:
    sealed = seal_event(Greeted(SITI, "Selamat pagi"), KEY, "0197a1", "31.72.02.1006", "siti")
    assert sealed.words == "Selamat pagi"
    context = ("Greeted", "0197a1", "31.72.02.1006", "siti", "name")
    assert unseal(sealed.name, KEY, *context) == SITI


def test_a_clear_name_is_refused_and_a_sealed_one_is_not() -> None:
    greeted = Greeted(SITI, "Selamat pagi")
    with pytest.raises(ClearText, match=r"Greeted\.name is not sealed"):
        refuse_clear_text(greeted)
    refuse_clear_text(seal_event(greeted, KEY))


def test_a_personal_field_that_was_left_out_stays_left_out() -> None:
    assert personal_fields(Moved) == ("address",)
    assert seal_event(Moved(), KEY) == Moved()
    refuse_clear_text(Moved())


def test_a_personal_field_that_may_be_left_out_is_sealed_when_it_is_there() -> None:
    with pytest.raises(ClearText, match=r"Moved\.address is not sealed"):
        refuse_clear_text(Moved("Jalan Danau Agung 3"))
    sealed = seal_event(Moved("Jalan Danau Agung 3"), KEY)
    refuse_clear_text(sealed)
    assert unseal(str(sealed.address), KEY, "Moved", "address") == "Jalan Danau Agung 3"
