"""What was measured, as a table for people, as rows for the README and as JSON for programs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

OURS = "kkmp"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing measured: how often in a second, and where each has its own time, milliseconds."""

    what: str
    who: str
    rate: float
    p50: float | None = None
    p99: float | None = None
    ratio: float | None = None
    rounds: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together, what their ratio says, and the target, if there is one."""

    title: str
    ratio: str
    lines: Sequence[Line]
    target: str = ""
    reached: bool = True


def table(section: Section) -> str:
    """Return *section* to be read in a terminal."""
    width = max(len(_label(line)) for line in section.lines)
    head = f"{'':{width}}  {'a second':>9}  {'p50 ms':>7}  {'p99 ms':>7}  rounds  {section.ratio}"
    target = f"  target: {section.target}: {'reached' if section.reached else 'MISSED'}"
    return "\n".join(
        [
            section.title,
            f"  {head}",
            *(_line(line, width).rstrip() for line in section.lines),
            *([target] if section.target else []),
        ]
    )


def readme(sections: Iterable[Section]) -> str:
    """Return the table of the README: what is measured, ours, what is beside it, their ratio."""
    rows = ["| p50, p99, a second | kkmp | beside it | |", "|---|---|---|---|"]
    for section in sections:
        rows += [_row(*pair) for pair in pairs(section.lines)]
    return "\n".join(rows)


def pairs(lines: Sequence[Line]) -> list[tuple[Line, Line | None]]:
    """Return each of our lines beside each other one that did the same, or beside none."""
    found: list[tuple[Line, Line | None]] = []
    for ours in lines:
        if ours.who == OURS:
            others = [line for line in lines if line.what == ours.what and line is not ours]
            found += [(ours, other) for other in others] or [(ours, None)]
    return found


def cell(line: Line) -> str:
    """Return the figures of a line: p50, p99 where each has its own time, and the rate."""
    times = [milliseconds(time) for time in (line.p50, line.p99) if time is not None]
    return ", ".join([*times, f"{line.rate:,.0f}/s"])


def milliseconds(time: float) -> str:
    """Return a time with two digits that say something."""
    return f"{time:.2g} ms" if time < 10 else f"{time:.0f} ms"


def _row(ours: Line, other: Line | None) -> str:
    if other is None:
        return f"| {ours.what} | {cell(ours)} | | |"
    ratio = ours.ratio or other.ratio or 0.0
    return f"| {ours.what} | {cell(ours)} | {other.who}: {cell(other)} | {ratio:.3g}x |"


def _label(line: Line) -> str:
    return f"{line.who}: {line.what}"


def _line(line: Line, width: int) -> str:
    times = "" if line.ratio is None else f"{line.ratio:.3g}x"
    return (
        f"  {_label(line):{width}}  {line.rate:>9,.0f}  {_number(line.p50):>7}"
        f"  {_number(line.p99):>7}  {line.rounds:>6}  {times}"
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
