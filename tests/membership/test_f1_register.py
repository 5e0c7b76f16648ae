"""F1: the register of cooperatives, from registration to whether they operate (DATA CONTOH)."""

import csv
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import httpx2
import pytest

from services.membership.events.cooperative import CooperativeRegistered
from services.membership.events.member import SavingsPaid
from services.membership.events.savings import Savings
from services.membership.projection import TABLES
from shared.calendar import day_of
from shared.embedded import Servers
from shared.envelope import Recorded
from shared.log import Log
from shared.tables import fold_tables
from tests.credentials import bearer
from tests.membership.door import (
    ask,
    asked,
    begin_day,
    founding,
    joined,
    open_door,
    problem,
    told,
)
from tests.membership.test_tables import recorded

SUNTER_AGUNG, PAPANGGO, WARAKAS = "31.72.02.1006", "31.72.02.1003", "31.72.02.1007"
ANCOL, LAGOA = "31.72.05.1003", "31.72.03.1003"
FOUNDED = {"effective_at": "2025-05-31T09:00:00+07:00"}
SEMBAKO = {"gerai": "sembako", "kind": "sembako", "name": "Gerai Sembako Contoh"}
PAPERS = (
    ("badan-hukum", "CONTOH-AHU-1"),
    ("nib", "9999 0000 00017"),
    ("npwp", "00.000.000.1-999.000"),
    ("akun-simkopdes", "contoh-sunter-agung"),
    ("rekening-bank", "CONTOH-00001234"),
)


