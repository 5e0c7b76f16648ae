"""Measure one section after the other; what one cannot do costs the others nothing."""

import asyncio
import sys
import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.report import Section
from tests.bench.size import Size
from tests.servers import reachable_folder

type Measure = Callable[[Path, Size], Awaitable[Section]]
"""Measures on servers of its own, whose data goes into a folder."""

_LIMIT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Failed:
    """A section that could not be measured, and why."""

    title: str
    why: str


async def measured(measures: Mapping[str, Measure], size: Size) -> AsyncGenerator[Section | Failed]:
    """Yield what each of *measures* found, as soon as it is found."""
    for name, measure in measures.items():
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            with reachable_folder() as folder:
                async with asyncio.timeout(_LIMIT_SECONDS):
                    found = await measure(folder, size)
        except Exception as error:  # noqa: BLE001 - it is told, and the others are still measured
            traceback.print_exc()
            yield Failed(name, f"{type(error).__name__}: {error}")
        else:
            yield found
