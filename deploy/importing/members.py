"""Imports a list of members from beginning to end, and says how it went."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import perf_counter

from deploy.importing.client import DoorAway, NotPossible, door_at, send_all
from deploy.importing.columns import WrongHeader
from deploy.importing.lines import cooperative_code
from deploy.importing.progress import Progress
from deploy.importing.reading import Read, WrongFile, read
from deploy.importing.report import Outcome, Result, Summary, write

__all__ = ["Job", "cooperative_code", "report_to", "run"]

_DONE, _REFUSED, _USAGE, _UNREACHABLE, _INTERRUPTED = 0, 1, 2, 5, 130
_AT_ONCE = 16
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be imported, where to, and how it is told."""

    content: bytes = field(repr=False)
    to: str
    key: str = field(repr=False)
    cooperative: str | None
    dry_run: bool
    report: Path | None
    as_json: bool


def run(job: Job) -> int:
    """Do it; return the exit code."""
    began = perf_counter()
    try:
        outcomes = asyncio.run(_load(read(job.content, job.cooperative), job))
    except KeyboardInterrupt:
        _say(f"dihentikan. {_GO_ON}")
        return _INTERRUPTED
    except (WrongFile, WrongHeader) as error:
        _say(f"{error}. Tidak ada yang dikirim.")
        return _USAGE
    except NotPossible as error:
        _say(f"{error}. Perbaiki itu lebih dahulu. {_GO_ON}")
        return _USAGE
    except DoorAway as error:
        _say(f"{error}. {_GO_ON}")
        return _UNREACHABLE
    summary = Summary.of(outcomes, perf_counter() - began)
    report_to(job.report, outcomes)
    print(json.dumps(asdict(summary)) if job.as_json else summary.text())
    return _REFUSED if summary.refused else _DONE


_GO_ON = (
    "Yang sudah dimuat tetap tercatat. Untuk melanjutkan, jalankan lagi perintah yang sama: "
    "tidak ada baris yang dimuat dua kali."
)


async def _load(found: Read, job: Job) -> list[Outcome]:
    """Send what can be sent; return what became of every line, in the order of the file."""
    outcomes = [Outcome.held(bad) for bad in found.bad]
    progress = Progress(len(found.lines), sys.stderr)

    def told(outcome: Outcome) -> None:
        outcomes.append(outcome)
        progress.step()

    async with door_at(job.to, job.key, dry_run=job.dry_run, connections=_AT_ONCE) as door:
        await door.check()
        try:
            await send_all(door, found.lines, _AT_ONCE, told)
        finally:
            progress.end()
    return sorted(outcomes, key=lambda one: one.number)


def report_to(path: Path | None, outcomes: Sequence[Outcome]) -> None:
    """Write the report, or name the first of the lines that were refused."""
    if path is None:
        _name_refused(outcomes)
        return
    try:
        write(path, outcomes)
    except OSError as error:
        _say(f"laporan {path} tidak dapat ditulis: {error.strerror}")
        _name_refused(outcomes)
    else:
        _say(f"laporan per baris: {path}")


def _name_refused(outcomes: Sequence[Outcome]) -> None:
    refused = [one for one in outcomes if one.result is Result.REFUSED]
    for one in refused[:_SHOWN]:
        print(f"baris {one.number}: {one.remark} [{one.code}]", file=sys.stderr)
    if len(refused) > _SHOWN:
        _say(f"dan {len(refused) - _SHOWN} baris lagi. Semuanya: --report laporan.csv")


def _say(text: str) -> None:
    print(f"kkmp: {text}", file=sys.stderr)
