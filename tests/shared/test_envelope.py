"""What is drafted is stored, and what is stored is read back, or the reader says why it cannot."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast
from uuid import UUID

import pytest

from shared.envelope import (
    Cause,
    Draft,
    Recorded,
    Stored,
    Unreadable,
    Vocabulary,
    broker_header,
    cloud_event,
)
from shared.messages import event
from shared.personal import ClearText, Personal, seal_event
from shared.subjects import Entity

WIB = timezone(timedelta(hours=7))
SUNTER_AGUNG = "31.72.02.1006"
SITI = Entity("membership", SUNTER_AGUNG, "member", "siti")
COMMAND = UUID("0197a1f0-0000-7000-8000-00000000000a")
REQUEST = UUID("0197a1f0-0000-7000-8000-00000000000b")


@event
class SavingsPaid:
    """Savings were paid, in rupiah."""

    kind: str
    amount: int


@event
class Applied:
    """A resident applied."""

    name: Personal


@event
class CertificateIssued:
    """Training says it, and membership reads one field of it."""

    number: str


@event
class BorrowedV1:
    """A member borrowed; the sum was written in words."""

    sum: str

    def upcast(self) -> "BorrowedV2":
        return BorrowedV2(int(self.sum.removeprefix("Rp").replace(".", "")))


@event(supersedes=BorrowedV1)
class BorrowedV2:
    """A member borrowed, in rupiah."""

    amount: int

    def upcast(self) -> "Borrowed":
        return Borrowed(self.amount, months=12)


@event(supersedes=BorrowedV2)
class Borrowed:
    """A member borrowed, in rupiah, for so many months: before, it was always a year."""

    amount: int
    months: int


membership = Vocabulary(
    "membership", (SavingsPaid, Applied, Borrowed), {"training": (CertificateIssued,)}, seals=True
)
CAUSE = Cause(
    id=COMMAND,
    correlation=REQUEST,
    at=datetime(2025, 11, 4, 10, 0, tzinfo=WIB),
    recorded_at=datetime(2025, 11, 4, 3, 0, 5, tzinfo=UTC),
    authtype="user",
    authid='pengurus "31.72" 100% é',
    fingerprint="f1",
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
)
PAID = SavingsPaid("pokok", 50_000)


def stored(draft: Draft, position: int = 7, **changed: str) -> Stored:
    """What the log answers: the writer's headers first, then nats-server's own."""
    headers = draft.headers | {f"ce-{name}": value for name, value in changed.items()}
    headers |= {"Nats-Stream": "KKMP", "Nats-Subject": draft.subject, "Nats-Sequence": "7"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return Stored(position, draft.subject, f"NATS/1.0\r\n{lines}\r\n".encode(), draft.payload)


def drafted(data: object = PAID, version: int = 4) -> Draft:
    return membership.draft(SITI, data, CAUSE, index=0, version=version)


def of_others(subject: str, **attributes: str) -> Stored:
    lines = "".join(f"ce-{name}: {value}\r\n" for name, value in attributes.items())
    return Stored(9, subject, f"NATS/1.0\r\n{lines}\r\n".encode(), b'{"number": "P-1", "new": 1}')


def reading_of(found: Stored) -> Recorded:
    recorded = membership.read(found)
    assert recorded is not None
    return recorded


def why_unreadable(found: Stored) -> str:
    with pytest.raises(Unreadable) as unreadable:
        membership.read(found)
    assert unreadable.value.position == found.position
    assert f"position {found.position} ({found.subject})" in str(unreadable.value)
    return unreadable.value.why


def test_an_event_comes_back_as_it_was_said() -> None:
    recorded = reading_of(stored(drafted()))
    assert recorded.data == PAID
    assert (recorded.type, recorded.position, recorded.version) == ("SavingsPaid", 7, 4)
    assert (recorded.entity, recorded.place, recorded.id) == (SITI, SUNTER_AGUNG, "siti")
    assert recorded.event_id == CAUSE.event_id(SITI, 0)
    assert (recorded.cause, recorded.correlation) == (COMMAND, REQUEST)


def test_when_it_happened_and_when_we_learned_of_it_are_kept_apart_in_utc() -> None:
    recorded = reading_of(stored(drafted()))
    assert recorded.stored.header("ce-time") == "2025-11-04T03:00:00Z"
    assert recorded.time == datetime(2025, 11, 4, 3, 0, tzinfo=UTC)
    assert recorded.recorded_at == datetime(2025, 11, 4, 3, 0, 5, tzinfo=UTC)


def test_the_broker_knows_an_event_by_its_own_id() -> None:
    draft = drafted()
    assert draft.headers["Nats-Msg-Id"] == draft.headers["ce-id"] == str(draft.id)


def test_the_ids_of_a_cause_depend_on_cause_request_entity_and_index_alone() -> None:
    same = Cause(COMMAND, COMMAND, CAUSE.recorded_at, CAUSE.at, "system", "", "f1")
    other = Cause(COMMAND, REQUEST, CAUSE.at, CAUSE.recorded_at, "user", "", "f2")
    assert CAUSE.event_id(SITI, 0) == same.event_id(SITI, 0)
    budi = Entity("membership", SUNTER_AGUNG, "member", "budi")
    ids = [CAUSE.event_id(SITI, 0), CAUSE.event_id(SITI, 1), CAUSE.event_id(budi, 0)]
    assert len({*ids, other.event_id(SITI, 0)}) == 4


def test_an_actor_with_odd_letters_is_percent_encoded_and_read_back() -> None:
    encoded = drafted().headers["ce-authid"]
    assert encoded == "pengurus%20%2231.72%22%20100%25%20%C3%A9"
    assert stored(drafted()).attribute("authid") == CAUSE.authid


def test_a_field_that_a_newer_version_wrote_is_ignored() -> None:
    found = stored(drafted())
    newer = Stored(7, found.subject, found.block, b'{"kind":"pokok","amount":50000,"teller":"x"}')
    assert reading_of(newer).data == PAID


def test_an_own_event_that_this_version_does_not_know_is_unreadable() -> None:
    found = of_others(SITI.subject("MemberPromoted"), type="id.kkmp.membership.MemberPromoted.v1")
    assert why_unreadable(found) == "MemberPromoted is no event that this version knows"


@pytest.mark.parametrize(
    "found",
    [
        "id.kkmp.membership.MemberLeft.v1",
        "id.kkmp.membership.SavingsPaid",
        "id.kkmp.membership.SavingsPaid.v01",
        "id.kkmp.membership.SavingsPaidBack.v1",
        "",
    ],
)
def test_a_type_that_disagrees_with_the_subject_is_unreadable(found: str) -> None:
    assert why_unreadable(stored(drafted(), type=found)) == (
        f"ce-type is {found or 'none'}, the subject and this version say"
        " id.kkmp.membership.SavingsPaid.v1"
    )


def borrowed(version: int, payload: bytes) -> Stored:
    """What somebody borrowed, as *version* of this service recorded it."""
    found = stored(drafted(Borrowed(50_000, 6)), type=f"id.kkmp.membership.Borrowed.v{version}")
    return Stored(7, found.subject, found.block, payload)


@pytest.mark.parametrize(
    ("version", "payload"),
    [
        (1, b'{"sum": "Rp50.000"}'),
        (2, b'{"amount": 50000}'),
        (3, b'{"amount": 50000, "months": 12}'),
    ],
)
def test_what_an_earlier_version_said_is_read_as_what_the_current_one_would_say(
    version: int, payload: bytes
) -> None:
    recorded = reading_of(borrowed(version, payload))
    assert recorded.data == Borrowed(50_000, months=12)
    assert recorded.type == "Borrowed"


def test_each_version_is_read_by_its_own_shape_alone() -> None:
    assert why_unreadable(borrowed(1, b'{"amount": 50000}')).startswith("sum: ")
    assert why_unreadable(borrowed(3, b'{"sum": "Rp50.000"}')).startswith("amount: ")


def test_what_is_written_is_the_current_version() -> None:
    draft = drafted(Borrowed(50_000, 6))
    assert draft.subject == SITI.subject("Borrowed")
    assert draft.headers["ce-type"] == "id.kkmp.membership.Borrowed.v3"
    assert draft.headers["ce-dataschema"] == "urn:kkmp:membership:Borrowed:v3"
    for earlier in (BorrowedV1("Rp50.000"), BorrowedV2(50_000)):
        with pytest.raises(TypeError, match=r"membership does not say BorrowedV[12]"):
            drafted(earlier)


def test_a_version_that_is_newer_than_this_code_is_unreadable_and_says_what_to_start() -> None:
    assert why_unreadable(borrowed(4, b'{"amount": 50000, "months": 12}')) == (
        "this is version 4 of id.kkmp.membership.Borrowed, and this code reads 1, 2, 3:"
        " start a version of membership that reads it"
    )


def test_a_listener_reads_the_versions_that_it_names_and_no_other() -> None:
    @event(reads=(1, 3))
    class Borrowed:
        amount: int | None = None

    auditor = Vocabulary("audit", (), {"membership": (Borrowed,)})
    heard = [
        auditor.read(borrowed(1, b'{"sum": "Rp1"}')),
        auditor.read(borrowed(3, b'{"amount":1}')),
    ]
    assert [one.data for one in heard if one] == [Borrowed(), Borrowed(1)]
    with pytest.raises(Unreadable, match=r"version 2 of .*Borrowed, and this code reads 1, 3:"):
        auditor.read(borrowed(2, b'{"amount": 50000}'))


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (b'{"kind":"pokok","amount":"banyak"}', "amount: "),
        (b'{"kind":"pokok"}', "amount: "),
        (b'{"kind":["pokok"],"amount":50000}', "kind: "),
        (b"", "payload: "),
        (b"not JSON", "payload: "),
    ],
)
def test_a_malformed_payload_is_unreadable_and_the_field_is_named(
    payload: bytes, field: str
) -> None:
    found = stored(drafted())
    assert why_unreadable(Stored(7, found.subject, found.block, payload)).startswith(field)


@pytest.mark.parametrize(
    "subject",
    [
        "kkmp.membership.SavingsPaid",
        f"kkmp.membership.{SUNTER_AGUNG}.member.siti.SavingsPaid.again",
        f"other.training.{SUNTER_AGUNG}.officer.siti.TrainingCompleted",
    ],
)
def test_a_malformed_subject_is_unreadable(subject: str) -> None:
    assert "subject" in why_unreadable(of_others(subject))


def test_the_events_of_others_are_none_of_our_business_unless_we_listen() -> None:
    training = f"kkmp.training.{SUNTER_AGUNG}.officer.siti"
    assert membership.read(of_others(f"{training}.TrainingCompleted")) is None
    heard = of_others(f"{training}.CertificateIssued", type="id.kkmp.training.CertificateIssued.v1")
    assert reading_of(heard).data == CertificateIssued("P-1")


def test_nobody_speaks_for_training_with_a_type_of_membership() -> None:
    subject = f"kkmp.training.{SUNTER_AGUNG}.officer.siti.CertificateIssued"
    assert "ce-type is id.kkmp.membership" in why_unreadable(
        of_others(subject, type="id.kkmp.membership.CertificateIssued.v1")
    )


def test_a_writers_own_position_and_subject_are_not_believed() -> None:
    forged = (
        b"NATS/1.0\r\nNats-Subject: kkmp.forged\r\nNats-Sequence: 1\r\nce-id: a\r\n"
        b"Nats-Stream: KKMP\r\nNats-Subject: kkmp.true\r\nNats-Sequence: 42\r\n\r\n"
    )
    assert broker_header(forged, b"Nats-Subject") == b"kkmp.true"
    assert broker_header(forged, b"Nats-Sequence") == b"42"


def test_a_clear_name_is_never_drafted() -> None:
    with pytest.raises(ClearText, match=r"Applied\.name is not sealed"):
        drafted(Applied("Siti Rahayu"))
    draft = drafted(seal_event(Applied("Siti Rahayu"), bytes(32)))
    assert b"Siti" not in draft.payload


def test_a_service_without_keys_has_no_personal_fields() -> None:
    with pytest.raises(TypeError, match=r"inventory\.Applied has a personal field but no keys"):
        Vocabulary("inventory", (Applied,))


def test_the_structured_form_says_all_that_the_headers_say() -> None:
    document = cloud_event(stored(drafted()))
    assert json.loads(json.dumps(document)) == document
    assert document["specversion"] == "1.0"
    assert document["type"] == "id.kkmp.membership.SavingsPaid.v1"
    assert document["source"] == "/kkmp/membership"
    assert document["subject"] == "member/siti"
    assert document["sequence"] == "0000000004"
    assert document["authid"] == CAUSE.authid
    assert (document["position"], document["place"]) == (7, SUNTER_AGUNG)
    assert cast("dict[str, Any]", document["data"]) == {"kind": "pokok", "amount": 50_000}
