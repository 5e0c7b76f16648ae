"""What can happen in the yearly meeting (RAT) and the quarterly reports of a cooperative."""

from datetime import date

from services.membership.events.board import Seat
from shared.messages import event


@event("Rapat anggota tahunan dijadwalkan, atau dijadwalkan ulang.")
class RATScheduled:
    """The yearly meeting was set for a day; the last one said counts."""

    book_year: int
    """The year whose accounts the meeting hears."""
    on: date
    """The day of the meeting."""
    venue: str | None = None
    """Where."""


@event("Rapat anggota tahunan dilaksanakan.")
class RATHeld:
    """The yearly meeting took place. A change of the board in it is said by the board, with it."""

    book_year: int
    """The year whose accounts the meeting heard."""
    held_on: date
    """The day of the meeting."""
    present: int
    """How many members were there."""
    members: int
    """How many active members there were as that day ended, as the register said then."""
    quorum: bool
    """Whether enough of them were there for the meeting to decide."""
    decisions: str
    """What was decided, in words that name nobody."""
    seats: tuple[Seat, ...] = ()
    """The seats of the board that it ended or filled."""


@event("Laporan RAT diserahkan untuk diperiksa sudin.")
class RATReportSubmitted:
    """The report of the meeting was handed in; the last one said counts. Sums are in rupiah."""

    book_year: int
    """The year that it reports on."""
    assets: int
    """What the cooperative owns, at the end of the book year."""
    savings: int
    """The members' savings, at the end of the book year."""
    turnover: int
    """What it sold in the book year."""
    shu: int
    """The surplus of the book year (sisa hasil usaha); below zero, a loss."""
    url: str | None = None
    """Where the report itself is to be found."""


@event("Sudin memeriksa laporan RAT dan menyatakannya benar.")
class RATVerified:
    """The sub-agency looked at the report and found it in order."""

    book_year: int
    """The year that it reports on."""


@event("Sudin mengembalikan laporan RAT untuk diperbaiki.")
class RATReportReturned:
    """The sub-agency gave the report back; if it had verified it, it did so no longer."""

    book_year: int
    """The year that it reports on."""
    reason: str
    """Why, in words that name nobody."""


@event("Tenggat RAT lewat, dan rapatnya belum tercatat dilaksanakan.")
class RATOverdue:
    """The deadline passed and no meeting was known to have been held."""

    book_year: int
    """The year whose meeting is missing."""
    due_on: date
    """The last day on which it would have been in time."""


@event("Laporan triwulan diserahkan, atau diperbaiki.")
class QuarterlyReportSubmitted:
    """The figures of a quarter were reported; the last ones said count. Sums are in rupiah."""

    year: int
    """The year of the quarter."""
    quarter: int
    """Which quarter, from 1 to 4."""
    members: int
    """How many members there were at its end."""
    savings: int
    """The members' savings at its end."""
    transaction_count: int
    """How many sales there were in it."""
    transaction_value: int
    """What they came to."""


@event("Tenggat laporan triwulan lewat, dan laporannya belum diserahkan.")
class QuarterlyReportOverdue:
    """The deadline passed and no report of the quarter was known."""

    year: int
    """The year of the quarter."""
    quarter: int
    """Which quarter, from 1 to 4."""
    due_on: date
    """The last day on which it would have been in time."""


type RATEvent = (
    RATScheduled | RATHeld | RATReportSubmitted | RATVerified | RATReportReturned | RATOverdue
)

type QuarterlyReportEvent = QuarterlyReportSubmitted | QuarterlyReportOverdue


EVENTS: tuple[type, ...] = (
    RATScheduled,
    RATHeld,
    RATReportSubmitted,
    RATVerified,
    RATReportReturned,
    RATOverdue,
    QuarterlyReportSubmitted,
    QuarterlyReportOverdue,
)
