"""`python -m deploy.seeds jakarta-utara --membership URL --training URL --inventory URL`.

KKMP_KEY is an API key with the grants sudin:31.72 and pengurus:31.72. Ends with 0 when the story is
in, 1 when a service said no, 2 when the command line is wrong.
"""

import asyncio
import os
import sys
from argparse import ArgumentParser

from deploy.seeds.client import LoadError, Urls
from deploy.seeds.jakarta_utara import STORY
from deploy.seeds.load import Progress, Report, load


def _told(progress: Progress) -> None:
    line = (
        f"[{progress.phase}/{progress.phases}] {progress.title_id}: {progress.asks} permintaan, "
        f"{progress.sent_seconds:.2f} s + {progress.settled_seconds:.2f} s menunggu reaksi"
    )
    print(line, file=sys.stderr, flush=True)


def _summary(report: Report) -> str:
    if report.asks == 0:
        return f"{STORY.name}: sudah dimuat, tidak ada yang dikirim"
    return (
        f"{STORY.name}: {report.asks} permintaan dalam {report.seconds:.1f} s, "
        f"{report.repeated} sudah tercatat sebelumnya"
    )


def main(arguments: list[str] | None = None) -> int:
    """Load the story that the command line names; return the exit code."""
    parser = ArgumentParser(prog="python -m deploy.seeds", description="Muat sebuah DATA CONTOH.")
    parser.add_argument("story", choices=(STORY.name,))
    for service in ("membership", "training", "inventory"):
        parser.add_argument(f"--{service}", required=True, metavar="URL")
    parser.add_argument("--concurrency", type=int, default=16)
    given = parser.parse_args(arguments)
    if not (key := os.environ.get("KKMP_KEY")):
        parser.error("KKMP_KEY belum diisi: kunci API dengan sudin:31.72 dan pengurus:31.72")
    urls: Urls = {
        "membership": given.membership,
        "training": given.training,
        "inventory": given.inventory,
    }
    try:
        report = asyncio.run(load(STORY, urls, key, concurrency=given.concurrency, progress=_told))
    except LoadError as error:
        print(error, file=sys.stderr)
        return 1
    print(_summary(report), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
