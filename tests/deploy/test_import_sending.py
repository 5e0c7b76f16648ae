"""Each line is sent until it is answered, under one key, and what is said about it names nobody."""

import asyncio
import csv
import json
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from deploy.importing import client
from deploy.importing.members import Job, run
from services.membership.explanations import EXPLANATIONS

ROOT = Path(__file__).parents[2]
CODE = "31.72.02.1006"
PROBLEM = "application/problem+json"
HEADER = "nama;NIK;telepon;tanggal masuk;pokok"
SITI = "Siti Kenari;3172994101900001;0812-0000-0001;3 Mei 2025;50.000"
BUDI = "Budi Contoh;;;3 Mei 2025;50.000"

type Answer = Callable[[str, int], web.Response | None]
"""What a line's key is answered at its first, second … time; None: the connection is cut."""


def receipt(**said: Any) -> web.Response:  # noqa: ANN401 - JSON
    told = {"position": 7, "events": ["0197a100-0000-7000-8000-000000000000"], "repeated": False}
    return web.json_response(told | said, status=201)


def problem(status: int, code: str, detail: str = "", **more: Any) -> web.Response:  # noqa: ANN401 - JSON
    body = {"status": status, "code": code, "detail": detail, **more}
    return web.json_response(body, status=status, content_type=PROBLEM)


@dataclass
class StandIn:
    """A door that answers as it is told, and remembers what it was asked."""

    url: str = ""
    service: str = "membership"
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list[Any])


