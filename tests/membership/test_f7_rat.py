"""F7 and X13: yearly meetings, quarterly reports, and who is late with them (DATA CONTOH)."""

from collections.abc import AsyncGenerator
from datetime import date, datetime
from typing import Any

import httpx2
import pytest

from services.membership.app import service as membership
from shared.calendar import WIB
from shared.embedded import Servers
from shared.envelope import Recorded
from shared.subjects import EVERYTHING
from tests.credentials import bearer
from tests.membership.cell import Cell
from tests.membership.door import ask, asked, begin_day, founding, joined, problem, told
from tests.membership.organs import FOUNDED_ON, appointed, moment
from tests.rebuilt import unlike_the_log
from tests.shared.story import provisioned

SUNTER_AGUNG, PAPANGGO, WARAKAS, ANCOL, LAGOA = (
    "31.72.02.1006",
    "31.72.02.1003",
    "31.72.02.1007",
    "31.72.05.1003",
    "31.72.03.1003",
)
HELD_ON = "2026-03-14"
DUE_ON = "2026-03-31"
MINUTES = {"held_on": HELD_ON, "present": 2, "decisions": "Laporan pengurus diterima"}
FIGURES = {"assets": 90_000_000, "savings": 400_000, "turnover": 75_000_000, "shu": -1_200_000}
QUARTER = {
    "members": 3,
    "savings": 150_000,
    "transaction_count": 40,
    "transaction_value": 2_500_000,
}
LATE = [one for one in membership.reactions if one.name in ("missing-meetings", "missing-reports")]
OTHERS = [one for one in membership.reactions if one not in LATE]


@pytest.fixture(scope="module")
async def kkmp(
    cell: Servers, log: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Cell]:
    """The cell, with five cooperatives."""
    async with provisioned(log) as made:
        running = Cell(cell, made, tmp_path_factory.mktemp("f7"))
        async with running.membership() as door:
            for code in (SUNTER_AGUNG, PAPANGGO, WARAKAS, ANCOL, LAGOA):
                at = moment(FOUNDED_ON, 9)
                await asked(door, "/cooperatives", **founding(code), effective_at=at)
        yield running


@pytest.fixture(scope="module")
async def door(kkmp: Cell) -> AsyncGenerator[httpx2.AsyncClient]:
    async with kkmp.membership(OTHERS) as client:
        yield client


async def shown(
    door: httpx2.AsyncClient,
    kkmp: Cell,
    path: str,
    **query: Any,  # noqa: ANN401 - JSON
) -> Any:  # noqa: ANN401 - JSON
    """An answer that shows all that was recorded: of a list, its items."""
    answer = await told(door, path, min_position=await kkmp.log.head(), **query)
    return answer.get("items", answer)


async def edited(
    door: httpx2.AsyncClient,
    path: str,
    version: int,
    **body: Any,  # noqa: ANN401 - JSON
) -> httpx2.Response:
    """Ask with the version that was seen; 0: there was none yet."""
    seen = {"If-Match": f'"{version}"'} if version else {"If-None-Match": "*"}
    return await ask(door, path, body, **seen)


async def heard(kkmp: Cell) -> None:
    """Let a replica hear which days began, and what is late then."""
    async with kkmp.membership(LATE):
        pass


async def members(door: httpx2.AsyncClient, code: str, *days: str) -> list[str]:
    """Make a member on each of *days*; return who."""
    return [await joined(door, code, datetime.fromisoformat(moment(day, 10))) for day in days]


async def recorded_since(kkmp: Cell, position: int) -> list[Recorded]:
    """What was recorded behind a position, in its order."""
    read = membership.vocabulary.read
    found = [event async for one in kkmp.log.scan(EVERYTHING) if (event := read(one)) is not None]
    return [one for one in found if one.position > position]


