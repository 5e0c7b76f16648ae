"""The API keys of `kkmp dev`: one for each role, to try things with, and one for the loader."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import asyncpg

from shared.access import Grant
from shared.api_keys import ApiKey, ApiKeys

_NAME = "kkmp dev"
_LOADER = f"{_NAME} loader"
_LIFE = timedelta(days=30)
ROLES = tuple(
    map(
        Grant.parse,
        (
            "sudin:31.72",
            "pmo:31.72",
            "pendamping:31.72.02",
            "pengurus:31.72.02.1006",
            "pengawas:31.72.02.1006",
            "lurah:31.72.02.1006",
            "auditor:31.72",
            "pemasok:31.72",
            "sistem:31.72",
        ),
    )
)
_LOADS = (Grant.parse("sudin:31.72"), Grant.parse("pengurus:31.72"))
"""A story is told by the agency and by the board of every cooperative."""


@dataclass(frozen=True, slots=True)
class DevKeys:
    """The texts of the keys: *roles*, each with what it is granted, and the loader's."""

    roles: tuple[tuple[Grant, str], ...] = field(repr=False)
    loader: str = field(repr=False)


async def issue(dsn: str) -> DevKeys:
    """Issue all keys in the database *dsn*, and revoke those of the start before."""
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        keys = ApiKeys(pool)
        await keys.prepare()
        now = datetime.now(UTC)
        before = [key for key in await keys.list() if key.name.startswith(f"{_NAME} ")]
        kept = [key for key in before if _is_loaders(key, now)]
        for key in before:
            if key not in kept:
                await keys.revoke(key.id)
        until = now + _LIFE
        # The loader stays who it was, so that an interrupted load goes on where it stopped.
        loader = (
            await keys.rotate(kept[0].id, timedelta())
            if kept
            else await keys.issue(_LOADER, _LOADS, until)
        )
        roles = [(one, await keys.issue(f"{_NAME} {one.role}", [one], until)) for one in ROLES]
    return DevKeys(tuple((one, issued.text) for one, issued in roles), loader.text)


def _is_loaders(key: ApiKey, now: datetime) -> bool:
    valid = key.revoked_at is None and key.expires_at > now
    return valid and key.name == _LOADER and key.grants == _LOADS
