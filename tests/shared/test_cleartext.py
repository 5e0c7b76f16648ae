"""Nothing goes off this machine in clear text, unless somebody says that it may."""

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from deploy.cli import app
from shared.settings import Settings

HERE = {"nats_url": "nats://127.0.0.1:4222", "postgres_dsn": "postgresql://kkmp@localhost/kkmp"}
CLEAR = [
    ("host", "0.0.0.0"),  # noqa: S104 - it is refused
    ("host", ""),
    ("host", "192.0.2.7"),
    ("nats_url", "nats://203.0.113.5:4222"),
    ("nats_url", "nats://svc:S3CRETPASS@nats.example:4222"),
    ("nats_url", "203.0.113.5:4222"),
    ("nats_url", "nats://127.0.0.1:4222,nats://203.0.113.5:4222"),
    ("postgres_dsn", "postgresql://kkmp:S3CRETPASS@db.example/kkmp"),
    ("postgres_dsn", "postgresql://kkmp@db.example/kkmp?sslmode=disable"),
    ("postgres_dsn", "postgresql://kkmp@db.example/kkmp?sslmode=prefer"),
    ("postgres_dsn", "postgresql://kkmp@localhost:5432,db.example:5432/kkmp"),
    ("postgres_dsn", "postgresql://kkmp@/kkmp?host=db.example"),
]
SAFE = [
    ("host", "127.0.0.1"),
    ("host", "::1"),
    ("nats_url", "tls://nats.example:4222"),
    ("nats_url", "nats://[::1]:4222"),
    ("postgres_dsn", "postgresql://kkmp@db.example/kkmp?sslmode=verify-full"),
    ("postgres_dsn", "postgresql://kkmp@/kkmp?host=/run/postgresql"),
    ("postgres_dsn", "postgresql://kkmp@%2Frun%2Fpostgresql/kkmp"),
    ("postgres_dsn", "postgresql:///kkmp"),
]


@pytest.fixture(autouse=True)
def unsaid(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KKMP_CLEARTEXT", "PGHOST", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("setting", "value"), CLEAR)
def test_a_service_does_not_start_where_it_would_speak_in_clear(setting: str, value: str) -> None:
    with pytest.raises(ValidationError, match="KKMP_CLEARTEXT=yes") as refused:
        Settings.model_validate(HERE | {setting: value})
    (found,) = refused.value.errors()
    assert found["loc"] == (setting,)
    assert "S3CRETPASS" not in found["msg"]
    assert Settings.model_validate(HERE | {setting: value, "cleartext": "yes"})


@pytest.mark.parametrize(("setting", "value"), SAFE)
def test_what_stays_here_or_is_encrypted_is_taken(setting: str, value: str) -> None:
    assert Settings.model_validate(HERE | {setting: value})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("postgres_dsn", "postgresql://kkmp:S3CRETPASS/kkmp"),
        ("postgres_dsn", "postgresql://kkmp:S3CRETPASS@[db.example/kkmp"),
        ("nats_url", "nats://svc:S3CRETPASS@[nats.example"),
    ],
)
def test_what_cannot_be_read_is_left_to_whoever_connects_and_no_password_is_told(
    setting: str, value: str
) -> None:
    assert getattr(Settings.model_validate(HERE | {setting: value}), setting) == value


@pytest.mark.parametrize(
    "words",
    [
        "import members pyproject.toml --to http://koperasi.example",
        "provision --nats-url nats://203.0.113.5:4222",
        "keys list --postgres-dsn postgresql://kkmp:S3CRETPASS@db.example/kkmp",
        "secrets status --postgres-dsn postgresql://kkmp:S3CRETPASS@db.example/kkmp",
    ],
)
def test_a_command_sends_no_key_and_no_person_in_clear(words: str) -> None:
    said = CliRunner().invoke(app, words.split(), env={"KKMP_SECRET_FILE": "pyproject.toml"})
    assert said.exit_code == 2
    assert "KKMP_CLEARTEXT=yes" in said.output.replace("\n", " ")
    assert "S3CRETPASS" not in said.output
