"""What can happen to the claim on an identity number, known by its keyed hash alone."""

from enum import StrEnum

from services.membership.events.person import Person
from shared.messages import event
from shared.personal import Personal


class Resolution(StrEnum):
    """What a suspected duplicate turned out to be."""

    PERMITTED = "permitted"
    """One person, who may belong to both cooperatives."""
    SAME_PERSON = "same-person"
    """One person, who stays where he is."""
    MISTYPED = "mistyped"
    """Two people: somebody wrote the number down wrongly."""


@event("Sebuah NIK dipakai seseorang untuk keanggotaannya di satu koperasi.")
class IdentityClaimed:
    """An identity number stands for a person in one cooperative."""

    person: Person
    """Whose it is said to be."""
    cooperative: str
    """Where."""


@event("Sebuah NIK tidak lagi dipakai di satu koperasi.")
class IdentityReleased:
    """An identity number no longer stands for a person in one cooperative."""

    person: Person
    """Whose it was said to be."""
    cooperative: str
    """Where."""


@event("Sebuah NIK tidak lagi dihubungkan dengan orang yang datanya dihapus.")
class IdentityForgotten:
    """An identity number no longer leads to a person who was erased, should it be given again."""

    person: Person
    """Whom it led to."""
    cooperative: str
    """Where."""


@event("NIK yang diajukan di satu koperasi sudah dipakai di koperasi lain.")
class DuplicateIdentitySuspected:
    """An identity number was given in one cooperative while another one holds it."""

    cooperative: str
    """Where it was given, in vain."""
    held_in: str
    """The cooperative that holds it."""
    person: Person
    """For whom that one holds it."""


@event("Sudin memutuskan dugaan NIK ganda.")
class DuplicateResolved:
    """The agency found out what a suspected duplicate is."""

    cooperative: str
    """Where the number was given."""
    resolution: Resolution
    """What it turned out to be."""
    person: Person
    """For whom the other cooperative holds it; what follows is under this person's key."""
    reason: Personal | None = None
    """Why, in words that may name somebody."""


type IdentityEvent = (
    IdentityClaimed
    | IdentityReleased
    | IdentityForgotten
    | DuplicateIdentitySuspected
    | DuplicateResolved
)


EVENTS: tuple[type, ...] = (
    IdentityClaimed,
    IdentityReleased,
    IdentityForgotten,
    DuplicateIdentitySuspected,
    DuplicateResolved,
)
