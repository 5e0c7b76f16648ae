"""The few figures that are followed from version to version, as one column of a table."""

from collections.abc import Iterable, Sequence

from tests.bench.http import COMMAND, FLOOR, ONE, QUERY, several
from tests.bench.projections import TABLES
from tests.bench.report import OURS, Line, Section, milliseconds
from tests.bench.size import Size

_ABSENT = "not measured"


def column(sections: Sequence[Section], size: Size) -> str:
    """Return the rows of that column: name and figure."""
    lines = [line for section in sections for line in section.lines if line.who == OURS]
    return "\n".join(
        [
            "| | this run |",
            "|---|---|",
            _row(f"{COMMAND}, {ONE}", "p50 (x bare append)", lines),
            _row(f"{COMMAND}, {several(size)}", "a second", lines),
            _row(f"{QUERY}, {ONE}", "p50 (x bare SQL)", lines),
            _row(f"{FLOOR}, {ONE}", "p50", lines),
            _row(TABLES, "events a second", lines),
        ]
    )


def _row(what: str, figure: str, lines: Iterable[Line]) -> str:
    found = next((line for line in lines if line.what.startswith(what)), None)
    return f"| {what}: {figure} | {_figure(figure, found) if found else _ABSENT} |"


def _figure(figure: str, line: Line) -> str:
    if line.p50 is None or "a second" in figure:
        return f"{line.rate:,.0f}/s"
    return milliseconds(line.p50) + (f" ({line.ratio:.1f}x)" if line.ratio else "")
