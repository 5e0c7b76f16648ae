"""A page for each code, where the `type` of a problem leads: for people, and for programs."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, TypeAdapter

from shared import personal
from shared.decider import Refusal
from shared.explanations import EXPLANATIONS, Explanation
from shared.http import answering, asking, door, problems, streams
from shared.http.markup import page, table, words
from shared.http.problems import KIND_STATUS, NOT_FOUND, Problem

_DOOR = (answering, asking, door, personal, problems, streams)
_HEADERS = {"Cache-Control": "public, max-age=300", "Vary": "Accept"}
_FRAMEWORK = re.compile(r"http_\d{3}", re.ASCII)
_BLANK = re.compile(r"\{(\w+)\}")
LABELS = {"id": ("Sebab", "Yang perlu dilakukan"), "en": ("Why", "What to do")}
"""How a cause and a remedy are headed."""


class Told(BaseModel):
    """An explanation in one language."""

    sentence: str | None = Field(description="As it is answered, with {blanks} for the values.")
    cause: str
    remedy: str


class Explained(BaseModel):
    """What a code means. *status* is null where the code itself says it."""

    code: str
    status: int | None
    id: Told
    en: Told


CATALOGUE: TypeAdapter[list[Explained]] = TypeAdapter(list[Explained])
"""Several of them, for JSON."""


def explained(*explanations: Mapping[str, Explanation]) -> Mapping[str, Explained]:
    """Return what all codes of some services mean, and those of the door, in their order."""
    every = [one for some in (EXPLANATIONS, *explanations) for one in some.values()]
    sentences = _sentences()
    return {one.code: _explained(one, sentences) for one in sorted(every, key=lambda one: one.code)}


def _sentences() -> Mapping[str, Refusal]:
    """The refusals of the door, which the explanations name by their codes alone."""
    found = (value for module in _DOOR for value in vars(module).values())
    return {refusal.code: refusal for refusal in found if isinstance(refusal, Refusal)}


def _explained(one: Explanation, sentences: Mapping[str, Refusal]) -> Explained:
    if isinstance(one.what, Refusal):
        refusal, status = one.what, KIND_STATUS[one.what.kind]
    else:
        refusal, status = sentences.get(one.what), one.status
    return Explained(
        code=one.code,
        status=status,
        id=Told(sentence=refusal and refusal.id, cause=one.cause_id, remedy=one.remedy_id),
        en=Told(sentence=refusal and refusal.en, cause=one.cause_en, remedy=one.remedy_en),
    )


def find(codes: Mapping[str, Explained], code: str) -> Explained | None:
    """Return what *code* means; `http_501` and its like have one explanation for all."""
    return codes.get("http_{status}" if _FRAMEWORK.fullmatch(code) else code)


def router(explanations: Mapping[str, Explanation]) -> APIRouter:
    """The pages of a service that has these *explanations* of its own codes."""
    codes = explained(explanations)
    every_json = cache(lambda: CATALOGUE.dump_json(list(codes.values())))
    every_page = cache(lambda: _list(codes))
    pages = APIRouter(include_in_schema=False)

    @pages.get("/problems")
    async def every_code(request: Request) -> Response:
        if _wants_json(request):
            return _json(every_json())
        return HTMLResponse(every_page(), headers=_HEADERS)

    @pages.get("/problems/{code}")
    async def one_code(code: Annotated[str, Path(max_length=80)], request: Request) -> Response:
        found = find(codes, code)
        if found is None:
            raise Problem(NOT_FOUND, 404, {"what": code})
        if _wants_json(request):
            return _json(found.model_dump_json().encode())
        return HTMLResponse(_page(found), headers=_HEADERS)

    return pages


def _wants_json(request: Request) -> bool:
    """A browser asks for HTML, and whoever names neither is taken for one."""
    accept = request.headers.get("accept", "").lower()
    return "json" in accept and "text/html" not in accept


def _json(body: bytes) -> Response:
    return Response(body, headers=_HEADERS, media_type="application/json")


def _page(one: Explained) -> str:
    status = f"<p>HTTP {one.status}</p>" if one.status else ""
    return page(
        one.code,
        f"<h1><code>{escape(one.code)}</code></h1>{status}{_section('id', one.id)}"
        f'{_section("en", one.en)}<p><a href="../problems">Semua kode / all codes</a></p>',
    )


def _section(tongue: str, told: Told) -> str:
    why, what_to_do = LABELS[tongue]
    sentence = f"<p>{_sentence(told.sentence)}</p>" if told.sentence else ""
    return (
        f'<section lang="{tongue}">{sentence}<dl><dt>{why}</dt><dd>{words(told.cause)}</dd>'
        f"<dt>{what_to_do}</dt><dd>{words(told.remedy)}</dd></dl></section>"
    )


def _sentence(text: str) -> str:
    """A sentence as it is answered, but for its values: they are shown by name."""
    return _BLANK.sub(r"<var>\1</var>", escape(text))


_INTRODUCTION = (
    "<p>Setiap kesalahan dijawab sebagai RFC 9457 dengan <code>code</code> yang tetap; di sini "
    "tertulis kalimatnya dan sebabnya, dan di halaman setiap kode apa yang perlu dilakukan. "
    '<a href="/docs">Cara bertanya</a>.</p>'
    '<p lang="en">Every error is answered as RFC 9457 with a <code>code</code> that stays; here '
    "are its sentence and its cause, and on the page of each code what to do. "
    '<a href="/docs">How to ask</a>.</p>'
)


def _list(codes: Mapping[str, Explained]) -> str:
    rows = (
        [
            f'<a href="problems/{quote(one.code)}"><code>{escape(one.code)}</code></a>',
            str(one.status or ""),
            f'{_why(one.id)}<p lang="en">{_why(one.en)}</p>',
        ]
        for one in codes.values()
    )
    return page(
        "Arti setiap kode",
        '<h1>Arti setiap kode <span lang="en">/ what each code means</span></h1>'
        + _INTRODUCTION
        + table(("kode / code", "HTTP", "arti / meaning"), rows),
    )


def _why(told: Told) -> str:
    """Its sentence, and what lies behind it."""
    sentence = f"<b>{_sentence(told.sentence)}</b><br>" if told.sentence else ""
    return f"{sentence}{words(told.cause)}"
