"""What the codes of membership mean to who receives them, and what to do next."""

from services.membership.commands import MINIMUM_AGE
from services.membership.domain.board import (
    HOLDS_ANOTHER,
    INCOMPLETE,
    LURAH_SEAT,
    SEAT_TAKEN,
    TERM_BACKWARDS,
)
from services.membership.domain.cooperative import (
    NOT_REGISTERED,
    REGISTERED_OTHERWISE,
    UNKNOWN_KELURAHAN,
)
from services.membership.domain.member import (
    DECIDED,
    IN_OFFICE,
    NO_APPLICATION,
    NOT_A_MEMBER,
    NOT_APPROVED,
    NOT_VERIFIED,
    POKOK_FIRST,
    TOO_YOUNG,
)
from services.membership.domain.territory import KELURAHAN
from shared.explanations import Explanation, by_code

_COOPERATIVE = (
    Explanation(
        NOT_REGISTERED,
        cause_id="Koperasi kelurahan itu belum ada dalam daftar, sehingga belum dapat menerima "
        "permohonan anggota atau mencatat lurah sebagai ketua pengawas.",
        remedy_id="Periksa kode kelurahannya. Jika sudah benar, minta Suku Dinas mendaftarkan "
        "koperasinya lebih dulu.",
        cause_en="An application, or the lurah's appointment, is for a kelurahan whose cooperative "
        "was never registered.",
        remedy_en="Check the code. If it is right, have a sudin register it with "
        "POST /v1/cooperatives, then repeat.",
    ),
    Explanation(
        REGISTERED_OTHERWISE,
        cause_id="Koperasi kelurahan ini sudah terdaftar dengan nama atau tanggal berdiri yang "
        "berbeda, dan data pendaftaran tidak dapat diubah.",
        remedy_id="Lihat dan pakai data yang sudah terdaftar. Jika data itu keliru, hubungi "
        "pengelola sistem.",
        cause_en="The register holds this code with another name or `founded_on`, and no command "
        "changes a registration.",
        remedy_en="Compare with GET /v1/cooperatives/{code}. The same data again would change "
        "nothing and be accepted.",
    ),
    Explanation(
        UNKNOWN_KELURAHAN,
        cause_id=f"Kode itu bukan salah satu dari {len(KELURAHAN)} kelurahan di Kota Administrasi "
        "Jakarta Utara, sehingga koperasinya tidak dapat didaftarkan di sini.",
        remedy_id="Periksa kode Kemendagri kelurahan itu, misalnya 31.72.02.1006 untuk Sunter "
        "Agung.",
        cause_en=f"The code has the right form, but is none of the {len(KELURAHAN)} kelurahan of "
        "this cell (Kepmendagri 300.2.2-2138/2025).",
        remedy_en="Correct the code. The list is part of the rules, not of the data: "
        "services/membership/domain/territory.py.",
    ),
)

