"""Cooperatives with their boards and members: the asks that membership is sent."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from deploy.seeds.ask import WIB, Ask, Chain, Json, kept
from deploy.seeds.facts import Kelurahan
from deploy.seeds.people import Person

FOUNDED_ON = date(2025, 5, 31)
TERM_ENDS_ON = date(2030, 5, 30)
SIMPANAN_POKOK = 50_000
ELECTED_SEATS = (
    "ketua",
    "wakil-ketua-usaha",
    "wakil-ketua-keanggotaan",
    "sekretaris",
    "bendahara",
    "pengawas-1",
    "pengawas-2",
)
SEATS = len(ELECTED_SEATS) + 1
"""With the lurah, who chairs the pengawas ex officio."""


def moment(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return that time of *day* in Jakarta."""
    return datetime.combine(day, time(hour, minute), WIB)


def officer(code: str, seat: str) -> str:
    """Return the name under which the holder of *seat* is kept."""
    return f"{code}/{seat}"


def registration(place: Kelurahan) -> Chain:
    """Return the founding of the cooperative of *place*."""
    body: dict[str, Json] = {
        "code": place.code,
        "name": f"Koperasi Kelurahan Merah Putih {place.name}",
        "founded_on": FOUNDED_ON.isoformat(),
    }
    at = moment(FOUNDED_ON, 9)
    return (Ask(f"{place.code}/registration", "membership", "/cooperatives", body, at),)


def board(code: str, people: Iterator[Person]) -> Chain:
    """Return the seven who join on the founding day, their appointments and the certification.

    None of them is a relative of another: each says so.
    """
    asks = [
        ask
        for index, seat in enumerate(ELECTED_SEATS)
        for ask in _admission(
            code,
            officer(code, seat),
            next(people),
            tuple(moment(FOUNDED_ON, hour, index) for hour in (10, 11, 12, 13)),
        )
    ]
    path = f"/cooperatives/{code}/board"
    for index, seat in enumerate(ELECTED_SEATS):
        body: dict[str, Json] = {
            "seat": seat,
            "person": kept(officer(code, seat)),
            "from_date": FOUNDED_ON.isoformat(),
            "until_date": TERM_ENDS_ON.isoformat(),
        }
        at = moment(FOUNDED_ON, 15, index)
        key = f"{officer(code, seat)}/appointment"
        asks.append(Ask(key, "membership", f"{path}/appointments", body, at))
    lurah: dict[str, Json] = {"from_date": FOUNDED_ON.isoformat()}
    at = moment(FOUNDED_ON, 15, 30)
    asks.append(Ask(f"{code}/ex-officio", "membership", f"{path}/ex-officio", lurah, at))
    for index, seat in enumerate(ELECTED_SEATS):
        none: dict[str, Json] = {"person": kept(officer(code, seat)), "relatives": []}
        at = moment(FOUNDED_ON, 15, 40 + index)
        asks.append(
            Ask(f"{officer(code, seat)}/kinship", "membership", f"{path}/kinship", none, at)
        )
    at = moment(FOUNDED_ON, 16)
    asks.append(Ask(f"{code}/certification", "membership", f"{path}/certification", {}, at))
    return tuple(sorted(asks, key=lambda ask: ask.at))


def member(
    code: str, name: str, person: Person, joined_at: datetime, left_at: datetime | None = None
) -> Chain:
    """Return how *person* joins at the moment pokok is paid, and perhaps leaves."""
    key = f"{code}/{name}"
    steps = tuple(joined_at - timedelta(days=days) for days in (6, 4, 1, 0))
    asks = _admission(code, key, person, steps)
    if left_at is None:
        return asks
    path = f"/cooperatives/{code}/members/{kept(key)}/resignation"
    body: dict[str, Json] = {"reason": "Pindah domisili"}
    return (*asks, Ask(f"{key}/resignation", "membership", path, body, left_at))


def applicant(
    code: str, name: str, person: Person, applied_at: datetime, *, rejected: bool
) -> Chain:
    """Return an application that is turned down, or still waits."""
    key = f"{code}/{name}"
    application = _application(code, key, person, applied_at)
    if not rejected:
        return (application,)
    path = f"/cooperatives/{code}/members/{kept(key)}/rejection"
    body: dict[str, Json] = {"reason": "Berdomisili di luar kelurahan"}
    at = applied_at + timedelta(days=3)
    return (application, Ask(f"{key}/rejection", "membership", path, body, at))


def _application(code: str, key: str, person: Person, at: datetime) -> Ask:
    body: dict[str, Json] = {
        "name": person.name,
        "identity_number": person.identity_number,
        "phone": person.phone,
        "born_on": person.born_on.isoformat(),
        "accepts_articles": True,
    }
    path = f"/cooperatives/{code}/applications"
    return Ask(f"{key}/application", "membership", path, body, at, keep=key)


def _admission(code: str, key: str, person: Person, steps: tuple[datetime, ...]) -> Chain:
    applied, verified, approved, paid = steps
    path = f"/cooperatives/{code}/members/{kept(key)}"
    savings: dict[str, Json] = {"kind": "pokok", "amount": SIMPANAN_POKOK}
    return (
        _application(code, key, person, applied),
        Ask(f"{key}/verification", "membership", f"{path}/verification", {}, verified),
        Ask(f"{key}/approval", "membership", f"{path}/approval", {}, approved),
        Ask(f"{key}/savings", "membership", f"{path}/savings", savings, paid),
    )
