"""The keys of `kkmp dev`: each start has its own, and the loader stays who it is."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from deploy.dev_keys import DevKeys, issue
from shared.access import EVERYBODY, Grant
from shared.api_keys import ApiKeys
from shared.credentials import TokenRefused


async def test_each_start_has_new_keys_and_the_loader_goes_on_as_the_same_one(
    database: str,
) -> None:
    first = await issue(database)
    second = await issue(database)
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        keys = ApiKeys(pool)
        assert {grant.role for grant, _ in second.roles} == EVERYBODY
        for grant, text in second.roles:
            assert (await keys.verify(text)).grants == (grant,)
        for text in (*(text for _, text in first.roles), first.loader):
            with pytest.raises(TokenRefused):
                await keys.verify(text)
        loader = await keys.verify(second.loader)
        assert loader.grants == (Grant.parse("sudin:31.72"), Grant.parse("pengurus:31.72"))
        assert loader.authid == first.loader.split("_")[1]


async def test_a_key_that_somebody_else_issued_is_left_alone(database: str) -> None:
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        keys = ApiKeys(pool)
        await keys.prepare()
        until = datetime.now(UTC) + timedelta(hours=1)
        theirs = await keys.issue("kkmp developer", [Grant.parse("pmo:31.72")], until)
        await issue(database)
        assert (await keys.verify(theirs.text)).authid == theirs.id


def test_a_key_is_not_told_by_what_holds_it() -> None:
    held = DevKeys(((Grant.parse("pmo:31.72"), "kkmp_one"),), "kkmp_two")
    assert "kkmp_" not in repr(held)
