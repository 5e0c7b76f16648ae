"""What was recorded in any version is read for ever, by its owner and by whoever listens."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from deploy.contracts.catalogue import SERVICES, versions
from deploy.contracts.golden import Golden, keep, load, unreadable
from services.membership.events.member import LeavingCause, MemberLeft, MembershipApplied
from shared.envelope import Recorded, Vocabulary
from shared.messages import event
from shared.personal import personal_fields, seal_event, unseal
from tests.contracts.examples import (
    CAUSE,
    EXAMPLES,
    GOLDEN,
    KEY,
    OFFICER,
    VOCABULARIES,
)
from tests.contracts.of_membership.member import APPLIED, MEMBER

GOLDENS = load(GOLDEN)
CURRENT = {version.event: version for version in versions() if version.current}
LISTENERS = [
    (service.vocabulary, owner, heard.__name__)
    for service, _ in SERVICES
    for owner, classes in service.vocabulary.upstream.items()
    for heard in classes
]


def name_of(golden: Golden) -> str:
    return f"{golden.event}.v{golden.version}"


def reading(vocabulary: Vocabulary, golden: Golden) -> Recorded:
    found = vocabulary.read(golden.stored())
    assert found is not None
    return found


def test_every_version_of_every_event_has_one_golden_file() -> None:
    assert sorted(map(name_of, GOLDENS)) == sorted(
        f"{version.event}.v{version.number}" for version in versions()
    )


def test_the_examples_show_each_current_event_once() -> None:
    said = [f"{entity.service}.{type(example).__name__}" for entity, example in EXAMPLES]
    assert sorted(said) == sorted(CURRENT)


@pytest.mark.parametrize("golden", GOLDENS, ids=name_of)
def test_its_owner_reads_it_as_the_current_class(golden: Golden) -> None:
    current = CURRENT[golden.event]
    assert type(reading(VOCABULARIES[current.service], golden).data) is current.said


@pytest.mark.parametrize(("vocabulary", "owner", "token"), LISTENERS)
def test_whoever_listens_reads_every_version_of_it(
    vocabulary: Vocabulary, owner: str, token: str
) -> None:
    for golden in GOLDENS:
        if golden.event == f"{owner}.{token}":
            heard = reading(vocabulary, golden)
            assert type(heard.data) in vocabulary.upstream[owner]


@pytest.mark.parametrize("golden", GOLDENS, ids=name_of)
def test_what_is_current_is_still_written_as_it_was(golden: Golden) -> None:
    current = CURRENT[golden.event]
    vocabulary = VOCABULARIES[current.service]
    recorded = reading(vocabulary, golden)
    data = recorded.data
    if golden.version != current.number:  # what is sealed by now was in clear then
        data = seal_event(data, KEY, str(recorded.event_id), recorded.place, recorded.id)
    again = vocabulary.draft(recorded.entity, data, CAUSE, index=0, version=1)
    if golden.version == current.number:
        said = json.loads(again.payload)
        assert {name: said[name] for name in golden.payload} == golden.payload
        required = current.schema.get("required", [])
        assert said.keys() - golden.payload.keys() <= said.keys() - set(required)
        assert again.headers == golden.headers
    else:
        assert again.headers["ce-type"] == current.type


def test_a_membership_that_ended_in_version_1_ended_for_the_same_cause() -> None:
    (old,) = (one for one in GOLDENS if name_of(one) == "membership.MemberLeft.v1")
    assert reading(VOCABULARIES["membership"], old).data == MemberLeft(LeavingCause.RESIGNED)
    in_words = Golden(old.subject, old.headers, {"cause": "pindah ke Bekasi"})
    assert reading(VOCABULARIES["membership"], in_words).data == MemberLeft(
        LeavingCause.OTHER, note="pindah ke Bekasi"
    )


def test_what_was_sealed_is_opened_by_the_same_key_for_ever() -> None:
    (sealed,) = (one for one in GOLDENS if one.event == "membership.MembershipApplied")
    recorded = reading(VOCABULARIES["membership"], sealed)
    context = ("MembershipApplied", str(recorded.event_id), MEMBER.place, MEMBER.id)
    opened = {
        name: unseal(getattr(recorded.data, name), KEY, *context, name)
        for name in personal_fields(MembershipApplied)
        if name in sealed.payload
    }
    assert opened == {name: asdict(APPLIED)[name] for name in sealed.payload}


def test_a_listener_that_begins_to_need_what_old_events_lack_is_named() -> None:
    @event
    class CertificateIssued:
        number: str
        issued_by: str

    needy = Vocabulary("archive", (), {"training": (CertificateIssued,)})
    (finding,) = unreadable(GOLDENS, [needy])
    assert finding == (
        "archive cannot read training.CertificateIssued v1 as it was recorded:"
        " issued_by: Field required"
    )


def test_a_golden_file_is_never_written_again(tmp_path: Path) -> None:
    certificate = next(said for entity, said in EXAMPLES if entity == OFFICER)
    draft = VOCABULARIES["training"].draft(OFFICER, certificate, CAUSE, 0, 1)
    made = keep(tmp_path, draft)
    assert made is not None
    made.write_text("as it was")
    assert keep(tmp_path, draft) is None
    assert made.read_text() == "as it was"
