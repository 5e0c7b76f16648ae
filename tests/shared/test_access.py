"""A grant is a role in a place, and holds below that place and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access import EVERYBODY, Grant, Principal, Role, covers

SUNTER_AGUNG = "31.72.02.1006"


@pytest.mark.parametrize("prefix", ["31", "31.72", "31.72.02", SUNTER_AGUNG])
def test_a_place_is_covered_by_itself_and_by_all_above_it(prefix: str) -> None:
    assert covers(prefix, SUNTER_AGUNG)


@pytest.mark.parametrize(
    "prefix", ["3", "31.7", "31.72.0", "31.72.02.100", "31.75", "31.72.02.1007"]
)
def test_a_place_is_not_covered_by_what_only_begins_alike(prefix: str) -> None:
    assert not covers(prefix, SUNTER_AGUNG)
    assert not covers(SUNTER_AGUNG, prefix)


@pytest.mark.parametrize("text", ["pengurus:31.72.02.1006", "sudin:31.72", "auditor:31"])
def test_a_grant_is_read_as_it_is_written(text: str) -> None:
    assert str(Grant.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pengurus",
        "pengurus:",
        ":31.72",
        "kasir:31.72",
        "Pengurus:31.72",
        "pengurus:*",
        "pengurus:31.7",
        "pengurus:31.72.",
        "pengurus:3172021006",
        "pengurus:31.72.02.4006",
        "pengurus:31.72:31.75",
        "pengurus:31.72\n",
        "pengurus: 31.72",
        "pengurus:٣١",
    ],
)
def test_what_is_no_grant_is_refused_by_its_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"region code|the roles are"):
        Grant.parse(text)


def test_a_principal_has_a_say_where_one_of_its_roles_is_held_and_the_widest_place_counts() -> None:
    siti = Principal(
        "user",
        "0000",
        (
            Grant(Role.PENGURUS, SUNTER_AGUNG),
            Grant(Role.PENGAWAS, "31.72.02"),
            Grant(Role.AUDITOR, "31.75"),
        ),
    )
    assert siti.places({Role.PENGURUS}) == (SUNTER_AGUNG,)
    assert siti.places({Role.PENGURUS, Role.PENGAWAS}) == ("31.72.02",)
    assert siti.places(EVERYBODY) == ("31.72.02", "31.75")
    assert siti.places({Role.SUDIN}) == ()


@given(st.lists(st.sampled_from(["31", "31.72", "31.72.02", "31.72.03", SUNTER_AGUNG, "32.04"])))
def test_leaving_out_the_narrower_places_changes_nothing(places: list[str]) -> None:
    principal = Principal("user", "0000", tuple(Grant(Role.SUDIN, place) for place in places))
    kept = principal.places({Role.SUDIN})
    for place in ("31.72.02.1006", "31.72.03.1001", "31.75.01.1001", "32.04.01.1001"):
        assert any(covers(one, place) for one in kept) == any(covers(one, place) for one in places)
