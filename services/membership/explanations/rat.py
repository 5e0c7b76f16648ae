"""What the refusals about meetings and reports mean."""

from services.membership.domain.rat import (
    BOOK_YEAR_RUNNING,
    HELD,
    MORE_THAN_MEMBERS,
    NO_QUORUM,
    NO_REPORT,
    NOT_HELD,
    VERIFIED,
)
from services.membership.domain.reports import QUARTER_RUNNING
from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        BOOK_YEAR_RUNNING,
        cause_id="RAT membahas tahun buku yang sudah selesai, jadi diadakan setelah 31 Desember "
        "tahun itu.",
        remedy_id="Periksa tahun buku dan tanggal rapatnya. Rapat lain bukan RAT.",
        cause_en="`on` or `held_on` is not after 31 December of the book year in the path.",
        remedy_en="Send a later day, or the book year that the meeting was about.",
    ),
    Explanation(
        MORE_THAN_MEMBERS,
        cause_id="Yang hadir lebih banyak daripada anggota yang tercatat aktif pada hari itu.",
        remedy_id="Hitung hanya anggota. Jika daftar anggota belum lengkap, lengkapi dulu dengan "
        "tanggal masuk yang benar, lalu catat RAT-nya lagi.",
        cause_en="`present` is more than the active members on the register as that day ended.",
        remedy_en="Count members alone, or complete the register first, with the days on which "
        "they joined; GET /v1/cooperatives/{code}/members/count?as_of= says how many there were.",
    ),
    Explanation(
        NO_QUORUM,
        cause_id="Yang hadir tidak lebih dari separuh anggota, jadi rapat tidak dapat mengganti "
        "pengurus atau pengawas.",
        remedy_id="Catat rapatnya tanpa perubahan pengurus, lalu adakan rapat berikutnya.",
        cause_en="The meeting changes the board, and half of the members or fewer were there.",
        remedy_en="Record the meeting without `board`; another meeting has to change it.",
    ),
    Explanation(
        HELD,
        cause_id="RAT tahun buku ini sudah tercatat dilaksanakan, dengan data lain.",
        remedy_id="Lihat catatan RAT-nya. Yang sudah dilaksanakan tidak dijadwalkan atau dicatat "
        "ulang.",
        cause_en="The meeting was recorded as held before, with another day, attendance or "
        "decision.",
        remedy_en="The same data again would change nothing and be accepted; see "
        "GET /v1/cooperatives/{code}/rat/{book_year}.",
    ),
    Explanation(
        NOT_HELD,
        cause_id="Laporan RAT diserahkan sebelum rapatnya dicatat.",
        remedy_id="Catat dulu pelaksanaan RAT-nya, lalu serahkan laporannya.",
        cause_en="A report was handed in for a meeting that is not recorded as held.",
        remedy_en="POST /v1/cooperatives/{code}/rat/{book_year}/holding first.",
    ),
    Explanation(
        NO_REPORT,
        cause_id="Laporannya belum diserahkan, atau sudah dikembalikan untuk diperbaiki.",
        remedy_id="Tunggu sampai koperasi menyerahkan laporannya.",
        cause_en="No report was handed in, or the last one was given back.",
        remedy_en="Wait until there is one: the status in "
        "GET /v1/cooperatives/{code}/rat/{book_year} is `draft` then.",
    ),
    Explanation(
        VERIFIED,
        cause_id="Laporan yang sudah dinyatakan benar tidak diganti begitu saja.",
        remedy_id="Jika laporannya keliru, minta sudin mengembalikannya, lalu serahkan yang benar.",
        cause_en="The report was verified, and other figures were handed in.",
        remedy_en="Ask the agency to give it back (`return`), then hand in the right one.",
    ),
    Explanation(
        QUARTER_RUNNING,
        cause_id="Triwulan yang dilaporkan belum selesai.",
        remedy_id="Periksa tahun dan triwulannya, atau laporkan setelah triwulan itu berakhir.",
        cause_en="The quarter in the path ends on the day of the report or later.",
        remedy_en="Send it after the last day of the quarter, or for the quarter before.",
    ),
)
