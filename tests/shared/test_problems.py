"""A problem is said in the asker's language, and points at what is wrong."""

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from shared.calendar import Day, Instant
from shared.credentials import Reason, TokenRefused
from shared.decider import Refusal
from shared.http.problems import (
    INVALID,
    Problem,
    _pointed,  # pyright: ignore[reportPrivateUsage] - the pure part of a handler
    answer,
    install,
    language,
)
from shared.keyring import SecretMissing
from shared.log import LogRefused
from shared.past import PositionAhead
from shared.projection import ProjectionBehind
from shared.transact import Contended, VersionMismatch

FULL = Refusal("session_full", "Kelas penuh: {seats} tempat.", "The course is full: {seats} seats.")


def request(accept_language: str | None = None) -> Request:
    headers = [] if accept_language is None else [(b"accept-language", accept_language.encode())]
    scope = {"type": "http", "method": "POST", "path": "/v1/x", "headers": headers}
    return Request(scope | {"state": {"correlation": "0197a1"}, "query_string": b""})


def body(response: Response) -> dict[str, Any]:
    return json.loads(bytes(response.body))


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        (None, "id"),
        ("", "id"),
        ("*", "id"),
        ("id-ID", "id"),
        ("en", "en"),
        ("en-GB,en;q=0.9,id;q=0.8", "en"),
        ("id,en;q=0.9", "id"),
        ("nl, en;q=0.5", "en"),
        ("jv, id;q=0.9, en;q=0.8", "id"),
        ("id;q=0.3, en;q=0.9", "en"),
        ("en;q=0, id", "id"),
    ],
)
def test_the_language_is_the_one_of_ours_that_is_preferred(
    accepted: str | None, spoken: str
) -> None:
    assert language(request(accepted)) == spoken


def test_a_refusal_is_a_problem_detail_with_its_values_in_the_sentence() -> None:
    response = answer(request(), Problem(FULL, 409, {"seats": 62}, retry_after=3))
    assert response.status_code == 409
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == "id"
    assert response.headers["retry-after"] == "3"
    assert body(response) == {
        "type": "/problems/session_full",
        "title": "Bertentangan dengan keadaan",
        "status": 409,
        "detail": "Kelas penuh: 62 tempat.",
        "instance": "/v1/x",
        "code": "session_full",
        "correlation_id": "0197a1",
    }


def test_it_is_said_in_english_to_whoever_asks_for_english() -> None:
    response = answer(request("en"), Problem(FULL, 409, {"seats": 62}))
    assert response.headers["content-language"] == "en"
    found = body(response)
    assert found["title"] == "Conflicts with the state of things"
    assert found["detail"] == "The course is full: 62 seats."
    assert "retry-after" not in response.headers


def test_the_findings_of_a_validation_come_along() -> None:
    found = _pointed({"type": "missing", "loc": ("body", "name"), "msg": "Field required"}, "id")
    assert body(answer(request(), Problem(INVALID, 422, errors=[found])))["errors"] == [found]


@pytest.mark.parametrize(
    ("tongue", "words"),
    [("id", "Tidak dikenal di sini."), ("en", "Extra inputs are not permitted")],
)
def test_a_finding_points_at_its_field_in_the_language_asked_for(tongue: str, words: str) -> None:
    finding = {
        "type": "extra_forbidden",
        "loc": ("body", "modules", 1, "titel"),
        "msg": "Extra inputs are not permitted",
    }
    assert _pointed(finding, tongue) == {
        "pointer": "#/modules/1/titel",
        "in": "body",
        "code": "extra_forbidden",
        "detail": words,
    }


def test_a_pointer_escapes_what_would_split_it() -> None:
    finding = {"type": "extra_forbidden", "loc": ("body", "a/b~c"), "msg": ""}
    assert _pointed(finding, "id")["pointer"] == "#/a~1b~0c"


def test_the_values_of_a_finding_are_in_the_indonesian_sentence() -> None:
    finding = {"type": "greater_than", "loc": ("body", "amount"), "msg": "", "ctx": {"gt": 0}}
    assert _pointed(finding, "id")["detail"] == "Harus lebih besar daripada 0."


def test_a_choice_is_joined_in_indonesian() -> None:
    finding = found_in(Literal["open", "recovered"], "closed")
    assert _pointed(finding, "id")["detail"] == "Pilihannya: 'open' atau 'recovered'."


@pytest.mark.parametrize("place", ["query", "path", "header"])
def test_a_finding_outside_of_the_body_names_its_parameter_and_points_nowhere(place: str) -> None:
    finding = {"type": "int_parsing", "loc": (place, "limit"), "msg": ""}
    found = _pointed(finding, "id")
    assert (found["parameter"], found["in"]) == ("limit", place)
    assert "pointer" not in found


@pytest.mark.parametrize("loc", [("body",), ("body", 17)])
def test_a_body_that_is_no_json_is_pointed_at_as_a_whole(loc: tuple[object, ...]) -> None:
    assert _pointed({"type": "json_invalid", "loc": loc, "msg": ""}, "id")["pointer"] == "#"


class Goods(BaseModel, extra="forbid"):
    """Something with a field in it."""

    name: str


def found_in(form: Any, value: object) -> dict[str, Any]:  # noqa: ANN401 - a type
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(form).validate_python(value)
    found = refused.value.errors()[0]
    return {**found, "loc": ("body", *found["loc"])}


