"""The rules of what the sub-agency sets for its city."""

from types import MappingProxyType

from services.membership.commands.policy import GeraiKindCommand
from services.membership.events.policy import GeraiKindDefined, GeraiKindEvent
from shared.decider import Decider, Refusal, Refused

KIND_FIXED = Refusal(
    "gerai_kind_fixed",
    "Jenis gerai {kind} berasal dari Inpres 9/2025 dan bernama {label}.",
    "The kind of gerai {kind} is one of Inpres 9/2025, and is called {label}.",
)

GERAI_KINDS = MappingProxyType(
    {
        "kantor": "Kantor koperasi",
        "sembako": "Pengadaan sembako",
        "simpan-pinjam": "Simpan pinjam",
        "klinik": "Klinik",
        "apotek": "Apotek",
        "cold-storage": "Cold storage atau pergudangan",
        "logistik": "Logistik",
    }
)
"""The seven of Inpres 9/2025, which begin the list and do not end it."""

type Kinds = frozenset[GeraiKindDefined]
"""The kinds that the sub-agency added, each with its last label."""


def known(kinds: Kinds) -> frozenset[str]:
    """The codes of all kinds: those that were added, and the seven."""
    return frozenset(GERAI_KINDS) | {one.kind for one in kinds}


def _decide(command: GeraiKindCommand, kinds: Kinds) -> list[GeraiKindEvent]:
    kind, label = command.kind, command.label
    fixed = GERAI_KINDS.get(kind)
    if fixed not in (None, label):
        raise Refused(KIND_FIXED, kind=kind, label=fixed)
    defined = GeraiKindDefined(kind, label)
    return [] if fixed or defined in kinds else [defined]


def _evolve(kinds: Kinds, event: GeraiKindEvent) -> Kinds:
    return frozenset(one for one in kinds if one.kind != event.kind) | {event}


gerai_kinds: Decider[GeraiKindCommand, Kinds, GeraiKindEvent] = Decider(
    _decide, _evolve, initial=frozenset()
)
