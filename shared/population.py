"""The population register as a port: what somebody says of himself agrees with it, or not.

Asking the real one (Dukcapil) needs an agreement with the ministry, and its only answer is whether
the data agree (Permendagri 102/2019). So this is all that a service may ask, and without an
agreement nobody is asked.
"""

from enum import StrEnum
from typing import Protocol


class Agreement(StrEnum):
    """What the register answers; nothing more of it ever comes in here."""

    AGREES = "sesuai"
    DIFFERS = "tidak_sesuai"
    NOT_ASKED = "tidak_ditanya"


class PopulationRegistry(Protocol):
    """Whoever can be asked."""

    async def compare(self, identity_number: str, name: str, born_on: str) -> Agreement:
        """Compare what an applicant said with the register."""
        ...


class NobodyAsked:
    """There is no agreement with the ministry: nothing is sent anywhere."""

    async def compare(self, identity_number: str, name: str, born_on: str) -> Agreement:  # noqa: ARG002 - the port's
        """Say that nobody was asked."""
        return Agreement.NOT_ASKED


class FakeRegistry:
    """For trying out: it knows everybody, except whose number ends with 9999."""

    async def compare(self, identity_number: str, name: str, born_on: str) -> Agreement:  # noqa: ARG002 - the port's
        """Agree, unless the number ends with 9999."""
        return Agreement.DIFFERS if identity_number.endswith("9999") else Agreement.AGREES
