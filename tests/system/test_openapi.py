"""The OpenAPI documents, held against the services that they describe."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from deploy.dev import SERVICES
from deploy.seeds.jakarta_utara import STORY
from deploy.seeds.load import load
from deploy.site import DURABLES
from shared.embedded import Servers
from tests.credentials import CITY_STAFF, key_for
from tests.shared.story import provisioned
from tests.sizes import sizes
from tests.system.processes import Processes, processes

_CONFIGURATION = Path(__file__).parent / "schemathesis.toml"


@pytest.fixture(scope="module")
async def services(
    cell: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Processes]:
    async with (
        provisioned(cell.nats_url, DURABLES),
        processes(cell, tmp_path_factory.mktemp("openapi")) as running,
    ):
        await load(STORY, running.urls, await key_for(cell.postgres_dsn, *CITY_STAFF))
        yield running


@sizes("drawn", short=2, full=10)
@pytest.mark.parametrize("name", [service.name for service in SERVICES])
async def test_no_generated_request_finds_the_document_wrong(
    services: Processes, cell: Servers, tmp_path: Path, name: str, drawn: int
) -> None:
    key = await key_for(cell.postgres_dsn, *CITY_STAFF, "auditor:31.72", "lurah:31.72")
    urls: dict[str, str] = {**services.urls}
    url = f"{urls[name]}/openapi.json"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(_CONFIGURATION),
        "run",
        url,
        "--phases",
        "examples,coverage,fuzzing",
        "--max-examples",
        str(drawn),
        "--header",
        f"Authorization: Bearer {key}",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        stdin=asyncio.subprocess.DEVNULL,
        cwd=tmp_path,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-20_000:]
