"""The number and the validity of a certificate: both follow from what it certifies."""

from calendar import monthrange
from datetime import date
from hashlib import sha256
from uuid import UUID

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a number read aloud is written down right."""


def number_of(cooperative: str, person: UUID, session: str, completed_on: date) -> str:
    """Return our own number, such as KKMP-PLT-2025-7QX4M-2RD9K; no official format is known.

    There is no counter: who derives it again gets the same number. Ten letters are 50 bits of a
    SHA-256. It stands in an address as it is, hence dashes and no slashes.
    """
    digest = sha256(f"{cooperative} {person} {session}".encode()).digest()
    bits = int.from_bytes(digest[:8], "big")
    code = "".join(_LETTERS[(bits >> shift) & 31] for shift in range(0, 50, 5))
    return f"KKMP-PLT-{completed_on.year}-{code[:5]}-{code[5:]}"


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
