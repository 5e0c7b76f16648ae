"""Texts that a spreadsheet would take for a formula: refused as they come, harmless as they go."""

import unicodedata

from pydantic_core import PydanticCustomError

_SIGNS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""What a formula begins with, in full width too: Excel takes both."""
_DASHES = "-\u2013\u2014 "
"""What people write where there is nothing to say."""


def like_a_formula(text: str) -> bool:
    """Whether a spreadsheet would read *text* as a formula, whatever unseen stands before it."""
    if text.startswith(("\t", "\r", "\n")):
        return True  # it may make a cell of its own of what follows
    for index, sign in enumerate(text):
        if not (sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf")):
            return sign in _SIGNS and bool(text[index:].strip(_DASHES))
    return False


def no_formula(text: str) -> str:
    """Refuse a text that somebody's spreadsheet would run; for a validator."""
    if like_a_formula(text):
        raise PydanticCustomError(
            "text_like_a_formula",
            "Text does not begin with =, +, - or @: a spreadsheet would run it.",
        )
    return text
