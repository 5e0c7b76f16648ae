"""What became of each line, and of all: line numbers, codes and reasons, nothing about anybody."""

import csv
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import StringIO
from pathlib import Path

from deploy.importing.lines import Bad, Line

_HEADER = ("nomor_baris", "hasil", "kode", "keterangan")
INCOMPLETE = "incomplete"


class Result(StrEnum):
    """What became of a line."""

    LOADED = "dimuat"
    ALREADY = "sudah_ada"
    REFUSED = "ditolak"
    CHECKED = "diperiksa"


_SAID = {
    Result.LOADED: "dimuat",
    Result.ALREADY: "sudah ada, tidak dimuat lagi",
    Result.CHECKED: "diperiksa, akan diterima",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line."""

    number: int
    result: Result
    code: str = ""
    remark: str = ""

    @classmethod
    def taken(cls, line: Line, result: Result) -> "Outcome":
        """Return that *line* was taken, and what is missing of it."""
        said = _SAID[result]
        if not line.missing:
            return cls(line.number, result, remark=said)
        remark = f"{said}, data belum lengkap: {', '.join(line.missing)}"
        return cls(line.number, result, INCOMPLETE, remark)

    @classmethod
    def held(cls, bad: Bad) -> "Outcome":
        """Return that a line was not sent."""
        return cls(bad.number, Result.REFUSED, bad.code, bad.sentence)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many lines were read, and what became of them."""

    read: int
    loaded: int
    already: int
    checked: int
    refused: int
    incomplete: int
    by_code: dict[str, int]
    seconds: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome], seconds: float) -> "Summary":
        """Count *outcomes*."""
        results = Counter(one.result for one in outcomes)
        codes = Counter(one.code for one in outcomes if one.result is Result.REFUSED)
        return cls(
            read=len(outcomes),
            loaded=results[Result.LOADED],
            already=results[Result.ALREADY],
            checked=results[Result.CHECKED],
            refused=results[Result.REFUSED],
            incomplete=sum(one.code == INCOMPLETE for one in outcomes),
            by_code=dict(sorted(codes.items(), key=lambda one: (-one[1], one[0]))),
            seconds=round(seconds, 1),
        )

    def text(self) -> str:
        """Say it to a person."""
        counts = (
            ("dibaca", self.read),
            ("dimuat", self.loaded),
            ("sudah ada", self.already),
            ("diperiksa", self.checked),
            ("ditolak", self.refused),
            ("belum lengkap", self.incomplete),
        )
        lines = [f"{name:<14} {count:>9}" for name, count in counts]
        codes = [f"  {count:>6}  {code}" for code, count in self.by_code.items()]
        return "\n".join([*lines, *(["", "ditolak karena", *codes] if codes else [])])


def write(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Write the report at once and whole, as Excel in Indonesia reads it."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_HEADER)
    writer.writerows((one.number, one.result, one.code, one.remark) for one in outcomes)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(text.getvalue().encode("utf-8-sig"))
    beside.replace(path)
