"""A problem is said in the asker's language, and points at what is wrong."""

import json
from typing import Any

import pytest
from fastapi import Request, Response

from shared.decider import Refusal
from shared.http.problems import INVALID, Problem, _pointed, answer, language  # pyright: ignore[reportPrivateUsage] - the pure part of a handler

FULL = Refusal("session_full", "Kelas penuh: {seats} kursi.", "The course is full: {seats} seats.")


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
        "type": "urn:kkmp:problem:session_full",
        "title": "Conflict",
        "status": 409,
        "detail": "Kelas penuh: 62 kursi.",
        "instance": "/v1/x",
        "code": "session_full",
        "correlation_id": "0197a1",
    }


def test_it_is_said_in_english_to_whoever_asks_for_english() -> None:
    response = answer(request("en"), Problem(FULL, 409, {"seats": 62}))
    assert response.headers["content-language"] == "en"
    assert body(response)["detail"] == "The course is full: 62 seats."
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
