"""`kkmp secrets`: the key-encryption key of personal data, made, changed and looked at."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import asyncpg
import typer

from deploy.networks import safe_postgres
from shared import rotation
from shared.envelope import instant
from shared.projection import DATABASE_AWAY
from shared.secret_file import KEY_BYTES, SecretMissing, key_id, write_secrets

_FAILED = 1
_UNREACHABLE = 5
_SCHEMA = "membership_keys"

app = typer.Typer(
    no_args_is_help=True,
    help="Kunci induk data pribadi: buat, ganti, lihat.\n\nThe secret under the persons' keys.",
)

_File = Annotated[
    Path,
    typer.Option("--secret-file", envvar="KKMP_SECRET_FILE", help="The file that holds the keys."),
]
_Dsn = Annotated[
    str,
    typer.Option(
        "--postgres-dsn",
        envvar="KKMP_POSTGRES_DSN",
        help="The database of the services.",
        callback=safe_postgres,
    ),
]
_AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]


@app.command(epilog="Contoh / example:  kkmp secrets new --secret-file /run/secrets/kkmp")
def new(file: _File) -> None:
    """Make a secret file that is not there yet, readable by its owner alone."""
    if file.exists():
        _say(f"{file} sudah ada; tidak diubah.", f"{file} is there already; it is left alone.")
        raise typer.Exit(_FAILED)
    key = os.urandom(KEY_BYTES)
    try:
        write_secrets(file, [key])
    except SecretMissing as error:
        _say(f"Tidak dapat ditulis: {error}.", f"It cannot be written: {error}.")
        raise typer.Exit(_FAILED) from error
    _say(
        f"Kunci {key_id(key)} dibuat. Cadangkan terpisah dari basis data.",
        f"Key {key_id(key)} is made. Back it up, but not beside the database.",
    )


@app.command(epilog="Contoh / example:  kkmp secrets rotate   (weekly; services may run)")
def rotate(file: _File, dsn: _Dsn, as_json: _AsJson = False) -> None:
    """Change the key, or finish a change that was stopped; backups of before open nothing more."""
    found = _with_pool(dsn, lambda pool: rotation.rotate(pool, _SCHEMA, file))
    _show(found, as_json=as_json)
    _say(
        f"Kunci induk kini {found.current}. Cadangkan kuncinya dan skema {_SCHEMA} sekarang, lalu "
        "musnahkan semua salinan kunci yang lama.",
        f"The secret is now {found.current}. Back it up and the schema {_SCHEMA} now: a backup of "
        "before opens nothing. Then destroy every copy of the old one.",
    )


@app.command(epilog="Contoh / examples:  kkmp secrets status   kkmp secrets status --json")
def status(file: _File, dsn: _Dsn, as_json: _AsJson = False) -> None:
    """Show which secret is current, how many keys live under it, and how many were destroyed."""
    found = _with_pool(dsn, lambda pool: rotation.status(pool, _SCHEMA, file))
    _show(found, as_json=as_json)
    if found.in_file != (found.current,):
        _say(
            "Penggantian belum selesai. Jalankan lagi: kkmp secrets rotate",
            "A change is not finished. Run again: kkmp secrets rotate",
        )


def _show(found: rotation.RingStatus, *, as_json: bool) -> None:
    erased_at = instant(found.last_erased_at) if found.last_erased_at else None
    if as_json:
        print(json.dumps(asdict(found) | {"last_erased_at": erased_at}))
        return
    print(f"berlaku / current: {found.current}")
    print(f"dalam berkas / in the file: {', '.join(found.in_file)}")
    print(f"kunci orang / persons' keys: {found.living}")
    print(f"di bawah kunci lain / under another secret: {found.under_others}")
    print(f"dihapus / erased: {found.erased}, terakhir / last: {erased_at or '-'}")


def _with_pool[T](dsn: str, work: Callable[[asyncpg.Pool], Awaitable[T]]) -> T:
    """Return what *work* does with the database *dsn*, or end with an exit code."""

    async def once() -> T:
        async with asyncpg.create_pool(
            dsn, min_size=1, max_size=2, timeout=5, command_timeout=60
        ) as pool:
            return await work(pool)

    try:
        return asyncio.run(once())
    except SecretMissing as error:
        _say(f"Kunci induk tidak dapat dipakai: {error}.", f"The secret cannot be used: {error}.")
        raise typer.Exit(_FAILED) from error
    except (asyncpg.PostgresError, *DATABASE_AWAY) as error:
        why = f"{type(error).__name__}: {error}"
        _say(
            f"Basis data tidak dapat dipakai ({why}). Periksa KKMP_POSTGRES_DSN.",
            f"The database cannot be used ({why}). Check KKMP_POSTGRES_DSN.",
        )
        raise typer.Exit(_UNREACHABLE) from error
    except ValueError:  # whose text may be a part of the password
        raise typer.BadParameter("it cannot be read", param_hint="--postgres-dsn") from None


def _say(indonesian: str, english: str) -> None:
    print(f"{indonesian}\n{english}", file=sys.stderr)
