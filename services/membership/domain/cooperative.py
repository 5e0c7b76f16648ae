"""The rules of the register of cooperatives."""

from dataclasses import dataclass

from services.membership.commands.cooperative import CooperativeCommand
from services.membership.domain.territory import KELURAHAN
from services.membership.events.cooperative import CooperativeEvent, CooperativeRegistered
from shared.decider import Decider, Refusal, Refused

REGISTERED_OTHERWISE = Refusal(
    "cooperative_registered_otherwise",
    "Koperasi kelurahan ini sudah terdaftar dengan data lain.",
    "The cooperative of this kelurahan is registered already, with other data.",
)
UNKNOWN_KELURAHAN = Refusal(
    "kelurahan_unknown",
    "Kode {code} bukan kelurahan di Kota Administrasi Jakarta Utara.",
    "The code {code} is no kelurahan of Kota Administrasi Jakarta Utara.",
    "invalid",
)
NOT_REGISTERED = Refusal(
    "cooperative_not_registered",
    "Koperasi kelurahan ini belum terdaftar.",
    "The cooperative of this kelurahan is not registered.",
    "missing",
)


@dataclass(frozen=True, slots=True)
class Nothing:
    """No cooperative is registered for this kelurahan."""


type Register = Nothing | CooperativeRegistered


def _decide(command: CooperativeCommand, register: Register) -> list[CooperativeEvent]:
    if (kelurahan := KELURAHAN.get(command.code)) is None:
        raise Refused(UNKNOWN_KELURAHAN, code=command.code)
    registered = CooperativeRegistered(command.name, kelurahan.kecamatan, command.founded_on)
    match register:
        case Nothing():
            return [registered]
        case CooperativeRegistered() if register == registered:
            return []
        case CooperativeRegistered():
            raise Refused(REGISTERED_OTHERWISE)


def _evolve(_: Register, event: CooperativeEvent) -> Register:
    return event


cooperative: Decider[CooperativeCommand, Register, CooperativeEvent] = Decider(
    _decide, _evolve, initial=Nothing()
)
