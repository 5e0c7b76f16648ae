"""What can happen to a cooperative."""

from datetime import date

from shared.messages import event


@event("Koperasi sebuah kelurahan tercatat dalam daftar koperasi.")
class CooperativeRegistered:
    """A cooperative exists, for one kelurahan."""

    name: str
    """The cooperative's name."""
    kecamatan: str
    """The name of the kecamatan that the kelurahan belongs to."""
    founded_on: date
    """The day of its founding meeting."""


type CooperativeEvent = CooperativeRegistered


EVENTS: tuple[type, ...] = (CooperativeRegistered,)
