"""The rules of gerai: opened, closed, and perhaps opened again."""

from dataclasses import dataclass

from services.membership.commands.cooperative import CloseGerai, OpenGerai
from services.membership.events.cooperative import GeraiClosed, GeraiOpened
from shared.decider import Refusal, Refused

KIND_UNKNOWN = Refusal(
    "gerai_kind_unknown",
    "Jenis gerai {kind} tidak dikenal. Yang dikenal: {known}.",
    "The kind of gerai {kind} is not known. Known are: {known}.",
    "invalid",
)
GERAI_OPEN = Refusal(
    "gerai_open",
    "Gerai {gerai} masih buka, dengan data lain, sejak {opened_on}.",
    "The gerai {gerai} is open already, with other data, since {opened_on}.",
)
GERAI_OVERLAPS = Refusal(
    "gerai_overlaps",
    "Gerai {gerai} baru tutup pada {closed_on}, jadi tidak dapat dibuka lagi sebelum itu.",
    "The gerai {gerai} closed only on {closed_on}, so it does not open again before.",
)
GERAI_MISSING = Refusal(
    "gerai_missing",
    "Koperasi ini tidak mempunyai gerai {gerai}.",
    "This cooperative has no gerai {gerai}.",
    "missing",
)
GERAI_CLOSED = Refusal(
    "gerai_closed",
    "Gerai {gerai} sudah tutup sejak {closed_on}, dengan alasan atau tanggal lain.",
    "The gerai {gerai} has been closed since {closed_on}, with another reason or day.",
)
CLOSED_BEFORE_OPENED = Refusal(
    "gerai_closed_before_opened",
    "Gerai {gerai} baru buka pada {opened_on}, jadi tidak dapat tutup sebelum itu.",
    "The gerai {gerai} opened only on {opened_on}, so it does not close before.",
    "invalid",
)


@dataclass(frozen=True, slots=True)
class Outlet:
    """A gerai as it was opened last, and closed since, if it was."""

    opened: GeraiOpened
    closed: GeraiClosed | None = None


type Outlets = tuple[Outlet, ...]


def outlet(outlets: Outlets, gerai: str) -> Outlet | None:
    """The gerai of this id."""
    return next((one for one in outlets if one.opened.gerai == gerai), None)


def opening(asked: OpenGerai, kinds: frozenset[str], outlets: Outlets) -> list[GeraiOpened]:
    """Decide whether the gerai opens."""
    if asked.kind not in kinds:
        raise Refused(KIND_UNKNOWN, kind=asked.kind, known=", ".join(sorted(kinds)))
    opened = GeraiOpened(asked.gerai, asked.kind, asked.name, asked.opened_on)
    match outlet(outlets, asked.gerai):
        case None:
            return [opened]
        case Outlet(closed=GeraiClosed(closed_on=closed_on)) if asked.opened_on >= closed_on:
            return [opened]
        case Outlet(opened=before) if before == opened:
            return []
        case Outlet(closed=GeraiClosed(closed_on=closed_on)):
            raise Refused(GERAI_OVERLAPS, gerai=asked.gerai, closed_on=closed_on)
        case Outlet(opened=before):
            raise Refused(GERAI_OPEN, gerai=asked.gerai, opened_on=before.opened_on)


def closing(gerai: str, asked: CloseGerai, outlets: Outlets) -> list[GeraiClosed]:
    """Decide whether the gerai closes."""
    found = outlet(outlets, gerai)
    if found is None:
        raise Refused(GERAI_MISSING, gerai=gerai)
    opened_on = found.opened.opened_on
    closed = GeraiClosed(gerai, opened_on, asked.closed_on, asked.reason)
    if found.closed == closed:
        return []
    if found.closed is not None:
        raise Refused(GERAI_CLOSED, gerai=gerai, closed_on=found.closed.closed_on)
    if asked.closed_on < opened_on:
        raise Refused(CLOSED_BEFORE_OPENED, gerai=gerai, opened_on=opened_on)
    return [closed]


def after(outlets: Outlets, event: GeraiOpened | GeraiClosed) -> Outlets:
    """The gerai after *event*."""
    others = tuple(one for one in outlets if one.opened.gerai != event.gerai)
    match event:
        case GeraiOpened():
            return (*others, Outlet(event))
        case GeraiClosed():
            found = outlet(outlets, event.gerai)
            return outlets if found is None else (*others, Outlet(found.opened, event))
