"""`kkmp explain`: what the codes of all services and of the importer mean. No server is asked."""

import sys
from difflib import get_close_matches
from textwrap import fill
from typing import Literal
from urllib.parse import urlsplit

from deploy.importing.explanations import EXPLANATIONS as IMPORTING
from services.inventory.explanations import EXPLANATIONS as INVENTORY
from services.membership.explanations import EXPLANATIONS as MEMBERSHIP
from services.training.explanations import EXPLANATIONS as TRAINING
from shared.http.explained import CATALOGUE, LABELS, Explained, explained, find

_WIDTH = 88
_UNKNOWN = 7
_CODES = explained(IMPORTING, MEMBERSHIP, TRAINING, INVENTORY)

type Language = Literal["id", "en"]


def tell(code: str | None, language: Language, *, as_json: bool) -> int:
    """Print what *code* means, or what all codes do; return the exit code.

    *code* may be the address of its page, or a status, which several codes have.
    """
    if code is None:
        print(_listed(list(_CODES.values()), language, as_json=as_json))
        return 0
    if alike := [one for one in _CODES.values() if str(one.status) == code]:
        print(_listed(alike, language, as_json=as_json))
        return 0
    name = _name_in(code)
    found = find(_CODES, name)
    if found is None:
        print(f"kkmp: {_unknown(name, language)}", file=sys.stderr)
        return _UNKNOWN
    print(found.model_dump_json(indent=2) if as_json else _text(found, language))
    return 0


def _name_in(text: str) -> str:
    """Return the code in `session_full`, `/problems/session_full`, a whole address, or a status."""
    name = urlsplit(text.strip()).path.rstrip("/").rpartition("/")[2].lower()
    return f"http_{name}" if name.isdecimal() else name


def _listed(some: list[Explained], language: Language, *, as_json: bool) -> str:
    return CATALOGUE.dump_json(some, indent=2).decode() if as_json else _list(some, language)


def _list(every: list[Explained], language: Language) -> str:
    """One line each; a code without a sentence of its own is said by its cause."""
    told = [(one, one.id if language == "id" else one.en) for one in every]
    return "\n".join(
        f"{one.code:<32}  {one.status or '':>3}  {said.sentence or said.cause}"
        for one, said in told
    )


def _text(one: Explained, language: Language) -> str:
    """Both languages, the preferred one first."""
    title = f"{one.code}  (HTTP {one.status})" if one.status else one.code
    told = {"id": one.id, "en": one.en}
    order = ("id", "en") if language == "id" else ("en", "id")
    parts = [title]
    for tongue in order:
        said, (why, what_to_do) = told[tongue], LABELS[tongue]
        parts += [fill(said.sentence, _WIDTH)] if said.sentence else []
        parts += [f"{why}:\n{_indented(said.cause)}\n{what_to_do}:\n{_indented(said.remedy)}"]
    return "\n\n".join(parts)


def _indented(text: str) -> str:
    return fill(text, _WIDTH, initial_indent="  ", subsequent_indent="  ")


def _unknown(code: str, language: Language) -> str:
    near = ", ".join(get_close_matches(code, _CODES))
    if language == "id":
        hint = f"Mungkin maksud Anda: {near}?" if near else "Lihat semuanya: kkmp explain"
        return f"tidak ada kode {code}. {hint}"
    hint = f"Did you mean {near}?" if near else "See all of them: kkmp explain"
    return f"there is no code {code}. {hint}"
