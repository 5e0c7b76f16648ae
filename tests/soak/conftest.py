"""The table of the attacks, printed when all of them are over."""

import pytest

from tests.soak.others import ROWS, table


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if rows := config.stash.get(ROWS, None):
        terminalreporter.write_line(table(rows))
