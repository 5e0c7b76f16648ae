"""What the tests of membership's features ask for."""

from collections.abc import AsyncGenerator

import pytest

from shared.log import Log
from tests.shared.story import provisioned


@pytest.fixture(scope="module")
async def kkmp(log: str) -> AsyncGenerator[Log]:
    """The log, provisioned, and new to the module."""
    async with provisioned(log) as made:
        yield made
