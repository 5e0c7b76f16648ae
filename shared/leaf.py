"""The leaf of an event: the hash that names exactly these stored bytes at this position.

RFC 6962 section 2.1: SHA-256(0x00 || entry). The entry covers position, subject, headers and
payload, and leaves out the broker's own time and bookkeeping: an archive that is published again
into an empty server has the same leaves.
"""

from hashlib import sha256

from shared.envelope import Stored

_MARK = b"kkmp.log.v1\n"


def leaf_of(stored: Stored) -> bytes:
    """Return what names this event and no other, wherever it came from."""
    return leaf_hash(stored.position, stored.subject, stored.block, stored.payload)


def leaf_hash(position: int, subject: str, block: bytes, payload: bytes) -> bytes:
    """Return the 32 bytes that stand for the event at *position*; *block* are its raw headers."""
    headers = sorted(covered_headers(block))
    entry = b"".join(
        (
            _MARK,
            position.to_bytes(8, "big"),
            _sized(subject.encode()),
            len(headers).to_bytes(4, "big"),
            *(_sized(name) + _sized(value) for name, value in headers),
            _sized(payload),
        )
    )
    return sha256(b"\x00" + entry).digest()


def covered_headers(block: bytes) -> list[tuple[bytes, bytes]]:
    """Return the headers that the leaf covers: all but the broker's, and its `Nats-Msg-Id`."""
    covered: list[tuple[bytes, bytes]] = []
    for line in block.split(b"\r\n")[1:]:
        name, separator, value = line.partition(b":")
        if separator and (not name.startswith(b"Nats-") or name == b"Nats-Msg-Id"):
            covered.append((name, value.strip()))
    return covered


def _sized(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data
