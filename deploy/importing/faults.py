"""What can be wrong with a line before it is sent: a code, what is wrong, and what to do.

A sentence names columns and lines, never a value: a report travels further than a register.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A reason not to send a line; the sentence may have blanks for columns and lines."""

    code: str
    sentence: str


class Unusable(Exception):  # noqa: N818 - said of a line
    """A line cannot be sent as it is."""

    def __init__(self, fault: Fault, **blanks: object) -> None:
        """*blanks* are filled into the sentence."""
        super().__init__(fault.code)
        self.code = fault.code
        self.sentence = fault.sentence.format(**blanks)


REQUIRED = Fault("required", "{column} kosong. Isi dahulu: tanpa itu baris tidak dapat dimuat.")
UNREADABLE_TEXT = Fault(
    "unreadable_text",
    "{column} memuat huruf yang rusak karena salah penyandian. Ketik ulang, lalu simpan sebagai "
    "CSV UTF-8.",
)
CONTROL_CHARACTER = Fault(
    "control_character",
    "{column} memuat karakter kendali yang tidak terlihat. Hapus isi sel itu dan ketik ulang.",
)
EXCEL_ERROR = Fault(
    "excel_error",
    "{column} berisi tanda galat Excel, misalnya #REF! atau #####. Perbaiki rumusnya atau "
    "lebarkan kolomnya, lalu simpan lagi sebagai CSV.",
)
FORMULA = Fault(
    "formula", "{column} berisi rumus, bukan nilai. Salin lalu tempel sebagai nilai (Values)."
)
TEXT_LENGTH = Fault(
    "text_length", "{column} harus {least} sampai {most} karakter. Perbaiki isinya."
)
NO_NAME = Fault("no_name", "{column} tidak memuat huruf. Tulis nama seperti pada KTP.")
NUMBER_ROUNDED = Fault(
    "identity_number_rounded",
    "{column} telah dibulatkan Excel, misalnya menjadi 3,17E+15 atau berakhir 0; angka aslinya "
    "hilang. Ubah format kolom menjadi Teks, lalu ketik ulang dari KTP.",
)
NUMBER_DECIMAL = Fault(
    "identity_number_decimal",
    "{column} berakhiran .0 karena pernah disimpan sebagai bilangan. Ubah format kolom menjadi "
    "Teks dan cocokkan dengan KTP.",
)
NUMBER_MALFORMED = Fault(
    "identity_number_malformed",
    "{column} bukan NIK: harus 16 angka. Cocokkan dengan KTP, atau kosongkan bila belum ada.",
)
PHONE_ROUNDED = Fault(
    "phone_rounded",
    "{column} telah diubah Excel menjadi bilangan, misalnya 8,12E+10. Ubah format kolom menjadi "
    "Teks, lalu ketik ulang.",
)
PHONE_MALFORMED = Fault(
    "phone_malformed",
    "{column} bukan nomor telepon: 6 sampai 15 angka. Perbaiki, atau kosongkan bila belum ada.",
)
YEAR_TWO_DIGITS = Fault(
    "year_two_digits",
    "Tahun pada {column} hanya dua angka, sehingga abadnya tidak pasti. Tulis empat angka, "
    "misalnya 03/05/2025.",
)
DATE_SERIAL = Fault(
    "date_serial",
    "{column} berupa nomor urut hari dari Excel. Ubah format kolom menjadi Tanggal, lalu simpan "
    "lagi sebagai CSV.",
)
DATE_IMPOSSIBLE = Fault(
    "date_impossible",
    "{column} tidak ada dalam kalender. Urutannya hari, bulan, tahun: periksa hari dan bulannya.",
)
DATE_MALFORMED = Fault(
    "date_malformed",
    "{column} bukan tanggal yang dikenal. Tulis misalnya 03/05/2025, 2025-05-03 atau 3 Mei 2025.",
)
AMOUNT_ROUNDED = Fault(
    "amount_rounded",
    "{column} ditulis Excel sebagai pangkat, misalnya 5E+05. Ubah format kolom menjadi Angka "
    "tanpa desimal, lalu simpan lagi.",
)
AMOUNT_FRACTION = Fault(
    "amount_fraction",
    "{column} memuat pecahan rupiah. Tulis rupiah bulat, misalnya 50000 atau 50.000.",
)
AMOUNT_NEGATIVE = Fault(
    "amount_negative",
    "{column} negatif. Muat saldo simpanan yang dibayar; penarikan dicatat tersendiri.",
)
AMOUNT_MALFORMED = Fault(
    "amount_malformed",
    "{column} bukan jumlah rupiah yang pasti. Pakai titik untuk ribuan atau tanpa tanda: 50.000 "
    "atau 50000.",
)
AMOUNT_TOO_LARGE = Fault(
    "amount_too_large",
    "{column} lebih dari {most} rupiah. Periksa jumlah angka nolnya.",
)
MEMBER_NUMBER = Fault(
    "member_number_malformed",
    "{column} hanya boleh memuat huruf, angka, titik, garis miring dan tanda hubung, paling "
    "banyak {most} karakter. Perbaiki, atau kosongkan.",
)
SOURCE_NAMES_SOMEBODY = Fault(
    "source_names_somebody",
    "{column} memuat nama atau nomor orang. Isinya tetap terbaca dalam log: tulis bukunya dan "
    "halamannya saja.",
)
CODE_MISSING = Fault(
    "cooperative_missing",
    "Koperasinya tidak disebut. Isi {column}, atau jalankan lagi dengan --cooperative KODE.",
)
CODE_MALFORMED = Fault(
    "cooperative_malformed",
    "{column} bukan kode kelurahan Kemendagri, misalnya 31.72.02.1006, lengkap dengan titiknya.",
)
CODE_OTHER = Fault(
    "cooperative_other",
    "{column} menyebut koperasi lain daripada --cooperative. Pindahkan baris ini ke berkas "
    "koperasinya, atau jalankan tanpa --cooperative.",
)
TOO_MANY_CELLS = Fault(
    "too_many_cells",
    "Baris ini punya lebih banyak sel daripada judul kolom: mungkin ada tanda pemisah di dalam "
    "alamat atau nama. Apit sel itu dengan tanda kutip.",
)
QUOTE_UNCLOSED = Fault(
    "quote_unclosed",
    "Ada tanda kutip yang tidak ditutup, sehingga batas selnya tidak pasti. Tutup atau hapus "
    "tanda kutip itu.",
)
DUPLICATE_LINE = Fault(
    "duplicate_line",
    "Sama persis dengan baris {other}; hanya yang pertama dimuat. Hapus baris ini; bila orangnya "
    "memang berbeda, lengkapi NIK atau nomor anggota.",
)
DUPLICATE_NUMBER = Fault(
    "duplicate_identity_number",
    "{column} sama dengan baris {other}, tetapi isi lainnya berbeda; semuanya ditahan. Tentukan "
    "mana yang benar, lalu hapus atau perbaiki yang lain.",
)
DUPLICATE_MEMBER_NUMBER = Fault(
    "duplicate_member_number",
    "{column} sama dengan baris {other}, tetapi isi lainnya berbeda; semuanya ditahan. Tentukan "
    "nomor siapa itu, lalu perbaiki atau kosongkan yang lain.",
)
FAULTS = tuple(one for one in globals().copy().values() if isinstance(one, Fault))
