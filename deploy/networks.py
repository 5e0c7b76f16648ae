"""Addresses that a command line is given: none to which keys or persons would go in clear text."""

from collections.abc import Callable

import typer

from shared import cleartext


def _checked(check: Callable[[str], str]) -> Callable[[str], str]:
    def checked(value: str) -> str:
        if not cleartext.allowed() and (found := cleartext.why(check, value)):
            raise typer.BadParameter(found)
        return value

    return checked


safe_http = _checked(cleartext.clear_http)
safe_nats = _checked(cleartext.clear_nats)
safe_postgres = _checked(cleartext.clear_postgres)
