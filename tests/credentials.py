"""Keys for tests: a credential as an operator would issue it, and the header that shows it."""

from datetime import UTC, datetime, timedelta

import asyncpg

from shared.access import Grant
from shared.api_keys import ApiKeys

CITY_STAFF = ("sudin:31.72", "pengurus:31.72")
"""What lets a story be told from end to end by one credential."""


async def key_for(dsn: str, *grants: str) -> str:
    """Issue a key with *grants* in the database of *dsn*, and return its text."""
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        keys = ApiKeys(pool)
        await keys.prepare()
        parsed = [Grant.parse(grant) for grant in grants]
        issued = await keys.issue("test", parsed, datetime.now(UTC) + timedelta(hours=1))
    return issued.text


async def bearer(dsn: str, *grants: str) -> dict[str, str]:
    """The header that shows a new key with *grants*."""
    return {"Authorization": f"Bearer {await key_for(dsn, *grants)}"}
