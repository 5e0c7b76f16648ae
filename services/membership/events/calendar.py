"""The day as a fact: what expires or falls due does so when the log says that a day began."""

from datetime import date

from shared.messages import event


@event("Sebuah hari dimulai di wilayah ini, menurut waktu Jakarta.")
class DayBegan:
    """A day began in this cell, by Jakarta's time; a day on which nothing ran may be missing."""

    day: date
    """The day."""


EVENTS: tuple[type, ...] = (DayBegan,)
