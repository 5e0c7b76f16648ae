"""What may be asked about a membership."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.membership.commands.person import (
    Address,
    IdentityNumber,
    Name,
    Phone,
    Reason,
    plain_text,
)
from services.membership.commands.savings import Balance, Month, Rupiah
from services.membership.events.savings import Savings
from shared.calendar import Day
from shared.messages import Command, example
from shared.population import Agreement
from shared.texts import no_formula

MINIMUM_AGE = 17
"""Years: a member is 17 or married (the model articles of KKMP)."""


MEMBER_NUMBER = r"^[0-9A-Za-z./-]{1,40}$"
_MANY_DIGITS = re.compile(r"\d{10}", re.ASCII)


def _no_identity(text: str) -> str:
    """Refuse what may be a number of a person: it would stay in the log in clear."""
    if _MANY_DIGITS.search(text):
        raise PydanticCustomError(
            "identifies_somebody", "Ten digits in a row may be somebody's NIK or telephone number."
        )
    return text


type MemberNumber = Annotated[
    str,
    Field(max_length=40, pattern=MEMBER_NUMBER),
    AfterValidator(_no_identity),
    AfterValidator(no_formula),
]


class Domicile(StrEnum):
    """Where somebody lives, as far as membership goes."""

    HERE = "kelurahan-ini"
    ELSEWHERE = "kelurahan-lain"


class ApplyForMembership(Command):
    """Ask to become a member. Personal: it is sealed before it is recorded."""

    model_config = example(
        name="Warga Contoh",
        identity_number="3172990101900001",
        phone="081200000000",
        born_on="1990-01-01",
        address="Jalan Contoh 1, RT 01 RW 05",
        accepts_articles=True,
    )

    name: Name
    """The applicant's name, as on the identity card (KTP)."""
    identity_number: IdentityNumber
    """The applicant's national identity number (NIK): 16 digits."""
    phone: Phone
    """A telephone number of the applicant's, in any form."""
    born_on: Day
    """The applicant's day of birth: a member is at least 17 years old, or married."""
    address: Address | None = None
    """Where the applicant lives, within the kelurahan."""
    married: bool = False
    """Whether the applicant is or was married."""
    accepts_articles: bool
    """Whether the applicant accepts the articles (AD/ART); nobody joins who does not."""


class ImportMember(Command):
    """Take over a membership that the cooperative kept on paper. Personal: it is sealed."""

    model_config = example(
        name="Warga Contoh",
        identity_number="3172990101900001",
        joined_on="2025-06-15",
        pokok=50_000,
        wajib=125_000,
        source="Buku daftar anggota, halaman 3",
        number="017",
    )

    name: Name
    """The member's name."""
    joined_on: Day
    """The day on which the membership began, as the book says."""
    source: Annotated[
        str,
        Field(min_length=3, max_length=200),
        AfterValidator(plain_text),
        AfterValidator(_no_identity),
    ]
    """Where it stands, in words that name nobody: they stay readable in the log."""
    identity_number: IdentityNumber | None = None
    """The member's national identity number (NIK), if the book has it."""
    phone: Phone | None = None
    """A telephone number, if the book has one."""
    born_on: Day | None = None
    """The day of birth, if the book has it."""
    address: Address | None = None
    """Where the member lives, if the book says so."""
    married: bool = False
    """Whether the member is or was married."""
    pokok: Balance = 0
    """Simpanan pokok paid so far, in whole rupiah."""
    wajib: Balance = 0
    """Simpanan wajib paid so far, in whole rupiah."""
    sukarela: Balance = 0
    """Simpanan sukarela paid so far, in whole rupiah."""
    number: MemberNumber | None = None
    """The member's number in the cooperative's book."""


class VerifyApplicant(Command):
    """Say that identity and domicile have been checked."""

    model_config = example(domicile="kelurahan-ini", effective_at="2025-06-10T09:00:00+07:00")

    domicile: Domicile = Domicile.HERE
    """Where the applicant lives, by the identity card."""


class ApproveApplication(Command):
    """Accept the applicant."""

    model_config = example(effective_at="2025-06-11T09:00:00+07:00")


class RejectApplication(Command):
    """Decline the application."""

    model_config = example(reason="Berdomisili di luar kelurahan ini")

    reason: Reason
    """Why. It is sealed before it is recorded."""


