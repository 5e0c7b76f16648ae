"""What the codes of training mean to who receives them, and what to do next."""

from services.training.domain.curriculum import ALREADY_PUBLISHED, MODULE_TWICE, NOTHING_MANDATORY
from services.training.domain.officer import (
    ALREADY_COMPLETED,
    BELOW_PASS_MARK,
    COMPLETED_BEFORE_ATTENDED,
    NOT_ASSESSED,
    NOT_ATTENDED,
    NOT_COMPLETED,
)
from services.training.domain.session import (
    ALREADY_SCHEDULED,
    NO_TRAINING_NEED,
    NOT_ENROLLED,
    NOT_HELD_YET,
    SESSION_FULL,
    UNKNOWN_CURRICULUM,
    UNKNOWN_MODULE,
    UNKNOWN_SESSION,
)
from shared.explanations import Explanation, by_code

_CURRICULUM = (
    Explanation(
        ALREADY_PUBLISHED,
        cause_id="Kurikulum dengan id ini sudah terbit dengan isi yang berbeda, dan kurikulum yang "
        "sudah terbit tidak dapat diubah.",
        remedy_id="Terbitkan isi yang baru dengan id yang baru, misalnya dengan tahunnya.",
        cause_en="The id stands for another content; a published curriculum never changes.",
        remedy_en="Publish under a new id. A repeat of the same content is accepted: compare with "
        "GET /v1/curricula, `from_date` included if it is sent.",
    ),
    Explanation(
        MODULE_TWICE,
        cause_id="Modul yang sama disebut lebih dari satu kali dalam daftar modul.",
        remedy_id="Hapus sebutan yang berlebih, lalu kirim lagi.",
        cause_en="`modules` of a curriculum or a session names a code more than once.",
        remedy_en="Name each module once.",
    ),
    Explanation(
        NOTHING_MANDATORY,
        cause_id="Semua modul ditandai tidak wajib, sehingga tidak ada yang harus dipelajari siapa "
        "pun dari kurikulum ini.",
        remedy_id="Tandai sedikitnya satu modul sebagai wajib.",
        cause_en="No module of the curriculum is mandatory, so nobody would owe anything by it.",
        remedy_en="Set mandatory to true for at least one module.",
    ),
    Explanation(
        UNKNOWN_CURRICULUM,
        cause_id="Kurikulum yang disebut belum diterbitkan, atau id-nya salah ketik.",
        remedy_id="Periksa id dalam daftar kurikulum. Jika belum ada, terbitkan dulu kurikulumnya.",
        cause_en="No curriculum is published under the id that the session names.",
        remedy_en="Take an id of GET /v1/curricula, or POST /v1/curricula first.",
    ),
    Explanation(
        UNKNOWN_MODULE,
        cause_id="Sesi hanya dapat mengajarkan modul dari kurikulumnya, dan modul ini tidak ada di "
        "sana.",
        remedy_id="Periksa kode modulnya, atau pilih kurikulum yang memuat modul itu.",
        cause_en="`modules` of the session has a code that its curriculum does not have.",
        remedy_en="Take the codes that GET /v1/curricula lists for the curriculum.",
    ),
)

