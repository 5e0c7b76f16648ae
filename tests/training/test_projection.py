"""The tables of training, folded without a database."""

from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training import projection
from services.training.commands import IdentifyNeeds, OfficerCommand, Published, WithdrawNeeds
from services.training.domain.officer import officer
from services.training.events import (
    AssessmentRecorded,
    AttendanceRecorded,
    CertificateIssued,
    CurriculumPublished,
    EnrolmentWithdrawn,
    Event,
    Module,
    OfficerEvent,
    ParticipantEnrolled,
    SeatLeft,
    SessionScheduled,
    TrainingCompleted,
    TrainingNeedIdentified,
    TrainingNeedWithdrawn,
)
from services.training.projection import (
    TABLES,
    CertificateModuleRow,
    CertificateRow,
    CertificateSeatRow,
    CurriculumModuleRow,
    CurriculumRoleRow,
    CurriculumRow,
    NeedRow,
    ParticipantRow,
    SeatRow,
    SessionModuleRow,
    SessionRow,
    SessionTopicRow,
)
from services.training.upstream import OfficerAppointed, OfficerAppointmentEnded
from shared.codes import CITY
from shared.envelope import Recorded, Stored
from shared.tables import Rows, Table, fold_tables

SUNTER_AGUNG = "31.72.02.1006"
SITI = UUID("0197a1f0-0000-7000-8000-000000000001")
BUDI = UUID("0197a1f0-0000-7000-8000-000000000002")
SESSION = "ruang-bahari-2025-11-04"
HELD_ON = date(2025, 11, 4)
DUE_ON = date(2025, 12, 30)
NOW = datetime(2025, 11, 4, 2, tzinfo=UTC)
CURRICULUM = CurriculumPublished(
    title="Pengurus dan pengawas KKMP",
    modules=(
        Module("dasar-perkoperasian", "Dasar perkoperasian", 4, mandatory=False),
        Module("penguatan-permodalan", "Penguatan permodalan", 3, mandatory=True),
    ),
    pass_mark=70,
    validity_months=36,
    roles=("pengurus",),
    from_date=date(2025, 10, 1),
)
SCHEDULED = SessionScheduled(
    title="Peningkatan kapasitas pengurus",
    curriculum="kkmp-2025",
    modules=("penguatan-permodalan", "dasar-perkoperasian"),
    topics=("permodalan",),
    venue="Ruang Bahari",
    held_on=HELD_ON,
    seats=62,
)
COMPLETED = TrainingCompleted(
    SESSION,
    "kkmp-2025",
    ("sekretaris",),
    ("penguatan-permodalan", "dasar-perkoperasian"),
    HELD_ON,
)
ISSUED = CertificateIssued(
    number="KKMP-PLT-2025-157HG-7J34T",
    session=SESSION,
    curriculum="kkmp-2025",
    modules=("penguatan-permodalan",),
    seats=("sekretaris",),
    valid_from=HELD_ON,
    valid_until=date(2028, 11, 4),
)
NEED = TrainingNeedIdentified("sekretaris", "penguatan-permodalan", "kkmp-2025", DUE_ON, 10)
WITHDRAWN = TrainingNeedWithdrawn("sekretaris", "penguatan-permodalan", 10)


def recorded(
    position: int, service: str, place: str, stream: str, entity: str, data: object
) -> Recorded:
    tokens = ["kkmp", service, *place.split("."), stream, entity, type(data).__name__]
    block = f"NATS/1.0\r\nce-time: {NOW.isoformat()}\r\n\r\n".encode()
    return Recorded(Stored(position, ".".join(tokens), block, b""), tokens, data)


def of_curriculum(data: Event) -> Recorded:
    return recorded(1, "training", CITY, "curriculum", "kkmp-2025", data)


def of_session(data: Event) -> Recorded:
    return recorded(2, "training", CITY, "session", SESSION, data)


def of_siti(data: Event) -> Recorded:
    return recorded(3, "training", SUNTER_AGUNG, "officer", str(SITI), data)


def of_board(position: int, data: OfficerAppointed | OfficerAppointmentEnded) -> Recorded:
    return recorded(position, "membership", SUNTER_AGUNG, "board", "31-72-02-1006", data)


def rows(name: str, *events: Recorded) -> list[Any]:
    return list(fold_tables(TABLES, events)[name].values())


def appointed(person: UUID) -> OfficerAppointed:
    return OfficerAppointed("sekretaris", person, "pengurus", date(2025, 5, 31))