@pytest.fixture(scope="module")
async def door(
    cell: Servers, kkmp: Log, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[httpx2.AsyncClient]:
    async with open_door(cell, tmp_path_factory.mktemp("membership")) as client:
        for code in (SUNTER_AGUNG, PAPANGGO, WARAKAS, ANCOL, LAGOA):
            await asked(client, "/cooperatives", **founding(code), **FOUNDED)
        yield client


async def listed(
    door: httpx2.AsyncClient,
    kkmp: Log,
    path: str,
    **query: Any,  # noqa: ANN401 - JSON
) -> list[dict[str, Any]]:
    """The items of a list that shows all that was recorded."""
    return (await told(door, path, min_position=await kkmp.head(), **query))["items"]


async def edited(
    door: httpx2.AsyncClient,
    kkmp: Log,
    code: str,
    what: str,
    **body: Any,  # noqa: ANN401 - JSON
) -> httpx2.Response:
    """Pause or resume, with the version that was seen a moment ago."""
    seen = await door.get(f"/v1/cooperatives/{code}", params={"min_position": await kkmp.head()})
    headers = {"If-Match": seen.headers["etag"]}
    return await ask(door, f"/cooperatives/{code}/{what}", body, **headers)


async def test_a_cooperative_becomes_ready_paper_by_paper(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    for count, (kind, number) in enumerate(PAPERS, 1):
        await asked(
            door,
            f"/cooperatives/{SUNTER_AGUNG}/documents",
            kind=kind,
            number=number,
            issued_on="2025-07-01",
        )
        (found,) = await listed(door, kkmp, "/readiness", region=SUNTER_AGUNG)
        assert found["percentage"] == count * 100 // 6
    without = await listed(door, kkmp, "/readiness", region="31.72.02", missing="nib")
    assert [one["code"] for one in without] == [PAPANGGO, WARAKAS]
    await asked(door, f"/cooperatives/{SUNTER_AGUNG}/gerai", **SEMBAKO, opened_on="2025-08-04")
    (found,) = await listed(door, kkmp, "/readiness", region=SUNTER_AGUNG)
    assert (found["gerai_open"], found["percentage"]) == (True, 100)


async def test_a_cooperative_shows_its_papers_and_hides_its_bank_account(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    head = await kkmp.head()
    found = await told(door, f"/cooperatives/{SUNTER_AGUNG}", min_position=head)
    papers = {one["kind"]: one for one in found["documents"]}
    assert papers["nib"] == {
        "kind": "nib",
        "number": "9999000000017",
        "issued_on": "2025-07-01",
        "valid_until": None,
        "valid": True,
    }
    assert papers["rekening-bank"]["number"] == "•••• 1234"
    assert (found["operating"], found["open_gerai"], found["version"]) == (True, 1, 7)
    (row,) = csv.DictReader(StringIO((await door.get(f"/v1/cooperatives/{SUNTER_AGUNG}.csv")).text))
    assert (row["code"], row["version"]) == (SUNTER_AGUNG, "7")


async def test_a_paper_that_runs_out_no_longer_counts_when_that_day_is_over(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    path = f"/cooperatives/{WARAKAS}/documents"
    await asked(
        door, path, kind="nib", number="9999000000025", issued_on="2025-07-01",
        valid_until="2025-09-30",
    )  # fmt: skip
    for instant, there in (
        ("2025-06-30T23:59:59+07:00", False),
        ("2025-07-01T00:00:00+07:00", True),
        ("2025-09-30T23:59:59+07:00", True),
        ("2025-10-01T00:00:00+07:00", False),
    ):
        (found,) = await listed(door, kkmp, "/readiness", region=WARAKAS, as_of=instant)
        assert found["nib"] is there, instant


async def test_a_gerai_is_open_from_its_first_day_to_the_day_before_it_is_closed(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    path = f"/cooperatives/{PAPANGGO}/gerai"
    await asked(door, path, **SEMBAKO, opened_on="2025-08-04")
    closing = {"closed_on": "2025-10-01", "reason": "Bangunan direnovasi"}
    await asked(door, f"{path}/sembako/closure", **closing)
    again = await ask(door, f"{path}/sembako/closure", closing)
    assert (again.status_code, again.json()["events"]) == (200, [])
    for instant, there in (
        ("2025-08-03T23:59:59+07:00", []),
        ("2025-08-04T00:00:00+07:00", ["sembako"]),
        ("2025-09-30T23:59:59+07:00", ["sembako"]),
        ("2025-10-01T00:00:00+07:00", []),
    ):
        found = await listed(door, kkmp, path, as_of=instant, open_only=True)
        assert [one["gerai"] for one in found] == there, instant
    await asked(door, path, **SEMBAKO, opened_on="2025-10-20")
    openings = await listed(door, kkmp, path)
    assert [(one["opened_on"], one["closed_on"]) for one in openings] == [
        ("2025-08-04", "2025-10-01"),
        ("2025-10-20", None),
    ]


async def test_the_list_of_kinds_of_gerai_is_open_and_the_sudins(
    door: httpx2.AsyncClient, kkmp: Log, cell: Servers
) -> None:
    gerai = {"gerai": "sampah", "kind": "bank-sampah", "name": "Bank Sampah Contoh"}
    gerai |= {"opened_on": "2025-09-01"}
    path = f"/cooperatives/{ANCOL}/gerai"
    answer = await ask(door, path, gerai)
    found = problem(answer, 422, "gerai_kind_unknown")
    assert "sembako" in found["detail"]
    kind = {"kind": "bank-sampah", "label": "Bank sampah"}
    board = await bearer(cell.postgres_dsn, f"pengurus:{ANCOL}")
    problem(await ask(door, "/gerai-kinds", kind, **board), 403, "role_not_allowed")
    await asked(door, "/gerai-kinds", **kind)
    await asked(door, path, **gerai)
    kinds = await listed(door, kkmp, "/gerai-kinds")
    assert len(kinds) == 8
    assert kinds[1] == {"kind": "bank-sampah", "label": "Bank sampah", "of_inpres": False}


async def test_c10_a_pause_ends_by_itself_when_a_later_day_begins(
    door: httpx2.AsyncClient, kkmp: Log, cell: Servers
) -> None:
    path = f"/cooperatives/{LAGOA}"
    today = day_of(datetime.now(UTC))  # the door's own clock refuses what is to come
    started = today - timedelta(days=3)
    await asked(door, f"{path}/gerai", **SEMBAKO, opened_on="2025-08-04")
    until = today + timedelta(days=30)
    since = f"{started}T08:00:00+07:00"
    pause = {"reason": "Bangunan terendam banjir", "until": until.isoformat()}
    await begin_day(cell, started)
    paused = await edited(door, kkmp, LAGOA, "suspension", **pause, effective_at=since)
    assert paused.status_code == 201, paused.text
    for day, why in ((started, "suspended"), (until, "suspended"), (until + timedelta(1), None)):
        await begin_day(cell, day)
        found = await listed(door, kkmp, "/not-operating", region=LAGOA)
        assert [one["why"] for one in found] == ([why] if why else [])
        shown = await told(door, path)
        assert shown["operating"] is (why is None)
        assert shown["suspended_until"] == (until.isoformat() if why else None)


async def test_who_does_not_operate_is_listed_with_the_reason(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    found = await listed(door, kkmp, "/not-operating", region="31.72.02")
    assert [(one["code"], one["why"]) for one in found] == [(WARAKAS, "no_gerai")]


async def test_a_pause_ends_when_somebody_who_saw_it_says_so(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    blind = await ask(door, f"/cooperatives/{ANCOL}/suspension", {"reason": "x", "until": "2026"})
    problem(blind, 428, "version_required")
    since, until = "2025-10-01T08:00:00+07:00", "2025-10-31"
    pause = {"reason": "Pergantian pengurus", "until": until, "effective_at": since}
    assert (await edited(door, kkmp, ANCOL, "suspension", **pause)).status_code == 201
    stale = await ask(door, f"/cooperatives/{ANCOL}/resumption", {}, **{"If-Match": '"1"'})
    problem(stale, 412, "version_mismatch")
    resumed = {"effective_at": "2025-10-20T08:00:00+07:00"}
    assert (await edited(door, kkmp, ANCOL, "resumption", **resumed)).status_code == 201
    for instant, why in (("2025-10-19T12:00:00Z", ["suspended"]), ("2025-10-21T12:00:00Z", [])):
        found = await listed(door, kkmp, "/not-operating", region=ANCOL, as_of=instant)
        assert [one["why"] for one in found] == why


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("gerai", SEMBAKO | {"gerai": "dua", "opened_on": "2999-01-01"}, "day_ahead"),
        ("gerai", SEMBAKO | {"gerai": "dua", "opened_on": "2025-05-30"}, "before_cooperative"),
        (
            "gerai",
            SEMBAKO
            | {"gerai": "dua", "opened_on": "2025-08-04", "effective_at": "2025-08-04T08:00:00"},
            "request_invalid",
        ),
        ("gerai", SEMBAKO | {"gerai": "Dua!", "opened_on": "2025-08-04"}, "request_invalid"),
        ("gerai/sembako/closure", {"closed_on": "2025-08-03", "reason": "salah"},
            "gerai_closed_before_opened"),
        ("documents", {"kind": "nib", "number": "123", "issued_on": "2025-07-01"},
            "document_number_malformed"),
        ("documents", {"kind": "npwp", "number": "3172990101900001", "issued_on": "2025-07-01"},
            "npwp_of_a_person"),
        ("documents", {"kind": "surat", "number": "123", "issued_on": "2025-07-01"},
            "request_invalid"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_and_nothing_is_recorded(
    door: httpx2.AsyncClient, kkmp: Log, path: str, body: dict[str, Any], code: str
) -> None:
    before = await kkmp.head()
    answer = await ask(door, f"/cooperatives/{SUNTER_AGUNG}/{path}", body)
    problem(answer, 422, code)
    assert await kkmp.head() == before


async def test_a_kelurahan_without_a_registered_cooperative_has_no_gerai(
    door: httpx2.AsyncClient,
) -> None:
    body = SEMBAKO | {"opened_on": "2025-08-04"}
    answer = await ask(door, "/cooperatives/31.72.04.1001/gerai", body)
    problem(answer, 404, "cooperative_not_registered")


async def test_excel_in_indonesia_opens_the_list_of_readiness_right(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    query = {"region": "31.72.02", "dialect": "excel-id", "min_position": await kkmp.head()}
    answer = await door.get("/v1/readiness.csv", params=query)
    assert answer.content.startswith(b"\xef\xbb\xbfKode;Nama;Kecamatan;Badan hukum;NIB;")
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Kode"], row["Ada gerai buka"], row["Persentase"]) for row in rows] == [
        (f'="{PAPANGGO}"', "ya", "16"),
        (f'="{SUNTER_AGUNG}"', "ya", "100"),
        (f'="{WARAKAS}"', "tidak", "0"),
    ]


async def test_c12_freshness_counts_the_days_since_somebody_reported_a_fact(
    door: httpx2.AsyncClient, kkmp: Log, cell: Servers
) -> None:
    latest = day_of(datetime.now(UTC)) + timedelta(days=90)
    await begin_day(cell, latest)
    found = await listed(door, kkmp, "/freshness")
    assert len(found) == 5
    for one in found:
        reported = day_of(datetime.fromisoformat(one["last_reported_at"]))
        assert one["silent_days"] == (latest - reported).days >= 90
    longest = max(one["silent_days"] for one in found)
    assert await listed(door, kkmp, "/freshness", silent_for_days=longest + 1) == []
    assert len(await listed(door, kkmp, "/freshness", silent_for_days=90)) == 5


def test_c12_what_a_service_concludes_itself_is_heard_and_is_no_report() -> None:
    founded = CooperativeRegistered("KKMP Sunter Agung", "Tanjung Priok", date(2025, 5, 31))
    said = recorded(founded, 1, "cooperative", "31-72-02-1006")
    paid = recorded(SavingsPaid(Savings.WAJIB, 7_000), 2)
    block = paid.stored.block.removesuffix(b"\r\n") + b"ce-authtype: system\r\n\r\n"
    concluded = Recorded(
        paid.stored._replace(block=block), paid.stored.subject.split("."), paid.data
    )
    for event, reported in ((paid, paid), (concluded, said)):
        row = fold_tables(TABLES, [said, event])["cooperative"][SUNTER_AGUNG,]
        assert row.last_heard_at == event.recorded_at
        assert row.last_reported_at == reported.recorded_at


FIGURES = (
    "jumlah_koperasi", "nib", "npwp", "anggota", "simpanan_pokok", "simpanan_wajib",
    "rat_verified", "rat_draft", "rat_belum",
)  # fmt: skip


async def test_the_figures_of_a_kecamatan_and_of_the_city_are_the_sums_of_their_kelurahan(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    for code in (SUNTER_AGUNG, SUNTER_AGUNG, ANCOL):
        who = await joined(door, code)
        await asked(door, f"/cooperatives/{code}/members/{who}/savings", kind="wajib", amount=7_000)
    levels = {
        level: await listed(door, kkmp, "/statistics/simkopdes", level=level, period=2026)
        for level in ("kelurahan", "kecamatan", "kota")
    }
    assert [len(rows) for rows in levels.values()] == [31, 6, 1]
    for level in ("kecamatan", "kota"):
        for row in levels[level]:
            below = [one for one in levels["kelurahan"] if one["code"].startswith(row["code"])]
            for name in FIGURES:
                assert row[name] == sum(one[name] for one in below), (row["code"], name)
    (city,) = levels["kota"]
    assert (city["code"], city["name"]) == ("31.72", "Kota Administrasi Jakarta Utara")
    assert [city[name] for name in FIGURES] == [5, 1, 1, 3, 150_000, 21_000, 0, 0, 5]
    assert city["nilai_transaksi"] is None


async def test_the_figures_are_had_as_csv(door: httpx2.AsyncClient, kkmp: Log) -> None:
    query = {"level": "kecamatan", "period": 2026, "min_position": await kkmp.head()}
    answer = await door.get("/v1/statistics/simkopdes.csv", params=query)
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert ["code", "name", *FIGURES, "nilai_transaksi"] == list(rows[0])
    assert [row["name"] for row in rows][:2] == ["Penjaringan", "Tanjung Priok"]
    assert rows[1]["simpanan_pokok"] == "100000"


async def test_one_sees_the_sums_of_ones_own_places_alone(
    door: httpx2.AsyncClient, cell: Servers
) -> None:
    mine = await bearer(cell.postgres_dsn, f"lurah:{ANCOL}", f"lurah:{LAGOA}")
    query = {"level": "kota", "period": 2026}
    answer = await door.get("/v1/statistics/simkopdes", params=query, headers=mine)
    (city,) = answer.json()["items"]
    assert city["jumlah_koperasi"] == 2


async def test_c14_two_cooperatives_of_one_name_stay_two_and_are_counted_by_their_codes(
    door: httpx2.AsyncClient, kkmp: Log
) -> None:
    namesakes = ("31.72.06.1001", "31.72.06.1003")
    for code in namesakes:
        body = founding(code) | {"name": "Koperasi Kelurahan Merah Putih Kelapa Gading"}
        await asked(door, "/cooperatives", **body, **FOUNDED)
    path = f"/cooperatives/{namesakes[0]}"
    nib = {"kind": "nib", "number": "9999000000033", "issued_on": "2025-07-01"}
    await asked(door, f"{path}/documents", **nib)
    await asked(door, f"{path}/gerai", **SEMBAKO, opened_on="2025-08-04")
    region = {"region": "31.72.06"}
    figures = await listed(
        door, kkmp, "/statistics/simkopdes", level="kelurahan", period=2026, **region
    )
    assert [(one["code"], one["jumlah_koperasi"], one["nib"]) for one in figures] == [
        ("31.72.06.1001", 1, 1),
        ("31.72.06.1002", 0, 0),
        ("31.72.06.1003", 1, 0),
    ]
    ready = await listed(door, kkmp, "/readiness", **region)
    assert [(one["code"], one["nib"]) for one in ready] == [
        (namesakes[0], True),
        (namesakes[1], False),
    ]
    closed = await listed(door, kkmp, "/not-operating", **region)
    assert [one["code"] for one in closed] == [namesakes[1]]
