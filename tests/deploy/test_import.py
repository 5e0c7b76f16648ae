"""`kkmp import` as a person runs it: what is wrong with the command is said before all else."""

from io import StringIO
from pathlib import Path
from typing import override

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.importing.columns import template
from deploy.importing.members import report_to
from deploy.importing.progress import Progress
from deploy.importing.report import Outcome
from deploy.importing.report import Result as Became

NOWHERE = "http://127.0.0.1:1"


def kkmp_import(*words: str | Path, key: str = "kkmp_key") -> Result:
    return CliRunner().invoke(app, ["import", *map(str, words)], env={"KKMP_KEY": key})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "anggota.csv"
    made.write_text(template())
    return made


def test_the_template_is_printed_for_excel() -> None:
    done = kkmp_import("template")
    assert done.exit_code == 0
    assert done.stdout_bytes == template().encode("utf-8-sig")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--cooperative", "3172021006"], "--cooperative"),
        (["--report", "/nowhere/at/all.csv"], "--report"),
        (["--report", "{file}"], "would replace the list itself"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_sent(
    file: Path, words: list[str], said: str
) -> None:
    done = kkmp_import("members", file, "--to", NOWHERE, *(w.format(file=file) for w in words))
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_without_a_key_or_a_file_nothing_is_sent(file: Path, tmp_path: Path) -> None:
    done = kkmp_import("members", file, "--to", NOWHERE, key="")
    assert (done.exit_code, "KKMP_KEY" in done.stderr) == (2, True)
    done = kkmp_import("members", tmp_path / "no.csv", "--to", NOWHERE)
    assert (done.exit_code, "No such file" in done.stderr) == (2, True)


def test_a_column_that_is_not_known_ends_it_with_the_names_of_those_that_are(file: Path) -> None:
    file.write_text("nama;tanggal_masuk;agama\nSiti;1/6/2025;x\n")
    done = kkmp_import("members", file, "--to", NOWHERE)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "kolom tidak dikenal: agama. Yang dikenal: nama, nik_ktp," in done.stderr
    assert "Tidak ada yang dikirim." in done.stderr


def test_where_nobody_listens_it_says_so_at_once(file: Path) -> None:
    done = kkmp_import("members", file, "--to", NOWHERE)
    assert (done.exit_code, done.stdout) == (5, "")
    assert "tidak menjawab" in done.stderr
    assert "jalankan lagi perintah yang sama" in done.stderr


class Terminal(StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_on_a_terminal_and_a_line_for_each_tenth_elsewhere() -> None:
    terminal, elsewhere = Terminal(), StringIO()
    for out in (terminal, elsewhere):
        progress = Progress(1_000, out)
        for _ in range(1_000):
            progress.step()
        progress.end()
    assert terminal.getvalue().count("\n") == 1
    assert "\r1.000 dari 1.000 baris (100 %), " in terminal.getvalue()
    lines = elsewhere.getvalue().splitlines()
    assert [line.partition(" (")[2].partition(")")[0] for line in lines] == [
        f"{tenth}0 %" for tenth in range(1, 11)
    ]


def test_a_short_list_has_one_line_of_progress() -> None:
    out = StringIO()
    progress = Progress(12, out)
    for _ in range(12):
        progress.step()
    assert out.getvalue().count("\n") == 1


def test_a_report_that_cannot_be_written_leaves_the_refused_lines_on_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report_to(tmp_path / "none" / "x.csv", [Outcome(7, Became.REFUSED, "required", "Isi.")])
    assert "baris 7: Isi. [required]" in capsys.readouterr().err
