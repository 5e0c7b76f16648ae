"""What the refusals about boards mean."""

from services.membership.domain.certification import (
    EVEN,
    INCOMPLETE,
    KIN_OF_ONESELF,
    KINSHIP_FORBIDDEN,
    NOT_AN_OFFICER,
    NOT_DECLARED,
    OFFICER_NOT_A_MEMBER,
)
from services.membership.domain.terms import (
    BOTH_ORGANS,
    ENDED_BEFORE_BEGUN,
    HOLDS_ANOTHER,
    LURAH_SEAT,
    PASSED_ON,
    SEAT_TAKEN,
    SEAT_VACANT,
    SUCCESSION_APART,
    TERM_BACKWARDS,
    TERM_FAR_AHEAD,
    TERM_OVERLAPS,
    TERM_TOO_LONG,
)
from shared.explanations import Explanation

_SEATS = (
    Explanation(
        LURAH_SEAT,
        cause_id="Ketua pengawas adalah lurah karena jabatannya, sehingga kursi ini tidak diisi "
        "melalui pemilihan.",
        remedy_id="Pilih kursi lain untuk orang ini. Untuk mencatat lurah, gunakan pengangkatan "
        "karena jabatan (ex officio); untuk lurah yang baru, pergantian jabatan.",
        cause_en="The seat ketua-pengawas was asked for by way of an election.",
        remedy_en="Choose another seat, or POST …/board/ex-officio for the lurah, and "
        "…/board/succession for the next one.",
    ),
    Explanation(
        SEAT_TAKEN,
        cause_id="Kursi ini masih dipegang orang lain. Satu kursi hanya untuk satu orang.",
        remedy_id="Pilih kursi yang kosong, atau catat dulu akhir jabatan pemegang yang lama.",
        cause_en="Somebody else holds the seat. A lurah with another `from_date` counts as "
        "somebody else.",
        remedy_en="Take a seat that GET /v1/cooperatives/{code}/board shows as vacant, or end the "
        "term of its holder with …/board/endings. A new lurah follows by …/board/succession.",
    ),
    Explanation(
        SEAT_VACANT,
        cause_id="Tidak ada yang memegang kursi ini, sehingga tidak ada jabatan yang dapat "
        "diakhiri atau digantikan.",
        remedy_id="Periksa nama kursinya. Jika kursi lurah kosong, catat lurah lewat pengangkatan "
        "karena jabatan (ex officio).",
        cause_en="An appointment was to end, or a lurah to be succeeded, in a seat that nobody "
        "holds. Its last term may have ended on another day or for another cause.",
        remedy_en="See GET /v1/cooperatives/{code}/board/history. A vacant seat of the lurah is "
        "filled with …/board/ex-officio.",
    ),
    Explanation(
        HOLDS_ANOTHER,
        cause_id="Orang ini sudah memegang kursi di organ yang sama, atau kursi ini sejak tanggal "
        "lain. Tidak seorang pun boleh memegang dua kursi.",
        remedy_id="Tunjuk anggota lain, atau catat dulu akhir jabatannya yang sekarang.",
        cause_en="The person holds a seat of the same organ, or this one for another term.",
        remedy_en="Appoint another member, or end the present term first with …/board/endings.",
    ),
    Explanation(
        BOTH_ORGANS,
        cause_id="Pengawas mengawasi pengurus, sehingga tidak seorang pun boleh duduk di keduanya.",
        remedy_id="Tunjuk anggota lain, atau catat dulu akhir jabatannya di organ yang lain.",
        cause_en="The person holds a seat of the other organ, and pengawas supervise pengurus.",
        remedy_en="Appoint another member, or end the other term first with …/board/endings.",
    ),
)