_SESSION = (
    Explanation(
        ALREADY_SCHEDULED,
        cause_id="Sesi dengan id ini sudah dijadwalkan dengan isi yang berbeda, dan jadwal yang "
        "sudah dicatat tidak dapat diubah.",
        remedy_id="Lihat sesi yang sudah ada. Jika yang Anda maksud sesi lain, jadwalkan dengan id "
        "yang baru.",
        cause_en="The id stands for another session; a scheduled one never changes.",
        remedy_en="Compare with GET /v1/sessions/{code}, and schedule another one under a new id.",
    ),
    Explanation(
        UNKNOWN_SESSION,
        cause_id="Tidak ada sesi pelatihan dengan id itu.",
        remedy_id="Periksa id dalam daftar sesi. Jika belum ada, jadwalkan dulu sesinya.",
        cause_en="No session is scheduled under the id in the path.",
        remedy_en="Take an id of GET /v1/sessions, or POST /v1/sessions first.",
    ),
    Explanation(
        NO_TRAINING_NEED,
        cause_id="Tempat dalam sesi hanya untuk orang yang memegang jabatan yang wajib dilatih, "
        "dan orang ini tidak tercatat memegangnya di koperasi itu.",
        remedy_id="Periksa orang dan koperasinya. Jika ia baru saja diangkat, tunggu sebentar lalu "
        "coba lagi; kurikulum untuk jabatannya juga harus sudah terbit.",
        cause_en="The person's training record in this cooperative has no need: no appointment was "
        "heard of, or no curriculum is published for the seat or its organ.",
        remedy_en="Check cooperative and person. Membership appoints, and its fact arrives here a "
        "moment later.",
    ),
    Explanation(
        SESSION_FULL,
        cause_id="Semua tempat dalam sesi ini sudah terisi.",
        remedy_id="Daftarkan orang ini ke sesi lain, atau jadwalkan sesi tambahan.",
        cause_en="As many people are enrolled as the session has seats, which never changes.",
        remedy_en="Enrol in another session, or schedule one more under a new id.",
    ),
    Explanation(
        NOT_ENROLLED,
        cause_id="Kehadiran, nilai dan kelulusan hanya dicatat untuk peserta yang terdaftar, dan "
        "orang ini tidak terdaftar dalam sesi ini.",
        remedy_id="Periksa orang, koperasi dan sesinya. Jika ia memang ikut, daftarkan dulu.",
        cause_en="The pair of cooperative and person is not among the session's participants.",
        remedy_en="Check both, or POST /v1/sessions/{code}/participants first.",
    ),
    Explanation(
        NOT_HELD_YET,
        cause_id="Kehadiran tidak dapat dicatat sebelum hari sesi itu diadakan.",
        remedy_id="Catat kehadirannya pada hari sesi atau sesudahnya. Jika Anda mengisi waktu "
        "peristiwa, periksa tanggalnya.",
        cause_en="The day of `effective_at` in Jakarta, or today, is before the session's "
        "`held_on`.",
        remedy_en="Repeat on that day, or correct `effective_at`.",
    ),
)

_OFFICER = (
    Explanation(
        NOT_ATTENDED,
        cause_id="Peserta ini terdaftar, tetapi kehadirannya belum dicatat, sehingga pelatihannya "
        "belum dapat dinyatakan selesai.",
        remedy_id="Periksa daftar hadir. Jika ia hadir, catat dulu kehadirannya.",
        cause_en="A completion came for a participant without attendance.",
        remedy_en="POST /v1/sessions/{code}/attendance first, if the person was there.",
    ),
    Explanation(
        NOT_ASSESSED,
        cause_id="Peserta ini belum punya nilai dalam sesi ini, sehingga pelatihannya belum dapat "
        "dinyatakan selesai.",
        remedy_id="Catat dulu nilainya, lalu nyatakan selesai.",
        cause_en="A completion came for a participant without a score in this session.",
        remedy_en="POST /v1/sessions/{code}/assessments first.",
    ),
    Explanation(
        BELOW_PASS_MARK,
        cause_id="Nilai terakhir peserta ini di bawah nilai lulus kurikulumnya. Yang dihitung "
        "adalah nilai terakhir.",
        remedy_id="Adakan penilaian ulang dan catat nilainya. Jika nilainya salah tulis, catat "
        "nilai yang benar.",
        cause_en="The last score of this session is below the `pass_mark` of its curriculum.",
        remedy_en="Record another assessment: it stands beside the earlier ones, and the last one "
        "counts.",
    ),
    Explanation(
        COMPLETED_BEFORE_ATTENDED,
        cause_id="Hari selesai yang diisi lebih awal daripada hari peserta ini hadir.",
        remedy_id="Perbaiki tanggalnya: hari kehadiran atau sesudahnya.",
        cause_en="The day of `effective_at` in Jakarta is before the day of attendance.",
        remedy_en="Correct `effective_at`, or leave it out for today.",
    ),
    Explanation(
        ALREADY_COMPLETED,
        cause_id="Peserta ini sudah menyelesaikan sesi ini, sehingga nilainya tidak dapat ditambah "
        "lagi.",
        remedy_id="Untuk nilai baru, daftarkan ia ke sesi lain.",
        cause_en="An assessment came after the completion of the session.",
        remedy_en="Enrol the person in another session and assess there.",
    ),
    Explanation(
        NOT_COMPLETED,
        cause_id="Sertifikat diterbitkan untuk sesi yang sudah diselesaikan, dan orang ini belum "
        "tercatat menyelesaikan sesi itu.",
        remedy_id="Periksa orang, koperasi dan id sesinya. Jika benar, catat dulu kehadiran, nilai "
        "dan kelulusannya.",
        cause_en="The person's record in this cooperative has no completion of this session; a "
        "session that does not exist gets the same answer.",
        remedy_en="Check the three, or POST /v1/sessions/{code}/completions first.",
    ),
)

EXPLANATIONS = by_code(*_CURRICULUM, *_SESSION, *_OFFICER)
