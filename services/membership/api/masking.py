"""Personal data as lists show them: enough to tell people apart, too little to say who they are."""

from collections.abc import Mapping, Sequence

from shared.http.answering import Read
from shared.keyring import DAMAGED, KeyRing, Sealed

ERASED = "(dihapus)"
ERASED_OF = """
    SELECT member FROM membership.person
    WHERE cooperative = $1 AND member = ANY($2) AND erased_at IS NOT NULL
"""
"""Who of some persons of a cooperative is erased by now, also where the past is asked."""
_HIDDEN = "••••"
_TOO_FEW_DIGITS = 8

type Who = tuple[str, str]
"""A cooperative, and the id of a person in it."""


def mask(field: str, text: str | None) -> str:
    """Mask one text; None stands for one that was erased, and what is damaged says so."""
    if text is None:
        return ERASED
    if text == DAMAGED:
        return DAMAGED
    match field:
        case "name":
            return " ".join(f"{word[0]}•••" for word in text.split())
        case "phone" | "identity_number":
            digits = "".join(filter(str.isdigit, text))
            return f"{_HIDDEN} {digits[-4:]}" if len(digits) > _TOO_FEW_DIGITS else _HIDDEN
        case _:
            return _HIDDEN


def sealed_of(row: Mapping[str, str]) -> Sealed:
    """Return what a row of the table `personal` holds, to be opened."""
    return Sealed(
        row["sealed"],
        row["event_id"],
        row["event_type"],
        row["cooperative"],
        row["member"],
        row["field"],
    )


async def masked(
    read: Read, persons: Sequence[Who], *fields: str
) -> Mapping[Who, Mapping[str, str]]:
    """Return the masked *fields* of *persons*, for a page of them at once.

    A field that nobody ever gave is missing; of whoever was erased every field says so. It takes
    one look at the table and one at the keys, however many persons.
    """
    keys: KeyRing = read.request.app.state.running.keys
    places, members = [code for code, _ in persons], [who for _, who in persons]
    rows = await read.rows(
        """
        SELECT t.* FROM unnest($1::text[], $2::text[]) AS wanted (cooperative, member)
        JOIN personal t USING (cooperative, member) WHERE field = ANY($3)
        """,
        places,
        members,
        list(fields),
    )
    erased = await read.rows(
        """
        SELECT cooperative, member FROM unnest($1::text[], $2::text[]) AS w (cooperative, member)
        JOIN person p USING (cooperative, member) WHERE p.erased_at IS NOT NULL
        """,
        places,
        members,
    )
    shown: dict[Who, dict[str, str]] = {
        (row["cooperative"], row["member"]): dict.fromkeys(fields, ERASED) for row in erased
    }
    for row, text in zip(rows, await keys.open([sealed_of(row) for row in rows]), strict=True):
        of = shown.setdefault((row["cooperative"], row["member"]), {})
        of[row["field"]] = mask(row["field"], text)
    return shown