_TERMS = (
    Explanation(
        TERM_BACKWARDS,
        cause_id="Tanggal akhir masa jabatan sama dengan tanggal mulainya, atau lebih awal.",
        remedy_id="Perbaiki kedua tanggal itu. Jika akhirnya dikosongkan, masa jabatan berlangsung "
        "lima tahun.",
        cause_en="`until_date` is not after `from_date`.",
        remedy_en="Send an `until_date` after `from_date`, or none for a term of five years.",
    ),
    Explanation(
        TERM_TOO_LONG,
        cause_id="Undang-Undang Perkoperasian membatasi masa jabatan. Setelah itu seseorang dapat "
        "dipilih kembali.",
        remedy_id="Isi tanggal akhir yang lebih awal, menurut anggaran dasar koperasi.",
        cause_en="`until_date` is more than five years after `from_date` (UU 25/1992).",
        remedy_en="Send an earlier `until_date`; who is elected again begins a new term.",
    ),
    Explanation(
        TERM_FAR_AHEAD,
        cause_id="Pengangkatan boleh dicatat sebelum masa jabatannya mulai, tetapi tidak lebih "
        "dari 366 hari sebelumnya.",
        remedy_id="Periksa tahun pada tanggal mulainya. Jika benar, catat setelah waktunya dekat.",
        cause_en="`from_date` is more than 366 days after the day of the request in Jakarta.",
        remedy_en="Correct the day, or send it when the term is at most 366 days ahead.",
    ),
    Explanation(
        PASSED_ON,
        cause_id="Jabatan di kursi ini sudah dicatat berakhir pada hari dan sebab yang sama. Yang "
        "memegangnya sekarang mulai pada hari itu juga, dan jabatannya tidak diakhiri.",
        remedy_id="Jika itu yang dimaksud, tidak ada yang perlu dicatat. Jika jabatan yang "
        "sekarang keliru dicatat, akhiri pada hari itu dengan sebab lain.",
        cause_en="The same end was recorded before, and the term of who holds the seat now begins "
        "on that day. It is not clear whose end is meant, so nobody's was recorded.",
        remedy_en="If the end before was meant, all is recorded. If the term that began on that "
        "day is the mistake, end it with another `cause`.",
    ),
    Explanation(
        TERM_OVERLAPS,
        cause_id="Pada tanggal mulai itu kursi ini masih dipegang, atau orang ini masih memegang "
        "kursi lain.",
        remedy_id="Mulailah masa jabatan pada hari berakhirnya jabatan itu, atau sesudahnya.",
        cause_en="`from_date` lies within a term of the same seat, or of the same person, that has "
        "ended since. An appointment that is sent again does not undo its end.",
        remedy_en="Begin on the day on which that term ended or later: terms are half-open. See "
        "GET /v1/cooperatives/{code}/board/history.",
    ),
    Explanation(
        ENDED_BEFORE_BEGUN,
        cause_id="Jabatan tidak dapat berakhir sebelum dimulai.",
        remedy_id="Periksa tanggal akhirnya. Jabatan yang salah dicatat dapat diakhiri pada hari "
        "mulainya.",
        cause_en="`ended_on`, or the first day of a new lurah, is before the first day of the "
        "present holder.",
        remedy_en="Correct the day. A term that should not have been recorded ends on its first "
        "day: it is of no day at all then.",
    ),
    Explanation(
        SUCCESSION_APART,
        cause_id="Sebab `succeeded` hanya berlaku untuk lurah yang digantikan lurah baru.",
        remedy_id="Gunakan perintah pergantian jabatan, atau pilih sebab lain.",
        cause_en="The cause `succeeded` is said of a lurah whom the next one follows.",
        remedy_en="POST …/board/succession, or send another `cause`.",
    ),
)

_SLATE = (
    Explanation(
        INCOMPLETE,
        cause_id="Susunan baru dapat disahkan jika semua kursi wajib terisi: lima pengurus dan "
        "tiga pengawas.",
        remedy_id="Isi dulu kursi kosong yang disebut: anggota untuk kursi yang dipilih, lurah "
        "untuk ketua pengawas. Lalu sahkan lagi.",
        cause_en="A seat that there must be is vacant on the day of `effective_at`: nobody holds "
        "it, or the term of who does begins later or is past its last day.",
        remedy_en="Fill the seats that `detail` names with …/board/appointments and "
        "…/board/ex-officio, then certify.",
    ),
    Explanation(
        EVEN,
        cause_id="Jumlah pengurus dan jumlah pengawas masing-masing harus ganjil, agar putusan "
        "tidak berimbang.",
        remedy_id="Isi satu kursi tambahan lagi, atau akhiri jabatan pada satu kursi tambahan.",
        cause_en="An organ has an even number of seats filled.",
        remedy_en="Fill one more seat of that organ, or free one beyond the required ones.",
    ),
    Explanation(
        OFFICER_NOT_A_MEMBER,
        cause_id="Pengurus dan pengawas yang dipilih harus anggota, dan keanggotaan orang ini "
        "sudah berakhir.",
        remedy_id="Catat akhir jabatannya, isi kursinya dengan anggota, lalu sahkan lagi.",
        cause_en="An elected officer has left the cooperative since the appointment.",
        remedy_en="End the appointment with …/board/endings, fill the seat, then certify.",
    ),
    Explanation(
        NOT_DECLARED,
        cause_id="Setiap pengurus dan pengawas yang dipilih menyatakan dulu hubungan keluarganya "
        "dengan yang lain, juga bila tidak ada.",
        remedy_id="Catat pernyataan pemegang kursi yang disebut, lalu sahkan lagi.",
        cause_en="An elected officer has said nothing on kinship; to have none is to be said too.",
        remedy_en="POST …/board/kinship for the holder of each seat that `detail` names, with "
        "`relatives` empty where there are none.",
    ),
    Explanation(
        KINSHIP_FORBIDDEN,
        cause_id="Pengurus dan pengawas tidak boleh berhubungan darah atau semenda sampai derajat "
        "pertama satu sama lain.",
        remedy_id="Salah satu dari keduanya melepas kursinya. Jika pernyataannya keliru, catat "
        "pernyataan yang benar.",
        cause_en="Two officers, of the same organ or not, are relatives within the first degree, "
        "as one of them declared (Juklak Menkop 1/2025).",
        remedy_en="One of them leaves the board; or correct the declaration with …/board/kinship.",
    ),
    Explanation(
        NOT_AN_OFFICER,
        cause_id="Hubungan keluarga dinyatakan oleh pengurus atau pengawas, dan hanya mengenai "
        "pengurus atau pengawas.",
        remedy_id="Catat dulu pengangkatannya. Kerabat yang tidak memegang kursi tidak dicatat.",
        cause_en="Who declares, or a person among `relatives`, holds no seat of this board.",
        remedy_en="Appoint first. Relatives without a seat are none of our business.",
    ),
    Explanation(
        KIN_OF_ONESELF,
        cause_id="Daftar kerabat memuat orang yang menyatakannya.",
        remedy_id="Hapus orang itu dari daftar kerabat.",
        cause_en="`relatives` contains `person`.",
        remedy_en="Leave `person` out of `relatives`.",
    ),
)

EXPLANATIONS = (*_SEATS, *_TERMS, *_SLATE)
