"""The door: every endpoint says who may use it and which place it concerns. The default is no.

A route that says neither does not start (`shared/http/app.py`). Who asks is found out, counted and
held against the rule before a byte of the body is looked at.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import wraps
from inspect import signature
from time import monotonic
from typing import Annotated, Any, override

from fastapi import APIRouter, Depends, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.access import Principal, Role, covers
from shared.codes import CITY, KelurahanCode, RegionPrefix
from shared.decider import Refusal
from shared.http.answering import Read
from shared.http.problems import NO_PAST, NOT_ACCEPTABLE, OUTSIDE, Problem
from shared.service import Running

_CITY_PREFIX = CITY.removesuffix(".0.0")
_JSON = "application/json"
_THE_PAST = frozenset({"as_of", "as_of_position"})

_ROLE_NOT_ALLOWED = Refusal(
    "role_not_allowed",
    "Peran Anda tidak berwenang untuk ini. Yang berwenang: {roles}.",
    "Your role may not do this. These may: {roles}.",
)
_RATE_LIMITED = Refusal(
    "rate_limited",
    "Terlalu banyak permintaan. Coba lagi dalam {seconds} detik.",
    "Too many requests. Try again in {seconds} seconds.",
)
_PARAMETER_UNKNOWN = Refusal(
    "parameter_unknown",
    "Parameter {names} tidak dikenal di sini. Yang dikenal: {known}.",
    "The parameter {names} is not known here. Known are: {known}.",
    "invalid",
)
_MEDIA_TYPE = Refusal(
    "media_type_unsupported",
    "Isi permintaan harus JSON: kirim header Content-Type: application/json.",
    "The body must be JSON: send the header Content-Type: application/json.",
    "invalid",
)


class Concern(Enum):
    """Which place an endpoint concerns, where it is not a part of the path."""

    CITY_WIDE = "a change for the whole city"
    CITY_FACTS = "what holds in the whole city, read by anyone in it"
    REGION = "the places that the caller may see, or those of them in `region`"
    ANSWER = "the place that is found in the answer: the endpoint names it to `read.one`"


CITY_WIDE, CITY_FACTS, REGION, ANSWER = Concern

type At = str | Concern
"""The name of a path parameter that holds the code of a kelurahan, or a concern."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use an endpoint, and where; *about* says what its group is about."""

    may: frozenset[Role]
    at: At
    tabular: bool = False
    as_of_in_rows: bool = False
    about: str = ""


class Door:
    """Registers endpoints together with their rules."""

    def __init__(self, **tags: str) -> None:
        """One for the endpoints of each module; *tags* say what each group of them is about."""
        self.router = APIRouter(prefix="/v1", route_class=_Guarded)
        self._tags = tags

    def command[**P](
        self, path: str, tag: str, *, may: Collection[Role], at: At
    ) -> Callable[[Callable[P, Awaitable[Any]]], Callable[P, Awaitable[Any]]]:
        """Open a command: POST, answered with a receipt."""
        return self._open("POST", path, tag, Rule(frozenset(may), at), status_code=201)

    def query[**P, Answer: BaseModel](
        self, path: str, tag: str, *, may: Collection[Role], at: At, as_of_in_rows: bool = False
    ) -> Callable[[Callable[P, Awaitable[Answer]]], Callable[P, Awaitable[Answer]]]:
        """Open a question: GET, as JSON or CSV, with an ETag, at any position or time.

        The endpoint returns a model. With *as_of_in_rows* its own SQL answers `as_of`, because the
        rows say from when until when they hold; otherwise the tables are folded again.
        """
        rule = Rule(frozenset(may), at, tabular=True, as_of_in_rows=as_of_in_rows)

        def opened(endpoint: Callable[P, Awaitable[Answer]]) -> Callable[P, Awaitable[Answer]]:
            form = signature(endpoint).return_annotation

            @wraps(endpoint)
            async def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
                read = next(part for part in kwargs.values() if isinstance(part, Read))
                answer = await endpoint(*args, **kwargs)
                if at is ANSWER and not read.confined:
                    raise TypeError(f"{path} must say which place its answer is about")
                return read.respond(answer, form)

            self._open("GET", path, tag, rule)(answered)
            return endpoint

        return opened

    def raw[**P](
        self,
        path: str,
        tag: str,
        *,
        may: Collection[Role],
        at: At,
        **options: Any,  # noqa: ANN401 - FastAPI's
    ) -> Callable[[Callable[P, Awaitable[Response]]], Callable[P, Awaitable[Response]]]:
        """Open a GET that makes its own response, and has no past."""
        return self._open(
            "GET", path, tag, Rule(frozenset(may), at), response_model=None, **options
        )

    def _open[**P](
        self,
        method: str,
        path: str,
        tag: str,
        rule: Rule,
        **options: Any,  # noqa: ANN401 - FastAPI's
    ) -> Callable[[Callable[P, Awaitable[Any]]], Callable[P, Awaitable[Any]]]:
        if isinstance(rule.at, str) and f"{{{rule.at}}}" not in path:
            raise TypeError(f"{path} has no parameter {rule.at}")

        def opened(endpoint: Callable[P, Awaitable[Any]]) -> Callable[P, Awaitable[Any]]:
            setattr(endpoint, _RULE, replace(rule, about=self._tags.get(tag, "")))
            self.router.add_api_route(
                path,
                endpoint,
                methods=[method],
                tags=[tag],
                operation_id=endpoint.__name__,
                summary=(endpoint.__doc__ or "").splitlines()[0],
                **options,
            )
            return endpoint

        return opened


