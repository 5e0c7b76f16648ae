"""A subject says whose fact it is, of where, about what; a wildcard is a jurisdiction."""

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.codes import CITY
from shared.subjects import EVERYTHING, Entity, SubjectMalformed, filter_of, parse

SUNTER_AGUNG = "31.72.02.1006"
SITI = Entity("membership", SUNTER_AGUNG, "member", "0197a1f0-0000-7000-8000-000000000001")
JOINED = f"kkmp.membership.{SUNTER_AGUNG}.member.{SITI.id}.MemberJoined"

tokens = st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True)
places = st.from_regex(r"[0-9]{2}\.[0-9]{2}\.[0-9]{1,2}\.[0-9]{1,4}", fullmatch=True)


def matches(subject: str, subjects: str) -> bool:
    """Whether a filter that names all nine tokens finds *subject*, as NATS says."""
    wanted, found = subjects.split("."), subject.split(".")
    return len(wanted) == len(found) and all(map(fnmatchcase, found, wanted))


def test_a_fact_of_siti_is_filed_under_her_kelurahan_with_the_dots_kept() -> None:
    assert SITI.subject("MemberJoined") == JOINED


def test_the_family_of_an_entity_is_all_of_its_types_and_nothing_else() -> None:
    assert SITI.family == JOINED.replace("MemberJoined", "*")
    other = Entity("membership", SUNTER_AGUNG, "member", "0197a1f0-0000-7000-8000-000000000002")
    assert matches(SITI.subject("SavingsPaid"), SITI.family)
    assert not matches(other.subject("SavingsPaid"), SITI.family)


@given(tokens, places, tokens, tokens, tokens)
def test_what_is_put_together_comes_apart_again(
    service: str, place: str, stream: str, entity_id: str, event_type: str
) -> None:
    entity = Entity(service, place, stream, entity_id)
    address = parse(entity.subject(event_type))
    assert (address.entity, address.type) == (entity, event_type)


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "kkmp.membership.MemberJoined",
        f"{JOINED}.v2",
        JOINED.replace("31.72.02.1006", "3172021006"),
        JOINED.replace("kkmp", "other", 1),
    ],
)
def test_a_subject_with_other_tokens_is_refused(subject: str) -> None:
    with pytest.raises(SubjectMalformed, match="not a subject of the log"):
        parse(subject)


@pytest.mark.parametrize(
    ("service", "place", "stream", "entity_id"),
    [
        ("membership", "3172021006", "member", "siti"),
        ("membership", "31.72.02", "member", "siti"),
        ("membership", "31.72.02.*", "member", "siti"),
        ("membership", "31.72.02.10\u0660\u0666", "member", "siti"),
        ("membership", SUNTER_AGUNG, "member", "siti.rahayu"),
        ("membership", SUNTER_AGUNG, "member", "siti rahayu"),
        ("membership", SUNTER_AGUNG, "member", "*"),
        ("membership", SUNTER_AGUNG, "member", "siti\r\nNats-Rollup: all"),
        ("membership", SUNTER_AGUNG, "member", ""),
        ("membership", SUNTER_AGUNG, ">", "siti"),
        ("", SUNTER_AGUNG, "member", "siti"),
        ("membership", SUNTER_AGUNG, "member", "s" * 81),
    ],
)
def test_an_entity_that_would_not_stay_in_its_own_tokens_is_refused(
    service: str, place: str, stream: str, entity_id: str
) -> None:
    with pytest.raises(SubjectMalformed, match="not an entity of the log"):
        Entity(service, place, stream, entity_id)


@pytest.mark.parametrize(
    ("region", "found"),
    [
        ("", True),
        ("31", True),
        ("31.72", True),
        ("31.72.02", True),
        (SUNTER_AGUNG, True),
        ("31.72.01", False),
        ("31.72.02.1001", False),
        ("32", False),
    ],
)
def test_a_region_is_a_filter_over_all_that_lies_below_it(region: str, *, found: bool) -> None:
    assert matches(JOINED, filter_of(region=region)) is found


def test_a_filter_may_name_owner_kind_and_type() -> None:
    assert matches(JOINED, filter_of("membership", "31.72", "member", "MemberJoined"))
    assert not matches(JOINED, filter_of("training"))
    assert not matches(JOINED, filter_of(stream="board"))
    assert not matches(JOINED, filter_of(event_type="MemberLeft"))


def test_a_fact_of_the_whole_city_is_not_of_any_kecamatan() -> None:
    said = Entity("training", CITY, "curriculum", "kkmp-2025").subject("CurriculumPublished")
    assert matches(said, filter_of(region="31.72"))
    assert not matches(said, filter_of(region="31.72.02"))


def test_every_fact_is_below_the_root() -> None:
    assert EVERYTHING == "kkmp.*.*.*.*.*.*.*.*"
    assert JOINED.startswith("kkmp.")
