import pytest

from tests.bench.__main__ import Environment, as_json, as_table, run
from tests.bench.measuring import Failed, Measure
from tests.bench.report import OURS, Line, Section, readme
from tests.bench.size import SMALL

_LINES = [
    Line("append", "bare", rate=2_000.0, p50=0.5, p99=1.0),
    Line("append", OURS, rate=1_000.0, p50=0.75, p99=130.0, ratio=1.5),
    Line("floor", OURS, rate=3_000.0, p50=0.25, p99=0.5),
]


def _good(title: str) -> Measure:
    async def measure(*_: object) -> Section:
        return Section(title, "p50 over bare p50", _LINES)

    return measure


async def _bad(*_: object) -> Section:
    raise AssertionError("503 instead of 201")


async def test_a_section_that_fails_says_so_and_loses_no_other() -> None:
    told: list[Environment | Section | Failed] = []
    measures = {"first": _good("first"), "second": _bad, "third": _good("third")}
    sections = await run(measures, SMALL, told.append)
    assert [section.title for section in sections] == ["first", "third"]
    assert told == [sections[0], Failed("second", "AssertionError: 503 instead of 201"), told[2]]
    assert "NOT MEASURED: second: AssertionError: 503" in as_table(told[1])
    assert as_json(told[1]).startswith('{"failed": {"title": "second"')


def test_the_readme_lays_ours_beside_the_other_or_beside_nothing() -> None:
    assert readme([Section("appends", "", _LINES)]).splitlines()[2:] == [
        "| append | 0.75 ms, 130 ms, 1,000/s | bare: 0.5 ms, 1 ms, 2,000/s | 1.5x |",
        "| floor | 0.25 ms, 0.5 ms, 3,000/s | | |",
    ]


def test_what_is_not_a_number_is_not_printed_as_one() -> None:
    broken = Section("broken", "", [Line("append", OURS, rate=float("nan"))])
    with pytest.raises(ValueError, match="JSON compliant"):
        as_json(broken)
