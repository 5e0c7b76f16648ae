"""Region codes of the Ministry of Home Affairs (Kemendagri), which every fact is filed under.

The form is `pp.kk.cc.vvvv`: province, city, kecamatan, kelurahan; the last group begins with 1
for a kelurahan (2 for a desa, 3 for a desa adat). The dots stay: without them 31.72 (Jakarta Utara)
reads as the code that the statistics office (BPS) gives to Jakarta Timur.
Source: Kepmendagri 300.2.2-2138/2025.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

CITY = "31.72.0.0"
"""The place of facts that concern the whole cell, Kota Administrasi Jakarta Utara."""

_KELURAHAN = re.compile(r"\d{2}\.\d{2}\.\d{2}\.[123]\d{3}", re.ASCII)
_PREFIX = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.[123]\d{3})?)?)?", re.ASCII)
_BARE = re.compile(r"(\d{2})(\d{2})(\d{2})?(\d{4})?", re.ASCII)


def _kelurahan(text: str) -> str:
    if _KELURAHAN.fullmatch(text):
        return text
    _refuse_bare(text, _KELURAHAN)
    raise PydanticCustomError(
        "region_code_malformed",
        "Not a Kemendagri code of a kelurahan, such as 31.72.02.1006.",
    )


def _prefix(text: str) -> str:
    if _PREFIX.fullmatch(text):
        return text
    _refuse_bare(text, _PREFIX)
    raise PydanticCustomError(
        "region_code_malformed",
        "Not a Kemendagri code: 31 (province), 31.72 (city), 31.72.02 or 31.72.02.1006.",
    )


def _refuse_bare(text: str, form: re.Pattern[str]) -> None:
    """Ask back for the dots, when *text* would have the *form* with them."""
    bare = _BARE.fullmatch(text)
    dotted = ".".join(filter(None, bare.groups())) if bare else ""
    if form.fullmatch(dotted):
        raise PydanticCustomError(
            "region_code_bare",
            "Digits without dots fit two code systems. Write the Kemendagri code: {dotted}?",
            {"dotted": dotted},
        )


type KelurahanCode = Annotated[
    str,
    Field(
        description="Kemendagri code of a kelurahan, which is its cooperative's code too.",
        examples=["31.72.02.1006"],
        max_length=32,
        json_schema_extra={"pattern": f"^{_KELURAHAN.pattern}$"},
    ),
    AfterValidator(_kelurahan),
]
"""The code of one kelurahan, and so of its cooperative."""

type RegionPrefix = Annotated[
    str,
    Field(
        examples=["31.72.02"],
        max_length=32,
        json_schema_extra={"pattern": f"^{_PREFIX.pattern}$"},
    ),
    AfterValidator(_prefix),
]
"""A code or the beginning of one: every place below it is meant."""


def dashed(code: str) -> str:
    """Return *code* with dashes, as it can stand in one token of a subject or an id."""
    return code.replace(".", "-")
