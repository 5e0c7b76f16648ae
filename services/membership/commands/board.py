"""What may be asked of a board."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from services.membership.events.board import EndingCause, Seat
from shared.calendar import Day
from shared.messages import Command, example

type OfficerId = Annotated[str, Field(max_length=36, pattern="^[0-9a-f-]{36}$")]


class AppointOfficer(Command):
    """Give an elected seat to a member."""

    model_config = example(
        seat="bendahara",
        person="3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f",
        from_date="2025-06-15",
        until_date="2030-06-14",
    )

    seat: Seat
    """The seat on the board; that of ketua-pengawas is the lurah's by office."""
    person: OfficerId
    """The member's id: `entity` in the receipt of the application."""
    from_date: Day
    """The first day in office, at most 366 days after today."""
    until_date: Day | None = None
    """The last day in office; without it, the last day of five years, the longest term."""


class AppointExOfficio(Command):
    """Seat the lurah, who chairs the pengawas by office."""

    model_config = example(from_date="2025-06-15")

    from_date: Day
    """The first day in office, at most 366 days after today."""


class SucceedExOfficio(Command):
    """Say that another lurah holds the office, and so chairs the pengawas."""

    model_config = example(from_date="2026-03-02")

    from_date: Day
    """The first day of the new lurah in office."""


class EndAppointment(Command):
    """Say that the holder of a seat holds it no longer."""

    model_config = example(seat="bendahara", ended_on="2026-03-02", cause="resigned")

    seat: Seat
    """The seat on the board."""
    ended_on: Day
    """The first day on which the person does not hold it."""
    cause: EndingCause
    """Why it ended; that a new lurah succeeds is said in a way of its own."""


class DeclareKinship(Command):
    """Say which other officers are relatives within the first degree, by blood or by marriage."""

    model_config = example(person="3f6d2c1e-8a4b-5c7d-9e0f-1a2b3c4d5e6f", relatives=[])

    person: OfficerId
    """The officer who declares it."""
    relatives: tuple[OfficerId, ...] = Field(max_length=20)
    """The ids of those officers: parents, children, a spouse, and theirs (semenda); or none."""


class CertifyBoard(Command):
    """Say that the board is complete and in order."""

    model_config = example(effective_at="2025-11-05T09:00:00+07:00")


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment, whether the person is a member, and since when there is a cooperative.

    *today* is the day on which it is recorded.
    """

    asked: AppointOfficer
    is_member: bool
    founded_on: date | None
    today: date


@dataclass(frozen=True, slots=True)
class ExOfficioAppointment:
    """The lurah's appointment, the id that stands for the lurah, and the day of recording it."""

    asked: AppointExOfficio
    person: str
    founded_on: date | None
    today: date


@dataclass(frozen=True, slots=True)
class Succession:
    """A new lurah's succession, the id that stands for the new lurah, and when it is said."""

    asked: SucceedExOfficio
    person: str
    today: date


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of an appointment, and the day on which it is said."""

    asked: EndAppointment
    today: date


@dataclass(frozen=True, slots=True)
class EndSeatOf:
    """End whatever seat *person* holds, because of what happened elsewhere; perhaps none."""

    person: str
    ended_on: date
    cause: EndingCause


@dataclass(frozen=True, slots=True)
class EndTerms:
    """End the terms whose last day is before *day* (from the fact that it began)."""

    day: date


@dataclass(frozen=True, slots=True)
class SeatVacated:
    """A seat that a decision takes from its holder."""

    seat: Seat
    cause: EndingCause = EndingCause.REPLACED


@dataclass(frozen=True, slots=True)
class SeatFilled:
    """A seat that a decision gives to a person, until the last day of a term if it sets one."""

    seat: Seat
    person: str
    until_date: date | None = None


@dataclass(frozen=True, slots=True)
class ChangeBoard:
    """Change several elected seats by one decision, such as an election of a members' meeting.

    Those *ended* are free on *decided_on*, and who is *appointed* holds the seat from that day.
    *members* are those of the appointed who are members of the cooperative.
    """

    ended: tuple[SeatVacated, ...]
    appointed: tuple[SeatFilled, ...]
    decided_on: date
    members: Collection[str]
    founded_on: date | None


@dataclass(frozen=True, slots=True)
class Certification:
    """The certification of a board as it sits *on* a day, and who of it is a member no longer."""

    asked: CertifyBoard
    on: date
    no_longer_members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CertifyOfficer:
    """Note on the seats that their holder completed the training (from training's fact).

    A certificate from before a term says nothing of that term, whenever it is heard of.
    """

    seats: tuple[Seat, ...]
    person: str
    certificate: str
    valid_from: date
    valid_until: date


type BoardCommand = (
    Appointment
    | ExOfficioAppointment
    | Succession
    | Ending
    | EndSeatOf
    | EndTerms
    | ChangeBoard
    | DeclareKinship
    | Certification
    | CertifyOfficer
)
