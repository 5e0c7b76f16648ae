"""How far an import is: one line that moves on a terminal, a line for each tenth elsewhere."""

from dataclasses import dataclass, field
from time import monotonic
from typing import TextIO

_PAUSE_SECONDS = 0.2
_MINUTE = 60
_MANY = 100
"""Lines that are worth more than one line of progress."""


@dataclass(slots=True)
class Progress:
    """Counts *total* lines, and writes to *out*."""

    total: int
    out: TextIO
    done: int = 0
    _started: float = field(default_factory=monotonic)
    _shown_at: float = 0.0

    def step(self) -> None:
        """Count one line more."""
        self.done += 1
        now = monotonic()
        if self.out.isatty():
            if now - self._shown_at >= _PAUSE_SECONDS or self.done == self.total:
                self._shown_at = now
                print(f"\r{self._text(now)}\x1b[K", end="", file=self.out, flush=True)
        elif self.done == self.total or (self.total >= _MANY and self._tenth_done()):
            print(self._text(now), file=self.out, flush=True)

    def _tenth_done(self) -> bool:
        return self.done * 10 // self.total > (self.done - 1) * 10 // self.total

    def end(self) -> None:
        """Leave the line that moved."""
        if self.out.isatty() and self.done:
            print(file=self.out, flush=True)

    def _text(self, now: float) -> str:
        rate = self.done / max(now - self._started, 1e-6)
        left = (self.total - self.done) / rate
        return (
            f"{_grouped(self.done)} dari {_grouped(self.total)} baris "
            f"({self.done * 100 // self.total} %), {rate:.0f} baris/detik, sisa {_time(left)}"
        )


def _grouped(count: int) -> str:
    return f"{count:_}".replace("_", ".")


def _time(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} detik" if whole < _MINUTE else f"{whole // _MINUTE} menit"
