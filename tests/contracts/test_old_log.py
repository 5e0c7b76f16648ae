"""A log that an earlier version wrote goes on: its events are folded, heard and decided upon."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.contracts.golden import Golden, load
from deploy.site import DURABLES
from services.inventory.app import service as inventory
from services.membership.app import service as membership
from services.membership.commands.member import (
    Payment,
    RecordSavingsPayment,
    Resignation,
    ResignMember,
)
from services.membership.domain.member import NOT_A_MEMBER, member
from services.membership.events.savings import Savings
from shared.batches import Write
from shared.decider import Refused
from shared.embedded import Servers
from shared.envelope import Draft
from shared.identity import derived_id
from shared.log import Log
from shared.secret_file import write_secrets
from shared.service import Running, run
from shared.settings import Settings
from shared.subjects import Entity
from tests.contracts.examples import GOLDEN, SUNTER_AGUNG
from tests.shared.story import asked_by, provisioned

GOLDENS = {f"{golden.event}.v{golden.version}": golden for golden in load(GOLDEN)}
JOINING = (
    "membership.MembershipApplied.v1",
    "membership.ApplicantVerified.v1",
    "membership.MembershipApproved.v1",
    "membership.SavingsPaid.v1",
    "membership.MemberJoined.v1",
)
LEAVING = ("membership.MemberResigned.v1", "membership.MemberLeft.v1")
SITI, BUDI, ANI = (
    Entity("membership", SUNTER_AGUNG, "member", str(derived_id(name)))
    for name in ("siti", "budi", "ani")
)


def draft_of(golden: Golden, entity: Entity, version: int) -> Draft:
    """The golden event as *entity*'s: only what tells events apart is another."""
    event_id = derived_id(entity.id, version)
    headers = dict(golden.headers) | {
        "Nats-Msg-Id": str(event_id),
        "ce-id": str(event_id),
        "ce-subject": f"{entity.stream}/{entity.id}",
        "ce-sequence": f"{version:010d}",
        "ce-causationid": str(derived_id("request", entity.id, version)),
    }
    token = golden.subject.rpartition(".")[2]
    return Draft(event_id, entity.subject(token), headers, golden.stored().payload)


async def record(kkmp: Log, entity: Entity, *names: str) -> int:
    """Append golden events after all that there is of *entity*; return the last position."""
    past = await kkmp.read(entity)
    drafts = tuple(
        draft_of(GOLDENS[name], entity, version)
        for version, name in enumerate(names, len(past) + 1)
    )
    return await kkmp.append(Write(entity, past[-1].position if past else 0, drafts))


async def until_counted(running: Running, active_members: int) -> None:
    """Wait until inventory has recorded that count."""
    async with asyncio.timeout(30):
        while True:
            counted = await running.pool.fetchval(
                "SELECT active_members FROM inventory.demand WHERE cooperative = $1", SUNTER_AGUNG
            )
            if counted == active_members:
                return
            await asyncio.sleep(0.02)


async def parked(kkmp: Log) -> int:
    """How many facts a reaction has set aside."""
    aside = await Log(kkmp.bus, stream="KKMP_PARKED").open()
    return await aside.head()


@pytest.fixture
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """A log on which three joined and Siti left, before there was a version 2."""
    async with provisioned(log, DURABLES) as made:
        await record(made, SITI, *JOINING, *LEAVING)
        await record(made, BUDI, *JOINING)
        await record(made, ANI, *JOINING)
        yield made


@pytest.fixture
def settings(cell: Servers, tmp_path: Path) -> Settings:
    secret = tmp_path / "secret"
    write_secrets(secret, [bytes(32)])
    return Settings(
        nats_url=cell.nats_url,
        nats_monitor_url=cell.nats_monitor_url,
        postgres_dsn=cell.postgres_dsn,
        secret_file=secret,
        days=False,
    )


async def test_what_version_1_recorded_is_folded_heard_and_decided_upon_beside_version_2(
    kkmp: Log, settings: Settings
) -> None:
    async with run(membership, settings) as members, run(inventory, settings) as stocks:
        await members.runner.wait_for(await kkmp.head())
        rows = await members.pool.fetch("SELECT member, status FROM membership.member")
        assert {row["member"]: row["status"] for row in rows} == {
            SITI.id: "left",
            BUDI.id: "active",
            ANI.id: "active",
        }
        await until_counted(stocks, 2)

        asked = RecordSavingsPayment(kind=Savings.WAJIB, amount=20_000)
        payment = Payment(asked, datetime.now(UTC))
        with pytest.raises(Refused) as refused:
            await members.transactor.transact(SITI, member, payment, asked_by("pay"))
        assert refused.value.refusal is NOT_A_MEMBER

        # An instance of the version before still runs, and lets Budi go; ours lets Ani go.
        await record(kkmp, BUDI, *LEAVING)
        await until_counted(stocks, 1)
        resign = Resignation(
            ResignMember(reason="pindah domisili"), in_office=False, at=datetime.now(UTC)
        )
        await members.transactor.transact(ANI, member, resign, asked_by("resign"))
        await until_counted(stocks, 0)
        assert await parked(kkmp) == 0

    left = [
        stored.attribute("type")
        for entity in (SITI, BUDI, ANI)
        for stored in await kkmp.read(entity)
        if stored.subject.endswith(".MemberLeft")
    ]
    assert [name[-2:] for name in left] == ["v1", "v1", "v2"]
