"""What the refusals about memberships mean."""

from services.membership.commands.member import MINIMUM_AGE
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
from shared.explanations import Explanation

EXPLANATIONS = (
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
