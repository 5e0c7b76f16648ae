"""Whatever is asked, legal or not, in whatever order: no rule is broken, and all counts add up.

Commands are drawn at random and sent over HTTP to a service of its own process. What the log then
says is read by a second rulebook (tests/system/rulebook.py), which shares no code with the first.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from time import sleep
from typing import Any, override

import httpx2
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from deploy.site import DURABLES
from services.membership.app import service as membership
from services.membership.domain.territory import KELURAHAN
from services.membership.events import board, member
from services.membership.explanations import EXPLANATIONS
from shared.calendar import WIB
from shared.embedded import Servers
from shared.explanations import EXPLANATIONS as EVERYBODYS
from shared.log import Log
from tests.credentials import CITY_STAFF, bearer
from tests.membership.door import begin_day
from tests.rebuilt import unlike_the_log
from tests.servers import empty_database
from tests.shared.story import provisioned
from tests.sizes import sizes
from tests.system.replica import Replica
from tests.system.rulebook import Event, Reading

STEPS = 60
FIRST = date(2025, 5, 20)
SEATS = (
    "ketua",
    "wakil-ketua-usaha",
    "wakil-ketua-keanggotaan",
    "sekretaris",
    "bendahara",
    "pengawas-1",
    "pengawas-2",
    "ketua-pengawas",
    "anggota-pengurus-1",
    "pengawas-3",
)
BASE = SEATS[:7]
WAYS_TO_DISMISS = (
    (),
    ("dismissal-proposal",),
    ("dismissal-proposal", "defence"),
    ("dismissal-proposal", "defence"),
    ("dismissal-proposal", "defence", "dismissal-withdrawal"),
)
BORN = ("1990-01-01", "1985-12-31", "2001-02-28", "2015-01-01")

REACHED = {said.__name__ for said in (*member.EVENTS, *board.EVENTS)} - {"OfficerCertified"}
"""What the draw may come to: all but what training brings about."""

type Drawn = str | MultipleResults[str]
"""Somebody for the bundle of people, or nobody."""

days = st.integers(0, 300).map(lambda number: FIRST + timedelta(days=number))
_ahead = st.sampled_from([1, 366, 368, 30_000])  # one that is drawn at midnight holds as well
terms = st.one_of(
    days, days, _ahead.map(lambda number: datetime.now(WIB).date() + timedelta(days=number))
)
clocks = st.sampled_from(["00:00:00", "00:00:00.000001", "12:00:00", "23:59:59.999999"])


def written(day: date, clock: str) -> str:
    return f"{day}T{clock}+07:00"


moments = st.builds(written, days, clocks)
whens = st.one_of(st.none(), moments)
_keys, _numbers = count(1), count(1)


@dataclass
class Site:
    """A service that runs in a process of its own, and what it was asked and answered."""

    cell: Servers
    door: httpx2.Client
    answers: Counter[str] = field(default_factory=Counter[str])
    codes: Iterator[str] = field(default_factory=lambda: iter(sorted(KELURAHAN)))

    def ask(self, path: str, body: dict[str, Any], **headers: str) -> dict[str, Any] | None:
        """Send a command; return the receipt, or None for a refusal, which must be a known one."""
        headers |= {"Idempotency-Key": f"drawn {next(_keys)}"}
        sent = {name: value for name, value in body.items() if value is not None}
        answer = self.door.post(f"/v1{path}", json=sent, headers=headers)
        said = answer.json()
        if answer.status_code in (200, 201):
            self.answers["recorded" if said["events"] else "nothing"] += 1
            return said
        assert 400 <= answer.status_code < 500, (path, sent, said)
        assert said["code"] in EXPLANATIONS.keys() | EVERYBODYS.keys(), said
        self.answers[said["code"]] += 1
        return None

    def tell(self, path: str, **query: str | int | date) -> dict[str, Any]:
        sent = {name: str(value) for name, value in query.items()}
        answer = self.door.get(f"/v1{path}", params=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self, region: str) -> list[Event]:
        """Everything that the log says of a region."""
        found: list[Event] = []
        after, last = -1, 0
        while last > after:
            after = last
            answer = self.door.get(
                "/v1/events", params={"after": after, "region": region, "limit": 500}
            )
            found += answer.json()
            last = int(answer.headers["KKMP-Log-Position"])
        return found


def nobody() -> MultipleResults[str]:
    return multiple()


def in_a_loop[T](work: Coroutine[Any, Any, T]) -> T:
    """Run *work* to its end, from a function that is called by Hypothesis."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result(60)


