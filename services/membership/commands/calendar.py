"""What is asked when a day begins."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class BeginDay:
    """Say that *day* began."""

    day: date
