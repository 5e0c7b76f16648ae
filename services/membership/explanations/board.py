"""What the refusals about boards mean."""

from services.membership.domain.board import (
    HOLDS_ANOTHER,
    INCOMPLETE,
    LURAH_SEAT,
    SEAT_TAKEN,
    TERM_BACKWARDS,
)
from shared.explanations import Explanation

EXPLANATIONS = (
    Explanation(
        LURAH_SEAT,
        cause_id="Ketua pengawas adalah lurah karena jabatannya, sehingga kursi ini tidak diisi "
        "melalui pemilihan.",
        remedy_id="Pilih kursi lain untuk orang ini. Untuk mencatat lurah, gunakan pengangkatan "
        "karena jabatan (ex officio).",
        cause_en="The seat ketua-pengawas was asked for by way of an election.",
        remedy_en="Choose another seat, or POST /v1/cooperatives/{code}/board/ex-officio for the "
        "lurah.",
    ),
    Explanation(
        SEAT_TAKEN,
        cause_id="Kursi ini masih dipegang orang lain. Satu kursi hanya untuk satu orang.",
        remedy_id="Lihat susunan pengurus dan pengawas, lalu pilih kursi yang kosong. Akhir masa "
        "jabatan pemegang yang lama belum dapat dicatat di sistem ini.",
        cause_en="Somebody else holds the seat. A lurah with another `from_date` counts as "
        "somebody else.",
        remedy_en="Take a seat that GET /v1/cooperatives/{code}/board shows as vacant. No command "
        "ends a term yet.",
    ),
    Explanation(
        HOLDS_ANOTHER,
        cause_id="Orang ini sudah memegang kursi lain di koperasi ini, dan tidak seorang pun boleh "
        "memegang dua kursi.",
        remedy_id="Tunjuk anggota lain untuk kursi ini.",
        cause_en="The person holds another seat of the same board.",
        remedy_en="Appoint another member. No command moves somebody from one seat to another yet.",
    ),
    Explanation(
        TERM_BACKWARDS,
        cause_id="Tanggal akhir masa jabatan sama dengan tanggal mulainya, atau lebih awal.",
        remedy_id="Perbaiki kedua tanggal itu. Jika akhirnya belum ditentukan, kosongkan.",
        cause_en="`until_date` is not after `from_date`.",
        remedy_en="Send an `until_date` after `from_date`, or none.",
    ),
    Explanation(
        INCOMPLETE,
        cause_id="Susunan baru dapat disahkan jika semua kursi terisi: lima pengurus dan tiga "
        "pengawas.",
        remedy_id="Isi dulu kursi kosong yang disebut: anggota untuk kursi yang dipilih, lurah "
        "untuk ketua pengawas. Lalu sahkan lagi.",
        cause_en="An organ has fewer seats filled than it must have, or an even number of them.",
        remedy_en="Fill the seats that `detail` names with …/board/appointments and "
        "…/board/ex-officio, then certify.",
    ),
)
