"""What may be asked of membership. Where a rule needs a fact from elsewhere, it stands beside."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.membership.events import Savings, Seat
from shared.codes import KelurahanCode
from shared.messages import Command

MINIMUM_AGE = 17
"""Years: a member is 17 or married (the model articles of KKMP); marriage is not asked yet."""

_IDENTITY_NUMBER = re.compile(r"\d{12}(?!0000)\d{4}", re.ASCII)
_MOST_RUPIAH = 1_000_000_000


def _identity_number(text: str) -> str:
    """Check the form alone: the number says where it was first issued, not where somebody lives."""
    if not _IDENTITY_NUMBER.fullmatch(text):
        raise PydanticCustomError(
            "identity_number_malformed",
            "Not a national identity number: 16 digits, the last four not 0000.",
        )
    return text


type IdentityNumber = Annotated[
    str, AfterValidator(_identity_number), Field(examples=["3172990101900001"], max_length=32)
]
type Rupiah = Annotated[int, Field(gt=0, le=_MOST_RUPIAH, examples=[50_000])]
type Reason = Annotated[str, Field(min_length=3, max_length=500)]


class RegisterCooperative(Command):
    """Enter a cooperative into the register."""

    code: KelurahanCode
    name: str = Field(min_length=3, max_length=200)
    founded_on: date


class ApplyForMembership(Command):
    """Ask to become a member. Personal: it is sealed before it is recorded."""

    name: str = Field(min_length=1, max_length=200)
    identity_number: IdentityNumber
    phone: str = Field(min_length=6, max_length=32)
    born_on: date


class VerifyApplicant(Command):
    """Say that identity and domicile have been checked."""


class ApproveApplication(Command):
    """Accept the applicant."""


class RejectApplication(Command):
    """Decline the application."""

    reason: Reason


class RecordSavingsPayment(Command):
    """Record that savings were paid."""

    kind: Savings
    amount: Rupiah


class ResignMember(Command):
    """Record that the member wants to leave."""

    reason: Reason


class AppointOfficer(Command):
    """Give an elected seat to a member."""

    seat: Seat
    person: str = Field(pattern="^[0-9a-f-]{36}$", description="The member's id.")
    from_date: date
    until_date: date | None = None


class AppointExOfficio(Command):
    """Seat the lurah, who chairs the pengawas by office."""

    from_date: date


class CertifyBoard(Command):
    """Say that the board is complete and in order."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application, and what it is judged by."""

    asked: ApplyForMembership
    cooperative_registered: bool
    today: date


@dataclass(frozen=True, slots=True)
class Resignation:
    """A resignation, and whether the member holds an office."""

    asked: ResignMember
    in_office: bool


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


type CooperativeCommand = RegisterCooperative
type MemberCommand = (
    Application
    | VerifyApplicant
    | ApproveApplication
    | RejectApplication
    | RecordSavingsPayment
    | Resignation
)
type BoardCommand = Appointment | ExOfficioAppointment | CertifyBoard | CertifyOfficer
