"""A fresh id is one of its kind; a derived id is the same however often it is asked for."""

from uuid import RFC_4122, UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.identity import derived_id, fresh_id


def test_fresh_ids_are_version_7_and_sort_by_time() -> None:
    made = [fresh_id() for _ in range(1000)]
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}
    assert made == sorted(set(made))


def test_a_derived_id_is_the_same_on_every_machine_for_ever() -> None:
    assert derived_id("a", 1) == UUID("839e11a4-21d3-80be-a8db-56fde67e9aad")


@given(st.lists(st.text(), min_size=1))
def test_a_derived_id_is_version_8_and_depends_on_its_parts_alone(parts: list[str]) -> None:
    made = derived_id(*parts)
    assert (made.version, made.variant) == (8, RFC_4122)
    assert made == derived_id(*parts)
    assert made != derived_id(*parts, "")


def test_where_one_part_ends_and_the_next_begins_matters() -> None:
    assert derived_id("siti", "rahayu") != derived_id("sitir", "ahayu")
    assert derived_id("siti", "rahayu") != derived_id("sitirahayu")
