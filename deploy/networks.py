"""Addresses that a command line is given: none to which keys or persons would go in clear text."""

from collections.abc import Callable

import typer

from shared import cleartext


def _checked(why: Callable[[str], str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        try:
            found = "" if cleartext.allowed() else why(value)
        except ValueError:
            return value  # no address at all, which is told where it is used
        if found:
            raise typer.BadParameter(found)
        return value

    return check


safe_http = _checked(cleartext.clear_http)
safe_nats = _checked(cleartext.clear_nats)
safe_postgres = _checked(cleartext.clear_postgres)
