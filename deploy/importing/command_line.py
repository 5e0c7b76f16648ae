"""`kkmp import`: lists that cooperatives keep in Excel, line by line through the public door."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.networks import safe_http

app = typer.Typer(
    no_args_is_help=True, help="Muat daftar dari Excel atau CSV.\n\nImport lists kept in Excel."
)


@app.command(
    epilog="Contoh / examples:  kkmp import members anggota.csv --to http://127.0.0.1:8301 "
    "--dry-run   kkmp import members anggota.csv --to URL --report laporan.csv"
)
def members(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="See: kkmp import template")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            envvar="KKMP_MEMBERSHIP_URL",
            help="The address of membership.",
            callback=safe_http,
        ),
    ],
    cooperative: Annotated[
        str | None,
        typer.Option(help="The kelurahan's code, where lines do not say it: 31.72.02.1006."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check every line, record nothing.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write what became of each line to this CSV.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Load members. KKMP_KEY is an API key of the cooperative. The same again loads nothing twice.

    Ends with 0 when every line is in, 1 when some were refused, 2 when the file, the key or the
    address is wrong, 5 when the service does not answer, 130 when it was interrupted.
    """
    from deploy.importing import members as importing  # noqa: PLC0415 - only when needed

    if cooperative is not None and importing.cooperative_code(cooperative) is None:
        raise typer.BadParameter(
            "a Kemendagri code, such as 31.72.02.1006", param_hint="--cooperative"
        )
    if report is not None and not report.absolute().parent.is_dir():
        raise typer.BadParameter("there is no such folder", param_hint="--report")
    if report is not None and report.resolve() == file.resolve():
        raise typer.BadParameter("would replace the list itself", param_hint="--report")
    try:
        content = file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{error.strerror}: {file}", param_hint="FILE.csv") from error
    if not (key := os.environ.get("KKMP_KEY", "")):
        raise typer.BadParameter("is not set: an API key of the cooperative", param_hint="KKMP_KEY")
    job = importing.Job(content, to, key, cooperative, dry_run, report, as_json)
    raise typer.Exit(importing.run(job))


@app.command(epilog="Contoh / example:  kkmp import template > anggota.csv")
def template() -> None:
    """Print the columns that are known, and one example line (DATA CONTOH)."""
    from deploy.importing.columns import template as printed  # noqa: PLC0415 - as above

    sys.stdout.buffer.write(printed().encode("utf-8-sig"))