_RULE = "door_rule"


def rule_of(route: Any) -> Rule | None:  # noqa: ANN401 - a route, whosever
    """The rule of a route; None when it has none, and so must not be served."""
    return getattr(getattr(route, "endpoint", None), _RULE, None)


def routes(app: FastAPI) -> Iterator[Any]:
    """Yield every route of *app*, those of its routers included."""
    return (context.original_route for context in iter_route_contexts(app.routes))


class _Guarded(APIRoute):
    """A route that lets nobody in before the rule was asked."""

    @override
    def get_route_handler(self) -> Callable[[Request], Any]:
        inner = super().get_route_handler()
        rule: Rule = getattr(self.endpoint, _RULE)
        known = {field.alias for field in _query_fields(self.dependant)}

        async def guarded(request: Request) -> Response:
            request.state.rule = rule
            await _let_in(request, rule)
            _refuse_unknown(request, known)
            if request.scope.get("as_csv") and not rule.tabular:
                raise Problem(NOT_ACCEPTABLE, 406, {"forms": "JSON"})
            if request.method == "POST" and _media_type(request) != _JSON:
                raise Problem(_MEDIA_TYPE, 415)
            return await inner(request)

        return guarded


def _query_fields(dependant: Any) -> list[Any]:  # noqa: ANN401 - FastAPI's tree
    """The query parameters of an endpoint and of all that it depends on."""
    found = list(dependant.query_params)
    for part in dependant.dependencies:
        found += _query_fields(part)
    return found


async def _let_in(request: Request, rule: Rule) -> None:
    """Find out who asks, and leave who and where in the request's state; or raise a problem."""
    running: Running = request.app.state.running
    principal = await running.credentials.principal(request.headers.get("authorization", ""))
    request.state.principal = principal
    if wait := running.limits.take(principal.authid, monotonic()):
        seconds = int(wait) + 1
        raise Problem(_RATE_LIMITED, 429, {"seconds": seconds}, retry_after=seconds)
    places = principal.places(rule.may)
    if not places:
        raise Problem(_ROLE_NOT_ALLOWED, 403, {"roles": ", ".join(sorted(rule.may))})
    request.state.within = _within(request, rule.at, places)


def _within(request: Request, at: At, places: tuple[str, ...]) -> tuple[str, ...]:
    """Return the places that this request may touch; raises a problem when it asks for others."""
    match at:
        case Concern.ANSWER:
            return places
        case Concern.CITY_WIDE:
            if not (whole := tuple(place for place in places if covers(place, CITY))):
                raise outside(CITY, places)
            return whole
        case Concern.CITY_FACTS:
            if not any(covers(place, CITY) or covers(_CITY_PREFIX, place) for place in places):
                raise outside(CITY, places)
            return places
        case Concern.REGION:
            asked = request.query_params.get("region")
            return places if asked is None else confined(_valid(_REGION, "region", asked), places)
        case str():
            return confined(_valid(_CODE, at, request.path_params[at]), places)


def confined(place: str, places: tuple[str, ...]) -> tuple[str, ...]:
    """Return *place* alone if it lies within *places*; raises the problem when it does not."""
    if not any(covers(prefix, place) for prefix in places):
        raise outside(place, places)
    return (place,)


def outside(place: str, places: tuple[str, ...]) -> Problem:
    """The problem of a place that is none of the caller's."""
    return Problem(OUTSIDE, 403, {"place": place, "places": ", ".join(places)})


_CODE = TypeAdapter[str](KelurahanCode)
_REGION = TypeAdapter[str](RegionPrefix)


def _valid(form: TypeAdapter[str], name: str, text: str) -> str:
    try:
        return form.validate_python(text)
    except ValidationError as error:
        place = "query" if form is _REGION else "path"
        found = [{**one, "loc": (place, name)} for one in error.errors(include_url=False)]
        raise RequestValidationError(found) from error


def _refuse_unknown(request: Request, known: set[str]) -> None:
    """A parameter that is misspelt would otherwise be an answer to another question."""
    unknown = request.query_params.keys() - known
    if not unknown:
        return
    if unknown <= _THE_PAST:
        raise Problem(NO_PAST, 422)
    values = {"names": ", ".join(sorted(unknown)), "known": ", ".join(sorted(known)) or "-"}
    raise Problem(_PARAMETER_UNKNOWN, 422, values)


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _places(
    request: Request,
    region: Annotated[  # noqa: ARG001 - the rule has read it
        RegionPrefix | None,
        Query(description="Only what is below this code; without it, all that you may see."),
    ] = None,
) -> tuple[str, ...]:
    return request.state.within


type Within = Annotated[tuple[str, ...], Depends(_places)]
"""The region prefixes that a question of `REGION` is about."""


def principal_of(request: Request) -> Principal:
    """Who asks."""
    return request.state.principal