WRONG: list[tuple[Any, object]] = [
    (Goods, 7),
    (Goods, {}),
    (Goods, {"name": 7}),
    (Goods, {"name": "Beras", "grade": "premium"}),
    (Annotated[str, Field(min_length=3)], "x"),
    (Annotated[str, Field(max_length=3)], "Beras"),
    (Annotated[str, Field(pattern="^[a-z]+$")], "7"),
    (int, "x"),
    (int, 1.5),
    (int, []),
    (int, "9" * 5_000),
    (Annotated[int, Field(gt=0)], 0),
    (Annotated[int, Field(ge=1)], 0),
    (Annotated[int, Field(le=1)], 2),
    (Decimal, "setengah"),
    (Decimal, "nan"),
    (Decimal, []),
    (Annotated[Decimal, Field(max_digits=12)], "1234567890.123"),
    (bool, "mungkin"),
    (bool, []),
    (list[str], "x"),
    (tuple[str, ...], "x"),
    (Annotated[tuple[str, ...], Field(min_length=1)], ()),
    (Annotated[tuple[str, ...], Field(max_length=1)], ("a", "b")),
    (dict[str, str], "x"),
    (UUID, 7),
    (UUID, "x"),
    (Day, "kemarin"),
    (Day, "2025-13-01"),
    (Day, "0025-11-04"),
    (date, []),
    (Instant, "kemarin"),
    (Instant, "2025-11-04T25:00:00Z"),
    (Instant, "2025-11-04"),
    (datetime, []),
]


@pytest.mark.parametrize(("form", "value"), WRONG, ids=[str(value)[:20] for _, value in WRONG])
def test_whatever_a_form_can_be_wrong_in_has_its_own_words_in_indonesian(
    form: Any,  # noqa: ANN401 - a type
    value: object,
) -> None:
    finding = found_in(form, value)
    said = _pointed(finding, "id")["detail"]
    assert said not in (finding["msg"], "Nilainya tidak sesuai."), finding["type"]
    assert "datetime" not in said


def test_what_has_no_words_of_its_own_is_not_said_in_english() -> None:
    finding = {"type": "frozen_field", "loc": ("body", "name"), "msg": "Field is frozen"}
    assert _pointed(finding, "id")["detail"] == "Nilainya tidak sesuai."
    assert _pointed(finding, "en")["detail"] == "Field is frozen"


async def said_of(error: Exception, tongue: str) -> dict[str, Any]:
    """What a service answers when *error* is raised in it."""
    app = FastAPI()
    install(app)

    @app.get("/")
    async def fails() -> None:
        raise error

    async def named(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        scope.setdefault("state", {})["correlation"] = "0197a1"
        await app(scope, receive, send)

    transport = httpx2.ASGITransport(named, raise_app_exceptions=False)
    headers = {"Accept-Language": tongue, "Authorization": "Bearer x"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://service") as client:
        return (await client.get("/", headers=headers)).json()


BEHIND_IN_ENGLISH = (
    "The tables are not yet where they are asked for: at position 3, asked for 5. Try again."
)


@pytest.mark.parametrize(
    ("error", "indonesian", "english"),
    [
        (
            TokenRefused(Reason("sudah habis", "it has expired")),
            "Token atau kunci API ditolak: sudah habis.",
            "The token or API key is refused: it has expired.",
        ),
        (
            PositionAhead(9, 7),
            "Log belum sampai ke posisi 9: posisi terakhirnya 7.",
            "The log has not come to position 9: its last one is 7.",
        ),
        (
            ProjectionBehind(3, 5, ""),
            "Tabel baru sampai posisi 3, belum sampai 5 yang diminta. Coba lagi.",
            BEHIND_IN_ENGLISH,
        ),
        (VersionMismatch(0, 3), "Sudah ada, versi 3.", "It exists already, at version 3."),
        (
            VersionMismatch(2, 0),
            "Belum ada; pakai If-None-Match: *.",
            "There is none yet; use If-None-Match: *.",
        ),
        (
            VersionMismatch(2, 3),
            "Sudah berubah: Anda melihat versi 2, sekarang versi 3. Lihat lagi.",
            "It has changed: you saw version 2, it is at version 3. Look again.",
        ),
        (
            LogRefused("maximum bytes exceeded"),
            "Log menolak mencatat. Tidak ada yang tercatat. Hubungi pengelola sistem.",
            "The log refused to record it: maximum bytes exceeded. Nothing was recorded.",
        ),
        (
            SecretMissing("not the secret"),
            "Kunci data pribadi tidak tersedia. Hubungi pengelola sistem.",
            "The key for personal data is not available: not the secret.",
        ),
        (
            Contended("member/siti: 5 attempts"),
            "Terlalu banyak perubahan serentak pada data ini. Coba lagi.",
            "Too many change member/siti: 5 attempts at once. Try again.",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_no_english_stands_in_an_indonesian_answer(
    error: Exception, indonesian: str, english: str
) -> None:
    assert (await said_of(error, "id"))["detail"] == indonesian
    assert (await said_of(error, "en"))["detail"] == english


async def test_a_title_says_something_in_both_languages() -> None:
    error = VersionMismatch(2, 3)
    assert (await said_of(error, "id"))["title"] == "Versinya lain"
    assert (await said_of(error, "en"))["title"] == "The version is another"
