"""What may be asked of the register of cooperatives."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from services.membership.commands.person import Reason, plain_text
from services.membership.commands.policy import Slug
from services.membership.events.cooperative import DocumentKind
from shared.calendar import Day
from shared.codes import KelurahanCode
from shared.messages import Command, example
from shared.texts import no_formula

type Title = Annotated[str, Field(min_length=3, max_length=200), AfterValidator(plain_text)]


class RegisterCooperative(Command):
    """Enter a cooperative into the register."""

    model_config = example(code="31.72.02.1006", name="KKMP Sunter Agung", founded_on="2025-05-31")

    code: KelurahanCode
    """Kemendagri code of the kelurahan whose cooperative it is."""
    name: Title
    """The cooperative's name."""
    founded_on: Day
    """The day of its founding meeting (musyawarah)."""


class RecordLegalDocument(Command):
    """Record a paper, a licence or an account; a new number of a kind replaces the one before."""

    model_config = example(kind="nib", number="9999000000017", issued_on="2025-07-01")

    kind: DocumentKind
    """What kind of paper it is. Bank accounts and other licences stand side by side."""
    number: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(no_formula)]
    """Its number. NIB and NPWP may have dots, dashes and blanks, which are left out."""
    issued_on: Day
    """The day on which it was issued; one taken over from an older cooperative may be older."""
    valid_until: Day | None = None
    """The last day on which it is valid; without it, it does not run out."""


class OpenGerai(Command):
    """Open a gerai, or open again one that was closed."""

    model_config = example(
        gerai="sembako", kind="sembako", name="Gerai Sembako Contoh", opened_on="2025-08-04"
    )

    gerai: Slug
    """The gerai's id within the cooperative: lower case with dashes."""
    kind: Slug
    """What kind it is: a code of GET /v1/gerai-kinds."""
    name: Title
    """What it is called."""
    opened_on: Day
    """The first day on which it is open."""


class CloseGerai(Command):
    """Close a gerai."""

    model_config = example(closed_on="2026-02-01", reason="Bangunan direnovasi")

    closed_on: Day
    """The first day on which it is no longer open."""
    reason: Reason
    """Why, in words about the cooperative that name nobody: they stay readable in the log."""


class SuspendOperation(Command):
    """Say that the cooperative does not operate for a time, whatever its gerai say."""

    model_config = example(reason="Bangunan terendam banjir", until="2026-02-28")

    reason: Reason
    """Why, in words about the cooperative that name nobody: they stay readable in the log."""
    until: Day
    """The last day of the pause: it ends by itself."""


class ResumeOperation(Command):
    """Say that the cooperative operates again before its pause is over."""

    model_config = example(effective_at="2026-02-10T08:00:00+07:00")


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration, and the day of it."""

    asked: RegisterCooperative
    today: date


@dataclass(frozen=True, slots=True)
class LegalDocument:
    """A document, and the day on which it is recorded."""

    asked: RecordLegalDocument
    today: date


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening of a gerai, the kinds that the city knows, and the day of it."""

    asked: OpenGerai
    kinds: frozenset[str]
    today: date


@dataclass(frozen=True, slots=True)
class Closure:
    """The closing of one gerai, and the day of it."""

    gerai: str
    asked: CloseGerai
    today: date


@dataclass(frozen=True, slots=True)
class Suspension:
    """A pause, and the day on which it begins."""

    asked: SuspendOperation
    today: date


@dataclass(frozen=True, slots=True)
class Resumption:
    """The end of a pause, and the day of it."""

    today: date


type CooperativeCommand = Registration | LegalDocument | Opening | Closure | Suspension | Resumption
