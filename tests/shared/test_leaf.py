"""The leaf of an event names exactly these bytes at this position."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from shared.leaf import covered_headers, leaf_hash

SUBJECT = "kkmp.membership.31.72.02.1006.member.siti.MemberJoined"
BLOCK = b"NATS/1.0\r\nNats-Msg-Id: 0197a1\r\nce-id: 0197a1\r\nce-sequence: 0000000004\r\n\r\n"
PAYLOAD = b"{}"
LEAF = "d5a9a42a4e4ef06629d13481b95433fff3ca39def46015d8d5570d198e95588f"

tokens = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)
values = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30)
headers = st.dictionaries(tokens.map("ce-{}".format), values, max_size=6)


def block(of: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in of.items())
    return f"NATS/1.0\r\n{lines}\r\n".encode()


def test_the_leaf_of_a_known_event_never_changes() -> None:
    assert leaf_hash(4, SUBJECT, BLOCK, PAYLOAD).hex() == LEAF


def test_the_leaf_can_be_computed_from_its_description_alone() -> None:
    entry = b"kkmp.log.v1\n" + (4).to_bytes(8, "big")
    entry += len(SUBJECT).to_bytes(4, "big") + SUBJECT.encode() + (3).to_bytes(4, "big")
    for text in (b"Nats-Msg-Id", b"0197a1", b"ce-id", b"0197a1", b"ce-sequence", b"0000000004"):
        entry += len(text).to_bytes(4, "big") + text
    entry += len(PAYLOAD).to_bytes(4, "big") + PAYLOAD
    assert leaf_hash(4, SUBJECT, BLOCK, PAYLOAD) == sha256(b"\0" + entry).digest()


def test_the_brokers_own_headers_are_not_covered() -> None:
    answered = BLOCK.removesuffix(b"\r\n") + (
        b"Nats-Stream: KKMP\r\nNats-Sequence: 4\r\nNats-Time-Stamp: 2025-11-04T03:00:00Z\r\n"
        b"Nats-Expected-Last-Subject-Sequence: 3\r\n\r\n"
    )
    assert leaf_hash(4, SUBJECT, answered, PAYLOAD) == leaf_hash(4, SUBJECT, BLOCK, PAYLOAD)
    assert (b"Nats-Msg-Id", b"0197a1") in covered_headers(answered)


@given(headers)
def test_the_order_of_headers_does_not_matter(of: dict[str, str]) -> None:
    turned = dict(reversed(of.items()))
    assert leaf_hash(1, SUBJECT, block(of), b"") == leaf_hash(1, SUBJECT, block(turned), b"")


@given(st.integers(1, 2**40), tokens, headers, st.binary(max_size=60), st.data())
def test_any_covered_byte_changes_the_leaf(
    position: int, subject: str, of: dict[str, str], payload: bytes, data: st.DataObject
) -> None:
    leaf = leaf_hash(position, subject, block(of), payload)
    assert leaf != leaf_hash(position + 1, subject, block(of), payload)
    assert leaf != leaf_hash(position, subject + "x", block(of), payload)
    assert leaf != leaf_hash(position, subject, block(of | {"ce-new": ""}), payload)
    assert leaf != leaf_hash(position, subject, block(of), payload + b"\0")
    for name, value in of.items():
        assert leaf != leaf_hash(position, subject, block(of | {name: value + "x"}), payload)
    if payload:
        at = data.draw(st.integers(0, len(payload) - 1))
        other = bytes([payload[at] ^ data.draw(st.integers(1, 255))])
        changed = payload[:at] + other + payload[at + 1 :]
        assert leaf != leaf_hash(position, subject, block(of), changed)


def test_text_does_not_move_from_one_part_into_the_next() -> None:
    assert leaf_hash(1, "ab", block({}), b"c") != leaf_hash(1, "a", block({}), b"bc")
    one, other = block({"ce-a": "b", "ce-c": ""}), block({"ce-a": "", "ce-c": "b"})
    assert leaf_hash(1, "a", one, b"") != leaf_hash(1, "a", other, b"")
