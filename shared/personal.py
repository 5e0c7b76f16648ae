"""Personal fields: sealed before they reach the log, each with the key of the one person.

AES-256-GCM with a random nonce. The sealed text is bound to its event, place, person and field
(associated data), so it opens nowhere else. GCM does not commit to its key, so 16 bytes of an HMAC
under the key go along: nobody can show a second key that opens another text. Texts are padded to
steps of 32 bytes, because a length says something too. Why at all: UU 27/2022 (PDP), article 43.
"""

import dataclasses
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, get_args, get_type_hints

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.decider import Refusal

MARK = "enc1."
"""What every sealed text begins with."""

_STEP = 32
_COMMITMENT = 16
_NONCE = 12


class _PersonalMark:
    """What tells a personal field from another string."""


type Personal = Annotated[str, _PersonalMark()]
"""A text that says who somebody is, or free words about a person.

In an event it is sealed, and never appended in clear. `Personal | None = None` is one that may be
left out.
"""


ERASED = Refusal(
    "person_erased",
    "Data pribadi orang ini sudah dihapus; data pribadi baru tentangnya tidak diterima.",
    "The personal data of this person have been erased; none are taken in again.",
)
"""Nothing is sealed for somebody whose key was destroyed."""


class ClearText(Exception):  # noqa: N818 - the finding itself
    """A personal field was about to be appended in clear. It was not."""


class SealBroken(Exception):  # noqa: N818 - the finding itself
    """A sealed text does not belong to this event, place, person or field, or to this key."""


@cache
def personal_fields(cls: type) -> tuple[str, ...]:
    """The names of the personal fields of an event class."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(
        name for name, hint in hints.items() if hint is Personal or Personal in get_args(hint)
    )


def person_of(event: object, entity_id: str) -> str:
    """Whose key *event* is sealed with: whom its field `person` names, or else its entity's."""
    return str(getattr(event, "person", None) or entity_id)


def refuse_clear_text(event: object) -> None:
    """Raise `ClearText` when a personal field of *event* is not sealed."""
    for name in personal_fields(type(event)):
        text = getattr(event, name)
        if text is not None and not str(text).startswith(MARK):
            raise ClearText(f"{type(event).__name__}.{name} is not sealed")


def seal_event[T](event: T, key: bytes, *context: str) -> T:
    """Return *event* with its personal fields sealed under *key*; *context* is what binds them."""
    sealed: dict[str, Any] = {
        name: seal(text, key, type(event).__name__, *context, name)
        for name in personal_fields(type(event))
        if (text := getattr(event, name)) is not None
    }
    return dataclasses.replace(event, **sealed)  # type: ignore[type-var]


def seal(text: str, key: bytes, *context: str) -> str:
    """Seal *text* under a 32-byte *key*, bound to *context*."""
    clear = text.encode()
    padded = len(clear).to_bytes(2, "big") + clear
    padded += bytes(-len(padded) % _STEP)
    nonce = os.urandom(_NONCE)
    box = AESGCM(key).encrypt(nonce, padded, _associated(context))
    return MARK + urlsafe_b64encode(_commitment(key, nonce) + nonce + box).decode()


def unseal(sealed: str, key: bytes, *context: str) -> str:
    """Open what `seal` made; raises `SealBroken` for another key, context or text."""
    try:
        raw = urlsafe_b64decode(sealed.removeprefix(MARK))
    except ValueError as error:
        raise SealBroken("not a sealed text") from error
    if len(raw) < _COMMITMENT + _NONCE:
        raise SealBroken("not a sealed text")
    commitment, nonce = raw[:_COMMITMENT], raw[_COMMITMENT : _COMMITMENT + _NONCE]
    if not hmac.compare_digest(commitment, _commitment(key, nonce)):
        raise SealBroken("another key")
    try:
        padded = AESGCM(key).decrypt(nonce, raw[_COMMITMENT + _NONCE :], _associated(context))
    except InvalidTag as error:
        raise SealBroken("another event, place, person or field") from error
    length = int.from_bytes(padded[:2], "big")
    try:
        return padded[2 : 2 + length].decode()
    except UnicodeDecodeError as error:
        raise SealBroken("not a text") from error


def _associated(context: tuple[str, ...]) -> bytes:
    return "|".join(("kkmp1", *context)).encode()


def _commitment(key: bytes, nonce: bytes) -> bytes:
    return hmac.digest(key, b"kkmp commitment" + nonce, sha256)[:_COMMITMENT]
