"""The kinds of savings."""

from enum import StrEnum


class Savings(StrEnum):
    """The kinds of savings (simpanan) of UU 25/1992: once, periodic, voluntary."""

    POKOK = "pokok"
    WAJIB = "wajib"
    SUKARELA = "sukarela"


EVENTS: tuple[type, ...] = ()
