"""`kkmp keys`: API keys for those who have no issuer of tokens."""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import asyncpg
import typer

from deploy.networks import safe_postgres
from shared.access import Grant
from shared.api_keys import ID_LENGTH, ApiKey, ApiKeys, Issued, KeyUnknown
from shared.credentials import KEY_PREFIX
from shared.envelope import instant
from shared.projection import DATABASE_AWAY

_UNREACHABLE = 5
_UNKNOWN = 7
_LONGEST_LIFE = timedelta(days=366)
_DURATION = re.compile(r"([0-9]{1,4})([dh])")

app = typer.Typer(no_args_is_help=True, help="Kunci API: terbitkan, ganti, cabut.\n\nAPI keys.")

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


def _id_in(text: str) -> str:
    """Take the id out of a whole key, so that no more of it is ever shown."""
    if not text.startswith(KEY_PREFIX):
        return text
    return text.removeprefix(KEY_PREFIX).partition("_")[0][:ID_LENGTH]


_KeyId = Annotated[
    str,
    typer.Argument(metavar="ID", parser=_id_in, help="As `kkmp keys list` shows it."),
]


@app.command(
    epilog="Contoh / example:  kkmp keys issue --name 'kasir gerai' "
    "--grant pengurus:31.72.02.1006 --expires-in 90d"
)
def issue(
    dsn: _Dsn,
    name: Annotated[str, typer.Option(help="What it is for: a system or a post, no person.")],
    grant: Annotated[
        list[str], typer.Option(help="A role and where it is held; may be given repeatedly.")
    ],
    expires_in: Annotated[str, typer.Option(help="Such as 90d or 12h, 366d at most.")] = "90d",
    as_json: _AsJson = False,
) -> None:
    """Issue a key, and show it this once."""
    life = _duration(expires_in, "--expires-in")
    if not timedelta() < life <= _LONGEST_LIFE:
        raise typer.BadParameter(
            f"a key lives {_LONGEST_LIFE.days}d at most", param_hint="--expires-in"
        )
    grants = [_grant(text) for text in grant]
    expires_at = datetime.now(UTC).replace(microsecond=0) + life
    issued = _with_keys(dsn, lambda keys: keys.issue(name, grants, expires_at))
    until = instant(expires_at)
    said = {"name": name, "grants": [str(one) for one in grants], "expires_at": until}
    _show(issued, said if as_json else None)
    _say(
        f"Kunci {issued.id} berlaku sampai {until}. Simpan sekarang: tidak ditampilkan lagi.",
        f"Key {issued.id} is valid until {until}. Keep it now: it is not shown again.",
    )


@app.command("list", epilog="Contoh / examples:  kkmp keys list   kkmp keys list --json")
def show(dsn: _Dsn, as_json: _AsJson = False) -> None:
    """Show all keys that were ever issued, without what opens."""
    found = _with_keys(dsn, lambda keys: keys.list())
    now = datetime.now(UTC)
    if as_json:
        print(json.dumps([_described(key, now) for key in found], ensure_ascii=False))
    elif not found:
        _say(
            "Belum ada kunci. Terbitkan dengan: kkmp keys issue",
            "There is no key yet. Issue one with: kkmp keys issue",
        )
    else:
        print(_table([_HEADER, *(_row(key, now) for key in found)]))


@app.command(
    epilog="Contoh / examples:  kkmp keys rotate 4f0c2a91d7be   "
    "kkmp keys rotate 4f0c2a91d7be --grace 0h"
)
def rotate(
    dsn: _Dsn,
    key_id: _KeyId,
    grace: Annotated[
        str,
        typer.Option(help="How long the old secret works on, such as 24h; 0h: it ends at once."),
    ] = "24h",
    as_json: _AsJson = False,
) -> None:
    """Give a key a new secret, and show it this once. Its grants and its expiry stay."""
    for_long = _duration(grace, "--grace")
    issued = _with_keys(dsn, lambda keys: keys.rotate(key_id, for_long))
    _show(issued, {} if as_json else None)
    if for_long:
        old_id, old_en = f"berlaku {grace} lagi", f"works for {grace} more"
    else:
        old_id, old_en = "langsung tidak berlaku", "ends at once"
    _say(
        f"Kunci {issued.id} diganti; yang lama {old_id}. Simpan sekarang.",
        f"Key {issued.id} has a new secret; the old one {old_en}. Keep it now.",
    )