class RecordSavingsPayment(Command):
    """Record that savings were paid."""

    model_config = example(kind="pokok", amount=50_000, effective_at="2025-06-12T10:30:00+07:00")

    kind: Savings
    """Which savings: paid once (pokok), each month (wajib), or at will (sukarela)."""
    amount: Rupiah
    """How much was paid, in whole rupiah."""
    period: Month | None = None
    """The month that it is for."""


class ReverseSavingsPayment(Command):
    """Say that a payment that was recorded was none."""

    model_config = example(reason="Setoran tercatat dua kali")

    reason: Reason
    """Why. It is sealed before it is recorded."""


class ResignMember(Command):
    """Record that the member wants to leave."""

    model_config = example(reason="Pindah domisili ke kota lain")

    reason: Reason
    """Why. It is sealed before it is recorded."""


class RecordDeath(Command):
    """Record that a member died."""

    model_config = example(died_on="2026-02-03")

    died_on: Day
    """The day of the death."""


class ProposeDismissal(Command):
    """Propose to dismiss a member, who may then answer."""

    model_config = example(grounds="Tidak memenuhi kewajiban sebagai anggota selama setahun")

    grounds: Reason
    """What the member is accused of. It is sealed before it is recorded."""


class RecordDefence(Command):
    """Record what the member answered, or that nothing was answered."""

    model_config = example(waived=False, summary="Anggota menjelaskan kesulitannya")

    waived: bool = False
    """Whether the member made no use of the right to be heard."""
    summary: Reason | None = None
    """What the member said. It is sealed before it is recorded."""


class WithdrawDismissal(Command):
    """Give up the proposal to dismiss a member."""

    model_config = example(reason="Kewajiban sudah dipenuhi")

    reason: Reason
    """Why. It is sealed before it is recorded."""


class ConfirmDismissal(Command):
    """Record that the members' meeting dismissed the member."""

    model_config = example(decided_on="2026-03-21")

    decided_on: Day
    """The day of the meeting."""


class CorrectMembershipDates(Command):
    """Correct when a membership began, or ended."""

    model_config = example(joined_on="2025-06-12", reason="Tanggal di kuitansi berbeda")

    joined_on: Day | None = None
    """The day on which it really began."""
    left_on: Day | None = None
    """The first day on which it really was over."""
    reason: Reason
    """Why. It is sealed before it is recorded."""


@dataclass(frozen=True, slots=True)
class Application:
    """An application, and what it is judged by; *identity* stands for the number."""

    asked: ApplyForMembership
    founded_on: date | None
    today: date
    identity: str | None = None
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Lasting:
    """When another membership of the same person lasted, half-open.

    Without a beginning it is an old one that does not say when; without an end it lasts.
    """

    joined_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Import:
    """A membership from paper: when the cooperative was founded, and when it was joined."""

    asked: ImportMember
    founded_on: date | None
    today: date
    joined_at: datetime
    identity: str | None = None
    others: tuple[Lasting, ...] = ()
    number_taken: bool = False
    """Whether somebody else was imported with the same number of the book."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A check, and what the population register said to it."""

    asked: VerifyApplicant
    registry: Agreement = Agreement.NOT_ASKED


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment, when it was made, and since when the cooperative exists.

    *others* are the memberships that whoever joins with it had before.
    """

    asked: RecordSavingsPayment
    at: datetime
    founded_on: date | None = None
    others: tuple[Lasting, ...] = ()


@dataclass(frozen=True, slots=True)
class Reversal:
    """A reversal, and the version of the membership at which the payment was recorded."""

    asked: ReverseSavingsPayment
    payment: int


@dataclass(frozen=True, slots=True)
class Resignation:
    """A resignation, when it takes effect, and whether the member holds an office."""

    asked: ResignMember
    in_office: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Death:
    """A death, and from when on the membership is over."""

    asked: RecordDeath
    at: datetime


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A dismissal, and from when on the membership is over."""

    asked: ConfirmDismissal
    at: datetime


@dataclass(frozen=True, slots=True)
class Correction:
    """Corrected instants; None leaves one as it is."""

    asked: CorrectMembershipDates
    founded_on: date | None
    joined_at: datetime | None
    left_at: datetime | None
    others: tuple[Lasting, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteArrears:
    """Note what was owed (from a bill that fell due) when the membership had that *version*."""

    owed: int
    since: str
    version: int


type MemberCommand = (
    Application
    | Import
    | Verification
    | ApproveApplication
    | RejectApplication
    | Payment
    | Reversal
    | Resignation
    | Death
    | ProposeDismissal
    | RecordDefence
    | WithdrawDismissal
    | Dismissal
    | Correction
    | NoteArrears
)
