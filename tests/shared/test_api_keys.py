"""An API key opens until it expires or is revoked, and nothing that is kept can open."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from shared.access import Grant, Principal, Role
from shared.api_keys import MOST_REMEMBERED, SCHEMA, ApiKeys, Issued, KeyUnknown
from shared.credentials import Credentials, TokenRefused
from shared.tokens import Tokens
from tests.shared.issuing import Clock, Issuing

GRANTS = (Grant(Role.PENGURUS, "31.72.02.1006"), Grant(Role.AUDITOR, "31.72"))
LATER = datetime(2099, 1, 1, tzinfo=UTC)
A_DAY = timedelta(days=1)
NEVER_MADE = f"kkmp_{'0' * 12}_{'A' * 43}"


@pytest.fixture
async def pool(database: str) -> AsyncGenerator[asyncpg.Pool]:
    """A database without any key."""
    async with asyncpg.create_pool(database, min_size=1, max_size=5) as made:
        await made.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(pool: asyncpg.Pool, clock: Clock) -> ApiKeys:
    made = ApiKeys(pool, clock)
    await made.prepare()
    return made


@pytest.fixture
async def issued(keys: ApiKeys) -> Issued:
    return await keys.issue("kasir gerai", GRANTS, LATER)


async def reason(keys: ApiKeys, text: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        await keys.verify(text)
    return str(refused.value)


async def test_a_key_says_who_asks_where_and_until_when(keys: ApiKeys, issued: Issued) -> None:
    assert issued.text.startswith(f"kkmp_{issued.id}_")
    assert await keys.verify(issued.text) == Principal("api_key", issued.id, GRANTS, LATER)


async def test_text_that_only_resembles_a_key_opens_nothing(keys: ApiKeys, issued: Issued) -> None:
    other = await keys.issue("timbangan", GRANTS, LATER)
    _, key_id, secret = issued.text.split("_", 2)
    forged = f"kkmp_{other.id}_{secret}"
    shorter, longer = issued.text[:-1], f"{issued.text}A"
    swapped = f"kkmp_{key_id}_{secret.swapcase()}"
    for text in (forged, shorter, longer, swapped, NEVER_MADE, "kkmp_", "", f"{issued.text}\n"):
        assert await reason(keys, text) in (
            "there is no such API key",
            "it has not the form of an API key",
        )


async def test_nothing_that_is_kept_or_shown_holds_a_secret(
    keys: ApiKeys, pool: asyncpg.Pool, issued: Issued
) -> None:
    again = await keys.rotate(issued.id, A_DAY)
    await keys.verify(again.text)
    row: str = await pool.fetchval(f"SELECT k::text FROM {SCHEMA}.api_key AS k")  # noqa: S608 - our name
    assert "kasir gerai" in row
    shown = f"{row} {issued!r} {again!r} {await keys.list()} {vars(keys)}"
    for one in (issued, again):
        secret = one.text.rsplit(f"{one.id}_", 1)[1]
        for form in (secret, secret.encode().hex(), one.text.encode().hex()):
            assert form not in shown


async def test_a_key_that_expired_opens_nothing(keys: ApiKeys) -> None:
    expired = await keys.issue("timbangan", GRANTS, datetime.now(UTC) - timedelta(seconds=1))
    assert await reason(keys, expired.text) == "the API key has expired"
    with pytest.raises(KeyUnknown):
        await keys.rotate(expired.id, A_DAY)


async def test_a_key_that_is_revoked_opens_nothing_any_more_within_five_seconds(
    keys: ApiKeys, pool: asyncpg.Pool, clock: Clock, issued: Issued
) -> None:
    await keys.verify(issued.text)
    await ApiKeys(pool).revoke(issued.id)
    clock.now += 4.9
    assert await keys.verify(issued.text)
    clock.now += 0.1
    assert await reason(keys, issued.text) == "the API key is revoked"


async def test_revoking_twice_changes_nothing_and_a_revoked_key_is_not_rotated(
    keys: ApiKeys, issued: Issued
) -> None:
    await keys.revoke(issued.id)
    before = await keys.list()
    await keys.revoke(issued.id)
    with pytest.raises(KeyUnknown):
        await keys.rotate(issued.id, A_DAY)
    assert await keys.list() == before
    assert before[0].revoked_at is not None


async def test_a_rotated_key_is_the_same_key_and_its_old_secret_has_a_grace(
    keys: ApiKeys, pool: asyncpg.Pool, clock: Clock, issued: Issued
) -> None:
    again = await keys.rotate(issued.id, A_DAY)
    assert again.text != issued.text
    assert await keys.verify(again.text) == await keys.verify(issued.text)
    await pool.execute(f"UPDATE {SCHEMA}.api_key SET previous_until = now()")  # noqa: S608 - our name
    clock.now += 5
    assert await keys.verify(again.text)
    assert await reason(keys, issued.text) == "the API key has been given a new secret"


async def test_without_grace_an_old_secret_ends_at_once_and_one_older_ends_in_any_case(
    keys: ApiKeys, issued: Issued
) -> None:
    second = await keys.rotate(issued.id, A_DAY)
    third = await keys.rotate(issued.id, A_DAY)
    assert await keys.verify(second.text)
    assert await reason(keys, issued.text) == "there is no such API key"
    fourth = await keys.rotate(issued.id, timedelta())
    assert await reason(keys, third.text) == "the API key has been given a new secret"
    assert await keys.verify(fourth.text)


async def test_the_end_of_a_key_is_the_end_of_its_old_secret_too(
    keys: ApiKeys, issued: Issued
) -> None:
    again = await keys.rotate(issued.id, A_DAY)
    await keys.revoke(issued.id)
    assert {await reason(keys, one.text) for one in (issued, again)} == {"the API key is revoked"}


async def test_what_no_key_is_called_cannot_be_rotated_or_revoked(keys: ApiKeys) -> None:
    for work in (keys.rotate("siti", A_DAY), keys.revoke("siti")):
        with pytest.raises(KeyUnknown, match="siti"):
            await work


async def test_keys_are_listed_in_the_order_of_their_making(keys: ApiKeys) -> None:
    assert await keys.list() == []
    made = [(await keys.issue(f"gerai {number}", GRANTS, LATER)).id for number in range(3)]
    found = await keys.list()
    assert [key.id for key in found] == made
    assert (found[0].name, found[0].grants, found[0].expires_at) == ("gerai 0", GRANTS, LATER)


async def test_a_grant_that_a_newer_version_wrote_is_not_known_and_the_others_hold(
    keys: ApiKeys, pool: asyncpg.Pool, issued: Issued
) -> None:
    await pool.execute(f"UPDATE {SCHEMA}.api_key SET grants = grants || 'kasir:31.72'::text")  # noqa: S608 - our name
    assert (await keys.verify(issued.text)).grants == GRANTS


async def test_many_services_may_start_at_once(pool: asyncpg.Pool) -> None:
    await asyncio.gather(*(ApiKeys(pool).prepare() for _ in range(5)))
    assert await ApiKeys(pool).list() == []


async def test_of_too_many_keys_the_one_remembered_longest_is_looked_up_again(
    keys: ApiKeys, issued: Issued
) -> None:
    async def another() -> None:
        await keys.verify((await keys.issue("timbangan", GRANTS, LATER)).text)

    await keys.verify(issued.text)
    await keys.revoke(issued.id)
    await asyncio.gather(*(another() for _ in range(MOST_REMEMBERED - 1)))
    assert await keys.verify(issued.text)
    await another()
    assert await reason(keys, issued.text) == "the API key is revoked"


async def test_a_credential_is_sent_to_whoever_can_tell(keys: ApiKeys, issued: Issued) -> None:
    async with Issuing.on_loopback() as issuing:
        tokens = Tokens([issuing.settings])
        credentials = Credentials(tokens, keys)
        assert (await credentials.principal(f"Bearer {issued.text}")).authtype == "api_key"
        assert (await credentials.principal(f"bEARER  {issuing.token()} ")).authtype == "user"
        form = "it is not of the form Bearer, a space, and a token or a key"
        for wrong, why in {
            "": "there is none",
            issued.text: form,
            f"Basic {issued.text}": form,
            f"Bearer {issued.text}é": form,
            f"Bearer {'x' * 8_193}": "it is longer than 8192 bytes",
            "Bearer": "it cannot be read as a token",
            f"Bearer KKMP{issued.text[4:]}": "it cannot be read as a token",
            f"Bearer {issued.text} {issued.text}": "it has not the form of an API key",
        }.items():
            with pytest.raises(TokenRefused) as refused:
                await credentials.principal(wrong)
            assert str(refused.value) == why
        await tokens.close()


async def test_without_an_issuer_no_token_opens_and_keys_do(keys: ApiKeys, issued: Issued) -> None:
    tokens = Tokens([])
    credentials = Credentials(tokens, keys)
    assert await credentials.principal(f"Bearer {issued.text}")
    with pytest.raises(TokenRefused, match="none that is trusted here"):
        await credentials.principal("Bearer e30.e30.")
    await tokens.close()
