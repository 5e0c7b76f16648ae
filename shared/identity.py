"""Ids: fresh ones that sort by time, and derived ones that a repeat derives again."""

from hashlib import sha256
from uuid import UUID

from uuid_utils.compat import uuid7

_VERSION_8 = 8 << 76
_VARIANT = 0b10 << 62
_CLEAR = ~((0xF << 76) | (0b11 << 62))


def fresh_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562): unique, and later ones sort later."""
    return uuid7()


def derived_id(*parts: object) -> UUID:
    """Return the UUIDv8 (RFC 9562) that these parts, and only these, always give: their SHA-256.

    What is asked twice under one name is thereby one fact with one id.
    """
    digest = sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return UUID(int=(int.from_bytes(digest[:16], "big") & _CLEAR) | _VERSION_8 | _VARIANT)
