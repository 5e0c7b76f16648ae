"""Who asks, and where that gives them a say: a scope is a role and a region prefix."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, override

_PLACE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.[123]\d{3})?)?)?", re.ASCII)


class Role(StrEnum):
    """Who has to do with a cooperative, and so what an endpoint may be opened to."""

    SUDIN = "sudin"
    """The sub-agency for cooperatives, which oversees those of its city."""
    PMO = "pmo"
    """The project management office, which supports the agency."""
    PENDAMPING = "pendamping"
    """A business assistant, who advises up to ten cooperatives."""
    PENGURUS = "pengurus"
    """The board that manages a cooperative."""
    PENGAWAS = "pengawas"
    """The supervisors of a cooperative: they read, and they count its stock."""
    LURAH = "lurah"
    """The head of the kelurahan, who chairs the pengawas by office."""
    AUDITOR = "auditor"
    """Reads everything, changes nothing."""
    PEMASOK = "pemasok"
    """A supplier: sees the catalogue and the prices that bind it."""
    SISTEM = "sistem"
    """Another agency's system, which follows the feed."""


EVERYBODY = frozenset(Role)


def covers(prefix: str, place: str) -> bool:
    """Whether *place* is *prefix* or lies below it: `31.72` covers `31.72.02`, not `31.720`."""
    return place == prefix or place.startswith(f"{prefix}.")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role, and the region prefix in which it is held."""

    role: Role
    place: str

    @classmethod
    def parse(cls, text: str) -> "Grant":
        """Read `pengurus:31.72.02.1006`; raises `ValueError`, saying what is wrong."""
        role, _, place = text.partition(":")
        if not _PLACE.fullmatch(place):
            raise ValueError(f"{text!r}: after the role comes a region code, as in sudin:31.72")
        try:
            return cls(Role(role), place)
        except ValueError as error:
            raise ValueError(f"{text!r}: the roles are {', '.join(Role)}") from error

    @override
    def __str__(self) -> str:
        return f"{self.role}:{self.place}"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, as far as we need to know: *authid* is opaque, and goes into every event.

    *authtype* is one of the words of the CloudEvents extension authcontext.
    """

    authtype: Literal["user", "service_account", "api_key"]
    authid: str
    grants: tuple[Grant, ...]
    expires_at: datetime | None = None

    def places(self, roles: Collection[Role]) -> tuple[str, ...]:
        """The prefixes in which one of *roles* is held, the widest of them alone."""
        held = sorted({grant.place for grant in self.grants if grant.role in roles})
        return tuple(
            place
            for place in held
            if not any(covers(other, place) for other in held if other != place)
        )


def below(places: Iterable[str]) -> list[str]:
    """The patterns of all codes that lie in *places*, for SQL: `code LIKE ANY($1)`."""
    return [pattern for place in places for pattern in (place, f"{place}.%")]
