"""One example of each current event (DATA CONTOH), and the maker of the golden files still missing.

    python -m tests.contracts.examples

A version's golden file is made while the version is current, and never written again. So when an
event gets a new version, its example here moves on and the old file stays.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

from deploy.contracts.catalogue import SERVICES
from deploy.contracts.golden import keep
from services.inventory import events as inventory
from services.training import events as training
from shared.codes import CITY
from shared.envelope import Cause
from shared.personal import person_of, seal_event
from shared.skips import OPERATIONS, OWNER, PositionSkipped, skip_of
from shared.subjects import Entity
from tests.contracts.of_membership import (
    board,
    calendar,
    cooperative,
    identity,
    member,
    person,
    policy,
    rat,
    savings,
)
from tests.contracts.of_membership.story import FOUNDED, SITI, SUNTER_AGUNG

GOLDEN = Path(__file__).parent / "golden"
KEY = bytes(range(32))
"""What the personal fields of the golden files are sealed with; it opens nothing else."""

ALERT = UUID("0197a1f0-0000-8000-8000-00000000a1e7")
LINE = UUID("0197a1f0-0000-8000-8000-000000000111")
SESSION_DAY = date(2025, 11, 4)
CAUSE = Cause(
    id=UUID("0197a1f0-0000-7000-8000-00000000000a"),
    correlation=UUID("0197a1f0-0000-7000-8000-00000000000b"),
    at=datetime(2025, 11, 4, 3, 0, tzinfo=UTC),
    recorded_at=datetime(2025, 11, 4, 3, 0, 5, tzinfo=UTC),
    authtype="user",
    authid="contoh-0001",
    fingerprint="contoh",
)


VOCABULARIES = {service.name: service.vocabulary for service, _ in SERVICES} | {OWNER: OPERATIONS}


def _city(service: str, stream: str, name: str) -> Entity:
    return Entity(service, CITY, stream, name)


CURRICULUM = _city("training", "curriculum", "kkmp-dasar-2025")
SESSION = _city("training", "session", "pembekalan-2025-11-04")
OFFICER = Entity("training", SUNTER_AGUNG, "officer", str(SITI))
RICE = _city("inventory", "commodity", "beras-medium")
PRICE = _city("inventory", "price", "beras-medium")
POLICY = _city("inventory", "policy", "adequacy")
DEMAND = Entity("inventory", SUNTER_AGUNG, "demand", "members")
STOCK = Entity("inventory", SUNTER_AGUNG, "stock", "sembako_beras-medium")

_MODULE = training.Module("dasar-perkoperasian", "Dasar perkoperasian", 4, mandatory=True)

EXAMPLES: tuple[tuple[Entity, object], ...] = (
    (
        skip_of(4711),
        PositionSkipped(4711, "9f" * 32, "operator-contoh", "ditulis tangan saat uji coba"),
    ),
    *(
        (entity, example)
        for part in (cooperative, member, savings, board, rat, person, identity, policy, calendar)
        for entity, example in part.EXAMPLES
    ),
    (
        CURRICULUM,
        training.CurriculumPublished(
            title="Pembekalan pengurus dan pengawas KKMP",
            modules=(_MODULE,),
            pass_mark=70,
            validity_months=36,
            roles=("pengurus", "pengawas"),
            from_date=FOUNDED,
        ),
    ),
    (
        SESSION,
        training.SessionScheduled(
            title="Pembekalan KKMP se-Jakarta Utara",
            curriculum=CURRICULUM.id,
            modules=(_MODULE.code,),
            topics=("penguatan kelembagaan",),
            venue="Kantor Wali Kota Jakarta Utara",
            held_on=SESSION_DAY,
            seats=62,
        ),
    ),
    (SESSION, training.ParticipantEnrolled(SUNTER_AGUNG, SITI)),
    (SESSION, training.EnrolmentWithdrawn(SUNTER_AGUNG, SITI)),
    (SESSION, training.AttendanceRecorded(SUNTER_AGUNG, SITI, SESSION_DAY)),
    (
        OFFICER,
        training.TrainingNeedIdentified(
            "sekretaris", _MODULE.code, CURRICULUM.id, date(2025, 11, 30), 42
        ),
    ),
    (OFFICER, training.TrainingNeedWithdrawn("sekretaris", _MODULE.code, 42)),
    (OFFICER, training.SeatLeft("sekretaris", 99)),
    (OFFICER, training.AssessmentRecorded(SESSION.id, 85)),
    (
        OFFICER,
        training.TrainingCompleted(
            SESSION.id, CURRICULUM.id, ("sekretaris",), (_MODULE.code,), SESSION_DAY
        ),
    ),
    (
        OFFICER,
        training.CertificateIssued(
            number="CONTOH-1",
            session=SESSION.id,
            curriculum=CURRICULUM.id,
            modules=(_MODULE.code,),
            seats=("sekretaris",),
            valid_from=SESSION_DAY,
            valid_until=date(2028, 11, 4),
        ),
    ),
    (
        RICE,
        inventory.CommodityDefined("Beras medium", "medium", "g", "kg", 79_000, "contoh"),
    ),
    (
        PRICE,
        inventory.PriceReferencePublished(
            kind="HET",
            unit="kg",
            minimum=None,
            maximum=12_500,
            valid_from=date(2024, 6, 5),
            valid_until=None,
            legal="contoh",
            source="contoh",
            zone="1",
        ),
    ),
    (POLICY, inventory.AdequacyPolicySet(4, 25, 7, 3, 60)),
    (DEMAND, inventory.DemandModelUpdated(175, 420)),
    (
        STOCK,
        inventory.GoodsReceived(
            line=LINE,
            quantity=50_000,
            supplier="pemasok contoh",
            lot="CONTOH-7",
            unit_cost=11_800,
            expires_on=date(2026, 5, 4),
            received_on=SESSION_DAY,
        ),
    ),
    (STOCK, inventory.GoodsSold(LINE, 3_000, 13_000, SESSION_DAY)),
    (STOCK, inventory.StockCounted(LINE, 46_500, SESSION_DAY)),
    (
        STOCK,
        inventory.PriceCeilingBreached(LINE, "HET", 13_000, 12_500, 500, "contoh", SESSION_DAY),
    ),
    (
        STOCK,
        inventory.StockLow(
            alert=ALERT,
            on_hand=47_000,
            daily_demand=37_555,
            cover_tenths=12,
            threshold_days=7,
            reason="cover_below_threshold",
            active_members=175,
            policy_version=1,
        ),
    ),
    (
        STOCK,
        inventory.StockRecovered(
            alert=ALERT,
            on_hand=447_000,
            daily_demand=37_555,
            cover_tenths=119,
            threshold_days=10,
            active_members=175,
            policy_version=1,
        ),
    ),
)


def main() -> None:
    """Make what is missing, and say what it was."""
    for entity, said in EXAMPLES:
        event_id = CAUSE.event_id(entity, 0)
        person = person_of(said, entity.id)
        sealed = seal_event(said, KEY, str(event_id), entity.place, person)
        draft = VOCABULARIES[entity.service].draft(entity, sealed, CAUSE, index=0, version=1)
        if (made := keep(GOLDEN, draft)) is not None:
            print(made.name)


if __name__ == "__main__":
    main()
