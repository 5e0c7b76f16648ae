"""Generated people. None of them is real: kecamatan 99 and their phone numbers do not exist."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

SEED = 20251104
_REGION = "317299"
_YOUNGEST = date(2005, 12, 31)
_AGES_IN_DAYS = 47 * 365

_WOMEN = (
    "Siti Aminah Nurhayati Dewi Sri Ratna Yuliana Rina Fitri Wulan Endang Lestari Maya Indah "
    "Kartika Suryani Marlina Tuti Aisyah Murni Halimah Novi Rosmiati Eka Puspita Umi Ningsih "
    "Wahyuni Dian Mariam"
).split()
_MEN = (
    "Agus Budi Slamet Hendra Joko Ahmad Rudi Bambang Dedi Eko Fajar Gunawan Hasan Iwan Kusno "
    "Lukman Mulyadi Nurdin Parman Rahmat Samsul Taufik Usman Wawan Yanto Zainal Arif Darma "
    "Irfan Surya"
).split()
_FAMILY = (
    "Santoso Wibowo Saputra Hidayat Kurniawan Setiawan Nugroho Siregar Simanjuntak Nasution "
    "Rahman Hakim Maulana Pratama Susanto Utomo Firmansyah Harahap Lubis Manurung Permana "
    "Sutrisno Hartono Suryadi Ramadhan Mansur Syafii Tanjung Halim Purnomo"
).split()


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who applies."""

    name: str
    identity_number: str
    phone: str
    born_on: date


def crowd(seed: int = SEED) -> Iterator[Person]:
    """Yield ever more people: the same ones, in the same order, for the same *seed*."""
    dice = Random(seed)  # noqa: S311 - example names, not secrets
    serials: Counter[str] = Counter()
    number = 0
    while True:
        number += 1
        woman = dice.random() < 0.5  # noqa: PLR2004 - half of them
        born_on = _YOUNGEST - timedelta(days=dice.randrange(_AGES_IN_DAYS))
        birth = f"{born_on.day + 40 * woman:02}{born_on:%m%y}"
        serials[birth] += 1
        yield Person(
            name=f"{dice.choice(_WOMEN if woman else _MEN)} {dice.choice(_FAMILY)}",
            identity_number=f"{_REGION}{birth}{serials[birth]:04}",
            phone=f"0812-0000-{number:04}",
            born_on=born_on,
        )