def seat_of(person: UUID, position: int) -> SeatRow:
    return SeatRow(
        SUNTER_AGUNG,
        "sekretaris",
        person,
        "pengurus",
        date(2025, 5, 31),
        position,
    )


def need_row(**what: object) -> NeedRow:
    told: dict[str, Any] = {"due_on": DUE_ON, "appointed_at_position": 10, **what}
    return NeedRow(SUNTER_AGUNG, "sekretaris", SITI, "penguatan-permodalan", "kkmp-2025", **told)


def test_a_published_curriculum_is_listed_with_its_modules_and_roles() -> None:
    published = of_curriculum(CURRICULUM)
    assert rows("curriculum", published) == [
        CurriculumRow("kkmp-2025", "Pengurus dan pengawas KKMP", 70, 36, date(2025, 10, 1))
    ]
    assert rows("curriculum_module", published) == [
        CurriculumModuleRow(
            "kkmp-2025", "dasar-perkoperasian", 0, "Dasar perkoperasian", 4, mandatory=False
        ),
        CurriculumModuleRow(
            "kkmp-2025", "penguatan-permodalan", 1, "Penguatan permodalan", 3, mandatory=True
        ),
    ]
    assert rows("curriculum_role", published) == [CurriculumRoleRow("kkmp-2025", "pengurus")]


def test_a_seat_is_held_by_whom_membership_names() -> None:
    assert rows("seat_training", of_board(10, appointed(SITI))) == [seat_of(SITI, 10)]


def test_a_seat_that_is_left_is_nobodys() -> None:
    left = of_board(20, OfficerAppointmentEnded("sekretaris", SITI))
    assert rows("seat_training", of_board(10, appointed(SITI)), left) == []


def test_an_end_that_comes_after_the_successor_does_not_unseat_them() -> None:
    left = of_board(30, OfficerAppointmentEnded("sekretaris", SITI))
    history = [of_board(10, appointed(SITI)), of_board(20, appointed(BUDI)), left]
    assert rows("seat_training", *history) == [seat_of(BUDI, 20)]


def test_a_need_is_open_until_it_is_met() -> None:
    assert rows("need", of_siti(NEED)) == [need_row()]
    assert rows("need", of_siti(NEED), of_siti(COMPLETED)) == [
        need_row(met_on=HELD_ON, met_in=SESSION)
    ]


def test_a_need_met_once_keeps_the_day_on_which_it_was_met() -> None:
    again = TrainingCompleted(
        "sesi-2", "kkmp-2025", ("sekretaris",), COMPLETED.modules, date(2026, 11, 4)
    )
    assert rows("need", of_siti(NEED), of_siti(COMPLETED), of_siti(again)) == [
        need_row(met_on=HELD_ON, met_in=SESSION)
    ]


def test_a_withdrawn_need_is_open_no_longer_and_never_met() -> None:
    history = [of_siti(NEED), of_siti(WITHDRAWN), of_siti(COMPLETED)]
    assert rows("need", *history) == [need_row(withdrawn_at=NOW)]


def test_a_second_term_opens_the_need_anew() -> None:
    second = TrainingNeedIdentified(
        "sekretaris", "penguatan-permodalan", "kkmp-2025", date(2026, 8, 29), 30
    )
    history = [of_siti(NEED), of_siti(WITHDRAWN), of_siti(second), of_siti(WITHDRAWN)]
    assert rows("need", *history) == [need_row(due_on=date(2026, 8, 29), appointed_at_position=30)]


def test_a_module_that_is_not_owed_makes_no_need() -> None:
    assert rows("need", of_siti(COMPLETED)) == []


def test_a_session_counts_who_is_enrolled_and_who_came() -> None:
    history = [
        of_session(SCHEDULED),
        of_session(ParticipantEnrolled(SUNTER_AGUNG, SITI)),
        of_session(ParticipantEnrolled(SUNTER_AGUNG, BUDI)),
        of_session(AttendanceRecorded(SUNTER_AGUNG, SITI, HELD_ON)),
    ]
    assert rows("session", *history) == [
        SessionRow(
            session=SESSION,
            title="Peningkatan kapasitas pengurus",
            curriculum="kkmp-2025",
            venue="Ruang Bahari",
            held_on=HELD_ON,
            seats=62,
            enrolled=2,
            attended=1,
        )
    ]


