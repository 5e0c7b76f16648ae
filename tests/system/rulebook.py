"""The rules of membership told a second time, over the log alone: does it hold together?

Nothing here uses the deciders, the folds or the tables: it reads CloudEvents, as an auditor would.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

type Event = dict[str, Any]

_LETTERS = {
    "MembershipApplied": "A",
    "MemberImported": "I",
    "ApplicantVerified": "V",
    "MembershipApproved": "P",
    "MembershipRejected": "R",
    "SavingsPaid": "S",
    "SavingsPaymentReversed": "X",
    "MemberInArrears": "O",
    "MemberArrearsCleared": "C",
    "MemberJoined": "J",
    "MemberResigned": "Q",
    "MemberDeceased": "D",
    "MemberDismissed": "M",
    "DismissalProposed": "p",
    "DefenceHeard": "h",
    "DismissalWithdrawn": "w",
    "MemberLeft": "L",
    "MembershipDatesCorrected": "K",
}
_LIFE = re.compile(r"A|AV?R|AV|AVP|(AVPSJ|IJ)[SXOCKphw]*([QDM]L[XK]*)?")
_REQUIRED = {"pengurus": 5, "pengawas": 3}


def type_of(event: Event) -> str:
    """The name of an event, without its version."""
    return event["type"].split(".")[-2]


def of(event: Event) -> tuple[str, str, str]:
    """The place, the stream and the id of the entity that an event is about."""
    stream, _, name = event["subject"].partition("/")
    return event["place"], stream, name


def day_of(instant: datetime) -> date:
    """The day in Jakarta."""
    return instant.astimezone(timezone(timedelta(hours=7))).date()


def moment(event: Event) -> datetime:
    """When it happened."""
    return datetime.fromisoformat(event["time"])


@dataclass
class Membership:
    """What the log says of one membership."""

    events: list[Event] = field(default_factory=list[Event])
    joined_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def word(self) -> str:
        """Its life, a letter an event."""
        return "".join(_LETTERS[type_of(event)] for event in self.events)

    def add(self, event: Event) -> None:
        """Take the next event."""
        self.events.append(event)
        match type_of(event):
            case "MemberJoined":
                self.joined_at = moment(event)
            case "MemberLeft":
                self.left_at = moment(event)
            case "MembershipDatesCorrected":
                corrected = event["data"]
                self.joined_at = datetime.fromisoformat(corrected["joined_at"])
                left = corrected["left_at"]
                self.left_at = left and datetime.fromisoformat(left)
            case _:
                pass

    @property
    def active(self) -> bool:
        """Whether it has begun and lasts."""
        return "J" in self.word and "L" not in self.word

    def at(self, instant: datetime) -> bool:
        """Whether it lasted at *instant*: half-open, from joining until just before leaving."""
        if self.joined_at is None or self.joined_at > instant:
            return False
        return self.left_at is None or self.left_at > instant

    def savings(self) -> dict[str, int]:
        """What was paid, by kind, less what was reversed; in rupiah."""
        paid: dict[str, int] = {"pokok": 0, "wajib": 0, "sukarela": 0}
        for event in self.events:
            data = event["data"]
            match type_of(event):
                case "MemberImported":
                    paid = {kind: paid[kind] + data[kind] for kind in paid}
                case "SavingsPaid":
                    paid[data["kind"]] += data["amount"]
                case "SavingsPaymentReversed":
                    paid[data["kind"]] -= data["amount"]
                case _:
                    pass
        return paid

    def broken(self) -> Iterable[str]:
        """Yield what is not as the rules say."""
        if not _LIFE.fullmatch(self.word):
            yield f"no such life: {self.word}"
        if self.joined_at and self.left_at and self.left_at < self.joined_at:
            yield f"left {self.left_at} before joining {self.joined_at}"
        proposals = [letter for letter in self.word if letter in "phwM"]
        if "M" in proposals and proposals[proposals.index("M") - 1] != "h":
            yield f"dismissed unheard: {self.word}"
        payments = {n: e for n, e in enumerate(self.events, 1) if type_of(e) == "SavingsPaid"}
        kinds = [event["data"]["kind"] for event in payments.values()]
        from_paper = [event["data"]["pokok"] for event in self.events[:1] if self.word[0] == "I"]
        if kinds.count("pokok") + sum(paid > 0 for paid in from_paper) > 1:
            yield f"pokok paid again: {kinds}"
        if not from_paper and "pokok" in kinds[1:]:
            yield f"pokok not paid first: {kinds}"
        reversed_ = [e["data"]["payment"] for e in self.events if _LETTERS[type_of(e)] == "X"]
        if len(reversed_) != len(set(reversed_)) or not set(reversed_) <= payments.keys():
            yield f"reversed {reversed_} of {sorted(payments)}"
        versions = [int(event["sequence"]) for event in self.events]
        if versions != list(range(1, len(versions) + 1)):
            yield f"versions {versions}"


@dataclass
class Board:
    """What the log says of one board."""

    held: dict[str, str] = field(default_factory=dict[str, str])
    organs: dict[str, str] = field(default_factory=dict[str, str])
    terms: dict[str, tuple[date, date | None]] = field(
        default_factory=dict[str, tuple[date, date | None]]
    )
    kin: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    certified: bool = False

    def add(self, event: Event, members: dict[str, Membership]) -> Iterable[str]:
        """Take the next event, and yield what is not as the rules say."""
        data = event["data"]
        match type_of(event):
            case "OfficerAppointed":
                seat, person = data["seat"], data["person"]
                if seat in self.held:
                    yield f"{seat} was held by {self.held[seat]}"
                if person in self.held.values():
                    yield f"{person} holds two seats"
                if not data["ex_officio"] and not (person in members and members[person].active):
                    yield f"{person} is no member and takes {seat}"
                yield from self._begins(event)
                self.held[seat], self.organs[seat] = person, data["organ"]
                self.certified = False
            case "OfficerAppointmentEnded":
                if self.held.pop(data["seat"], None) != data["person"]:
                    yield f"{data['person']} did not hold {data['seat']}"
            case "KinshipDeclared":
                self.kin[data["person"]] = set(data["relatives"])
            case "BoardCertified":
                yield from self._complete(members)
                yield from self._sitting(day_of(moment(event)))
                self.certified = True
            case "BoardRuleViolated":
                self.certified = False
            case _:
                pass

    def _begins(self, event: Event) -> Iterable[str]:
        data = event["data"]
        begins = date.fromisoformat(data["from_date"])
        ends = date.fromisoformat(data["until_date"]) if data["until_date"] else None
        said = day_of(datetime.fromisoformat(event["recordedtime"]))
        if begins - said > timedelta(days=366):
            yield f"{data['seat']} is given on {said} from {begins}"
        if ends is None and not data["ex_officio"]:
            yield f"{data['seat']} is given without an end"
        self.terms[data["seat"]] = begins, ends

    def _sitting(self, day: date) -> Iterable[str]:
        for seat in self.held:
            begins, ends = self.terms[seat]
            required = not seat.startswith("anggota-") and seat not in {"pengawas-3", "pengawas-4"}
            if required and not begins <= day <= (ends or date.max):
                yield f"certified on {day} with {seat}, held from {begins} until {ends}"

    def _complete(self, members: dict[str, Membership]) -> Iterable[str]:
        for organ, least in _REQUIRED.items():
            seats = [seat for seat in self.held if self.organs[seat] == organ]
            if len(seats) < least or len(seats) % 2 == 0:
                yield f"certified with {len(seats)} {organ}"
        for seat, person in self.held.items():
            if seat == "ketua-pengawas":
                continue
            if not members[person].active:
                yield f"certified with {person}, who left"
            if self.kin.get(person, {person}) & set(self.held.values()):
                yield f"certified with {person}, whose kin sit there or who declared nothing"


@dataclass
class Reading:
    """All that a log says, and where it breaks a rule."""

    members: dict[str, dict[str, Membership]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Membership))
    )
    boards: dict[str, Board] = field(default_factory=lambda: defaultdict(Board))
    claims: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    numbers: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    permitted: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    said: set[str] = field(default_factory=set[str])
    broken: list[str] = field(default_factory=list[str])

    def read(self, events: Sequence[Event]) -> "Reading":
        """Take the whole log, in order."""
        for event in events:
            self.said.add(type_of(event))
            place, stream, name = of(event)
            if stream == "member":
                self.members[place][name].add(event)
            elif stream == "board":
                found = self.boards[place].add(event, self.members[place])
                self.broken += (f"{event['position']}: {what}" for what in found)
            elif stream == "identity":
                self._claim(name, event)
            if type_of(event) == "MemberLeft" and name in self.boards[place].held.values():
                self.broken.append(f"{event['position']}: {name} left in office")
        for place, members in self.members.items():
            for name, membership in members.items():
                self.broken += (f"{place} {name}: {what}" for what in membership.broken())
        for (_, place), people in self.numbers.items():
            lasted = sorted(
                (one.joined_at, one.left_at or datetime.max.replace(tzinfo=UTC))
                for one in map(self.members[place].__getitem__, people)
                if one.joined_at is not None and one.joined_at != one.left_at
            )
            for (_, left), (joined, _) in pairwise(lasted):
                if joined < left:
                    self.broken.append(f"{place}: {people} were members at once at {joined}")
        return self

    def _claim(self, number: str, event: Event) -> None:
        data, holders = event["data"], self.claims[number]
        match type_of(event):
            case "IdentityClaimed":
                place = data["cooperative"]
                others = holders.keys() - {place}
                if place in holders or (others and (number, place) not in self.permitted):
                    self.broken.append(f"{event['position']}: {number} is held by {holders}")
                holders[place] = data["person"]
                self.numbers[number, place].add(data["person"])
            case "IdentityReleased":
                if holders.pop(data["cooperative"], None) != data["person"]:
                    self.broken.append(f"{event['position']}: {data} was not held")
            case "IdentityForgotten":  # whoever was erased is somebody whom nobody knows
                self.numbers[number, data["cooperative"]].discard(data["person"])
            case "DuplicateResolved" if data["resolution"] == "permitted":
                self.permitted.add((number, data["cooperative"]))
            case _:
                pass
