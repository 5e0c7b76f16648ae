"""What is asked about the claim on an identity number."""

from dataclasses import dataclass

from services.membership.commands.person import Reason
from services.membership.events.identity import Resolution
from shared.codes import KelurahanCode
from shared.messages import Command, example


@dataclass(frozen=True, slots=True)
class ClaimIdentity:
    """Let the number stand for *person* in *cooperative*.

    As a *trial* it is not judged by what other cooperatives hold.
    """

    person: str
    cooperative: str
    trial: bool = False


@dataclass(frozen=True, slots=True)
class ReleaseIdentity:
    """Let the number no longer stand for *person* in *cooperative*."""

    person: str
    cooperative: str


@dataclass(frozen=True, slots=True)
class ForgetIdentity:
    """Let the number no longer lead to *person*, who was erased in *cooperative*."""

    person: str
    cooperative: str


@dataclass(frozen=True, slots=True)
class SuspectDuplicate:
    """Note that the number was given in *cooperative* while another one holds it."""

    cooperative: str


class ResolveDuplicate(Command):
    """Say what a suspected duplicate turned out to be."""

    model_config = example(
        cooperative="31.72.02.1006", resolution="mistyped", reason="KTP diperiksa di kelurahan"
    )

    cooperative: KelurahanCode
    """Where the number was given, as GET /v1/duplicates says."""
    resolution: Resolution
    """`permitted` lets that cooperative take the person too; the others do not."""
    reason: Reason | None = None
    """Why. Personal: it is sealed before it is recorded."""


type IdentityCommand = (
    ClaimIdentity | ReleaseIdentity | ForgetIdentity | SuspectDuplicate | ResolveDuplicate
)
