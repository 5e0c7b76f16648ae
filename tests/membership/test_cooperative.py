"""The rules of the register of cooperatives, their papers, and their pauses."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.membership.commands.cooperative import (
    LegalDocument,
    OpenGerai,
    RecordLegalDocument,
    RegisterCooperative,
    Registration,
    Resumption,
    SuspendOperation,
    Suspension,
)
from services.membership.domain.cooperative import (
    BEFORE_COOPERATIVE,
    DAY_AHEAD,
    LONGEST_PAUSE,
    NOT_REGISTERED,
    REGISTERED_OTHERWISE,
    SUSPENSION_OVER,
    SUSPENSION_TOO_LONG,
    UNKNOWN_KELURAHAN,
    cooperative,
)
from services.membership.domain.documents import (
    DOCUMENT_BACKWARDS,
    NPWP_OF_A_PERSON,
    NUMBER_MALFORMED,
)
from services.membership.domain.territory import KECAMATAN, KELURAHAN, KOTA
from services.membership.events.cooperative import (
    CooperativeRegistered,
    DocumentKind,
    LegalDocumentRecorded,
    OperationResumed,
    OperationSuspended,
)
from services.membership.projection import TABLES
from shared.tables import fold_tables
from shared.testing.scenario import Scenario
from tests.membership.test_tables import BOARD
from tests.membership.test_tables import recorded as of_register

FOUNDED = date(2025, 5, 31)
BEFORE = FOUNDED - timedelta(days=1)
JULY = date(2025, 7, 1)
TODAY = date(2025, 11, 4)
ASKED = RegisterCooperative(
    code="31.72.02.1006",
    name="Koperasi Kelurahan Merah Putih Sunter Agung",
    founded_on=FOUNDED,
)
REGISTERED = CooperativeRegistered(ASKED.name, "Tanjung Priok", FOUNDED)
NIB = "9999000000017"
sunter_agung = Scenario(cooperative)
registered = sunter_agung.given(REGISTERED)


def registration(**otherwise: object) -> Registration:
    return Registration(ASKED.model_copy(update=otherwise), TODAY)


def document(
    kind: DocumentKind = DocumentKind.NIB,
    number: str = NIB,
    issued_on: date = JULY,
    valid_until: date | None = None,
    today: date = TODAY,
) -> LegalDocument:
    asked = RecordLegalDocument(
        kind=kind, number=number, issued_on=issued_on, valid_until=valid_until
    )
    return LegalDocument(asked, today)


def recorded(
    kind: DocumentKind = DocumentKind.NIB, number: str = NIB, issued_on: date = JULY
) -> LegalDocumentRecorded:
    return LegalDocumentRecorded(kind, number, issued_on)


def pause(until: date, today: date = TODAY, reason: str = "banjir") -> Suspension:
    return Suspension(SuspendOperation(reason=reason, until=until), today)


def paused(until: date, since: date = TODAY) -> OperationSuspended:
    return OperationSuspended(since, until, "banjir")


def test_a_cooperative_is_registered_in_the_kecamatan_of_its_kelurahan() -> None:
    sunter_agung.when(registration()).then(REGISTERED)


def test_registering_twice_changes_nothing() -> None:
    registered.when(registration()).then()


@pytest.mark.parametrize(
    "otherwise", [{"name": "Koperasi Sunter Agung"}, {"founded_on": date(2025, 6, 1)}]
)
def test_a_second_entry_with_other_data_is_refused(otherwise: dict[str, object]) -> None:
    registered.when(registration(**otherwise)).then_refused(REGISTERED_OTHERWISE)


@pytest.mark.parametrize("code", ["31.72.02.1099", "31.71.02.1006"])
def test_a_kelurahan_that_is_not_of_jakarta_utara_is_refused(code: str) -> None:
    sunter_agung.when(registration(code=code)).then_refused(UNKNOWN_KELURAHAN)


def test_a_cooperative_is_not_founded_in_the_future() -> None:
    tomorrow = registration(founded_on=TODAY + timedelta(days=1))
    sunter_agung.when(tomorrow).then_refused(DAY_AHEAD)
    sunter_agung.when(registration(founded_on=TODAY)).then(
        CooperativeRegistered(ASKED.name, "Tanjung Priok", TODAY)
    )


def test_jakarta_utara_has_thirty_one_kelurahan_in_six_kecamatan() -> None:
    assert len(KELURAHAN) == 31
    assert {code[:8] for code in KELURAHAN} == set(KECAMATAN)
    assert {code[:5] for code in KELURAHAN} == set(KOTA)


def test_a_document_is_recorded() -> None:
    registered.when(document()).then(recorded())


def test_recording_a_document_twice_changes_nothing() -> None:
    registered.given(recorded()).when(document()).then()


def test_a_new_number_of_a_kind_is_a_new_fact_and_the_old_one_no_longer_holds() -> None:
    renewed = registered.given(recorded(), recorded(number="9999000000025"))
    renewed.when(document(number="9999000000025")).then()
    renewed.when(document()).then(recorded())


def test_a_document_that_was_withdrawn_is_recorded_with_its_last_day() -> None:
    withdrawn = LegalDocumentRecorded(DocumentKind.NIB, NIB, JULY, TODAY)
    registered.given(recorded()).when(document(valid_until=TODAY)).then(withdrawn)


def test_bank_accounts_stand_side_by_side() -> None:
    kind = DocumentKind.REKENING_BANK
    both = registered.given(recorded(kind, "CONTOH-1"), recorded(kind, "CONTOH-2"))
    both.when(document(kind, "CONTOH-1")).then()
    both.when(document(kind, "CONTOH-2")).then()


@pytest.mark.parametrize(
    ("kind", "written", "number"),
    [
        (DocumentKind.NIB, "9999 0000 00017", NIB),
        (DocumentKind.NPWP, "00.000.000.1-999.000", "000000001999000"),
        (DocumentKind.NPWP, "0000 0000 0199 9000", "0000000001999000"),
        (DocumentKind.NPWP, "1000000000000017", "1000000000000017"),
        (DocumentKind.AKTA, "CONTOH-12/2025", "CONTOH-12/2025"),
    ],
)
def test_numbers_of_nib_and_npwp_are_kept_as_digits_and_others_as_written(
    kind: DocumentKind, written: str, number: str
) -> None:
    registered.when(document(kind, written)).then(recorded(kind, number))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (DocumentKind.NIB, "999900000001"),
        (DocumentKind.NIB, "99990000000172"),
        (DocumentKind.NIB, "99990000000I7"),
        (DocumentKind.NIB, "99990000000\u06617"),
        (DocumentKind.NPWP, "00000000199900"),
        (DocumentKind.NPWP, "00000000019990000"),
    ],
)
def test_a_number_that_has_not_its_form_is_refused(kind: DocumentKind, number: str) -> None:
    registered.when(document(kind, number)).then_refused(NUMBER_MALFORMED)


@given(
    st.sampled_from(["11", "31", "64", "94", "99"]),
    st.text(st.sampled_from("0123456789"), min_size=14, max_size=14),
)
def test_the_identity_number_of_a_person_is_not_taken_for_the_tax_number_of_a_cooperative(
    province: str, rest: str
) -> None:
    asked = document(DocumentKind.NPWP, province + rest)
    registered.when(asked).then_refused(NPWP_OF_A_PERSON)


def test_a_document_does_not_run_out_before_it_was_issued() -> None:
    until = JULY - timedelta(days=1)
    registered.when(document(valid_until=until)).then_refused(DOCUMENT_BACKWARDS)
    registered.when(document(valid_until=JULY)).then(
        LegalDocumentRecorded(DocumentKind.NIB, NIB, JULY, JULY)
    )


def test_a_document_is_not_issued_in_the_future() -> None:
    registered.when(document(issued_on=TODAY + timedelta(days=1))).then_refused(DAY_AHEAD)


def test_only_papers_of_an_older_cooperative_are_older_than_the_cooperative() -> None:
    registered.when(document(DocumentKind.AKTA, "CONTOH", BEFORE)).then(
        recorded(DocumentKind.AKTA, "CONTOH", BEFORE)
    )
    account = document(DocumentKind.AKUN_SIMKOPDES, "CONTOH", BEFORE)
    registered.when(account).then_refused(BEFORE_COOPERATIVE)
    early = document(issued_on=BEFORE, today=BEFORE)
    registered.when(early).then_refused(BEFORE_COOPERATIVE)


def test_a_pause_has_a_last_day() -> None:
    until = TODAY + timedelta(days=30)
    registered.when(pause(until)).then(paused(until))
    registered.when(pause(TODAY)).then(paused(TODAY))
    registered.when(pause(TODAY - timedelta(days=1))).then_refused(SUSPENSION_OVER)


def test_a_pause_is_not_set_for_ever() -> None:
    longest = TODAY + LONGEST_PAUSE
    registered.when(pause(longest)).then(paused(longest))
    registered.when(pause(longest + timedelta(days=1))).then_refused(SUSPENSION_TOO_LONG)


def test_pausing_twice_changes_nothing_and_with_another_day_prolongs() -> None:
    until, longer = TODAY + timedelta(days=30), TODAY + timedelta(days=60)
    in_pause = registered.given(paused(until))
    in_pause.when(pause(until, today=until)).then()
    in_pause.when(pause(longer, today=until)).then(paused(longer, since=until))


def test_nothing_pauses_before_the_cooperative_was_founded() -> None:
    registered.when(pause(TODAY, today=BEFORE)).then_refused(BEFORE_COOPERATIVE)


def test_a_pause_can_end_before_its_last_day() -> None:
    in_pause = registered.given(paused(TODAY))
    in_pause.when(Resumption(TODAY)).then(OperationResumed(TODAY))


def test_resuming_twice_changes_nothing() -> None:
    resumed = registered.given(paused(TODAY), OperationResumed(TODAY))
    resumed.when(Resumption(TODAY)).then()
    registered.when(Resumption(TODAY)).then()


def test_c10_a_pause_that_ended_by_itself_needs_no_resumption() -> None:
    in_pause = registered.given(paused(TODAY))
    in_pause.when(Resumption(TODAY + timedelta(days=1))).then()


def test_a_pause_that_is_recorded_late_does_not_end_the_one_that_runs() -> None:
    in_pause = registered.given(paused(TODAY))
    earlier = paused(JULY, since=JULY)
    in_pause.when(pause(JULY, today=JULY)).then(earlier)
    in_pause.given(earlier).when(Resumption(JULY)).then()
    in_pause.given(earlier).when(Resumption(TODAY)).then(OperationResumed(TODAY))


@given(st.permutations([paused(TODAY), paused(JULY, since=JULY), OperationResumed(JULY)]))
def test_c10_pauses_that_are_heard_in_any_order_leave_the_one_that_runs(
    said: list[OperationSuspended | OperationResumed],
) -> None:
    registered.given(*said).when(pause(TODAY)).then()
    heard = [
        of_register(event, number, "cooperative", BOARD)
        for number, event in enumerate([REGISTERED, *said], 1)
    ]
    row = fold_tables(TABLES, heard)["cooperative"][ASKED.code,]
    assert (row.suspended_since, row.suspended_until) == (TODAY, TODAY)


@pytest.mark.parametrize("asked", [document(), pause(TODAY), Resumption(TODAY)])
def test_a_cooperative_must_be_registered_first(
    asked: LegalDocument | Suspension | Resumption,
) -> None:
    sunter_agung.when(asked).then_refused(NOT_REGISTERED)


@pytest.mark.parametrize("name", ["\u202eKKMP", "KKMP\x1b[31m", "KKMP\nAncol"])
def test_a_name_holds_nothing_that_is_not_seen(name: str) -> None:
    with pytest.raises(ValidationError):
        RegisterCooperative(code="31.72.02.1006", name=name, founded_on=date(2025, 5, 31))
    with pytest.raises(ValidationError):
        OpenGerai(gerai="sembako", kind="sembako", name=name, opened_on=date(2025, 8, 4))
