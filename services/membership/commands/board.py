"""What may be asked of a board."""

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from services.membership.events.board import Seat
from shared.calendar import Day
from shared.messages import Command, example


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
    person: str = Field(pattern="^[0-9a-f-]{36}$")
    """The member's id: `entity` in the receipt of the application."""
    from_date: Day
    """The first day in office."""
    until_date: Day | None = None
    """The last day in office; without it, until somebody else follows."""


class AppointExOfficio(Command):
    """Seat the lurah, who chairs the pengawas by office."""

    model_config = example(from_date="2025-06-15")

    from_date: Day
    """The first day in office."""


class CertifyBoard(Command):
    """Say that the board is complete and in order."""

    model_config = example(effective_at="2025-11-05T09:00:00+07:00")


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment, and whether the person is a member."""

    asked: AppointOfficer
    is_member: bool


@dataclass(frozen=True, slots=True)
class ExOfficioAppointment:
    """The lurah's appointment, and the id that stands for the lurah."""

    asked: AppointExOfficio
    person: str
    cooperative_registered: bool


@dataclass(frozen=True, slots=True)
class CertifyOfficer:
    """Note on the seats that their holder completed the training (from training's fact)."""

    seats: tuple[Seat, ...]
    person: str
    certificate: str
    valid_until: date


type BoardCommand = Appointment | ExOfficioAppointment | CertifyBoard | CertifyOfficer
