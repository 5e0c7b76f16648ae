"""What may be asked of the register of cooperatives."""

from pydantic import Field

from shared.calendar import Day
from shared.codes import KelurahanCode
from shared.messages import Command, example


class RegisterCooperative(Command):
    """Enter a cooperative into the register."""

    model_config = example(code="31.72.02.1006", name="KKMP Sunter Agung", founded_on="2025-05-31")

    code: KelurahanCode
    """Kemendagri code of the kelurahan whose cooperative it is."""
    name: str = Field(min_length=3, max_length=200)
    """The cooperative's name."""
    founded_on: Day
    """The day of its founding meeting (musyawarah)."""


type CooperativeCommand = RegisterCooperative
