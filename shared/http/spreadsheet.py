"""Answers as CSV: for programs, and for Excel as it is set up in Indonesia."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from io import StringIO
from typing import Any, Literal, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from shared.calendar import WIB

type Dialect = Literal["excel-id"]
"""Semicolons, decimal commas, times in WIB, and a byte order mark, so that a double click opens
the file right. Without it: RFC 4180, UTF-8, the values as in JSON."""

_LOOKS_LIKE_A_NUMBER = re.compile(r"[\d.,:/+\-eE%\s]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(answer: BaseModel, form: type[BaseModel], dialect: Dialect | None) -> bytes:
    """Return *answer*, which is a *form*, as CSV.

    It has a row for each element of its list, or one row if it has no list.
    """
    columns, rows = _table(answer, form)
    write = _for_excel if dialect else _plain
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if dialect else ",", lineterminator="\r\n")
    writer.writerow(one.in_excel if dialect else one.name for one in columns)
    writer.writerows([write(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig" if dialect else "utf-8")


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    holds_times: bool

    @property
    def in_excel(self) -> str:
        """There a time does not say where it is right."""
        return f"{self.name} (WIB)" if self.holds_times else self.name


def _table(
    answer: BaseModel, form: type[BaseModel]
) -> tuple[list[_Column], Iterable[Sequence[Any]]]:
    """Find the list that the answer is about; what stands beside it is repeated behind each row.

    The `items` of a page stand alone: its cursor and its position go into headers.
    """
    for name, field in form.model_fields.items():
        model = _element(field.annotation)
        if model is not None:
            value: list[BaseModel] = getattr(answer, name)
            beside = [] if name == "items" else [one for one in form.model_fields if one != name]
            behind = _cells(answer, form, beside)
            columns = [*_columns(model, model.model_fields), *_columns(form, beside)]
            return columns, ([*_cells(row, model, model.model_fields), *behind] for row in value)
    return _columns(form, form.model_fields), [_cells(answer, form, form.model_fields)]


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


def _columns(model: type[BaseModel], names: Iterable[str]) -> list[_Column]:
    found: list[_Column] = []
    for name in names:
        annotation = model.model_fields[name].annotation
        if inner := _inside(annotation):
            columns = _columns(inner, inner.model_fields)
            found += [_Column(f"{name}_{one.name}", one.holds_times) for one in columns]
        else:
            found.append(_Column(name, datetime in (annotation, *get_args(annotation))))
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


def _inner(value: object) -> str:
    return value.model_dump_json() if isinstance(value, BaseModel) else _plain(value)


def _for_excel(value: Any) -> str:  # noqa: ANN401 - whatever a model holds
    match value:
        case bool():
            return "ya" if value else "tidak"
        case float():
            return str(value).replace(".", ",")
        case datetime():
            return value.astimezone(WIB).strftime("%Y-%m-%d %H:%M:%S")
        case int() | date():
            return _plain(value)
        case _:
            return _harmless(_plain(value))


def _harmless(text: str) -> str:
    """Keep Excel from reading a code as a number or a time, and a text as a formula."""
    if text and _LOOKS_LIKE_A_NUMBER.fullmatch(text):
        return f'="{text}"'
    return f"'{text}" if text.startswith(_FORMULA) else text