def test_x2_a_seat_that_was_freed_is_nobodys() -> None:
    history = [
        of_session(SCHEDULED),
        of_session(ParticipantEnrolled(SUNTER_AGUNG, SITI)),
        of_session(EnrolmentWithdrawn(SUNTER_AGUNG, SITI)),
    ]
    assert [row.enrolled for row in rows("session", *history)] == [0]
    assert rows("participant", *history) == []


def test_a_session_lists_its_modules_and_topics_in_order() -> None:
    assert rows("session_module", of_session(SCHEDULED)) == [
        SessionModuleRow(SESSION, 0, "penguatan-permodalan"),
        SessionModuleRow(SESSION, 1, "dasar-perkoperasian"),
    ]
    assert rows("session_topic", of_session(SCHEDULED)) == [
        SessionTopicRow(SESSION, 0, "permodalan")
    ]


def test_a_participant_is_followed_from_the_seat_to_the_certificate() -> None:
    enrolled = of_session(ParticipantEnrolled(SUNTER_AGUNG, SITI))
    assert rows("participant", enrolled) == [ParticipantRow(SESSION, SUNTER_AGUNG, SITI, NOW)]
    history = [
        of_session(AttendanceRecorded(SUNTER_AGUNG, SITI, HELD_ON)),
        of_siti(AssessmentRecorded(SESSION, 55)),
        of_siti(AssessmentRecorded(SESSION, 82)),
        of_siti(COMPLETED),
        of_siti(ISSUED),
    ]
    assert rows("participant", enrolled, *history) == [
        ParticipantRow(
            session=SESSION,
            cooperative=SUNTER_AGUNG,
            person=SITI,
            enrolled_at=NOW,
            attended_on=HELD_ON,
            attempts=2,
            score=82,
            completed_on=HELD_ON,
            certificate="KKMP-PLT-2025-157HG-7J34T",
        )
    ]


def test_a_certificate_is_found_by_its_number() -> None:
    number = "KKMP-PLT-2025-157HG-7J34T"
    assert rows("certificate", of_siti(ISSUED)) == [
        CertificateRow(number, SUNTER_AGUNG, SITI, SESSION, "kkmp-2025", HELD_ON, date(2028, 11, 4))
    ]
    assert rows("certificate_module", of_siti(ISSUED)) == [
        CertificateModuleRow(number, "penguatan-permodalan")
    ]
    assert rows("certificate_seat", of_siti(ISSUED)) == [CertificateSeatRow(number, "sekretaris")]


def test_leaving_a_seat_alone_changes_no_row() -> None:
    folded = fold_tables(TABLES, [of_siti(SeatLeft("sekretaris", 20))])
    assert not any(folded.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_in_the_schema_with_its_columns_and_its_key(table: Table[Any]) -> None:
    sql = (Path(projection.__file__).parent / "schema.sql").read_text()
    body = sql.split(f"CREATE TABLE {table.name} (\n")[1].split("\n);")[0]
    lines = [line.strip().rstrip(",") for line in body.splitlines()]
    columns = [line.split()[0] for line in lines if not line.startswith("PRIMARY KEY")]
    assert columns == [field.name for field in fields(table.row)]
    assert columns[: len(table.key)] == list(table.key)
    key = ", ".join(table.key)
    assert f"PRIMARY KEY ({key})" in lines or lines[0] == f"{key} text PRIMARY KEY"


TERMS: list[OfficerCommand] = [
    IdentifyNeeds(
        "sekretaris",
        "pengurus",
        date(2025, 10, 1),
        10,
        (Published("kkmp-2025", CURRICULUM),),
    ),
    WithdrawNeeds("sekretaris", 20),
    IdentifyNeeds(
        "sekretaris",
        "pengurus",
        date(2026, 10, 1),
        30,
        (Published("kkmp-2025", CURRICULUM),),
    ),
]


@given(st.permutations([*TERMS, *TERMS]))
def test_the_open_needs_of_the_table_are_those_of_the_record(heard: list[OfficerCommand]) -> None:
    history: list[OfficerEvent] = []
    for command in heard:
        history += officer.decide(command, officer.fold(history))
    folded: Rows = {}
    projection.need.fold(projection.need.touches([of_siti(event) for event in history]), folded)
    still_owed = [
        (row.seat, row.module, row.appointed_at_position)
        for row in folded.values()
        if row.met_on is None and row.withdrawn_at is None
    ]
    record = officer.fold(history)
    assert still_owed == [
        (need.seat, need.module, need.appointed_at_position) for need in record.needs
    ]
    assert still_owed == [("sekretaris", "penguatan-permodalan", 30)]
