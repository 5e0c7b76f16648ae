"""What membership reads of others' events: only the fields that it uses."""

from datetime import date

from shared.messages import event


@event
class CertificateIssued:
    """Training certified an officer for seats (owner: training, stream officer)."""

    number: str
    seats: tuple[str, ...]
    valid_from: date
    valid_until: date


UPSTREAM = {"training": (CertificateIssued,)}
