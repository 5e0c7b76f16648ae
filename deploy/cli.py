"""The one command line. Data goes to stdout, everything else to stderr.

Exit codes: 0 done, 1 failed, 2 wrong usage, 5 something that is needed does not answer, 7 what was
named is not there, 130 stopped by Ctrl-C before it was done.
"""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from deploy import keys, secrets
from deploy.importing import command_line as importing
from deploy.networks import safe_nats
from shared.bus import BusRefused, BusUnreachable, connect
from shared.embedded.process import EmbeddedError
from shared.patience import CannotStart
from shared.provision import LogSettingsDiffer

_UNREACHABLE = 5
_INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="kkmp: tulang punggung koperasi kelurahan merah putih.\n\n"
    "The event-sourced backbone of the neighbourhood cooperatives.",
)
app.add_typer(keys.app, name="keys")
app.add_typer(secrets.app, name="secrets")
app.add_typer(importing.app, name="import")


@app.command(
    epilog="Contoh / examples:  kkmp dev --seed jakarta-utara   "
    "kkmp dev --seed jakarta-utara --once --json   kkmp dev --data ./data"
)
def dev(
    data: Annotated[
        Path | None, typer.Option(help="Keep the data in this folder. Default: removed at the end.")
    ] = None,
    seed: Annotated[
        str | None, typer.Option(help="Load this story (DATA CONTOH), such as jakarta-utara.")
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="No banner: one JSON line once everything answers.")
    ] = False,
    processes: Annotated[
        bool, typer.Option("--processes", help="A process for each service instead of one for all.")
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="Start, load, ask the story's questions, stop.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --once: one JSON object on stdout.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the services' log.")
    ] = False,
) -> None:
    """Run everything on this machine: nats-server, Postgres, the services. No Docker, no root."""
    from deploy import dev as running  # noqa: PLC0415 - half a second of imports, only when needed
    from deploy.seeds.jakarta_utara import STORY  # noqa: PLC0415
    from shared.logs import configure  # noqa: PLC0415

    if seed not in (None, STORY.name):
        raise typer.BadParameter(
            f"no story of this name; there is: {STORY.name}", param_hint="--seed"
        )
    if once and seed is None:
        raise typer.BadParameter("asks the questions of a story: give --seed", param_hint="--once")
    log_level = "INFO" if verbose else "ERROR"
    configure(log_level)

    async def stay() -> None:
        async with running.site(data, processes=processes, log_level=log_level) as site:
            if seed is not None:
                await running.load(STORY, site.urls, site.keys.loader)
            if once:
                found = await running.ask(STORY, site.urls, site.keys.loader)
                print(json.dumps(found, indent=None if as_json else 2, ensure_ascii=False))
                return
            head = await running.head(site)
            if headless:
                of_roles = {grant.role: key for grant, key in site.keys.roles}
                up = {
                    "urls": dict(site.urls),
                    "keys": of_roles,
                    "issuer": {"url": site.issuer.url, "client_secret": site.issuer.secret},
                    "position": head,
                }
                print(json.dumps(up), flush=True)
            else:
                print(running.banner(site, head), file=sys.stderr, flush=True)
            await asyncio.Event().wait()

    sys.exit(_run(stay(), once=once))


@app.command(epilog="Contoh / example:  kkmp provision --nats-url nats://127.0.0.1:4222")
def provision(
    nats_url: Annotated[
        str,
        typer.Option(
            envvar="KKMP_NATS_URL",
            help="The nats-server that holds the log.",
            callback=safe_nats,
        ),
    ],
    replicas: Annotated[int, typer.Option(min=1, max=5, help="Copies of a stream, 1, 3 or 5.")] = 1,
) -> None:
    """Create the log's streams and durables where they are missing, and check those there are."""
    from deploy.site import DURABLES  # noqa: PLC0415 - as above
    from shared.provision import provision as provision_log  # noqa: PLC0415 - as above

    async def once() -> None:
        bus = await connect(nats_url, "kkmp-provision")
        try:
            await provision_log(bus, replicas, DURABLES)
        finally:
            await bus.close()
        print("the log is as decided", file=sys.stderr)

    sys.exit(_run(once(), once=True))


@app.command(
    epilog="Contoh / examples:  kkmp skip 4711 --reason 'ditulis tangan saat uji coba' --dry-run   "
    "kkmp skip 4711 --reason 'ditulis tangan saat uji coba' --leaf 9f2c…"
)
def skip(
    position: Annotated[int, typer.Argument(min=1, help="As /readyz says where readers halted.")],
    reason: Annotated[str, typer.Option(help="Why; it stays readable for ever: name no person.")],
    nats_url: Annotated[
        str, typer.Option(envvar="KKMP_NATS_URL", help="The nats-server that holds the log.")
    ],
    postgres_dsn: Annotated[
        str | None,
        typer.Option(
            envvar="KKMP_POSTGRES_DSN", help="To ask the tables, too, whether they halted there."
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(envvar="KKMP_OPERATOR", help="Who skips: an id. Default: this user."),
    ] = None,
    leaf: Annotated[
        str, typer.Option(help="Only if this is the leaf of what lies there (64 hex digits).")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be skipped, and record nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Lewati peristiwa yang tidak terbaca. / Skip an event that nobody can read.

    Recorded for ever; from then on every reader takes the position as empty.
    """
    from deploy import skip as skipping  # noqa: PLC0415 - as above

    sys.exit(
        skipping.tell(
            position, reason, nats_url, postgres_dsn, by, leaf, dry_run=dry_run, as_json=as_json
        )
    )


@app.command(
    epilog="Contoh / examples:  kkmp explain not_enough_stock   kkmp explain 412   "
    "kkmp explain --lang en"
)
def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help="The `code` or `type` of a problem, or a status; without it, all codes.",
        ),
    ] = None,
    lang: Annotated[
        Literal["id", "en"], typer.Option(envvar="KKMP_LANG", help="The language to begin with.")
    ] = "id",
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """Say why a problem is answered, and what to do next."""
    from deploy import explain as explaining  # noqa: PLC0415 - as above

    sys.exit(explaining.tell(code, lang, as_json=as_json))


@app.command(epilog="Contoh / examples:  kkmp contracts   kkmp contracts --check")
def contracts(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail on a finding.")
    ] = False,
) -> None:
    """Write what integrators read (docs/contracts), unless a change would break a reader."""
    from deploy.contracts import files  # noqa: PLC0415 - as above
    from deploy.contracts.consumers import ConsumerMalformed  # noqa: PLC0415

    try:
        findings = files.check() if check else files.write()
    except ConsumerMalformed as malformed:
        findings = [str(malformed)]
    for finding in findings:
        print(finding, file=sys.stderr)
    if check and not findings:
        print("docs/contracts is as the code says, and breaks no reader", file=sys.stderr)
    sys.exit(1 if findings else 0)


def _run(work: Coroutine[Any, Any, None], *, once: bool) -> int:
    """Run *work* until it ends or is told to; return the exit code."""

    async def until_told() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, task.cancel)
        await task

    try:
        asyncio.run(until_told())
    except asyncio.CancelledError:
        return _INTERRUPTED if once else 0
    except (EmbeddedError, CannotStart, LogSettingsDiffer, BusUnreachable, BusRefused) as error:
        print(f"kkmp: {error}", file=sys.stderr)
        return _UNREACHABLE
    return 0


def main() -> None:
    """Run the command line."""
    with contextlib.suppress(BrokenPipeError):
        app(prog_name="kkmp")
