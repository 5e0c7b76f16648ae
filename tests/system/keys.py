"""What a test holds one key to: one fact in the log, and one answer however often it is asked."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx2

from shared.envelope import Stored
from shared.log import Log
from tests.membership.door import ask

CODE = "31.72.02.1006"
POKOK = {"kind": "pokok", "amount": 100_000}
WAJIB = {"kind": "wajib", "amount": 25_000}
SECOND = 1_000_000_000


async def answer_to(
    door: httpx2.AsyncClient, path: str, body: dict[str, Any], key: str
) -> httpx2.Response:
    """Ask, and after `Retry-After` again, until it is answered for good."""
    async with asyncio.timeout(60):
        while "Retry-After" in (answer := await ask(door, path, body, key)).headers:
            assert answer.json()["code"] in ("request_running", "log_unreachable"), answer.text
            await asyncio.sleep(int(answer.headers["Retry-After"]))
    return answer


APPLIED = ("IdentityClaimed", "MembershipApplied")
"""What an application brings about: the claim on the identity number comes first."""

RESIGNED = ("IdentityReleased", "MemberResigned", "MemberLeft")


async def facts(kkmp: Log, after: int) -> list[Stored]:
    """All that was appended after a position, whatever it is about."""
    return await kkmp.page(after + 1, 500)


def types(found: Sequence[Stored]) -> list[str]:
    return [stored.subject.rpartition(".")[2] for stored in found]


def assert_one_answer(
    answers: Sequence[httpx2.Response], stored: Sequence[Stored], *, first: int = 1
) -> None:
    """All are the same answer, *first* of them as the first one, and it says what lies in the log.

    *stored* is all that the log has gained; the answer is about the entity of the last of it.
    """
    family = stored[-1].subject.rpartition(".")[0]
    stored = [one for one in stored if one.subject.rpartition(".")[0] == family]
    said = Counter((answer.status_code, answer.json()["repeated"]) for answer in answers)
    assert said == Counter({(201, False): first, (200, True): len(answers) - first})
    for answer in answers:
        receipt = answer.json()
        assert receipt["events"] == [one.attribute("id") for one in stored]
        assert receipt["position"] == stored[-1].position
        assert receipt["version"] == int(stored[-1].attribute("sequence"))
        assert receipt["entity"] == stored[-1].attribute("subject").partition("/")[2]
        assert answer.headers["KKMP-Log-Position"] == str(receipt["position"])
        assert answer.headers["ETag"] == f'"{receipt["version"]}"'
        assert answer.headers["Location"] == answers[0].headers["Location"] == receipt["see"]


async def reached(kkmp: Log, position: int) -> None:
    """Wait until the log has a position."""
    async with asyncio.timeout(30):
        while await kkmp.head() < position:
            await asyncio.sleep(0.005)
