"""A token opens what its issuer says, if it is really its issuer's, for us, and still good."""

import asyncio
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt import PyJWK
from pydantic import ValidationError
from starlette.responses import JSONResponse, RedirectResponse, Response

from deploy.issuer import SigningKey
from shared.access import Grant, Principal, Role
from shared.credentials import Credentials, IssuerUnreachable, TokenRefused
from shared.identity import derived_id
from shared.issuers import Issuer
from shared.tokens import Tokens
from tests.shared.issuing import AUDIENCE, CLIENTS, Clock, Issuing

TEN_MINUTES, A_DAY, A_PAUSE = 601, 86_401, 10


@pytest.fixture(scope="module")
async def on_loopback() -> AsyncGenerator[Issuing]:
    async with Issuing.on_loopback() as running:
        yield running


@pytest.fixture
def issuing(on_loopback: Issuing) -> Issuing:
    on_loopback.begin()
    return on_loopback


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def tokens(issuing: Issuing, clock: Clock) -> AsyncGenerator[Tokens]:
    made = Tokens([issuing.settings], clock)
    yield made
    await made.close()


async def reason(tokens: Tokens, token: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        await tokens.verify(token)
    return str(refused.value)


def segment(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(issuing: Issuing, algorithm: str) -> str:
    header = {"alg": algorithm, "typ": "JWT", "kid": issuing.key.id}
    parts = (json.dumps(part).encode() for part in (header, issuing.claims()))
    return ".".join(map(segment, parts))


def signed_with_the_public_key(issuing: Issuing) -> str:
    public = PyJWK(issuing.key.jwk()).key
    pem: bytes = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = unsigned(issuing, "HS256")
    return f"{text}.{segment(hmac.digest(pem, text.encode(), sha256))}"


def signed_by_a_stranger(issuing: Issuing) -> str:
    stranger = SigningKey()
    stranger.id = issuing.key.id
    return stranger.sign(issuing.claims())


def edited(issuing: Issuing) -> str:
    header, _, signature = issuing.token().split(".")
    claims = issuing.claims(scope="sudin:31.72")
    return f"{header}.{segment(json.dumps(claims).encode())}.{signature}"


FORGERIES: dict[str, tuple[Callable[[Issuing], str], str]] = {
    "algorithm none": (
        lambda issuing: f"{unsigned(issuing, 'none')}.",
        "its algorithm is not one that its issuer uses",
    ),
    "HS256 with the public key as secret": (
        signed_with_the_public_key,
        "its algorithm is not one that its issuer uses",
    ),
    "expired": (
        lambda issuing: issuing.token(exp=int(time.time()) - 60),
        "it has expired",
    ),
    "without expiry": (
        lambda issuing: issuing.token(exp=None),
        "it lacks one of the claims exp, iat, iss, aud, sub",
    ),
    "without a time of issue": (
        lambda issuing: issuing.token(iat=None),
        "it lacks one of the claims exp, iat, iss, aud, sub",
    ),
    "for ten years": (
        lambda issuing: issuing.token(exp=int(time.time()) + 315_360_000),
        "it is valid for longer than its issuer may make one",
    ),
    "for ten years, of which most are over": (
        lambda issuing: issuing.token(iat=int(time.time()) - 315_360_000),
        "it is valid for longer than its issuer may make one",
    ),
    "an ID token": (
        lambda issuing: issuing.token("JWT"),
        "it is not an access token by its type",
    ),
    "a logout token": (
        lambda issuing: issuing.token("logout+jwt"),
        "it is not an access token by its type",
    ),
    "without a type": (
        lambda issuing: issuing.token(None),
        "it is not an access token by its type",
    ),
    "for a place that is not its issuer's": (
        lambda issuing: issuing.token(scope="pengurus:31.72.02.1006 pengurus:31.71"),
        "it gives a role or a place that its issuer may not give",
    ),
    "for a wider place than its issuer's": (
        lambda issuing: issuing.token(roles=["auditor:31"]),
        "it gives a role or a place that its issuer may not give",
    ),
    "for another audience": (
        lambda issuing: issuing.token(aud="simkopdes"),
        "it is meant for another audience",
    ),
    "of another issuer": (
        lambda issuing: issuing.token(iss="https://elsewhere.example"),
        "its issuer is none that is trusted here",
    ),
    "signed by a stranger": (signed_by_a_stranger, "its signature is not its issuer's"),
    "edited": (edited, "its signature is not its issuer's"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_token_that_is_forged_or_stale_opens_nothing(
    tokens: Tokens, issuing: Issuing, forgery: str
) -> None:
    assert await tokens.verify(issuing.token())
    forge, why = FORGERIES[forgery]
    assert await reason(tokens, forge(issuing)) == why


async def test_a_token_that_lacks_a_claim_or_has_it_in_another_form_opens_nothing(
    tokens: Tokens, issuing: Issuing
) -> None:
    wrong: list[dict[str, Any]] = [
        {"iss": None},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "\ud800"},
        {"exp": 10**30},
        {"exp": "soon"},
        {"nbf": 2**40},
        {"scope": ["pengurus:31.72"]},
    ]
    for changes in wrong:
        assert await reason(tokens, issuing.token(**changes))


async def test_text_that_is_no_token_opens_nothing(tokens: Tokens) -> None:
    of_nobody = f"{segment(b'{}')}.{segment(b'{"iss": []}')}."
    for text in ("", "siti", "a.b.c", "." * 9, "e30.e30.", "e30.W10.", of_nobody):
        assert await reason(tokens, text)


async def test_a_good_token_says_who_asks_where_and_until_when(
    tokens: Tokens, issuing: Issuing
) -> None:
    expires = int(time.time()) + 300
    token = issuing.token(
        exp=expires,
        aud=["simkopdes", AUDIENCE],
        scope="openid pengurus:31.72.02.1006 pengurus:everywhere kasir:31.72",
        roles=["auditor:31.72", "pengurus:31.72.02.1006", "realm-admin"],
    )
    assert await tokens.verify(token) == Principal(
        "user",
        str(derived_id(issuing.url, "siti")),
        (Grant(Role.PENGURUS, "31.72.02.1006"), Grant(Role.AUDITOR, "31.72")),
        datetime.fromtimestamp(expires, UTC),
    )


@pytest.mark.parametrize("claim", ["client_id", "azp"])
async def test_a_client_that_speaks_for_itself_is_a_service_account(
    tokens: Tokens, issuing: Issuing, claim: str
) -> None:
    itself = await tokens.verify(issuing.token(sub="pos", **{claim: "pos"}))
    somebody = await tokens.verify(issuing.token(sub="siti", **{claim: "pos"}))
    assert (itself.authtype, somebody.authtype) == ("service_account", "user")


async def test_one_issuer_cannot_speak_for_another(issuing: Issuing) -> None:
    async with Issuing.on_loopback() as other:
        tokens = Tokens([issuing.settings, other.settings])
        here, there = await tokens.verify(issuing.token()), await tokens.verify(other.token())
        assert here.authid != there.authid
        other.key.id = issuing.key.id
        forged = other.token(iss=issuing.url)
        assert await reason(tokens, forged) == "its signature is not its issuer's"
        await tokens.close()


async def test_a_key_that_its_issuer_changed_is_found_by_its_id(
    tokens: Tokens, issuing: Issuing, clock: Clock
) -> None:
    before = issuing.token()
    await tokens.verify(before)
    issuing.change_key()
    clock.now += A_PAUSE
    assert await tokens.verify(issuing.token())
    gone = "its issuer does not publish the key that it names"
    assert await reason(tokens, before) == gone
    assert issuing.fetches == 2


async def test_made_up_keys_do_not_make_us_ask_more_than_once_in_ten_seconds(
    tokens: Tokens, issuing: Issuing, clock: Clock
) -> None:
    await tokens.verify(issuing.token())
    clock.now += A_PAUSE

    async def many_forged() -> None:
        forged = [SigningKey().sign(issuing.claims()) for _ in range(20)]
        assert len(await asyncio.gather(*(reason(tokens, token) for token in forged))) == 20

    await many_forged()
    await many_forged()
    assert issuing.fetches == 2
    clock.now += A_PAUSE
    await many_forged()
    assert issuing.fetches == 3


async def test_a_token_under_another_algorithm_makes_us_ask_nobody(
    tokens: Tokens, issuing: Issuing
) -> None:
    assert await reason(tokens, f"{unsigned(issuing, 'none')}.")
    assert issuing.fetches == 0


async def test_many_who_come_first_wait_for_one_fetch(tokens: Tokens, issuing: Issuing) -> None:
    await asyncio.gather(*(tokens.verify(issuing.token(sub=f"{who}")) for who in range(20)))
    assert issuing.fetches == 1


async def test_one_who_gives_up_waiting_does_not_spoil_it_for_the_others(
    tokens: Tokens, issuing: Issuing
) -> None:
    issuing.answers.clear()
    hasty, patient = (asyncio.create_task(tokens.verify(issuing.token())) for _ in range(2))
    async with asyncio.timeout(60):
        while not issuing.fetches:
            await asyncio.sleep(0.01)
    hasty.cancel()
    issuing.answers.set()
    assert await patient


async def test_no_request_waits_while_known_keys_are_fetched_again(
    tokens: Tokens, issuing: Issuing, clock: Clock
) -> None:
    before = issuing.token()
    await tokens.verify(before)
    clock.now += TEN_MINUTES
    issuing.answers.clear()
    issuing.change_key()
    assert await tokens.verify(before)
    # Had it waited, the fetch would have failed by now, and the new key would not be found.
    issuing.answers.set()
    assert await tokens.verify(issuing.token())
    assert issuing.fetches == 2


async def test_an_issuer_that_is_away_is_not_missed_for_a_day(clock: Clock) -> None:
    async with Issuing.on_loopback() as issuing:
        tokens = Tokens([issuing.settings], clock)
        token = issuing.token()
        await tokens.verify(token)
    clock.now += TEN_MINUTES
    assert await tokens.verify(token)
    with pytest.raises(IssuerUnreachable, match=issuing.url):
        await tokens.verify(SigningKey().sign(issuing.claims()))
    assert await tokens.verify(token)
    clock.now += A_DAY
    with pytest.raises(IssuerUnreachable, match=issuing.url):
        await tokens.verify(token)
    await tokens.close()


def document(url: str, **changes: str) -> JSONResponse:
    return JSONResponse({"issuer": url, "jwks_uri": f"{url}/jwks"} | changes)


WRONG: dict[str, tuple[Callable[[str], Response], str]] = {
    "a redirect": (lambda url: RedirectResponse(f"{url}/elsewhere"), "Redirect response '307"),
    "another issuer's": (
        lambda url: document(url, issuer="https://elsewhere.example"),
        "is that of https://elsewhere.example",
    ),
    "keys in clear": (
        lambda url: document(url, jwks_uri="http://elsewhere.example/jwks"),
        "not an address that begins with https://",
    ),
    "too long": (lambda url: document(url, more=" " * 262_144), "says more than 262144 bytes"),
    "no JSON": (lambda _: Response(b"<html>"), "Invalid JSON"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_an_issuer_whose_document_is_wrong_is_not_believed(
    tokens: Tokens, issuing: Issuing, wrong: str
) -> None:
    response, why = WRONG[wrong]
    issuing.says["/.well-known/openid-configuration"] = response(issuing.url)
    with pytest.raises(IssuerUnreachable, match=why):
        await tokens.verify(issuing.token())
    assert issuing.fetches == 0


@pytest.mark.parametrize("keys", [[], [{"kty": "oct"}], [{"kty": "EC", "alg": ["x"]}], ["x"], None])
async def test_keys_that_are_none_are_not_believed(
    tokens: Tokens, issuing: Issuing, keys: object
) -> None:
    issuing.says["/jwks"] = JSONResponse({"keys": keys})
    with pytest.raises(IssuerUnreachable, match=issuing.url):
        await tokens.verify(issuing.token())


async def test_a_key_for_another_use_checks_no_signature(tokens: Tokens, issuing: Issuing) -> None:
    issuing.says["/jwks"] = JSONResponse({"keys": [issuing.key.jwk() | {"use": "enc"}]})
    why = "its issuer does not publish the key that it names"
    assert await reason(tokens, issuing.token()) == why


async def test_an_issuer_without_a_document_is_asked_for_its_keys_at_their_address(
    issuing: Issuing,
) -> None:
    issuing.says["/.well-known/openid-configuration"] = Response(status_code=404)
    settings = issuing.settings.model_copy(update={"jwks_url": f"{issuing.url}/jwks"})
    tokens = Tokens([settings])
    assert await tokens.verify(issuing.token())
    await tokens.close()


async def test_a_client_gets_a_token_for_its_secret_and_it_opens(
    tokens: Tokens, issuing: Issuing
) -> None:
    form = {"grant_type": "client_credentials", "client_id": "dinas"}
    async with httpx2.AsyncClient(base_url=issuing.url, timeout=60) as client:
        answer = await client.post("/token", data=form | {"client_secret": CLIENTS["dinas"].secret})
        assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
        assert answer.json()["scope"] == CLIENTS["dinas"].scope
        for wrong in ({"client_secret": "x"}, {}, {"client_id": "nobody", "client_secret": ""}):
            refused = await client.post("/token", data=form | wrong)
            assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
        other = await client.post("/token", data=form | {"grant_type": "password"})
        assert (other.status_code, other.json()) == (400, {"error": "unsupported_grant_type"})
    credentials = Credentials(tokens, tokens)
    principal = await credentials.principal(f"Bearer {answer.json()['access_token']}")
    assert (principal.authtype, principal.grants) == (
        "service_account",
        (Grant(Role.SUDIN, "31.72"),),
    )


async def test_a_client_may_say_who_it_is_by_http_basic_too(issuing: Issuing) -> None:
    url, form = f"{issuing.url}/token", {"grant_type": "client_credentials"}
    async with httpx2.AsyncClient(timeout=60) as client:
        document = await client.get(f"{issuing.url}/.well-known/openid-configuration")
        ways = document.json()["token_endpoint_auth_methods_supported"]
        assert ways == ["client_secret_basic", "client_secret_post"]
        # each half is form-urlencoded before the two are joined (RFC 6749, section 2.3.1)
        for name in ("dinas", "%64inas"):
            answer = await client.post(url, data=form, auth=(name, CLIENTS["dinas"].secret))
            assert answer.json()["scope"] == CLIENTS["dinas"].scope
        for wrong in ("Basic x", "Basic", "Basic ZGluYXM="):
            refused = await client.post(url, data=form, headers={"Authorization": wrong})
            assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
            assert refused.headers["www-authenticate"].startswith("Basic ")


async def test_an_issuer_gives_its_own_roles_at_its_own_places_alone(issuing: Issuing) -> None:
    bounds = {"grants": ("sistem:31.72", "pengurus:31.72.02")}
    tokens = Tokens([issuing.settings.model_copy(update=bounds)])
    for given in ("sistem:31.72", "sistem:31.72.03.1001", "pengurus:31.72.02.1006", "openid"):
        assert await tokens.verify(issuing.token(scope=given))
    for beyond in ("sudin:31.72", "pengurus:31.72", "pengurus:31.72.03", "sistem:31"):
        why = "it gives a role or a place that its issuer may not give"
        assert await reason(tokens, issuing.token(scope=beyond)) == why
    await tokens.close()


@pytest.mark.parametrize(
    ("typ", "said"), [("at+jwt", "application/AT+JWT"), ("JWT", "JWT"), ("", None)]
)
async def test_an_issuer_says_its_access_tokens_type_in_its_own_way(
    issuing: Issuing, typ: str, said: str | None
) -> None:
    tokens = Tokens([issuing.settings.model_copy(update={"typ": typ})])
    assert await tokens.verify(issuing.token(said))
    assert await reason(tokens, issuing.token("logout+jwt"))
    await tokens.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"algorithms": ["ES256", "HS256"]},
        {"algorithms": ["none"]},
        {"algorithms": []},
        {"issuer": "http://elsewhere.example"},
        {"issuer": "https://"},
        {"jwks_url": "http://elsewhere.example/jwks"},
        {"audience": ""},
        {"algoritms": ["ES256"]},
        {"grants": []},
        {"grants": ["sistem"]},
        {"grants": ["kasir:31.72"]},
        {"grants": ["*:*"]},
        {"typ": "logout+jwt"},
        {"longest_seconds": 0},
        {"longest_seconds": 315_360_000},
    ],
    ids=str,
)
def test_an_issuer_that_is_not_safe_to_trust_cannot_be_configured(changes: dict[str, Any]) -> None:
    good = {"issuer": "https://login.example", "audience": AUDIENCE, "grants": ["sistem:31.72"]}
    assert Issuer.model_validate(good).algorithms == ("ES256", "RS256", "PS256", "EdDSA")
    with pytest.raises(ValidationError, match=next(iter(changes))):
        Issuer.model_validate(good | changes)
