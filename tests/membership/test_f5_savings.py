"""F5: savings, told over HTTP: a bill, who paid, who owes, and what was no payment."""

import csv
from datetime import date
from io import StringIO
from typing import Any

import httpx2
import pytest

from services.membership.app import service as membership
from services.membership.domain.territory import KELURAHAN
from shared.embedded import Servers
from shared.log import Log
from tests.membership.cell import Cell
from tests.membership.door import ask, asked, begin_day, founding, problem, told
from tests.rebuilt import unlike_the_log

_codes = iter(sorted(KELURAHAN))
JANUARY = {
    "kind": "wajib",
    "period": "2026-01",
    "amount": 25_000,
    "due_on": "2026-01-31",
    "effective_at": "2025-12-20T09:00:00+07:00",
}
ARREARS = tuple(
    one
    for one in membership.reactions
    if one.name in ("bills-fall-due", "note-arrears", "note-arrears-of-reversed")
)


@pytest.fixture(scope="module")
def place(cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory) -> Cell:
    return Cell(cell, kkmp, tmp_path_factory.mktemp("membership"))


async def cooperative(door: httpx2.AsyncClient) -> str:
    """The address of a cooperative that nobody knows yet."""
    code = next(_codes)
    await asked(door, "/cooperatives", **founding(code))
    return f"/cooperatives/{code}"


async def taken_over(door: httpx2.AsyncClient, here: str, day: str, **more: int) -> str:
    body = {"name": "Warga Contoh", "joined_on": day, "source": "Buku 1"} | more
    return (await asked(door, f"{here}/member-imports", **body))["entity"]


