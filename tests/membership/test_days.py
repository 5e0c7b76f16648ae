"""A day is a fact: it begins once, and the latest one that began is today."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.membership.app import service
from services.membership.commands.calendar import BeginDay
from services.membership.domain.calendar import calendar
from services.membership.events.calendar import DayBegan
from shared.calendar import WIB, day_of
from shared.embedded import Servers
from shared.log import Log
from shared.secret_file import write_secrets
from shared.service import run
from shared.settings import Settings
from shared.testing.scenario import Scenario
from tests.membership.door import SECRET, begin_day
from tests.shared.story import provisioned

JUNE, NOVEMBER = date(2025, 6, 30), date(2025, 11, 4)
DAY = Scenario(calendar)


def test_a_day_begins() -> None:
    DAY.given().when(BeginDay(NOVEMBER)).then(DayBegan(NOVEMBER))


def test_a_day_that_began_twice_changes_nothing() -> None:
    DAY.given(DayBegan(NOVEMBER)).when(BeginDay(NOVEMBER)).then()


@pytest.fixture
async def kkmp(cell: Servers) -> AsyncGenerator[Log]:
    """The log of the cell, new and empty."""
    async with provisioned(cell.nats_url, service.durables) as made:
        yield made


async def test_of_two_replicas_one_says_that_today_began_and_an_earlier_day_changes_no_today(
    cell: Servers, kkmp: Log, tmp_path: Path
) -> None:
    write_secrets(tmp_path / "secret", [SECRET])
    settings = Settings(
        nats_url=cell.nats_url, postgres_dsn=cell.postgres_dsn, secret_file=tmp_path / "secret"
    )
    before = day_of(datetime.now(UTC))
    async with run(service, settings) as here, run(service, settings) as there:
        await begin_day(cell, JUNE)
        for running in (here, there):
            await running.runner.wait_for(2)
        found = [stored async for stored in kkmp.scan("kkmp.membership.31.72.0.0.calendar.*.*")]
        (shown,) = await here.pool.fetch("SELECT * FROM membership.today")
    days = [date.fromisoformat(stored.subject.split(".")[7]) for stored in found]
    assert sorted(days) in ([JUNE, before], [JUNE, before + timedelta(days=1)])
    assert tuple(shown) == ("31.72.0.0", max(days))
    said = {stored.attribute("time") for stored in found}
    midnights = {datetime.combine(day, datetime.min.time(), WIB) for day in days}
    assert {datetime.fromisoformat(time) for time in said} == midnights
