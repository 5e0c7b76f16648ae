"""`kkmp explain` as a person runs it."""

import json

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.importing.faults import FAULTS
from deploy.importing.report import INCOMPLETE


def kkmp_explain(*words: str, language: str | None = None) -> Result:
    return CliRunner().invoke(app, ["explain", *words], env={"KKMP_LANG": language})


def test_a_code_is_explained_in_indonesian_first() -> None:
    done = kkmp_explain("not_enough_stock")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("not_enough_stock  (HTTP 409)\n\nStok hanya {on_hand} {unit}")
    assert done.stdout.index("Yang perlu dilakukan:") < done.stdout.index("What to do:")


@pytest.mark.parametrize("language", ["en", None], ids=["by the environment", "by an option"])
def test_it_is_explained_in_english_first_to_whoever_says_so(language: str | None) -> None:
    done = kkmp_explain("session_full", *([] if language else ["--lang", "en"]), language=language)
    assert done.stdout.index("What to do:") < done.stdout.index("Yang perlu dilakukan:")


def test_a_program_gets_json() -> None:
    found = json.loads(kkmp_explain("log_refused", "--json").stdout)
    assert (found["code"], found["status"]) == ("log_refused", 507)
    assert set(found["id"]) == set(found["en"]) == {"sentence", "cause", "remedy"}


def test_without_a_code_those_of_all_services_are_listed() -> None:
    codes = [line.split()[0] for line in kkmp_explain().stdout.splitlines()]
    assert codes == sorted(codes)
    assert {"seat_taken", "session_full", "not_enough_stock", "rate_limited"} <= set(codes)
    assert [one["code"] for one in json.loads(kkmp_explain("--json").stdout)] == codes


@pytest.mark.parametrize(
    ("language", "said"),
    [("id", "Mungkin maksud Anda: not_enough_stock?"), ("en", "Did you mean not_enough_stock?")],
)
def test_a_code_that_is_misspelt_is_answered_with_one_like_it(language: str, said: str) -> None:
    done = kkmp_explain("not_enugh_stock", "--lang", language)
    assert (done.exit_code, done.stdout) == (7, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    "written",
    [
        "SESSION_FULL",
        "/problems/session_full",
        "https://kkmp.example/problems/session_full/",
        "session_full ",
    ],
)
def test_a_code_is_found_as_it_stands_in_a_problem(written: str) -> None:
    assert kkmp_explain(written).stdout == kkmp_explain("session_full").stdout


def test_a_status_lists_the_codes_that_have_it() -> None:
    codes = [line.split()[0] for line in kkmp_explain("412").stdout.splitlines()]
    assert codes == ["version_mismatch"]
    found = json.loads(kkmp_explain("409", "--json").stdout)
    assert {one["status"] for one in found} == {409}
    assert "not_enough_stock" in {one["code"] for one in found}
    assert kkmp_explain("501").stdout == kkmp_explain("http_501").stdout


@pytest.mark.parametrize("code", [INCOMPLETE, *(one.code for one in FAULTS)])
def test_every_code_of_an_importers_report_is_explained(code: str) -> None:
    done = kkmp_explain(code)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(code)
    assert "Yang perlu dilakukan:" in done.stdout
