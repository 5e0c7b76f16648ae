"""A change that breaks a reader is found before it is made, and the reader is named."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.contracts.catalogue import SERVICES, needs_of_services, versions
from deploy.contracts.compatibility import Need, broken, changed
from deploy.contracts.consumers import ConsumerMalformed, consumers, needs_of
from deploy.contracts.files import FOLDER
from deploy.contracts.golden import Golden, load, unreadable
from deploy.contracts.releases import as_text, digest, release, unlawful
from tests.contracts.examples import GOLDEN

type Schema = dict[str, Any]
type Change = Callable[[dict[tuple[str, int], Schema]], object]

AGENCY = [need for one in consumers(FOLDER / "consumers") for need in needs_of(one)]
NEEDS = [*needs_of_services(), *AGENCY]
APPOINTED = ("membership.OfficerAppointed", 1)
LOW = ("inventory.StockLow", 1)
TRAINING = (
    "training (reaction open-training-needs, table seat_training)"
    " reads membership.OfficerAppointed v1: "
)


def schemas() -> dict[tuple[str, int], Schema]:
    """A copy to change."""
    return {
        (version.event, version.number): copy.deepcopy(version.schema) for version in versions()
    }


def fields(found: dict[tuple[str, int], Schema], event: tuple[str, int]) -> Schema:
    return found[event]["properties"]


def test_today_everybody_reads_what_is_said() -> None:
    assert broken(schemas(), NEEDS) == []
    assert len(NEEDS) > 10
    assert {need.reader for need in NEEDS} == {
        "membership",
        "training",
        "inventory",
        "CONTOH umpan dinas",
    }


BREAKS: dict[str, tuple[Change, str]] = {
    "a field is removed": (
        lambda found: fields(found, APPOINTED).pop("organ"),
        TRAINING + "field organ is gone",
    ),
    "a date becomes any text": (
        lambda found: fields(found, APPOINTED)["from_date"].pop("format"),
        TRAINING + "field from_date is string, it takes string (format date)",
    ),
    "a type changes": (
        lambda found: fields(found, APPOINTED).update(organ={"type": "integer"}),
        TRAINING + "field organ is integer, it takes string",
    ),
    "a field becomes optional": (
        lambda found: found[APPOINTED]["required"].remove("organ"),
        TRAINING + "field organ may be missing",
    ),
    "a field may be null": (
        lambda found: fields(found, APPOINTED).update(
            seat={"anyOf": [{"type": "string"}, {"type": "null"}]}
        ),
        TRAINING + "field seat is null, it takes string",
    ),
    "an event is removed": (
        lambda found: found.pop(APPOINTED),
        TRAINING + "there is no such event, or it is gone",
    ),
    "an earlier version is removed": (
        lambda found: found.pop(("membership.MemberLeft", 1)),
        (
            "inventory (reaction count-left-member, table active_member)"
            " reads membership.MemberLeft v1: there is no such event, or it is gone"
        ),
    ),
    "a list holds something else": (
        lambda found: fields(found, ("training.CertificateIssued", 1))["seats"].update(
            items={"type": "object"}
        ),
        (
            "membership (reaction certify-officer) reads training.CertificateIssued v1:"
            " field seats[] is object, it takes string"
        ),
    ),
    "a word is new to an agency": (
        lambda found: fields(found, LOW)["reason"]["enum"].append("season"),
        (
            "CONTOH umpan dinas reads inventory.StockLow v1: field reason is one of stock_out,"
            " cover_below_threshold, season, it takes one of stock_out, cover_below_threshold"
        ),
    ),
}


@pytest.mark.parametrize(("change", "finding"), BREAKS.values(), ids=BREAKS)
def test_what_would_break_a_reader_names_it(change: Change, finding: str) -> None:
    found = schemas()
    change(found)
    assert finding in broken(found, NEEDS)


def test_who_does_not_read_a_new_version_is_named_before_it_is_said() -> None:
    found = schemas()
    found["membership.MemberJoined", 2] = found["membership.MemberJoined", 1]
    assert broken(found, NEEDS) == [
        (
            "inventory (reaction count-joined-member, table active_member)"
            " does not read membership.MemberJoined v2"
        ),
        "CONTOH umpan dinas does not read membership.MemberJoined v2",
    ]


def test_an_unchanged_old_reader_reads_what_has_gained_an_optional_field() -> None:
    grown = schemas()
    for schema in grown.values():
        schema["properties"]["added_later"] = {"type": "string", "default": ""}
    assert broken(grown, NEEDS) == []
    assert all(changed(old, grown[event]) == [] for event, old in schemas().items())
    recorded = [
        Golden(golden.subject, golden.headers, golden.payload | {"added_later": "sesudahnya"})
        for golden in load(GOLDEN)
    ]
    assert list(unreadable(recorded, (service.vocabulary for service, _ in SERVICES))) == []


def test_a_reader_may_take_more_than_is_said_and_do_without_what_it_need_not_have() -> None:
    takes = {
        "properties": {
            "on_hand": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "season": {"type": "string"},
        },
        "required": ["on_hand"],
    }
    assert broken(schemas(), [Need("a report", "", *LOW[:1], (1,), takes)]) == []


RELEASED = {version.path: as_text(version.schema) for version in versions()}
HASHES = {path: [digest(text)] for path, text in RELEASED.items()}
PATH = "membership/OfficerAppointed/v1.json"


def current() -> dict[str, Schema]:
    return {version.path: copy.deepcopy(version.schema) for version in versions()}


def test_a_released_schema_that_the_code_still_says_is_lawful() -> None:
    assert list(unlawful(HASHES, RELEASED, current())) == []


CHANGES: dict[str, tuple[Callable[[Schema], object], str]] = {
    "removed": (
        lambda schema: schema["properties"].pop("seat"),
        "field seat is gone",
    ),
    "of another type": (
        lambda schema: schema["properties"]["ex_officio"].update(type="string"),
        'field ex_officio was {"type": "boolean"} and is {"type": "string"}',
    ),
    "optional": (
        lambda schema: schema["required"].remove("seat"),
        "field seat is optional now",
    ),
    "new and required": (
        lambda schema: (
            schema["properties"].update(by={"type": "string"}),
            schema["required"].append("by"),
        ),
        "field by is new and required",
    ),
    "with one more word": (
        lambda schema: schema["properties"]["organ"]["enum"].append("penasihat"),
        (
            'field organ was {"enum": ["pengurus", "pengawas"], "type": "string"} and is'
            ' {"enum": ["pengurus", "pengawas", "penasihat"], "type": "string"}'
        ),
    ),
}


@pytest.mark.parametrize(("change", "finding"), CHANGES.values(), ids=CHANGES)
def test_a_released_schema_does_not_change(
    change: Callable[[Schema], object], finding: str
) -> None:
    found = current()
    change(found[PATH])
    (found_out,) = unlawful(HASHES, RELEASED, found)
    assert found_out == (
        f"schemas/{PATH} was released, and now {finding}: leave that class as it was"
        " and let a new version supersede it, with an upcast"
    )


def test_a_released_version_does_not_leave_the_code() -> None:
    found = current()
    del found[PATH]
    (finding,) = unlawful(HASHES, RELEASED, found)
    assert finding.startswith(f"schemas/{PATH} was released, and the code knows that version no")


@pytest.mark.parametrize("kept", [{}, {PATH: "{}"}], ids=["lost", "edited"])
def test_a_released_file_is_not_lost_or_edited(kept: dict[str, str]) -> None:
    others = {path: text for path, text in RELEASED.items() if path != PATH}
    (finding,) = unlawful(HASHES, others | kept, current())
    assert finding.startswith(f"schemas/{PATH} is")
    assert "restore it" in finding


def test_better_words_and_optional_fields_are_released_again_and_the_history_is_kept() -> None:
    found = current()
    found[PATH]["description"] = "Kalimat yang lebih baik."
    found[PATH]["properties"]["decree"] = {"type": "string", "default": ""}
    assert list(unlawful(HASHES, RELEASED, found)) == []
    texts = {path: as_text(schema) for path, schema in found.items()}
    grown = release(HASHES, texts)
    assert grown[PATH] == [digest(RELEASED[PATH]), digest(texts[PATH])]
    assert release(grown, texts) == grown
    assert {path: grown[path] for path in grown if path != PATH} == {
        path: hashes for path, hashes in HASHES.items() if path != PATH
    }


def test_a_consumers_file_that_is_not_understood_is_named(tmp_path: Path) -> None:
    (tmp_path / "dinas.json").write_text('{"consumer": "Dinas", "reads": []}')
    with pytest.raises(ConsumerMalformed, match=r"dinas\.json: (.|\n)*indonesian"):
        consumers(tmp_path)