async def test_a_meeting_is_planned_held_reported_returned_and_verified(
    door: httpx2.AsyncClient, kkmp: Cell
) -> None:
    path = f"/cooperatives/{SUNTER_AGUNG}/rat/2025"
    before = await shown(door, kkmp, path)
    assert (before["status"], before["version"], before["due_on"]) == ("belum", 0, DUE_ON)
    await members(door, SUNTER_AGUNG, FOUNDED_ON, FOUNDED_ON, FOUNDED_ON)
    problem(await edited(door, f"{path}/report", 0, **FIGURES), 409, "rat_not_held")
    await asked(door, f"{path}/schedule", on="2026-03-07")
    await asked(door, f"{path}/schedule", on=HELD_ON, venue="Aula kelurahan")
    early = MINUTES | {"held_on": "2025-12-31"}
    problem(await ask(door, f"{path}/holding", early), 422, "book_year_running")
    crowd = MINUTES | {"present": 4}
    problem(await ask(door, f"{path}/holding", crowd), 409, "rat_more_than_members")
    receipt = await asked(door, f"{path}/holding", **MINUTES)
    assert (await asked(door, f"{path}/holding", **MINUTES))["events"] == []  # said twice
    held = await shown(door, kkmp, path)
    assert (held["status"], held["members"], held["quorum"]) == ("dilaksanakan", 3, True)
    assert held["version"] == receipt["version"] == 3

    assert (await edited(door, f"{path}/report", 3, **FIGURES)).status_code == 201
    problem(await ask(door, f"{path}/verification"), 428, "version_required")
    assert (await edited(door, f"{path}/verification", 3)).status_code == 412
    reason = {"reason": "Neraca tidak cocok"}
    assert (await edited(door, f"{path}/return", 4, **reason)).status_code == 201
    given_back = await shown(door, kkmp, path)
    assert given_back["returned_because"] == "Neraca tidak cocok"
    problem(await edited(door, f"{path}/verification", 5), 409, "rat_report_missing")
    assert (await edited(door, f"{path}/report", 5, **FIGURES)).status_code == 201
    assert (await edited(door, f"{path}/verification", 6)).status_code == 201
    found = await shown(door, kkmp, path)
    assert (found["status"], found["shu"], found["version"]) == ("verified", -1_200_000, 7)


async def test_c9_a_member_counts_on_the_day_of_joining_and_not_on_the_day_of_leaving(
    door: httpx2.AsyncClient, kkmp: Cell
) -> None:
    *_, leaves = await members(door, PAPANGGO, FOUNDED_ON, HELD_ON, "2026-03-15", FOUNDED_ON)
    path = f"/cooperatives/{PAPANGGO}"
    leaving = {"reason": "Pindah", "effective_at": moment(HELD_ON, 20)}
    await asked(door, f"{path}/members/{leaves}/resignation", **leaving)
    await asked(door, f"{path}/rat/2025/holding", **MINUTES)
    held = await shown(door, kkmp, f"{path}/rat/2025")
    assert (held["members"], held["present"], held["quorum"]) == (2, 2, True)


async def test_a_meeting_is_shown_as_it_was_known_at_any_time(
    door: httpx2.AsyncClient, kkmp: Cell
) -> None:
    path = f"/cooperatives/{PAPANGGO}/rat/2025"
    eve = await shown(door, kkmp, path, as_of=moment("2026-03-13"))
    day = await shown(door, kkmp, path, as_of=moment(HELD_ON))
    assert (eve["status"], day["status"]) == ("belum", "dilaksanakan")


async def test_what_is_late_is_found_by_the_first_later_day_whatever_days_are_heard_and_how_often(
    door: httpx2.AsyncClient, kkmp: Cell, cell: Servers
) -> None:
    found: list[list[str]] = []
    for day in (date(2026, 3, 31), date(2026, 4, 3), date(2026, 4, 1), date(2026, 3, 30)):
        await begin_day(cell, day)  # the first of April comes late, and the second not at all
        await heard(kkmp)
        late = await shown(door, kkmp, "/rat", book_year=2025, overdue_only=True)
        found.append([one["code"] for one in late])
    assert found == [[], *[[WARAKAS, LAGOA, ANCOL]] * 3]
    assert {one["due_on"] for one in late} == {DUE_ON}
    head = await kkmp.log.head()
    said = [one for one in await recorded_since(kkmp, 0) if one.type == "RATOverdue"]
    assert sorted(one.place for one in said) == [WARAKAS, LAGOA, ANCOL]
    assert {one.time.astimezone(WIB).date() for one in said} == {date(2026, 4, 3)}
    await begin_day(cell, date(2026, 4, 4))
    await kkmp.forget(membership, *LATE)  # every day is heard once more, and one day more
    await heard(kkmp)
    assert [one.type for one in await recorded_since(kkmp, head)] == ["DayBegan"]


