"""What was measured, as a table for people and as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing measured: how often in a second, and where each has its own time, milliseconds."""

    what: str
    rate: float
    p50: float | None = None
    p99: float | None = None
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together, what their ratio says, and the target, if there is one."""

    title: str
    ratio: str
    lines: Sequence[Line]
    target: str = ""
    reached: bool = True


def table(sections: Sequence[Section]) -> str:
    """Return *sections* to be read in a terminal."""
    return "\n\n".join("\n".join(_section(section)) for section in sections)


def as_json(environment: dict[str, str], sections: Sequence[Section]) -> str:
    """Return the same for a program."""
    return json.dumps(
        {"environment": environment, "sections": [asdict(section) for section in sections]},
        indent=2,
    )


def _section(section: Section) -> list[str]:
    width = max(len(line.what) for line in section.lines)
    target = f"  target: {section.target}: {'reached' if section.reached else 'MISSED'}"
    return [
        section.title,
        f"  {'':{width}}  {'a second':>9}  {'p50 ms':>7}  {'p99 ms':>7}  {section.ratio}",
        *(_line(line, width).rstrip() for line in section.lines),
        *([target] if section.target else []),
    ]


def _line(line: Line, width: int) -> str:
    times = "" if line.ratio is None else f"{line.ratio:.3g}x"
    return (
        f"  {line.what:{width}}  {line.rate:>9,.0f}  {_number(line.p50):>7}"
        f"  {_number(line.p99):>7}  {times}"
    )


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
