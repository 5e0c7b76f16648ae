"""The gerai sembako: opened, and then one chain for each stock that comes in and is sold."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from deploy.seeds.ask import Ask, Chain, Json
from deploy.seeds.catalogue import RICE
from deploy.seeds.cooperatives import moment
from deploy.seeds.registers import SUNTER_AGUNG

GERAI = "sembako"
TRADING_ELSEWHERE = (
    "31.72.01.1005",  # Pluit
    "31.72.02.1003",  # Papanggo
    "31.72.03.1005",  # Tugu Selatan
    "31.72.04.1006",  # Rorotan
    "31.72.05.1002",  # Pademangan Barat
)
BREACH_ON, NO_BREACH_ON = date(2025, 8, 21), date(2025, 8, 22)
PRICE = 13_200
"""Too dear on 21 August 2025 (HET 12,500), allowed on 22 August (HET 13,500)."""

_BULOG, _FOOD_STATION = "Perum Bulog", "PT Food Station Tjipinang Jaya"
_DHARMA_JAYA = "Perumda Dharma Jaya"
_OPENED_ON, _RESTOCKED_ON, _COUNTED_ON = date(2025, 8, 4), date(2025, 9, 4), date(2025, 9, 13)
_OPENED_ELSEWHERE_ON = date(2025, 8, 25)
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Shelf:
    """One commodity in one gerai."""

    code: str
    commodity: str
    unit: str

    def received(
        self, quantity: int, day: date, supplier: str, unit_cost: int, keeps_days: int
    ) -> Ask:
        """Return the arrival of a lot in the morning, before the gerai opens."""
        lot = f"{self.commodity}-{day:%Y%m%d}"
        body: dict[str, Json] = {
            "quantity": quantity,
            "unit": self.unit,
            "supplier": supplier,
            "lot": lot,
            "unit_cost": unit_cost,
            "expires_on": (day + timedelta(days=keeps_days)).isoformat(),
        }
        return self._ask("receipts", body, moment(day, 7))

    def sold(self, quantity: int, day: date, unit_price: int) -> Ask:
        """Return the sales of one day at one price."""
        body: dict[str, Json] = {
            "quantity": quantity,
            "unit": self.unit,
            "unit_price": unit_price,
        }
        return self._ask("sales", body, moment(day, 17))

    def counted(self, quantity: int, day: date) -> Ask:
        """Return a count of the shelf after closing time."""
        body: dict[str, Json] = {"quantity": quantity, "unit": self.unit}
        return self._ask("counts", body, moment(day, 19))

    def _ask(self, what: str, body: dict[str, Json], at: datetime) -> Ask:
        path = f"/cooperatives/{self.code}/stocks/{GERAI}/{self.commodity}/{what}"
        key = f"{self.code}/{GERAI}/{self.commodity}/{what}-{at:%Y-%m-%d}"
        return Ask(key, "inventory", path, body, at)


def openings() -> tuple[Chain, ...]:
    """Return the opening of each gerai that trades in the story."""
    elsewhere = (_opening(code, _OPENED_ELSEWHERE_ON) for code in TRADING_ELSEWHERE)
    return (_opening(SUNTER_AGUNG, _OPENED_ON), *elsewhere)


def _opening(code: str, day: date) -> Chain:
    body: dict[str, Json] = {
        "gerai": GERAI,
        "kind": GERAI,
        "name": "Gerai Sembako (DATA CONTOH)",
        "opened_on": day.isoformat(),
    }
    path = f"/cooperatives/{code}/gerai"
    return (Ask(f"{code}/{GERAI}/opening", "membership", path, body, moment(day, 6)),)


def stocks(dice: Random) -> tuple[Chain, ...]:
    """Return every stock of the story, the longest first."""
    elsewhere = (chain for code in TRADING_ELSEWHERE for chain in _small(code))
    return (_rice(dice), *_groceries(), *elsewhere)


def _rice(dice: Random) -> Chain:
    """Return rice that sinks below a week's need before the next lot comes."""
    shelf = Shelf(SUNTER_AGUNG, RICE, "kg")
    first = shelf.received(1_000, _OPENED_ON, _BULOG, 11_300, 180)
    second = shelf.received(400, date(2025, 8, 11), _FOOD_STATION, 11_600, 180)
    third = shelf.received(2_000, _RESTOCKED_ON, _BULOG, 12_000, 180)
    sales: list[Ask] = []
    left = 3_400
    for number in range((_COUNTED_ON - _OPENED_ON).days):
        day = _OPENED_ON + timedelta(days=number + 1)
        if day.weekday() != _SUNDAY:
            quantity = dice.randrange(41, 51)
            price = 12_400 if day < BREACH_ON else PRICE
            sales.append(shelf.sold(quantity, day, price))
            left -= quantity
    spilled = 2
    count = shelf.counted(left - spilled, _COUNTED_ON)
    return tuple(sorted((first, second, third, *sales, count), key=lambda ask: ask.at))


def _groceries() -> tuple[Chain, ...]:
    oil = Shelf(SUNTER_AGUNG, "minyak-goreng-rakyat", "l")
    sugar = Shelf(SUNTER_AGUNG, "gula-konsumsi", "kg")
    eggs = Shelf(SUNTER_AGUNG, "telur-ayam-ras", "kg")
    chicken = Shelf(SUNTER_AGUNG, "daging-ayam-ras", "kg")
    return (
        _steady(oil, oil.received(300, _OPENED_ON, _BULOG, 14_500, 270), 15, 15_700),
        _steady(sugar, sugar.received(150, _OPENED_ON, _BULOG, 16_300, 365), 9, 17_300),
        _steady(eggs, eggs.received(140, _OPENED_ON, _FOOD_STATION, 26_500, 40), 10, 29_000),
        _steady(chicken, chicken.received(170, _OPENED_ON, _DHARMA_JAYA, 34_500, 120), 12, 38_500),
    )


def _steady(shelf: Shelf, receipt: Ask, quantity: int, unit_price: int) -> Chain:
    """Return a stock that is sold every third day and stays adequate."""
    days = (_OPENED_ON + timedelta(days=3 * number) for number in range(1, 9))
    return (receipt, *(shelf.sold(quantity, day, unit_price) for day in days))


def _small(code: str) -> tuple[Chain, ...]:
    rice = Shelf(code, RICE, "kg")
    oil = Shelf(code, "minyak-goreng-rakyat", "l")
    arrived, sold = _OPENED_ELSEWHERE_ON, date(2025, 8, 30)
    return (
        (rice.received(120, arrived, _BULOG, 12_000, 180), rice.sold(15, sold, 13_000)),
        (oil.received(20, arrived, _BULOG, 14_500, 270), oil.sold(2, sold, 15_700)),
    )
