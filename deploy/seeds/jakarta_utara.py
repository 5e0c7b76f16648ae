"""The story of 4 November 2025: 31 cooperatives, one course for 62 officers, one shelf of rice."""

from collections.abc import Iterator
from random import Random

from deploy.seeds import catalogue, cooperatives, courses, gerai, registers
from deploy.seeds.ask import Chain, Condition, Figures, Phase, Story
from deploy.seeds.facts import Kelurahan, kelurahan
from deploy.seeds.people import SEED, crowd
from deploy.seeds.shapes import (
    active_members,
    certified_seats,
    length,
    required,
    trained,
)

REGION = "31.72"
_COVERAGE = f"/coverage?region={REGION}"


def tell() -> Story:
    """Return the story: the same one each time."""
    places = kelurahan()
    people, dice = crowd(), Random(SEED)  # noqa: S311 - example data, not secrets
    boards = registers.boards(places, people)
    members = registers.members(places, people, dice)
    stocks = gerai.stocks(dice)
    results = courses.results(places, dice)
    commodities = catalogue.commodities()
    figures = _figures(places)
    told = (
        Condition("training", _COVERAGE, trained, figures.trained),
        *_certified(places),
    )
    phases = (
        Phase(
            "Koperasi, kurikulum, komoditas dan harga acuan",
            (
                courses.curriculum(),
                catalogue.adequacy_policy(),
                *commodities,
                *(cooperatives.registration(place) for place in places),
            ),
            (
                Condition("training", "/curricula", length, 1),
                Condition("inventory", "/commodities?limit=100", length, len(commodities)),
                Condition(
                    "membership",
                    f"/cooperatives?region={REGION}&limit=100",
                    length,
                    figures.cooperatives,
                ),
            ),
        ),
        Phase(
            "Pengurus, pengawas dan anggota",
            (*boards, *members, *gerai.openings()),
            (
                Condition("training", _COVERAGE, required, figures.required),
                *_demand((*boards, *members)),
            ),
        ),
        Phase(
            "Pembekalan dan stok gerai",
            (courses.session(places), *stocks),
            (),
        ),
        Phase(
            "Penilaian dan sertifikat",
            results,
            told,
        ),
    )
    return Story("jakarta-utara", phases, figures, last=told)


def _figures(places: tuple[Kelurahan, ...]) -> Figures:
    participants = len(places) * len(courses.TRAINED_SEATS)
    return Figures(
        region=REGION,
        cooperatives=len(places),
        session=courses.SESSION,
        participants=participants,
        required=len(places) * cooperatives.SEATS,
        trained=participants,
        cooperative=registers.SUNTER_AGUNG,
        as_of=registers.AS_OF,
        members_as_of=registers.MEMBERS_AS_OF,
        members_now=registers.MEMBERS_NOW,
        commodity=catalogue.RICE,
        price=gerai.PRICE,
        unit="kg",
        breach_on=gerai.BREACH_ON,
        no_breach_on=gerai.NO_BREACH_ON,
        stock_lows=1,
        stock_recoveries=1,
    )


def _demand(chains: tuple[Chain, ...]) -> Iterator[Condition]:
    """Stock is judged by the count of members, so the count comes to rest before goods arrive."""
    for code in (registers.SUNTER_AGUNG, *gerai.TRADING_ELSEWHERE):
        path = f"/cooperatives/{code}/demand"
        yield Condition("inventory", path, active_members, registers.standing(chains, code))


def _certified(places: tuple[Kelurahan, ...]) -> Iterator[Condition]:
    for place in places:
        path = f"/cooperatives/{place.code}/board"
        yield Condition("membership", path, certified_seats, len(courses.TRAINED_SEATS))


STORY = tell()
