"""One test in two sizes: a short one in every run, and the full one in `make soak`."""

import pytest


def sizes(name: str, *, short: int, full: int) -> pytest.MarkDecorator:
    """Let a test run with *name* as *short* and as *full*; what it asserts is the same."""
    return pytest.mark.parametrize(
        name,
        [
            pytest.param(short, id=f"{short}"),
            pytest.param(full, id=f"{full}", marks=pytest.mark.soak),
        ],
    )