async def test_a_quarter_is_owed_from_the_one_after_the_founding_on(
    door: httpx2.AsyncClient, kkmp: Cell
) -> None:
    late = await shown(door, kkmp, "/quarterly-reports/overdue", region=LAGOA)
    assert [(one["year"], one["quarter"], one["due_on"]) for one in late] == [
        (2025, 3, "2025-10-31"),
        (2025, 4, "2026-01-31"),
    ]
    assert len(await shown(door, kkmp, "/quarterly-reports/overdue")) == 10


async def test_a_report_that_comes_late_ends_the_lateness_and_the_fact_stays(
    door: httpx2.AsyncClient, kkmp: Cell
) -> None:
    path = f"/cooperatives/{LAGOA}/quarterly-reports"
    problem(await edited(door, f"{path}/2025/1", 0, **QUARTER), 422, "before_cooperative")
    assert (await edited(door, f"{path}/2025/3", 0, **QUARTER)).status_code == 412
    assert (await edited(door, f"{path}/2025/3", 1, **QUARTER)).status_code == 201
    more = QUARTER | {"transaction_value": 3_000_000}
    assert (await edited(door, f"{path}/2025/3", 2, **more)).status_code == 201
    third, fourth = await shown(door, kkmp, path)
    assert (third["overdue"], third["due_on"], third["version"]) == (False, "2025-10-31", 3)
    assert (third["transaction_value"], fourth["overdue"]) == (3_000_000, True)

    path = f"/cooperatives/{LAGOA}/rat/2025"
    await members(door, LAGOA, FOUNDED_ON, FOUNDED_ON)
    await asked(door, f"{path}/holding", **MINUTES | {"held_on": "2026-04-02"})
    late = await shown(door, kkmp, path)
    assert (late["status"], late["overdue"], late["due_on"]) == ("dilaksanakan", False, DUE_ON)


async def test_the_agency_sets_a_deadline_and_those_before_stay_as_they_were(
    door: httpx2.AsyncClient, kkmp: Cell
) -> None:
    policy = {"obligation": "rat", "applies_from": "2026-01-01", "months_after": 4, "day": 15}
    await asked(door, "/deadlines", **policy)
    assert (await asked(door, "/deadlines", **policy))["events"] == []
    listed = await shown(door, kkmp, "/deadlines")
    mine = [one for one in listed if one["obligation"] == "rat"]
    assert [one["applies_until"] for one in mine] == ["2025-01-01", "2026-01-01", None]
    assert [one["source"] is None for one in mine] == [False, False, True]
    for year, due_on in ((2025, DUE_ON), (2026, "2027-04-15")):
        rows = await shown(door, kkmp, "/rat", book_year=year)
        assert {one["due_on"] for one in rows} == {due_on}
    assert await shown(door, kkmp, "/rat", book_year=2024) == []  # nobody was there yet


async def test_the_summary_and_the_columns_of_simkopdes_count_the_same(
    door: httpx2.AsyncClient, kkmp: Cell
) -> None:
    rows = await shown(door, kkmp, "/rat/summary", book_year=2025)
    priok = next(one for one in rows if one["code"] == "31.72.02")
    assert priok == {
        "code": "31.72.02",
        "name": "Tanjung Priok",
        "cooperatives": 3,
        "belum": 2,
        "draft": 0,
        "verified": 1,
        "held": 2,
        "overdue": 1,
    }
    (city,) = await shown(door, kkmp, "/statistics/simkopdes", level="kota", period=2026)
    for column in ("belum", "draft", "verified"):
        assert city[f"rat_{column}"] == sum(one[column] for one in rows)
    assert city["nilai_transaksi"] is None  # nothing was reported of 2026
    (city,) = await shown(door, kkmp, "/statistics/simkopdes", level="kota", period=2025)
    assert (city["nilai_transaksi"], city["rat_belum"]) == (3_000_000, 5)


async def test_who_reports_does_not_verify_and_the_board_alone_records_a_meeting(
    door: httpx2.AsyncClient, cell: Servers
) -> None:
    path = f"/cooperatives/{ANCOL}/rat/2025"
    forbidden = (
        ("sudin:31.72", f"{path}/report"),
        (f"pengurus:{ANCOL}", f"{path}/verification"),
        (f"pendamping:{ANCOL}", f"{path}/holding"),
        (f"pengurus:{ANCOL}", "/deadlines"),
        (f"pengurus:{LAGOA}", f"{path}/schedule"),
    )
    for role, forbidden_path in forbidden:
        mine = await bearer(cell.postgres_dsn, role)
        assert (await ask(door, forbidden_path, None, None, **mine)).status_code == 403, (
            role,
            forbidden_path,
        )


