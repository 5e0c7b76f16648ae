"""Savings (simpanan): their kinds, and the bills that a cooperative sends its members."""

from datetime import date
from enum import StrEnum

from shared.messages import event


class Savings(StrEnum):
    """The kinds of savings (simpanan) of UU 25/1992: once, periodic, voluntary."""

    POKOK = "pokok"
    WAJIB = "wajib"
    SUKARELA = "sukarela"


class Billed(StrEnum):
    """The kinds of savings that are billed for a period: owed, or merely asked for."""

    WAJIB = "wajib"
    SUKARELA = "sukarela"


@event("Koperasi menagih simpanan satu periode kepada semua anggotanya.")
class SavingsBillIssued:
    """The cooperative billed the savings of one period to all who are members when they are due."""

    kind: Billed
    """Which savings."""
    period: str
    """The month, such as 2026-01."""
    amount: int
    """How much each member is asked for, in whole rupiah."""
    due_on: date
    """The last day on which it is paid in time."""


@event("Tagihan simpanan satu periode dibatalkan sebelum jatuh tempo.")
class SavingsBillCancelled:
    """A bill was withdrawn before it fell due."""

    kind: Billed
    """Which savings."""
    period: str
    """The month."""
    reason: str
    """Why; it is about the cooperative, and names nobody."""


@event("Tagihan simpanan satu periode jatuh tempo.")
class SavingsBillFellDue:
    """The last day on which a bill was paid in time is over."""

    kind: Billed
    """Which savings."""
    period: str
    """The month."""


EVENTS: tuple[type, ...] = (SavingsBillIssued, SavingsBillCancelled, SavingsBillFellDue)

type SavingsEvent = SavingsBillIssued | SavingsBillCancelled | SavingsBillFellDue
