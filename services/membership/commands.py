"""What may be asked of membership. Where a rule needs a fact from elsewhere, it stands beside."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.membership.events import Savings, Seat
from shared.calendar import Day
from shared.codes import KelurahanCode
from shared.messages import Command, example

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
    str,
    AfterValidator(_identity_number),
    Field(
        examples=["3172990101900001"],
        max_length=32,
        json_schema_extra={"pattern": f"^{_IDENTITY_NUMBER.pattern}$"},
    ),
]
type Rupiah = Annotated[int, Field(gt=0, le=_MOST_RUPIAH, examples=[50_000])]
type Reason = Annotated[str, Field(min_length=3, max_length=500)]


class RegisterCooperative(Command):
    """Enter a cooperative into the register."""

    model_config = example(code="31.72.02.1006", name="KKMP Sunter Agung", founded_on="2025-05-31")

    code: KelurahanCode
    """Kemendagri code of the kelurahan whose cooperative it is."""
    name: str = Field(min_length=3, max_length=200)
    """The cooperative's name."""
    founded_on: Day
    """The day of its founding meeting (musyawarah)."""


class ApplyForMembership(Command):
    """Ask to become a member. Personal: it is sealed before it is recorded."""

    model_config = example(
        name="Warga Contoh",
        identity_number="3172990101900001",
        phone="081200000000",
        born_on="1990-01-01",
    )

    name: str = Field(min_length=1, max_length=200)
    """The applicant's name, as on the identity card (KTP)."""
    identity_number: IdentityNumber
    """The applicant's national identity number (NIK): 16 digits."""
    phone: str = Field(min_length=6, max_length=32)
    """A telephone number of the applicant's, in any form."""
    born_on: Day
    """The applicant's day of birth: a member is at least 17 years old."""


class VerifyApplicant(Command):
    """Say that identity and domicile have been checked."""

    model_config = example(effective_at="2025-06-10T09:00:00+07:00")


class ApproveApplication(Command):
    """Accept the applicant."""

    model_config = example(effective_at="2025-06-11T09:00:00+07:00")


class RejectApplication(Command):
    """Decline the application."""

    model_config = example(reason="Berdomisili di luar kelurahan ini")

    reason: Reason
    """Why, in words that name nobody: they stay readable in the log."""


class RecordSavingsPayment(Command):
    """Record that savings were paid."""

    model_config = example(kind="pokok", amount=50_000, effective_at="2025-06-12T10:30:00+07:00")

    kind: Savings
    """Which savings: paid once (pokok), each month (wajib), or at will (sukarela)."""
    amount: Rupiah
    """How much was paid, in whole rupiah."""


class ResignMember(Command):
    """Record that the member wants to leave."""

    model_config = example(reason="Pindah domisili ke kota lain")

    reason: Reason
    """Why, in words that name nobody: they stay readable in the log."""


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