@app.command(epilog="Contoh / example:  kkmp keys revoke 4f0c2a91d7be")
def revoke(dsn: _Dsn, key_id: _KeyId) -> None:
    """End a key, for good."""
    _with_keys(dsn, lambda keys: keys.revoke(key_id))
    _say(
        f"Kunci {key_id} dicabut; setiap layanan menolaknya paling lambat 5 detik lagi.",
        f"Key {key_id} is revoked; every service refuses it within 5 seconds.",
    )


def _with_keys[T](dsn: str, work: Callable[[ApiKeys], Awaitable[T]]) -> T:
    """Return what *work* does with the keys of the database *dsn*, or end with an exit code."""

    async def once() -> T:
        async with asyncpg.create_pool(
            dsn, min_size=1, max_size=1, timeout=5, command_timeout=30
        ) as pool:
            keys = ApiKeys(pool)
            await keys.prepare()
            return await work(keys)

    try:
        return asyncio.run(once())
    except KeyUnknown as error:
        _say(
            f"Tidak ada kunci {error} yang berlaku. Lihat: kkmp keys list",
            f"There is no valid key {error}. See: kkmp keys list",
        )
        raise typer.Exit(_UNKNOWN) from error
    except (asyncpg.PostgresError, *DATABASE_AWAY) as error:
        why = f"{type(error).__name__}: {error}"
        _say(
            f"Basis data tidak dapat dipakai ({why}). Periksa KKMP_POSTGRES_DSN.",
            f"The database cannot be used ({why}). Check KKMP_POSTGRES_DSN.",
        )
        raise typer.Exit(_UNREACHABLE) from error
    except ValueError:  # whose text may be a part of the password
        raise typer.BadParameter("it cannot be read", param_hint="--postgres-dsn") from None


def _show(issued: Issued, said: dict[str, Any] | None) -> None:
    """Print the key alone, or with what *said* adds as JSON: the one place where it is shown."""
    shown = {"id": issued.id, "key": issued.text}
    print(issued.text if said is None else json.dumps(shown | said, ensure_ascii=False))


def _say(indonesian: str, english: str) -> None:
    print(f"{indonesian}\n{english}", file=sys.stderr)


def _state(key: ApiKey, now: datetime) -> Literal["valid", "revoked", "expired"]:
    if key.revoked_at is not None:
        return "revoked"
    return "valid" if key.expires_at > now else "expired"


_HEADER = ("ID", "KEADAAN / STATE", "SAMPAI / UNTIL", "WEWENANG / GRANTS", "NAMA / NAME")
_STATES = {"valid": "berlaku / valid", "revoked": "dicabut / revoked", "expired": "habis / expired"}


def _row(key: ApiKey, now: datetime) -> tuple[str, ...]:
    grants = ",".join(map(str, key.grants))
    return (key.id, _STATES[_state(key, now)], instant(key.expires_at), grants, key.name)


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (zip(row, widths, strict=True) for row in rows)
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in line).rstrip() for line in lines
    )


def _described(key: ApiKey, now: datetime) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "grants": [str(grant) for grant in key.grants],
        "state": _state(key, now),
        "created_at": instant(key.created_at),
        "expires_at": instant(key.expires_at),
        "revoked_at": instant(key.revoked_at) if key.revoked_at else None,
        "previous_until": instant(key.previous_until) if key.previous_until else None,
    }


def _grant(text: str) -> Grant:
    try:
        return Grant.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--grant") from error


def _duration(text: str, option: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise typer.BadParameter(f"{text!r}: write days or hours, 90d or 24h", param_hint=option)
    count = int(found[1])
    return timedelta(days=count) if found[2] == "d" else timedelta(hours=count)
