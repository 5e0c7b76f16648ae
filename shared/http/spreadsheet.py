"""Answers as CSV: for programs, and for Excel as it is set up in Indonesia."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import StringIO
from typing import Any, Literal, TypeAliasType, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from shared.calendar import WIB
from shared.http.indonesian import TITLES, WORDS
from shared.texts import like_a_formula

type Dialect = Literal["excel-id"]
"""Indonesian titles and words, semicolons, decimal commas, times in WIB, and a byte order mark, so
that a double click opens the file right. Without it: RFC 4180, UTF-8, names and values as in JSON.
A text that a spreadsheet would run has an apostrophe before it in both.
"""

_LOOKS_LIKE_A_NUMBER = re.compile(r"[\d.,:/+\-eE%\s]+")


def as_csv(answer: BaseModel, form: type[BaseModel], dialect: Dialect | None) -> bytes:
    """Return *answer*, which is a *form*, as CSV.

    It has a row for each element of its list, or one row if it has no list.
    """
    columns, rows = columns_of(form), _rows(answer, form)
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if dialect else ",", lineterminator="\r\n")
    writer.writerow(one.in_excel if dialect else one.name for one in columns)
    if dialect:
        coded = [bool(one.codes) for one in columns]
        writer.writerows(map(_for_excel, row, coded) for row in rows)
    else:
        writer.writerows(map(_for_programs, row) for row in rows)
    return text.getvalue().encode("utf-8-sig" if dialect else "utf-8")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called in JSON and in Indonesian, and the type of what stands in it."""

    name: str
    title: str
    annotation: Any

    @property
    def in_excel(self) -> str:
        """There a time does not say where it is right."""
        return f"{self.title} (WIB)" if datetime in _kinds(self.annotation) else self.title

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the closed lists that its values are from; none, where it is open."""
        return frozenset(
            str(one.value if isinstance(one, Enum) else one)
            for kind in _kinds(self.annotation)
            for one in _members(kind)
        )


def columns_of(form: type[BaseModel]) -> list[Column]:
    """Return the columns of an answer that is a *form*."""
    about = _list_in(form)
    if about is None:
        return _columns(form, form.model_fields)
    name, model = about
    return [*_columns(model, model.model_fields), *_columns(form, _beside(form, name))]


def _rows(answer: BaseModel, form: type[BaseModel]) -> Iterable[Sequence[Any]]:
    about = _list_in(form)
    if about is None:
        return [_cells(answer, form, form.model_fields)]
    name, model = about
    value: list[BaseModel] = getattr(answer, name)
    behind = _cells(answer, form, _beside(form, name))
    return ([*_cells(row, model, model.model_fields), *behind] for row in value)


def _list_in(form: type[BaseModel]) -> tuple[str, type[BaseModel]] | None:
    """Find the list that the answer is about: its name, and the model that it holds."""
    for name, field in form.model_fields.items():
        if model := _element(field.annotation):
            return name, model
    return None


def _beside(form: type[BaseModel], about: str) -> list[str]:
    """What stands beside the list that the answer is *about*: it is repeated behind each row.

    The `items` of a page stand alone: its cursor and its position go into headers.
    """
    return [] if about == "items" else [one for one in form.model_fields if one != about]


def _kinds(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - an annotation
    """Yield *annotation* and all that it is made of."""
    yield annotation
    inner = annotation.__value__ if isinstance(annotation, TypeAliasType) else None
    for one in get_args(annotation) if inner is None else (inner,):
        yield from _kinds(one)


def _members(kind: Any) -> Iterable[Any]:  # noqa: ANN401 - an annotation
    if get_origin(kind) is Literal:
        return get_args(kind)
    return kind if isinstance(kind, type) and issubclass(kind, Enum) else ()


def _element(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - an annotation
    """The model that a list holds, as its annotation says: the list may be empty."""
    return _model_in(get_args(annotation)) if get_origin(annotation) is list else None


def _model_in(kinds: Iterable[Any]) -> type[BaseModel] | None:
    return next(
        (one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)), None
    )


def _inside(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - an annotation
    """The model whose fields have a column each, in the place of one for all."""
    if get_origin(annotation) is list:
        return None
    return _model_in((annotation, *get_args(annotation)))


def _columns(model: type[BaseModel], names: Iterable[str]) -> list[Column]:
    found: list[Column] = []
    for name in names:
        field = model.model_fields[name]
        title = field.title or TITLES.get(name, name)
        if inner := _inside(field.annotation):
            columns = _columns(inner, inner.model_fields)
            found += [
                Column(f"{name}_{one.name}", f"{title}: {one.title}", one.annotation)
                for one in columns
            ]
        else:
            found.append(Column(name, title, field.annotation))
    return found


def _cells(answer: BaseModel | None, model: type[BaseModel], names: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    for name in names:
        value = None if answer is None else getattr(answer, name)
        inner = _inside(model.model_fields[name].annotation)
        found += _cells(value, inner, inner.model_fields) if inner else [value]
    return found


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever a model holds
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case datetime() | date():
            return str(to_jsonable_python(value))
        case list():
            return " | ".join(_inner(one) for one in cast("list[object]", value))
        case _:
            return str(value)


def _for_programs(value: Any) -> str:  # noqa: ANN401 - whatever a model holds
    """As in JSON; who double-clicks it all the same runs nothing, and numbers stay numbers."""
    text = _plain(value)
    if not isinstance(value, str | list) or _LOOKS_LIKE_A_NUMBER.fullmatch(text):
        return text
    return _no_formula(text)


def _no_formula(text: str) -> str:
    return f"'{text}" if like_a_formula(text) else text


def _inner(value: object) -> str:
    return value.model_dump_json() if isinstance(value, BaseModel) else _plain(value)


def _for_excel(value: Any, coded: bool) -> str:  # noqa: ANN401, FBT001 - whatever a model holds
    match value:
        case bool():
            return "ya" if value else "tidak"
        case float():
            return str(value).replace(".", ",")
        case datetime():
            return value.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")
        case int() | date():
            return _plain(value)
        case list() if coded:
            some = cast("list[object]", value)
            return _harmless(" | ".join(_word(_plain(one)) for one in some))
        case _:
            return _harmless(_word(_plain(value)) if coded else _plain(value))


def _word(code: str) -> str:
    """The Indonesian word for a code, which may be one itself."""
    return WORDS.get(code, code)


def _harmless(text: str) -> str:
    """Keep Excel from reading a code as a number or a time, and a text as a formula."""
    if text and _LOOKS_LIKE_A_NUMBER.fullmatch(text):
        return f'="{text}"'
    return _no_formula(text)