class Cooperative(RuleBasedStateMachine):
    """One cooperative, and everybody who has to do with it."""

    people = Bundle("people")
    site: Site

    def __init__(self) -> None:
        super().__init__()
        self.code = next(self.site.codes, "31.72.02.1006")
        self.here = f"/cooperatives/{self.code}"
        self.base = next(_numbers)
        self.last = 0

    def ask(self, path: str, headers: dict[str, str] | None = None, **body: Any) -> str | None:  # noqa: ANN401 - JSON
        receipt = self.do(path, headers, **body)
        return None if receipt is None else str(receipt["entity"])

    def do(
        self,
        path: str,
        headers: dict[str, str] | None = None,
        **body: Any,  # noqa: ANN401 - JSON
    ) -> dict[str, Any] | None:
        receipt = self.site.ask(f"{self.here}{path}", body, **(headers or {}))
        if receipt is not None:
            self.last = max(self.last, receipt["position"])
        return receipt

    def _number(self, serial: int) -> str:
        return f"317299{self.base:06}{serial:04}"

    @initialize(first=st.sampled_from(["a member", "a board", "a dismissal"]))
    def found(self, first: str) -> None:
        body = {"code": self.code, "name": f"KKMP {self.code}", "founded_on": "2025-05-31"}
        self.site.ask("/cooperatives", body)
        match first:
            case "a member":
                self.begin_with_a_member()
            case "a board":
                self.begin_with_a_board()
            case _:
                self.begin_with_a_dismissal()

    def begin_with_a_member(self) -> None:
        who = str(self.join(9, None))
        self.correct(who, FIRST + timedelta(days=30), None)
        self.pay_by_mistake(who, twice=False)
        due = FIRST + timedelta(days=60)
        self.ask("/bills", kind="wajib", period="2025-01", amount=10_000, due_on=str(due))
        self.dawn(due + timedelta(days=1))
        self.settle(1_000)
        self.resign(who, None)
        self.die(str(self.take_over(None, FIRST + timedelta(days=30), 50_000)), due)
        self.reject(str(self.apply(8, None, BORN[0])), None)

    def begin_with_a_board(self) -> None:
        """Take over a board, break a rule of it, and mend it."""
        self.take_over_a_board(FIRST + timedelta(days=30))
        for said in (self.end_term, self.appoint_anew):
            said("bendahara", FIRST + timedelta(days=60))
        self.seat_the_lurah(FIRST + timedelta(days=90), succeeds=True)

    def begin_with_a_dismissal(self) -> None:
        for number, steps in enumerate(WAYS_TO_DISMISS):
            who = self.take_over(None, FIRST + timedelta(days=30), 50_000 + number)
            self.dismiss(str(who), steps, FIRST + timedelta(days=60))

    @rule(target=people, serial=st.integers(1, 5), at=whens, born=st.sampled_from(BORN))
    def apply(self, serial: int, at: str | None, born: str) -> Drawn:
        who = self.ask(
            "/applications",
            name="DATA CONTOH",
            identity_number=self._number(serial),
            phone="0812-0000-0000",
            born_on=born,
            accepts_articles=True,
            effective_at=at,
        )
        return who if who is not None else nobody()

    @rule(
        target=people,
        serial=st.one_of(st.none(), st.integers(1, 9)),
        day=days,
        pokok=st.sampled_from([0, 50_000]),
    )
    def take_over(self, serial: int | None, day: date, pokok: int) -> Drawn:
        who = self.ask(
            "/member-imports",
            name="DATA CONTOH",
            identity_number=serial and self._number(serial),
            joined_on=day.isoformat(),
            pokok=pokok,
            wajib=10_000,
            source="buku 1",
        )
        return who if who is not None else nobody()

    @rule(target=people, day=days)
    def take_over_a_board(self, day: date) -> Drawn:
        """So that a board may come to be complete within a short story."""
        seated: list[str] = []
        for seat in BASE:
            who = self.ask(
                "/member-imports",
                name="DATA CONTOH",
                joined_on=day.isoformat(),
                pokok=50_000,
                source=f"buku 1 {seat} {next(_numbers)}",
            )
            if who is not None:
                self.ask("/board/appointments", seat=seat, person=who, from_date=str(day))
                self.ask("/board/kinship", person=who, relatives=[])
                seated.append(who)
        self.ask("/board/ex-officio", from_date=str(day))
        self.ask("/board/certification")
        return multiple(*seated)

    @rule(who=people, at=whens, domicile=st.sampled_from(["kelurahan-ini", "kelurahan-lain"]))
    def verify(self, who: str, at: str | None, domicile: str) -> None:
        self.ask(f"/members/{who}/verification", effective_at=at, domicile=domicile)

    @rule(who=people, at=whens)
    def approve(self, who: str, at: str | None) -> None:
        self.ask(f"/members/{who}/approval", effective_at=at)

    @rule(who=people, at=whens)
    def admit(self, who: str, at: str | None) -> None:
        """All that makes a member of an applicant, at once."""
        self.verify(who, at, "kelurahan-ini")
        self.approve(who, at)
        self.pay(who, "pokok", 50_000, at)

    @rule(target=people, serial=st.integers(1, 5), at=whens)
    def join(self, serial: int, at: str | None) -> Drawn:
        """All that makes a member of somebody, at once."""
        who = self.apply(serial, at, BORN[0])
        if isinstance(who, str):
            self.admit(who, at)
        return who

    @rule(who=people, at=whens)
    def reject(self, who: str, at: str | None) -> None:
        self.ask(f"/members/{who}/rejection", reason="di luar kelurahan", effective_at=at)

    @rule(
        who=people,
        kind=st.sampled_from(["pokok", "wajib", "sukarela"]),
        amount=st.integers(1, 4).map(lambda number: number * 10_000),
        at=whens,
    )
    def pay(self, who: str, kind: str, amount: int, at: str | None) -> None:
        self.ask(f"/members/{who}/savings", kind=kind, amount=amount, effective_at=at)

    @rule(who=people, payment=st.integers(1, 9))
    def reverse(self, who: str, payment: int) -> None:
        self.ask(f"/members/{who}/payments/{payment}/reversal", reason="tercatat dua kali")

    @rule(who=people, twice=st.booleans())
    def pay_by_mistake(self, who: str, *, twice: bool) -> None:
        paid = self.do(f"/members/{who}/savings", kind="sukarela", amount=10_000)
        for _ in range(1 + twice):
            if paid is not None:
                self.reverse(who, paid["version"])

    @rule(month=st.integers(1, 5), day=days)
    def catch_up(self, month: int, day: date) -> None:
        """Let a bill fall due, and have everybody who is then in arrears pay."""
        self.ask("/bills", kind="wajib", period=f"2025-{month:02}", amount=10_000, due_on=str(day))
        self.dawn(day + timedelta(days=1))
        self.settle(5)

    def settle(self, looks: int) -> None:
        """Have everybody pay who comes to be in arrears, after so many looks at the latest."""
        for _ in range(looks):
            owing = self.site.tell(f"{self.here}/arrears", min_position=self.last)["items"]
            for one in owing:
                self.pay(one["member"], "wajib", one["owed"], None)
            if owing:
                break
            sleep(0.01)

    @rule(who=people, at=whens)
    def resign(self, who: str, at: str | None) -> None:
        self.ask(f"/members/{who}/resignation", reason="pindah", effective_at=at)

    @rule(who=people, day=days)
    def die(self, who: str, day: date) -> None:
        self.ask(f"/members/{who}/death", died_on=str(day))

    @rule(who=people, steps=st.sampled_from(WAYS_TO_DISMISS), day=days)
    def dismiss(self, who: str, steps: tuple[str, ...], day: date) -> None:
        bodies: dict[str, dict[str, Any]] = {
            "dismissal-proposal": {"grounds": "kewajiban tidak dipenuhi"},
            "defence": {"waived": True},
            "dismissal-withdrawal": {"reason": "sudah dipenuhi"},
        }
        for step in steps:
            self.ask(f"/members/{who}/{step}", **bodies[step])
        self.ask(f"/members/{who}/dismissal", decided_on=str(day))

    @rule(who=people, joined=st.one_of(st.none(), days), left=st.one_of(st.none(), days))
    def correct(self, who: str, joined: date | None, left: date | None) -> None:
        found = self.site.door.get(
            f"/v1{self.here}/members/{who}", params={"min_position": self.last}
        )
        self.ask(
            f"/members/{who}/date-corrections",
            {"If-Match": found.headers["ETag"]},
            joined_on=joined and str(joined),
            left_on=left and str(left),
            reason="kuitansi berbeda",
        )

    @rule(who=people, seat=st.sampled_from(SEATS), day=terms, years=st.integers(0, 6))
    def appoint(self, who: str, seat: str, day: date, years: int) -> None:
        until = str(day + timedelta(days=365 * years)) if years else None
        self.ask("/board/appointments", seat=seat, person=who, from_date=str(day), until_date=until)

    @rule(seat=st.sampled_from(SEATS), day=days)
    def end_term(self, seat: str, day: date) -> None:
        self.ask("/board/endings", seat=seat, ended_on=str(day), cause="resigned")

    def appoint_anew(self, seat: str, day: date) -> None:
        who = self.take_over(None, FIRST + timedelta(days=30), 50_000)
        self.appoint(str(who), seat, day, 0)
        self.declare(str(who), [])

    @rule(who=people, kin=st.lists(people, max_size=1))
    def declare(self, who: str, kin: list[str]) -> None:
        self.ask("/board/kinship", person=who, relatives=kin)

    @rule(day=terms, succeeds=st.booleans())
    def seat_the_lurah(self, day: date, *, succeeds: bool) -> None:
        self.ask(f"/board/{'succession' if succeeds else 'ex-officio'}", from_date=str(day))

    @rule(at=whens)
    def certify(self, at: str | None) -> None:
        self.ask("/board/certification", effective_at=at)

    @rule(month=st.integers(6, 12), due=days)
    def bill(self, month: int, due: date) -> None:
        self.ask("/bills", kind="wajib", period=f"2025-{month:02}", amount=10_000, due_on=str(due))

    @rule(day=days)
    def dawn(self, day: date) -> None:
        in_a_loop(begin_day(self.site.cell, day))

    @rule(who=people, day=days, leaves=st.booleans())
    def erase(self, who: str, day: date, *, leaves: bool) -> None:
        if leaves:
            self.die(who, day)
        self.ask(f"/members/{who}/erasure", basis="requested")

    @override
    def teardown(self) -> None:
        """Hold the counts of every instant to what the log says."""
        if not self.last:
            return
        reading = Reading().read(self.site.events(self.code))
        assert reading.broken == []
        members = reading.members[self.code]
        edges = sorted(
            {at for one in members.values() for at in (one.joined_at, one.left_at) if at}
        )
        tick = timedelta(microseconds=1)
        for instant in {edge + step for edge in edges for step in (-tick, tick * 0)}:
            told = self.site.tell(
                f"{self.here}/members/count",
                as_of=instant.isoformat(),
                min_position=self.last,
            )
            assert told["count"] == sum(one.at(instant) for one in members.values()), instant
        self._churn(reading, [edge.astimezone(WIB).date() for edge in edges])
        self._register(reading)

    def _churn(self, reading: Reading, days: list[date]) -> None:
        members = reading.members[self.code].values()
        bounds = [FIRST, *days[:: max(1, len(days) // 4)], date(2026, 11, 1)]
        for since, until in pairwise(bounds):
            told = self.site.tell(
                f"{self.here}/members/churn",
                since=since,
                until=until,
                min_position=self.last,
            )
            assert told["opening"] + told["joined"] - told["left"] == told["closing"], told
            for day, name in ((since, "opening"), (until, "closing")):
                eve = datetime.combine(day, datetime.min.time(), WIB) - timedelta(microseconds=1)
                assert told[name] == sum(one.at(eve) for one in members), (told, name)

    def _register(self, reading: Reading) -> None:
        """The register says of each what the log says."""
        members = reading.members[self.code]
        shown = self.site.tell(f"{self.here}/members", limit=500, min_position=self.last)["items"]
        assert {one["member"] for one in shown} == members.keys()
        for one in shown:
            found = members[one["member"]]
            assert (one["status"] == "active") == found.active
            assert {kind: one[kind] for kind in found.savings()} == found.savings()


@pytest.fixture
async def cell(servers: Servers, log: str) -> AsyncGenerator[Servers]:
    """An empty cell for each size."""
    async with empty_database(servers.postgres_dsn) as dsn:
        yield Servers(log, servers.nats_monitor_url, dsn)


@pytest.fixture
async def kkmp(cell: Servers) -> AsyncGenerator[Log]:
    """The log of the cell, new and empty."""
    async with provisioned(cell.nats_url, DURABLES) as made:
        yield made


@pytest.fixture
async def replica(cell: Servers, kkmp: Log, folder: Path) -> AsyncGenerator[Replica]:
    """Membership in a process of its own, so that it runs while Hypothesis does."""
    started = Replica("membership", cell, folder)
    await started.start()
    try:
        yield started
    finally:
        await started.kill()


@sizes("examples", short=15, full=30)  # of as many kelurahan, and there are 31
@pytest.mark.embedded  # once is enough: it tries rules, not servers
def test_whatever_is_asked_no_rule_is_broken_and_every_table_equals_a_rebuilt_one(
    cell: Servers, replica: Replica, examples: int
) -> None:
    headers = in_a_loop(bearer(cell.postgres_dsn, *CITY_STAFF))
    with httpx2.Client(base_url=replica.url, timeout=30, headers=headers) as door:
        site = Cooperative.site = Site(cell, door)
        run_state_machine_as_test(
            Cooperative,
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
                derandomize=True,
                phases=[Phase.generate],  # the log is never as it was: nothing is drawn again
                database=None,
            ),
        )
        reading = Reading().read(site.events("31.72"))
        assert reading.broken == []
        assert in_a_loop(unlike_the_log(membership, cell)) == {}
    assert reading.said >= REACHED, "the draw reaches too little to prove anything"
