"""What can happen to a cooperative: its papers, its gerai, and pauses of its operation."""

from datetime import date
from enum import StrEnum

from shared.messages import event


class DocumentKind(StrEnum):
    """The papers and accounts that a cooperative is asked for."""

    AKTA = "akta"
    """The notary's deed of founding."""
    AKTA_PERUBAHAN = "akta-perubahan"
    """The deed of the last change to the articles."""
    BADAN_HUKUM = "badan-hukum"
    """The ministry's approval that makes it a legal entity."""
    NIB = "nib"
    """The business number (Nomor Induk Berusaha)."""
    NPWP = "npwp"
    """The tax number."""
    NOMOR_INDUK_KOPERASI = "nomor-induk-koperasi"
    """Its number in the national register of cooperatives, which has nothing to do with a NIK."""
    AKUN_SIMKOPDES = "akun-simkopdes"
    """Its account in SIMKOPDES."""
    REKENING_BANK = "rekening-bank"
    """A bank account of its own."""
    IZIN_SIMPAN_PINJAM = "izin-simpan-pinjam"
    """The licence to take savings and to lend."""
    IZIN_LAIN = "izin-lain"
    """Any other licence."""

    @property
    def several(self) -> bool:
        """Whether a cooperative may hold several side by side: a new one replaces none."""
        return self in (DocumentKind.REKENING_BANK, DocumentKind.IZIN_LAIN)


@event("Koperasi sebuah kelurahan tercatat dalam daftar koperasi.")
class CooperativeRegistered:
    """A cooperative exists, for one kelurahan."""

    name: str
    """The cooperative's name."""
    kecamatan: str
    """The name of the kecamatan that the kelurahan belongs to."""
    founded_on: date
    """The day of its founding meeting."""


@event("Koperasi memperoleh dokumen legal, izin, atau akun.")
class LegalDocumentRecorded:
    """The cooperative has a paper, a licence or an account, in the place of an earlier one."""

    kind: DocumentKind
    """What kind of paper it is."""
    number: str
    """Its number; of NIB and NPWP the digits alone."""
    issued_on: date
    """The day on which it was issued."""
    valid_until: date | None = None
    """The last day on which it is valid; null where it does not run out."""


@event("Koperasi membuka sebuah gerai.")
class GeraiOpened:
    """The cooperative opened a gerai, or opened again one that it had closed."""

    gerai: str
    """The gerai's id within the cooperative."""
    kind: str
    """What kind of gerai it is: a code of the city's list."""
    name: str
    """What it is called."""
    opened_on: date
    """The first day on which it is open."""


@event("Koperasi menutup sebuah gerai.")
class GeraiClosed:
    """The cooperative closed a gerai."""

    gerai: str
    """The gerai's id within the cooperative."""
    opened_on: date
    """Which opening of it ends: the one that began on this day."""
    closed_on: date
    """The first day on which it is no longer open."""
    reason: str
    """Why, in words about the cooperative that name nobody."""


@event("Kegiatan koperasi dihentikan sementara sampai hari tertentu.")
class OperationSuspended:
    """The cooperative does not operate until a day; the pause ends by itself when that is over."""

    since: date
    """The first day of the pause."""
    until: date
    """The last day of the pause."""
    reason: str
    """Why, in words about the cooperative that name nobody."""


@event("Koperasi berkegiatan lagi sebelum masa penghentian sementaranya habis.")
class OperationResumed:
    """The pause ended before its last day."""

    since: date
    """Which pause ended: the one that began on this day."""


type CooperativeEvent = (
    CooperativeRegistered
    | LegalDocumentRecorded
    | GeraiOpened
    | GeraiClosed
    | OperationSuspended
    | OperationResumed
)


EVENTS: tuple[type, ...] = (
    CooperativeRegistered,
    LegalDocumentRecorded,
    GeraiOpened,
    GeraiClosed,
    OperationSuspended,
    OperationResumed,
)
