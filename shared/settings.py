"""What a service is told from outside: environment variables that begin with `KKMP_`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.cleartext import clear_nats, clear_postgres, clear_serving, why
from shared.issuers import Issuers

_CLEAR = {"nats_url": clear_nats, "postgres_dsn": clear_postgres, "host": clear_serving}


class Settings(BaseSettings):
    """The settings of one service; those without a default must be given."""

    model_config = SettingsConfigDict(env_prefix="KKMP_", frozen=True)

    cleartext: Literal["no", "yes"] = Field(
        default="no", description="`yes`: addresses off this machine may be spoken to without TLS"
    )
    nats_url: str = Field(description="nats-server, such as nats://127.0.0.1:4222")
    nats_monitor_url: str = Field(
        default="", description="its monitor, to check that it writes before it acknowledges"
    )
    postgres_dsn: str = Field(description="the database, such as postgresql://user@host/kkmp")
    secret_file: Path | None = Field(
        default=None, description="file of the key-encryption keys of personal data (kkmp secrets)"
    )
    days: bool = Field(
        default=True, description="say once, for the whole cell, that a day began (membership)"
    )
    population_registry: Literal["none", "fake"] = Field(
        default="none", description="the population register that applicants are compared with"
    )
    host: str = Field(default="127.0.0.1", description="address to serve HTTP on")
    port: int = Field(default=0, ge=0, le=65_535, description="port, 0 for any free one")
    public_url: str = Field(
        default="", description="the address that others know this service by, for links"
    )
    oidc_issuers: Issuers = Field(
        default=(), description="JSON list of the issuers whose tokens are taken: shared/issuers.py"
    )
    rate_per_second: float = Field(
        default=50.0, gt=0, description="requests a second of one credential, in the long run"
    )
    rate_burst: int = Field(default=100, ge=1, description="and at once")
    writes_per_day: int = Field(
        default=100_000, ge=1, description="commands of one credential in a day of Jakarta"
    )
    open_per_second: float = Field(
        default=20.0, gt=0, description="requests a second of one address for what is open to all"
    )
    open_burst: int = Field(default=200, ge=1, description="and at once")
    most_connections: int = Field(
        default=0,
        ge=0,
        description="connections of one process; 0 for 1000, or what its descriptors suffice for",
    )
    cors_origins: tuple[str, ...] = Field(
        default=(), description="JSON list of the origins whose pages may call; none by default"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="the least that is worth a line in the log"
    )
    start_seconds: float = Field(
        default=120.0,
        gt=0,
        description="how long a start waits, in all, for a nats-server and Postgres that come up"
        " late or answer slowly",
    )

    @field_validator(*_CLEAR)
    @classmethod
    def _encrypted_on_its_way(cls, value: str, told: ValidationInfo) -> str:
        found = why(_CLEAR[str(told.field_name)], value)
        if found and told.data.get("cleartext") != "yes":
            raise ValueError(found)
        return value