async def paid(door: httpx2.AsyncClient, here: str, who: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    body = {"kind": "wajib", "amount": 25_000} | more
    return await asked(door, f"{here}/members/{who}/savings", **body)


async def arrears(door: httpx2.AsyncClient, kkmp: Log, here: str) -> dict[str, tuple[int, str]]:
    listed = await told(door, f"{here}/arrears", min_position=await kkmp.head())
    return {one["member"]: (one["owed"], one["since"]) for one in listed["items"]}


async def test_f5_a_bill_is_sent_paid_and_what_is_not_paid_in_time_is_owed_until_it_is(
    place: Cell, kkmp: Log, cell: Servers
) -> None:
    async with place.membership() as door:
        here = await cooperative(door)
        siti = await taken_over(door, here, "2025-07-01", wajib=25_000)
        budi = await taken_over(door, here, "2025-07-01")
        later = await taken_over(door, here, "2026-02-15")
        for period, due_on in (("2026-01", "2026-01-31"), ("2026-02", "2026-02-28")):
            bill = JANUARY | {"period": period, "due_on": due_on}
            await asked(door, f"{here}/bills", **bill)
        receipt = await paid(door, here, siti, period="2026-02", amount=10_000)
        listed = await told(door, f"{here}/bills", min_position=receipt["position"])
        bills = {
            one["period"]: (one["status"], one["paid_by"], one["paid"]) for one in listed["items"]
        }
        assert bills == {"2026-01": ("open", 0, 0), "2026-02": ("open", 1, 10_000)}
        assert await arrears(door, kkmp, here) == {}

        await begin_day(cell, date(2026, 3, 1))  # February's bill is due; nobody said January's day
        await place.settled(membership, *ARREARS)
        assert await arrears(door, kkmp, here) == {
            siti: (15_000, "2026-02"),
            budi: (50_000, "2026-01"),
            later: (25_000, "2026-02"),
        }

        await paid(door, here, budi, amount=30_000)
        await paid(door, here, siti, amount=15_000)
        assert await arrears(door, kkmp, here) == {
            budi: (20_000, "2026-02"),  # January is paid, and a part of February
            later: (25_000, "2026-02"),
        }
        assert (await told(door, f"{here}/members/{budi}"))["owed_since"] == "2026-02"
        listed = (await told(door, f"{here}/members"))["items"]
        assert {one["member"]: one["owed_since"] for one in listed} == {
            siti: None,
            budi: "2026-02",
            later: "2026-02",
        }
        cancel = f"{here}/bills/wajib/2026-01/cancellation"
        problem(await ask(door, cancel, {"reason": "ditunda rapat"}), 409, "bill_fell_due")


async def test_f5_heard_again_and_in_another_order_nothing_is_owed_twice(
    place: Cell, kkmp: Log, cell: Servers
) -> None:
    async with place.membership() as door:
        here = await cooperative(door)
        who = await taken_over(door, here, "2025-07-01")
        await asked(door, f"{here}/bills", **JANUARY)
        await begin_day(cell, date(2026, 4, 2))
        await place.settled(membership, *ARREARS)
        assert await arrears(door, kkmp, here) == {who: (25_000, "2026-01")}
    head = await kkmp.head()
    await place.forget(membership, *ARREARS)
    await begin_day(cell, date(2026, 4, 1))  # an earlier day, heard after a later one
    async with place.membership() as door:
        assert await arrears(door, kkmp, here) == {who: (25_000, "2026-01")}
    assert await kkmp.head() == head + 1
    assert await unlike_the_log(membership, cell) == {}


async def test_f5_what_was_no_payment_is_taken_back_and_sums_follow(place: Cell, kkmp: Log) -> None:
    async with place.membership() as door:
        here = await cooperative(door)
        who = await taken_over(door, here, "2025-07-01", pokok=50_000, wajib=5_000)
        moments = ("2025-08-05T10:00:00+07:00", "2025-08-31T23:59:59+07:00")
        first, second = [
            await paid(door, here, who, amount=10_000, effective_at=moment) for moment in moments
        ]
        await paid(door, here, who, effective_at="2025-09-01T00:00:00+07:00", kind="sukarela")
        member = f"{here}/members/{who}"
        assert second["version"] == first["version"] + 1
        reversal = f"{member}/payments/{second['version']}/reversal"
        await asked(door, reversal, reason="tercatat dua kali")
        again = await ask(door, reversal, {"reason": "tercatat dua kali"})
        assert (again.status_code, again.json()["events"]) == (200, [])
        unknown = await ask(door, f"{member}/payments/1/reversal", {"reason": "keliru"})
        problem(unknown, 404, "payment_unknown")

        head = await kkmp.head()
        listed = await told(door, f"{member}/payments", min_position=head)
        assert [one["reversed_at"] is None for one in listed["items"]] == [True, False, True]
        code = here.rpartition("/")[2]
        for period, wajib, sukarela in (
            (None, 15_000, 25_000),
            ("2025", 10_000, 25_000),
            ("2025-08", 10_000, 0),
            ("2025-09", 0, 25_000),
        ):
            query = {"region": code, "min_position": head} | ({"period": period} if period else {})
            (sums,) = (await told(door, "/savings", **query))["items"]
            assert (sums["wajib"], sums["sukarela"]) == (wajib, sukarela), period
        table = await door.get("/v1/savings.csv", params={"region": code})
        (row,) = csv.DictReader(StringIO(table.text))
        assert (row["cooperative"], row["pokok"], row["wajib"]) == (code, "50000", "15000")


async def test_c10_whose_payment_was_none_owes_again_what_fell_due(
    place: Cell, kkmp: Log, cell: Servers
) -> None:
    async with place.membership() as door:
        here = await cooperative(door)
        who, other = [await taken_over(door, here, "2025-07-01") for _ in range(2)]
        await asked(door, f"{here}/bills", **JANUARY)
        payments = [await paid(door, here, one, period="2026-01") for one in (who, other)]
        await begin_day(cell, date(2026, 4, 3))
        await place.settled(membership, *ARREARS)
        assert await arrears(door, kkmp, here) == {}
        reversal = f"{here}/members/{who}/payments/{payments[0]['version']}/reversal"
        await asked(door, reversal, reason="cek ditolak bank")
        await place.settled(membership, *ARREARS)
        assert await arrears(door, kkmp, here) == {who: (25_000, "2026-01")}
        await paid(door, here, who, period="2026-01")
        assert await arrears(door, kkmp, here) == {}
    head = await kkmp.head()
    await place.forget(membership, *ARREARS)
    async with place.membership() as door:
        assert await arrears(door, kkmp, here) == {}
    assert await kkmp.head() == head


async def test_f5_only_a_savings_bill_that_makes_sense_is_issued(place: Cell, kkmp: Log) -> None:
    async with place.membership() as door:
        here = await cooperative(door)
        for wrong in ({"period": "2026-13"}, {"amount": 0}, {"kind": "pokok"}):
            answer = await ask(door, f"{here}/bills", JANUARY | wrong)
            problem(answer, 422, "request_invalid")
        await asked(door, f"{here}/bills", **JANUARY)
        answer = await ask(door, f"{here}/bills", JANUARY | {"amount": 30_000})
        problem(answer, 409, "billed_otherwise")
        cancel = f"{here}/bills/wajib/2026-01/cancellation"
        await asked(door, cancel, reason="ditunda rapat")
        await asked(door, f"{here}/bills", **JANUARY | {"amount": 30_000})
