"""Answers that are kept: made once, or once a second, however many ask."""

import asyncio
from itertools import count

import pytest
from starlette.requests import Request

from shared.http import kept
from shared.http.kept import Fresh, Kept


def asked(tag: str = "") -> Request:
    return Request({"type": "http", "headers": [(b"if-none-match", tag.encode())]})


def test_who_has_a_page_is_told_that_it_is_still_the_one() -> None:
    page = Kept(b"<p>hello", "text/html")
    first = page.answer(asked())
    assert (first.status_code, first.body) == (200, b"<p>hello")
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = page.answer(asked(first.headers["ETag"]))
    assert (again.status_code, again.body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert Kept(b"<p>other", "text/html").answer(asked(first.headers["ETag"])).status_code == 200


async def test_who_asks_while_an_answer_is_made_gets_the_same_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(kept, "monotonic", lambda: now)
    numbers, fresh = count(1), Fresh[int]()

    async def make() -> int:
        await asyncio.sleep(0)
        return next(numbers)

    assert await asyncio.gather(*(fresh.get(make) for _ in range(50))) == [1] * 50
    now += 0.9
    assert await fresh.get(make) == 1
    now += 0.1
    assert await fresh.get(make) == 2


async def test_an_answer_that_could_not_be_made_is_made_for_the_next() -> None:
    fresh = Fresh[int]()

    async def fail() -> int:
        raise ConnectionError

    async def make() -> int:
        return 7

    with pytest.raises(ConnectionError):
        await fresh.get(fail)
    assert await fresh.get(make) == 7