_MEMBER = (
    Explanation(
        "identity_number_malformed",
        cause_id="NIK yang diisi tidak terdiri atas 16 angka, atau empat angka terakhirnya 0000.",
        remedy_id="Salin NIK dari KTP atau kartu keluarga: 16 angka tanpa spasi dan tanpa titik.",
        cause_en="`identity_number` has not the form of a NIK. The form alone is checked; it is "
        "one of the `errors` of request_invalid.",
        remedy_en="Send 16 digits as a text, the last four not 0000.",
        status=422,
    ),
    Explanation(
        NO_APPLICATION,
        cause_id="Di koperasi ini tidak ada permohonan keanggotaan dengan id itu. Mungkin id-nya "
        "salah, atau permohonannya diajukan ke koperasi lain.",
        remedy_id="Cari orangnya dalam daftar anggota koperasi ini. Jika belum ada, ajukan dulu "
        "permohonannya.",
        cause_en="Nobody has applied under this id in this cooperative; an id of one cooperative "
        "says nothing in another.",
        remedy_en="Take `entity` from the receipt of the application, or the id from "
        "GET /v1/cooperatives/{code}/members.",
    ),
    Explanation(
        TOO_YOUNG,
        cause_id="Menurut tanggal lahir yang diisi, pemohon belum berusia "
        f"{MINIMUM_AGE} tahun pada hari permohonan.",
        remedy_id="Cocokkan tanggal lahirnya dengan KTP atau kartu keluarga. Jika sudah benar, "
        f"ajukan lagi setelah pemohon berusia {MINIMUM_AGE} tahun.",
        cause_en=f"`born_on` makes the applicant younger than {MINIMUM_AGE} on the day of "
        "`effective_at` in Jakarta. That married people may be younger is not asked yet.",
        remedy_en="Correct `born_on` or `effective_at`; otherwise wait for the birthday.",
    ),
    Explanation(
        NOT_VERIFIED,
        cause_id="Permohonan baru dapat disetujui setelah identitas dan domisili pemohon "
        "diperiksa, dan pemeriksaan itu belum dicatat.",
        remedy_id="Periksa KTP dan domisili pemohon, catat pemeriksaannya, lalu setujui.",
        cause_en="The approval came before a verification was recorded.",
        remedy_en="POST /v1/cooperatives/{code}/members/{person}/verification, then approve.",
    ),
    Explanation(
        NOT_APPROVED,
        cause_id="Simpanan tidak dapat dicatat untuk orang yang permohonannya belum diputus atau "
        "ditolak.",
        remedy_id="Lihat statusnya dalam daftar anggota. Jika belum diputus, minta pengurus "
        "memutuskannya; jika ditolak, orang itu dapat mengajukan permohonan baru.",
        cause_en="Savings were paid for somebody whose status is applied, verified or rejected.",
        remedy_en="Approve the application first; after a rejection it takes a new application, "
        "which gets a new id.",
    ),
    Explanation(
        DECIDED,
        cause_id="Permohonan ini sudah disetujui atau ditolak, dan putusannya tidak dapat dibalik.",
        remedy_id="Lihat statusnya dalam daftar anggota. Pemohon yang ditolak dapat mengajukan "
        "permohonan baru; anggota yang ingin keluar mengundurkan diri.",
        cause_en="An approved application was rejected, or a rejected one verified or approved.",
        remedy_en="Read the status in GET /v1/cooperatives/{code}/members. After a rejection "
        "apply anew; an active member resigns.",
    ),
    Explanation(
        POKOK_FIRST,
        cause_id="Simpanan pokok dibayar satu kali, sebelum simpanan lain. Calon anggota ini belum "
        "membayarnya, atau anggota ini sudah pernah membayarnya.",
        remedy_id="Untuk calon anggota, catat dulu simpanan pokoknya. Untuk anggota, catat "
        "pembayaran ini sebagai simpanan wajib atau sukarela.",
        cause_en="An approved applicant pays wajib or sukarela, or an active member pays pokok a "
        "second time.",
        remedy_en="Send kind pokok for an approved applicant, which makes a member; wajib or "
        "sukarela for a member.",
    ),
    Explanation(
        NOT_A_MEMBER,
        cause_id="Orang ini belum menjadi anggota koperasi ini, atau sudah keluar, sedangkan yang "
        "diminta hanya berlaku untuk anggota.",
        remedy_id="Lihat statusnya dalam daftar anggota. Orang menjadi anggota setelah "
        "permohonannya disetujui dan simpanan pokoknya dibayar.",
        cause_en="An elected seat is given to somebody who is no active member, somebody resigns "
        "who never joined, or a former member pays savings.",
        remedy_en="Use an id that GET /v1/cooperatives/{code}/members shows as active. There is no "
        "re-joining yet.",
    ),
    Explanation(
        IN_OFFICE,
        cause_id="Anggota ini masih memegang kursi pengurus atau pengawas, dan selama itu tidak "
        "dapat mengundurkan diri dari koperasi.",
        remedy_id="Masa jabatannya harus berakhir lebih dulu. Sistem ini belum dapat mencatat "
        "akhir masa jabatan: simpan surat pengunduran dirinya dan hubungi pengelola sistem.",
        cause_en="The board of this cooperative has the person in a seat.",
        remedy_en="The seat is to be given up first. No command ends a term yet, so the "
        "resignation has to wait.",
    ),
)

_BOARD = (
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

EXPLANATIONS = by_code(*_COOPERATIVE, *_MEMBER, *_BOARD)
