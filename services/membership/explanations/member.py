"""What the refusals about memberships mean."""

from services.membership.commands.member import MINIMUM_AGE
from services.membership.domain.joining import (
    ELSEWHERE,
    NOT_ACCEPTED,
    NUMBER_TAKEN,
    OVERLAPS,
    REGISTRY_DIFFERS,
    TOO_YOUNG,
)
from services.membership.domain.leaving import (
    IN_OFFICE,
    LEFT_BEFORE_JOINING,
    NO_DEFENCE,
    NO_PROPOSAL,
    NOTHING_CORRECTED,
    STILL_A_MEMBER,
)
from services.membership.domain.member import (
    ANSWERED,
    DECIDED,
    LEFT_ALREADY,
    NO_APPLICATION,
    NOT_A_MEMBER,
    NOT_APPROVED,
    NOT_VERIFIED,
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
        NUMBER_TAKEN,
        cause_id="Nomor anggota dari buku itu sudah dimuat untuk orang lain di koperasi ini.",
        remedy_id="Cari nomor itu dalam daftar anggota dan cocokkan dengan bukunya, lalu betulkan "
        "nomornya atau kosongkan.",
        cause_en="Another person was imported into this cooperative with this `number`.",
        remedy_en="Find who has it: GET /v1/cooperatives/{code}/members?number=; then send the "
        "right number, or none.",
    ),
    Explanation(
        TOO_YOUNG,
        cause_id="Menurut tanggal lahir yang diisi, pemohon belum berusia "
        f"{MINIMUM_AGE} tahun pada hari permohonan.",
        remedy_id="Cocokkan tanggal lahirnya dengan KTP atau kartu keluarga. Jika sudah benar, "
        f"ajukan lagi setelah pemohon berusia {MINIMUM_AGE} tahun; yang sudah menikah boleh lebih "
        "muda.",
        cause_en=f"`born_on` makes the applicant younger than {MINIMUM_AGE} on the day of "
        "`effective_at` (of an import: of `joined_on`) in Jakarta, and `married` is false.",
        remedy_en="Correct `born_on`, `married` or the day; otherwise wait for the birthday.",
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
        NOT_A_MEMBER,
        cause_id="Orang ini belum menjadi anggota koperasi ini, atau sudah keluar, sedangkan yang "
        "diminta hanya berlaku untuk anggota.",
        remedy_id="Lihat statusnya dalam daftar anggota. Orang menjadi anggota setelah "
        "permohonannya disetujui dan simpanan pokoknya dibayar.",
        cause_en="An elected seat is given to somebody who is no active member, somebody resigns "
        "who never joined, or a former member pays savings.",
        remedy_en="Use an id that GET /v1/cooperatives/{code}/members shows as active. Who "
        "left applies anew, under a new id.",
    ),
    Explanation(
        IN_OFFICE,
        cause_id="Anggota ini masih memegang kursi pengurus atau pengawas, dan selama itu tidak "
        "dapat mengundurkan diri dari koperasi.",
        remedy_id="Catat dulu akhir masa jabatannya di kursi itu, lalu catat pengunduran dirinya.",
        cause_en="The board of this cooperative has the person in a seat.",
        remedy_en="End the appointment first (GET /v1/cooperatives/{code}/board says which seat), "
        "then resign.",
    ),
    Explanation(
        "identifies_somebody",
        cause_id="Nomor anggota atau sumber memuat sepuluh angka berturut-turut, jadi mungkin NIK "
        "atau nomor telepon, padahal isian itu tersimpan terbuka.",
        remedy_id="Isi NIK di kolom NIK. Sebagai nomor anggota pakai nomor urut di buku.",
        cause_en="`number` or `source` has ten digits in a row; both stay readable in the log. "
        "It is one of the `errors` of request_invalid.",
        remedy_en="Send the identity number as `identity_number`, and the book's own number here.",
        status=422,
    ),
    Explanation(
        "text_with_control_characters",
        cause_id="Teks memuat karakter kendali atau karakter tersembunyi yang tidak tampak di "
        "kartu atau formulir mana pun.",
        remedy_id="Ketik ulang teksnya, jangan disalin dari berkas yang rusak.",
        cause_en="A name, phone, address or source holds a control or format character; it is one "
        "of the `errors` of request_invalid.",
        remedy_en="Send plain text. Letters of any script, spaces and punctuation are welcome.",
        status=422,
    ),
    Explanation(
        OVERLAPS,
        cause_id="Menurut NIK-nya, orang ini mempunyai keanggotaan lain di koperasi ini yang "
        "berlangsung pada masa yang diminta, sehingga ia akan terhitung dua kali.",
        remedy_id="Periksa tanggal masuk dan tanggal keluar kedua keanggotaan itu, lalu perbaiki "
        "lebih dulu yang keliru.",
        cause_en="Another membership with the same identity number in this cooperative lasted in "
        "the time that the import, the first payment or the correction asks for (from/until, `..` "
        "where it does not say or goes on); the person would count twice.",
        remedy_en="Correct the day that was sent, or first the days of the other membership.",
    ),
    Explanation(
        NOT_ACCEPTED,
        cause_id="Formulir menyatakan bahwa pemohon tidak menyetujui AD/ART koperasi.",
        remedy_id="Jelaskan AD/ART kepada pemohon. Jika ia setuju, ajukan lagi dengan pernyataan "
        "setuju.",
        cause_en="`accepts_articles` is false.",
        remedy_en="Apply again once the applicant accepts the articles; nobody joins without.",
    ),
    Explanation(
        ELSEWHERE,
        cause_id="Menurut KTP, pemohon tinggal di kelurahan lain, sedangkan anggota koperasi ini "
        "adalah warga kelurahan ini.",
        remedy_id="Tolak permohonan ini dengan alasannya. Pemohon dapat mengajukan permohonan ke "
        "koperasi di kelurahan tempat tinggalnya.",
        cause_en="The verification says that the applicant's domicile is another kelurahan.",
        remedy_en="Reject the application, which frees the identity number; the applicant may "
        "apply where they live.",
    ),
    Explanation(
        REGISTRY_DIFFERS,
        cause_id="NIK, nama, dan tanggal lahir pemohon tidak cocok satu sama lain menurut data "
        "kependudukan.",
        remedy_id="Cocokkan dengan KTP dan kartu keluarga, betulkan datanya, lalu periksa lagi. "
        "Jika tetap tidak cocok, pemohon mengurusnya ke Dukcapil.",
        cause_en="The population register answered that number, name and day of birth do not "
        "agree. It says no more than that.",
        remedy_en="Compare with the identity card, rectify, and verify again.",
    ),
    Explanation(
        LEFT_BEFORE_JOINING,
        cause_id="Tanggal yang diisi membuat keanggotaan berakhir sebelum dimulai.",
        remedy_id="Lihat tanggal masuknya dalam daftar anggota dan betulkan salah satunya.",
        cause_en="The end of a membership is before its beginning.",
        remedy_en="Compare with `joined_at` of the membership; correct the date, or correct the "
        "beginning first with …/date-corrections.",
    ),
    Explanation(
        NO_PROPOSAL,
        cause_id="Anggota hanya dapat diberhentikan setelah pemberhentiannya diusulkan, dan belum "
        "ada usulan yang berlaku.",
        remedy_id="Catat dulu usulan pemberhentian beserta alasannya.",
        cause_en="A defence or a dismissal was sent, and no proposal stands.",
        remedy_en="POST …/dismissal-proposal first.",
    ),
    Explanation(
        NO_DEFENCE,
        cause_id="Anggota yang diusulkan diberhentikan berhak membela diri, dan pembelaannya belum "
        "dicatat.",
        remedy_id="Dengarkan anggota itu dan catat pembelaannya, atau catat bahwa ia tidak memakai "
        "haknya.",
        cause_en="The member was neither heard, nor asked in vain.",
        remedy_en="POST …/defence, with `waived` true if the member did not answer.",
    ),
    Explanation(
        LEFT_ALREADY,
        cause_id="Orang ini sudah bukan anggota karena sebab lain yang tercatat lebih dulu.",
        remedy_id="Lihat sebab dan tanggal keluarnya di daftar anggota. Jika tanggalnya keliru, "
        "perbaiki tanggal keluarnya.",
        cause_en="A resignation, death or dismissal was sent for a membership that ended in "
        "another way.",
        remedy_en="GET the membership: `left_by` and `left_at` say how it ended. A wrong day is "
        "put right with …/date-corrections.",
    ),
    Explanation(
        ANSWERED,
        cause_id="Pembelaan untuk usulan ini sudah dicatat, dan yang sudah dicatat tidak diganti.",
        remedy_id="Lanjutkan ke putusan rapat anggota, atau tarik usulannya lalu usulkan lagi.",
        cause_en="The defence against this proposal is recorded, and there is one only.",
        remedy_en="Confirm the dismissal, or withdraw the proposal and begin anew.",
    ),
    Explanation(
        STILL_A_MEMBER,
        cause_id="Orang ini masih anggota, sehingga tidak ada tanggal keluar yang dapat "
        "diperbaiki.",
        remedy_id="Perbaiki tanggal masuknya saja. Jika ia memang sudah keluar, catat dulu "
        "pengunduran diri, kematian, atau pemberhentiannya.",
        cause_en="`left_on` was sent for a membership that lasts.",
        remedy_en="Leave `left_on` out, or record how the membership ended.",
    ),
    Explanation(
        NOTHING_CORRECTED,
        cause_id="Tidak ada tanggal yang diperbaiki dalam permintaan ini.",
        remedy_id="Isi tanggal masuk atau tanggal keluar yang benar. Untuk keanggotaan dari "
        "catatan lama, isi tanggal masuknya.",
        cause_en="Neither `joined_on` nor `left_on` was sent, or the beginning is of an old fact "
        "that does not say it and was left out.",
        remedy_en="Send the days that are right; for an old membership send `joined_on` too.",
    ),
)
