"""Who joins and leaves where, and when. Generated, but for Sunter Agung's count on 4 November."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from deploy.seeds.ask import Chain
from deploy.seeds.cooperatives import ELECTED_SEATS, applicant, board, member, moment
from deploy.seeds.facts import Kelurahan
from deploy.seeds.people import Person

SUNTER_AGUNG = "31.72.02.1006"
AS_OF = datetime.fromisoformat("2025-11-04T23:59:59+07:00")
MEMBERS_AS_OF = 175
MEMBERS_NOW = 179

_FIRST_DAY = date(2025, 6, 10)
_DAYS = (date(2025, 11, 2) - _FIRST_DAY).days
_ELSEWHERE = (14,) * 9 + (15,) * 8 + (16,) * 6 + (17,) * 3 + (18, 18, 20, 22)
"""Members of each other cooperative, in the order of their codes after a shuffle."""

_LATER_JOINS = (
    # Still 4 November in Jakarta: these three make 173 of the morning 175 at night, less one.
    "2025-11-04T19:30:00+07:00",
    "2025-11-04T20:15:00+07:00",
    "2025-11-04T23:45:00+07:00",
    # The next day in Jakarta, and still 4 November in UTC.
    "2025-11-05T00:00:00+07:00",
    "2025-11-05T00:10:00+07:00",
    "2025-11-07T10:00:00+07:00",
    "2025-11-12T10:00:00+07:00",
    "2025-11-20T10:00:00+07:00",
)
_LEFT = (
    "2025-08-12T10:00:00+07:00",
    "2025-08-29T14:00:00+07:00",
    "2025-09-15T09:30:00+07:00",
    "2025-10-02T11:00:00+07:00",
    "2025-10-28T16:00:00+07:00",
    "2025-11-04T20:00:00+07:00",  # no longer counts that night
    "2025-11-05T08:00:00+07:00",  # still counts that night
)
_STAYED = 164


def boards(places: tuple[Kelurahan, ...], people: Iterator[Person]) -> tuple[Chain, ...]:
    """Return the board of each cooperative: the longest chains, so they go first."""
    return tuple(board(place.code, people) for place in places)


def members(
    places: tuple[Kelurahan, ...], people: Iterator[Person], dice: Random
) -> tuple[Chain, ...]:
    """Return everyone who holds no office."""
    others = tuple(place.code for place in places if place.code != SUNTER_AGUNG)
    counts = list(_ELSEWHERE)
    dice.shuffle(counts)
    elsewhere = (
        chain
        for index, (code, count) in enumerate(zip(others, counts, strict=True))
        for chain in _small(code, count, people, dice, troubled=index % 6 == 0)
    )
    return (*_sunter_agung(people, dice), *elsewhere)


def standing(chains: Iterable[Chain], code: str) -> int:
    """Return how many members of the cooperative *chains* leave it with."""
    paths = tuple(ask.path for chain in chains for ask in chain)
    ours = tuple(path for path in paths if path.startswith(f"/cooperatives/{code}/members/"))
    joined = sum(path.endswith("/savings") for path in ours)
    return joined - sum(path.endswith("/resignation") for path in ours)


def _sunter_agung(people: Iterator[Person], dice: Random) -> Iterator[Chain]:
    joined = sorted(_some_time(dice) for _ in range(_STAYED))
    joined += [datetime.fromisoformat(text) for text in _LATER_JOINS]
    for number, joined_at in enumerate(joined, 1):
        yield member(SUNTER_AGUNG, f"anggota-{number:03}", next(people), joined_at)
    for number, text in enumerate(_LEFT, 1):
        joined_at = moment(_FIRST_DAY + timedelta(days=3 * number), 9)
        left_at = datetime.fromisoformat(text)
        yield member(SUNTER_AGUNG, f"mantan-{number:03}", next(people), joined_at, left_at)
    for number in range(1, 8):
        applied_at = _some_time(dice)
        rejected = number <= 4  # noqa: PLR2004 - the other three still wait
        name = f"pemohon-{number:03}"
        yield applicant(SUNTER_AGUNG, name, next(people), applied_at, rejected=rejected)


def _small(
    code: str, count: int, people: Iterator[Person], dice: Random, *, troubled: bool
) -> Iterator[Chain]:
    joined = sorted(_some_time(dice) for _ in range(count - len(ELECTED_SEATS)))
    for number, joined_at in enumerate(joined, 1):
        yield member(code, f"anggota-{number:03}", next(people), joined_at)
    if troubled:
        joined_at, left_at = moment(_FIRST_DAY, 9), _some_time(dice) + timedelta(days=7)
        yield member(code, "mantan-001", next(people), joined_at, left_at)
        yield applicant(code, "pemohon-001", next(people), _some_time(dice), rejected=True)


def _some_time(dice: Random) -> datetime:
    day = _FIRST_DAY + timedelta(days=dice.randrange(_DAYS))
    return moment(day, dice.randrange(8, 17), dice.randrange(60))