@asynccontextmanager
async def standing_in(answer: Answer, service: str = "membership") -> AsyncGenerator[StandIn]:
    door = StandIn(service=service)

    async def post(request: web.Request) -> web.Response:
        assert request.headers["Accept-Language"] == "id"
        key = request.headers["Idempotency-Key"]
        door.asked.append((key, request.path_qs, await request.json()))
        found = answer(key, sum(one[0] == key for one in door.asked))
        if found is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return found

    async def readyz(_: web.Request) -> web.Response:
        return web.json_response({"ready": True, "service": door.service})

    app = web.Application()
    app.add_routes([web.post("/v1/{path:.*}", post), web.get("/readyz", readyz)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    door.url = site.name
    try:
        yield door
    finally:
        for _ in range(10):  # one who connects while the door is shut would be left with a socket
            await asyncio.sleep(0)
        await runner.cleanup()


def job(door: StandIn, *lines: str, report: Path | None = None, dry_run: bool = False) -> Job:
    content = "\n".join([HEADER, *lines]).encode()
    return Job(content, door.url, "kkmp_key", CODE, dry_run, report, as_json=True)


async def imported(job: Job) -> int:
    return await asyncio.to_thread(run, job)


def rows(report: Path) -> list[dict[str, str]]:
    with report.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


async def test_a_busy_door_is_asked_again_under_the_same_key_until_it_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(key: str, times: int) -> web.Response | None:
        match times:
            case 1:
                return None
            case 2:
                return problem(503, "log_unreachable")
            case 3:
                return problem(409, "request_running")
            case 4:
                return web.Response(status=429, headers={"Retry-After": "0"})
            case 5:
                return web.Response(status=502, text="<html>")
            case _:
                return receipt()

    async with standing_in(answer) as door:
        report = tmp_path / "laporan.csv"
        assert await imported(job(door, SITI, BUDI, report=report)) == 0
    assert len({key for key, _, _ in door.asked}) == 2
    assert len({json.dumps(body) for _, _, body in door.asked}) == 2
    found = json.loads(capsys.readouterr().out)
    assert (found["read"], found["loaded"], found["refused"], found["incomplete"]) == (2, 2, 0, 2)
    siti, budi = rows(report)
    assert siti["keterangan"] == "dimuat, data belum lengkap: tanggal lahir, alamat"
    assert budi["keterangan"] == ("dimuat, data belum lengkap: NIK, telepon, tanggal lahir, alamat")


async def test_what_the_door_refuses_is_told_in_its_words_but_never_with_personal_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "laporan.csv"
    findings = [{"pointer": "#/phone", "detail": "Paling banyak 32 karakter."}]

    def answer(key: str, times: int) -> web.Response:
        match len(door.asked):
            case 1:
                return problem(409, "seat_taken", "Sudah ada SITI KENARI di sini.")
            case 2:
                return problem(409, "applicant_too_young", "Anggota paling muda 17 tahun.")
            case _:
                return problem(422, "request_invalid", "Lihat errors.", errors=findings)

    async with standing_in(answer) as door:
        assert await imported(job(door, SITI, report=report)) == 1
        (first,) = rows(report)
        assert await imported(job(door, SITI, report=report)) == 1
        (second,) = rows(report)
        assert await imported(job(door, SITI, "Ani;;;kemarin", report=report)) == 1
        third, fourth = rows(report)
    taken, young = EXPLANATIONS["seat_taken"], EXPLANATIONS["applicant_too_young"]
    assert first == {
        "nomor_baris": "2",
        "hasil": "ditolak",
        "kode": "seat_taken",
        "keterangan": f"{taken.cause_id} {taken.remedy_id}",
    }
    assert second["keterangan"] == f"Anggota paling muda 17 tahun. {young.remedy_id}"
    assert third["keterangan"].startswith("telepon: Paling banyak 32 karakter. ")
    assert (fourth["nomor_baris"], fourth["kode"]) == ("3", "date_malformed")
    out, errors = capsys.readouterr()
    for personal in ("Kenari", "317299", "0812", "Ani", "kkmp_key"):
        assert personal not in out + errors + report.read_text()
    assert json.loads(out.splitlines()[-1])["by_code"] == {
        "date_malformed": 1,
        "request_invalid": 1,
    }


async def test_a_line_that_is_there_is_told_apart_from_one_that_is_only_tried(
    tmp_path: Path,
) -> None:
    report = tmp_path / "laporan.csv"

    def answer(key: str, times: int) -> web.Response:
        return receipt(repeated=True) if len(door.asked) % 2 else receipt(dry_run=True, events=[])

    async with standing_in(answer) as door:
        assert await imported(job(door, SITI, BUDI, report=report, dry_run=True)) == 0
    assert sorted(row["hasil"] for row in rows(report)) == ["diperiksa", "sudah_ada"]
    assert {path.partition("?")[2] for _, path, _ in door.asked} == {"dry_run=true"}


@pytest.mark.parametrize(
    ("status", "code", "ended"),
    [(401, "credential_refused", 2), (403, "role_not_allowed", 2), (404, "not_found", 2),
     (507, "log_refused", 5), (302, "", 2)],
)  # fmt: skip
async def test_what_no_line_can_mend_ends_the_import_at_once(
    status: int, code: str, ended: int, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"Warga {n:03};;;{n % 28 + 1}/6/2025" for n in range(300)]
    async with standing_in(lambda _, __: problem(status, code, "Tidak.")) as door:
        assert await imported(job(door, *lines)) == ended
    assert len(door.asked) < 100
    said = capsys.readouterr()
    assert said.out == ""
    assert "jalankan lagi perintah yang sama" in said.err


async def test_a_door_that_stays_away_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(client, "PATIENCE_SECONDS", 0.5)
    async with standing_in(lambda _, __: None) as door:
        assert await imported(job(door, SITI)) == 5
    assert await imported(job(door, SITI)) == 5  # nobody listens there any more
    assert "tidak menjawab" in capsys.readouterr().err


async def test_another_service_at_the_address_is_sent_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with standing_in(lambda _, __: receipt(), "training") as door:
        assert await imported(job(door, SITI)) == 2
    assert door.asked == []
    assert "bukan layanan keanggotaan" in capsys.readouterr().err


async def test_ctrl_c_says_how_to_go_on(tmp_path: Path) -> None:
    file = tmp_path / "anggota.csv"
    file.write_text("\n".join([HEADER, *(f"Warga {n};;;1/6/2025" for n in range(5000))]))
    asked = asyncio.Event()

    def answer(key: str, times: int) -> web.Response:
        asked.set()
        return receipt()

    async with standing_in(answer) as door:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy", "import", "members", file),
            *("--to", door.url, "--cooperative", CODE),
            cwd=ROOT,
            env={"KKMP_KEY": "kkmp_key", "PATH": ""},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=partial(
                signal.signal, signal.SIGINT, signal.SIG_DFL
            ),  # as a terminal has it
        )
        await asyncio.wait_for(asked.wait(), 60)
        process.send_signal(signal.SIGINT)
        said, errors = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, said) == (130, b"")
    assert "dihentikan" in errors.decode()
    assert "jalankan lagi perintah yang sama" in errors.decode()
    assert "Traceback" not in errors.decode()
