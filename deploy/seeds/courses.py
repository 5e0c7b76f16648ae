"""The course of 4 November 2025: the asks that training is sent."""

from collections.abc import Iterator
from datetime import date
from random import Random

from deploy.seeds.ask import Ask, Chain, Json, kept
from deploy.seeds.cooperatives import FOUNDED_ON, moment, officer
from deploy.seeds.facts import Kelurahan

CURRICULUM = "pembekalan-pengurus-kkmp"
SESSION = "pembekalan-2025-11-04"
HELD_ON = date(2025, 11, 4)
TRAINED_SEATS = ("ketua", "pengawas-1")
"""Both organs were trained, two people of each cooperative."""

PASS_MARK = 70
_MODULES = (
    ("dasar-perkoperasian", "Dasar perkoperasian", 3, True),
    ("regulasi-kkmp", "Regulasi KKMP", 2, False),
    ("pengawasan-internal", "Pengawasan internal", 3, False),
    ("analisis-potensi-usaha", "Analisis potensi usaha", 3, True),
    ("perencanaan-program-kerja", "Perencanaan program kerja dan kebutuhan dana", 3, False),
    ("penguatan-permodalan", "Penguatan permodalan", 3, True),
    ("penyusunan-proposal-usaha", "Penyusunan proposal usaha", 3, True),
    ("analisis-aspek-usaha", "Analisis aspek usaha", 2, False),
    ("praktik-kelayakan-usaha", "Praktik kelayakan usaha", 3, False),
)
_TOPICS = (
    # In the order of the press report; each stands for one of the four mandatory modules.
    ("pengembangan usaha", "analisis-potensi-usaha"),
    ("penguatan kelembagaan", "dasar-perkoperasian"),
    ("permodalan", "penguatan-permodalan"),
    ("proposal usaha", "penyusunan-proposal-usaha"),
)
_ORGANS = ("pengurus", "pengawas")
"""Whom the curriculum is for: every seat of both organs."""


def curriculum() -> Chain:
    """Return the nine modules, in force before the first board is appointed."""
    modules: list[Json] = [
        {"code": code, "title": title, "hours": hours, "mandatory": mandatory}
        for code, title, hours, mandatory in _MODULES
    ]
    body: dict[str, Json] = {
        "id": CURRICULUM,
        "title": "Pembekalan pengurus dan pengawas Koperasi Kelurahan Merah Putih",
        "modules": modules,
        "pass_mark": PASS_MARK,
        "validity_months": 36,
        "roles": list(_ORGANS),
    }
    return (Ask("curriculum", "training", "/curricula", body, moment(FOUNDED_ON, 8)),)


def session(places: tuple[Kelurahan, ...]) -> Chain:
    """Return the session with its enrolments and attendances: one entity, so one chain."""
    body: dict[str, Json] = {
        "id": SESSION,
        "title": "Pembekalan pengurus dan pengawas KKMP se-Jakarta Utara",
        "curriculum": CURRICULUM,
        "modules": [module for _, module in _TOPICS],
        "topics": [topic for topic, _ in _TOPICS],
        "venue": "Ruang Bahari lt. 14, Kantor Wali Kota Jakarta Utara",
        "held_on": HELD_ON.isoformat(),
        "seats": len(places) * len(TRAINED_SEATS),
    }
    scheduled = Ask("session", "training", "/sessions", body, moment(date(2025, 10, 20), 9))
    path = f"/sessions/{SESSION}"
    enrolled_at, attended_at = moment(date(2025, 10, 27), 9), moment(HELD_ON, 8, 30)
    enrolments = (
        Ask(
            f"{name}/enrolment",
            "training",
            f"{path}/participants",
            participant,
            enrolled_at,
            awaits="no_training_need",
        )
        for name, participant in _participants(places)
    )
    attendances = (
        Ask(f"{name}/attendance", "training", f"{path}/attendance", participant, attended_at)
        for name, participant in _participants(places)
    )
    return (scheduled, *enrolments, *attendances)


def results(places: tuple[Kelurahan, ...], dice: Random) -> tuple[Chain, ...]:
    """Return how each participant passes and is certified."""
    return tuple(
        _result(name, participant, dice.randrange(PASS_MARK, 97))
        for name, participant in _participants(places)
    )


def _result(name: str, participant: dict[str, Json], score: int) -> Chain:
    path = f"/sessions/{SESSION}"
    assessed: dict[str, Json] = {**participant, "score": score}
    certified: dict[str, Json] = {**participant, "session": SESSION}
    return (
        Ask(
            f"{name}/assessment",
            "training",
            f"{path}/assessments",
            assessed,
            moment(HELD_ON, 15),
        ),
        Ask(
            f"{name}/completion",
            "training",
            f"{path}/completions",
            participant,
            moment(HELD_ON, 16),
        ),
        Ask(f"{name}/certificate", "training", "/certificates", certified, moment(HELD_ON, 17)),
    )


def _participants(places: tuple[Kelurahan, ...]) -> Iterator[tuple[str, dict[str, Json]]]:
    for place in places:
        for seat in TRAINED_SEATS:
            name = officer(place.code, seat)
            yield name, {"cooperative": place.code, "person": kept(name)}
