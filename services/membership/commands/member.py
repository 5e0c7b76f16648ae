"""What may be asked about a membership."""

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from services.membership.commands.person import IdentityNumber, Reason
from services.membership.commands.savings import Rupiah
from services.membership.events.savings import Savings
from shared.calendar import Day
from shared.messages import Command, example

MINIMUM_AGE = 17
"""Years: a member is 17 or married (the model articles of KKMP); marriage is not asked yet."""


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


type MemberCommand = (
    Application
    | VerifyApplicant
    | ApproveApplication
    | RejectApplication
    | RecordSavingsPayment
    | Resignation
)