class Election:
    """A cooperative whose treasurer is to follow another, with a meeting that decides it."""

    def __init__(self, code: str, treasurer: str, follows: str) -> None:
        self.path = f"/cooperatives/{code}/rat/2025/holding"
        self.board = f"/cooperatives/{code}/board/history"
        self.treasurer = treasurer
        self.follows = follows

    def minutes(self, seat: str = "bendahara", present: int = 2) -> dict[str, Any]:
        given = {"seat": seat, "person": self.follows, "until_date": "2031-03-13"}
        change = {"ended": ["bendahara"], "appointed": [given]}
        return MINUTES | {"present": present, "board": change}


@pytest.fixture(scope="module")
async def warakas(door: httpx2.AsyncClient) -> Election:
    treasurer = await appointed(door, WARAKAS, "bendahara")
    (follows,) = await members(door, WARAKAS, FOUNDED_ON)
    return Election(WARAKAS, treasurer, follows)


async def test_x13_a_refused_change_of_seat_refuses_the_whole_meeting(
    door: httpx2.AsyncClient, kkmp: Cell, warakas: Election
) -> None:
    before = await kkmp.log.head()
    refused = await ask(door, warakas.path, warakas.minutes("ketua-pengawas"))
    problem(refused, 409, "seat_ex_officio")
    refused = await ask(door, warakas.path, warakas.minutes(present=1))
    problem(refused, 409, "rat_without_quorum")
    stranger = warakas.minutes()
    stranger["board"]["appointed"][0]["person"] = "0197a1f0-0000-7000-8000-000000000099"
    assert (await ask(door, warakas.path, stranger)).status_code == 409
    assert await kkmp.log.head() == before
    meeting = await shown(door, kkmp, f"/cooperatives/{WARAKAS}/rat/2025")
    assert meeting["held_on"] is None


async def test_x13_a_meeting_that_changes_the_board_is_one_decision_and_many_events(
    door: httpx2.AsyncClient, kkmp: Cell, warakas: Election
) -> None:
    before = await kkmp.log.head()
    await asked(door, warakas.path, **warakas.minutes())
    said = await recorded_since(kkmp, before)
    assert [one.type for one in said] == ["OfficerAppointmentEnded", "OfficerAppointed", "RATHeld"]
    assert [one.position for one in said] == [before + 1, before + 2, before + 3]
    assert len({one.correlation for one in said}) == 1
    assert len({one.time for one in said}) == 1
    terms = [
        (term["person"], term["from_date"], term["ended_on"])
        for term in await shown(door, kkmp, warakas.board)
        if term["seat"] == "bendahara"
    ]
    assert terms == [
        (warakas.treasurer, FOUNDED_ON, HELD_ON),
        (warakas.follows, HELD_ON, None),
    ]


async def test_x13_whatever_is_delivered_twice_doubles_nothing(
    door: httpx2.AsyncClient, kkmp: Cell
) -> None:
    treasurer = await appointed(door, ANCOL, "bendahara")
    (follows,) = await members(door, ANCOL, FOUNDED_ON)
    ancol = Election(ANCOL, treasurer, follows)
    first = await ask(door, ancol.path, ancol.minutes(), key="rapat Ancol")
    head = await kkmp.log.head()
    again = await ask(door, ancol.path, ancol.minutes(), key="rapat Ancol")
    assert again.json() == first.json() | {"repeated": True}
    otherwise_named = await asked(door, ancol.path, **ancol.minutes())
    assert otherwise_named["events"] == []
    other_seats = ancol.minutes()
    other_seats["board"]["ended"] = ["sekretaris"]
    problem(await ask(door, ancol.path, other_seats), 409, "rat_held")
    assert await kkmp.log.head() == head
    path = f"/cooperatives/{ANCOL}"
    ending = {"seat": "bendahara", "ended_on": "2026-03-20", "cause": "resigned"}
    await asked(door, f"{path}/board/endings", **ending)
    await asked(door, f"{path}/members/{follows}/resignation", reason="Pindah")
    gone_since = await asked(door, ancol.path, **ancol.minutes())
    assert gone_since["events"] == []


async def test_the_tables_of_meetings_are_what_the_log_folds_to(
    door: httpx2.AsyncClient, kkmp: Cell, cell: Servers
) -> None:
    await kkmp.settled(membership, *OTHERS)
    await shown(door, kkmp, "/rat", book_year=2025)
    assert await unlike_the_log(membership, cell) == {}
