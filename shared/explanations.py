"""What a code means to who receives it: why it is answered, and what to do next.

Here are the codes that every service answers alike; each service has its own in `explanations.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shared.decider import Refusal


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a code is answered, and what to do next.

    In Indonesian for those who run a cooperative, in English for those who write programs. *what*
    is a refusal of the rules, or else the code alone, with the *status* of its answers if they have
    one.
    """

    what: Refusal | str
    cause_id: str
    remedy_id: str
    cause_en: str
    remedy_en: str
    status: int | None = None

    @property
    def code(self) -> str:
        """The code that is explained."""
        return self.what.code if isinstance(self.what, Refusal) else self.what


def by_code(*explanations: Explanation) -> Mapping[str, Explanation]:
    """Return *explanations* by code, of which each has one."""
    found = {one.code: one for one in explanations}
    if len(found) < len(explanations):
        raise ValueError("a code is explained twice")
    return MappingProxyType(found)


_WHO_ASKS = (
    Explanation(
        "credential_missing",
        cause_id="Permintaan ini tidak menyertakan token atau kunci API, sehingga kami tidak tahu "
        "siapa yang meminta.",
        remedy_id="Masuk (login) dulu ke aplikasi Anda, lalu coba lagi. Jika tetap begini, "
        "hubungi pengelola sistem.",
        cause_en="The request has no header Authorization, and nothing is answered to nobody.",
        remedy_en="Send `Authorization: Bearer …` with an access token of a configured issuer, or "
        "with an API key.",
        status=401,
    ),
    Explanation(
        "credential_refused",
        cause_id="Token atau kunci API yang dikirim tidak berlaku: misalnya masa berlakunya habis, "
        "sudah dicabut, salah salin, atau penerbitnya tidak kami percaya.",
        remedy_id="Masuk (login) lagi untuk mendapat token baru, atau minta kunci API baru kepada "
        "pengelola sistem.",
        cause_en="The token or API key opens nothing; `detail` says why, such as an expiry, a "
        "revocation, another audience or an issuer that is not configured.",
        remedy_en="Get a new token or key. If its issuer or audience is refused, compare it with "
        "KKMP_OIDC_ISSUERS.",
        status=401,
    ),
    Explanation(
        "text_like_a_formula",
        cause_id="Teks diawali =, +, - atau @ (juga yang berlebar penuh), sehingga Excel akan "
        "menjalankannya sebagai rumus pada komputer orang yang membukanya.",
        remedy_id="Hapus tanda di depan teks itu.",
        cause_en="A text begins with =, +, - or @, in full width too: Excel would run it as a "
        "formula for whoever opens it. It is one of the `errors` of request_invalid.",
        remedy_en="Send the text without the sign before it; a lone dash is taken.",
        status=422,
    ),
    Explanation(
        "issuer_unreachable",
        cause_id="Layanan yang menerbitkan token Anda sedang tidak dapat dihubungi, sehingga token "
        "itu belum dapat kami periksa.",
        remedy_id="Tunggu sebentar, lalu coba lagi. Jika berlangsung lama, hubungi pengelola "
        "sistem.",
        cause_en="The token names a signing key that is not known here, and its issuer's keys "
        "cannot be fetched now.",
        remedy_en="Repeat after Retry-After. If it stays, check that the service reaches the "
        "issuer's discovery document and JWKS.",
        status=503,
    ),
    Explanation(
        "role_not_allowed",
        cause_id="Anda dikenali, tetapi peran Anda tidak berwenang melakukan hal ini.",
        remedy_id="Minta orang dengan peran yang disebut untuk melakukannya. Jika peran Anda "
        "tercatat keliru, hubungi pengelola sistem.",
        cause_en="No grant of the token or API key has a role that this endpoint is open to.",
        remedy_en="Use a credential with one of the roles that `detail` names; openapi.json lists "
        "them as x-kkmp-roles.",
        status=403,
    ),
    Explanation(
        "outside_jurisdiction",
        cause_id="Wilayah yang Anda minta berada di luar wilayah kewenangan Anda.",
        remedy_id="Periksa kode wilayahnya. Jika kodenya benar, minta orang yang berwenang di "
        "wilayah itu, atau minta pengelola sistem menambah wilayah Anda.",
        cause_en="The roles that may use this endpoint are held for other region prefixes than the "
        "one that the request concerns.",
        remedy_en="Correct the code or `region`, or use a credential with a grant for that place. "
        "A change for the whole city needs a grant for the city.",
        status=403,
    ),
    Explanation(
        "rate_limited",
        cause_id="Terlalu banyak permintaan dengan token atau kunci API yang sama dalam waktu "
        "singkat.",
        remedy_id="Tunggu selama waktu yang disebut, lalu coba lagi.",
        cause_en="The token bucket of this credential is empty. Each process of a service counts "
        "for itself.",
        remedy_en="Wait for Retry-After. Ask for larger pages, and follow the events instead of "
        "asking again and again.",
        status=429,
    ),
    Explanation(
        "writes_exhausted",
        cause_id="Token atau kunci API ini sudah mengirim sebanyak perintah yang boleh dikirim "
        "dalam satu hari (WIB). Perintah ini tidak tercatat.",
        remedy_id="Lanjutkan setelah tengah malam WIB. Jika memang perlu lebih banyak, misalnya "
        "untuk memindahkan data lama, hubungi pengelola sistem.",
        cause_en="The log never forgets, so a credential may ask for KKMP_WRITES_PER_DAY changes "
        "in a day of Jakarta; trials and repeats are not counted. Each process counts for itself.",
        remedy_en="Repeat after Retry-After with the same Idempotency-Key. An operator can raise "
        "the limit, for a large import for instance.",
        status=429,
    ),
    Explanation(
        "too_many_from_address",
        cause_id="Dari alamat jaringan Anda terlalu banyak permintaan untuk halaman yang terbuka "
        "bagi umum.",
        remedy_id="Tunggu selama waktu yang disebut, lalu coba lagi.",
        cause_en="What is open without a credential is counted by address, and the bucket of yours "
        "is empty. Each process of a service counts for itself.",
        remedy_en="Wait for Retry-After, and keep what you got: the pages have an ETag. Behind a "
        "proxy, set FORWARDED_ALLOW_IPS so that addresses are those of the askers.",
        status=429,
    ),
    Explanation(
        "too_many_streams",
        cause_id="Aliran peristiwa yang terbuka bersamaan sudah sebanyak batasnya, untuk kunci "
        "Anda atau untuk seluruh layanan.",
        remedy_id="Tutup aliran yang tidak dipakai lagi, lalu coba lagi.",
        cause_en="One credential, or all of them together, have as many event streams open in this "
        "process as are served.",
        remedy_en="Close those that nobody reads: one stream can carry many types. "
        "Then repeat after Retry-After, or ask GET /v1/events by pages.",
        status=429,
    ),
)

_ONCE = (
    Explanation(
        "idempotency_key_missing",
        cause_id="Permintaan untuk mencatat sesuatu harus punya nomor pengenal (Idempotency-Key), "
        "agar tidak tercatat dua kali bila terkirim ulang.",
        remedy_id="Hal ini diurus aplikasi, bukan Anda: laporkan kepada pembuat aplikasinya.",
        cause_en="A command came without the header Idempotency-Key, which keeps a repeated "
        "request from having a second effect.",
        remedy_en="Make a UUID for each intended change, and send the same one whenever that "
        "request is repeated.",
        status=400,
    ),
    Explanation(
        "idempotency_key_reused",
        cause_id="Nomor pengenal (Idempotency-Key) ini sudah dipakai untuk permintaan lain, "
        "sehingga permintaan yang sekarang tidak dicatat.",
        remedy_id="Periksa apakah permintaan yang pertama sudah tercatat. Jika yang sekarang "
        "memang berbeda, kirim dengan nomor baru.",
        cause_en="The same credential used this key before with another path or body; a body "
        "counts byte by byte, so other spacing makes it another one.",
        remedy_en="Repeat with exactly the first bytes, or use a new key if another change is "
        "meant.",
        status=422,
    ),
    Explanation(
        "request_running",
        cause_id="Permintaan yang sama masih sedang diproses.",
        remedy_id="Tunggu beberapa detik, lalu kirim ulang permintaan itu; jangan mengisinya dari "
        "awal. Permintaan yang sama tidak tercatat dua kali.",
        cause_en="The first request with this Idempotency-Key is still running, and we waited for "
        "it long enough.",
        remedy_en="Repeat after Retry-After with the same key and body, and get the first answer.",
        status=409,
    ),
    Explanation(
        "version_mismatch",
        cause_id="Data ini sudah berubah setelah Anda melihatnya, sudah ada padahal hendak dibuat "
        "baru, atau belum ada. Perubahan dari Anda tidak disimpan.",
        remedy_id="Lihat dulu data yang terbaru. Jika perubahan Anda masih sesuai, kirim lagi.",
        cause_en="If-Match names another version than the entity is at, or one of an entity that "
        "does not exist; or If-None-Match: * meets one that does. Nothing was recorded.",
        remedy_en="Read it again, decide again, and send the new ETag; the header ETag of this "
        "answer has the current version. Where there is none yet, send If-None-Match: *.",
        status=412,
    ),
    Explanation(
        "version_required",
        cause_id="Untuk mengubah data ini harus disebut versi yang Anda lihat, agar perubahan dari "
        "orang lain tidak tertimpa.",
        remedy_id="Hal ini diurus aplikasi, bukan Anda: laporkan kepada pembuat aplikasinya.",
        cause_en="This command edits what somebody has seen, and came without If-Match and "
        "If-None-Match.",
        remedy_en="Send If-Match with the ETag of what was shown, or If-None-Match: * when there "
        "is to be none yet.",
        status=428,
    ),
    Explanation(
        "version_header_malformed",
        cause_id="Versi data yang dikirim aplikasi tidak terbaca.",
        remedy_id="Hal ini diurus aplikasi, bukan Anda: laporkan kepada pembuat aplikasinya.",
        cause_en="If-Match holds no single ETag that begins with a version, If-None-Match is "
        "something else than *, or both were sent.",
        remedy_en='Send one of them: If-Match: "17" or the whole ETag of our answer, weak tags and '
        "lists excluded, or If-None-Match: *.",
        status=422,
    ),
)

_FORM = (
    Explanation(
        "request_invalid",
        cause_id="Ada isian yang kosong, salah bentuk, atau tidak dikenal.",
        remedy_id="Lihat bagian errors: di sana disebut isian yang mana dan apa yang salah. "
        "Perbaiki, lalu kirim lagi.",
        cause_en="The body, the path or a parameter does not have the form that openapi.json "
        "describes.",
        remedy_en="Each of `errors` says where it is: a JSON pointer into the body, or the "
        "`parameter` of the path, the query or the headers (`in`); then a code and a sentence. "
        "Correct all of them and repeat.",
        status=422,
    ),
    Explanation(
        "region_code_bare",
        cause_id="Angka tanpa titik dapat berarti kode Kemendagri atau kode BPS, dan keduanya "
        "dapat menunjuk tempat yang berbeda.",
        remedy_id="Tulis kode Kemendagri lengkap dengan titiknya, misalnya 31.72.02.1006.",
        cause_en="Digits without dots are ambiguous between Kemendagri and BPS: 3172 is Jakarta "
        "Utara to the one and Jakarta Timur to the other. It is one of the `errors` of "
        "request_invalid.",
        remedy_en="Keep the dots, and keep the code a text: 31.72, 31.72.02 or 31.72.02.1006.",
        status=422,
    ),
    Explanation(
        "region_code_malformed",
        cause_id="Kode wilayah itu tidak berbentuk kode Kemendagri.",
        remedy_id="Periksa kodenya. Contoh yang benar: 31.72 untuk kota, 31.72.02 untuk kecamatan, "
        "31.72.02.1006 untuk kelurahan.",
        cause_en="The code is no Kemendagri code of the level that is asked for, most often of a "
        "kelurahan; it is one of the `errors` of request_invalid.",
        remedy_en="Send a code with dots: 31, 31.72, 31.72.02 or 31.72.02.1006.",
        status=422,
    ),
    Explanation(
        "text_with_nul",
        cause_id="Teks itu memuat karakter NUL, yang tidak terlihat dan biasanya terbawa saat "
        "menyalin dari program lain.",
        remedy_id="Ketik ulang teksnya, lalu kirim lagi.",
        cause_en="A text of the body holds U+0000, which Postgres cannot store; it is one of the "
        "`errors` of request_invalid.",
        remedy_en="Remove the character before sending.",
        status=422,
    ),
    Explanation(
        "parameter_unknown",
        cause_id="Alamat permintaan memuat parameter yang tidak dikenal, mungkin salah ketik. Jika "
        "diabaikan, Anda akan mendapat jawaban untuk pertanyaan yang lain.",
        remedy_id="Perbaiki ejaan parameternya, atau hapus. Yang dikenal disebut dalam jawaban.",
        cause_en="The query string has a name that this endpoint does not know.",
        remedy_en="Use the names that `detail` lists, or leave it out.",
        status=422,
    ),
    Explanation(
        "cursor_malformed",
        cause_id="Penunjuk halaman (after) yang dikirim bukan penunjuk dari kami.",
        remedy_id="Mulai lagi dari halaman pertama.",
        cause_en="`after` is not a cursor of ours: cut off, edited, or not encoded in the URL.",
        remedy_en="Send `next` of the page before as it is, or follow the header Link. Without "
        "`after` the list begins anew.",
        status=422,
    ),
    Explanation(
        "media_type_unsupported",
        cause_id="Isi permintaan tidak dikirim sebagai JSON.",
        remedy_id="Hal ini diurus aplikasi, bukan Anda: laporkan kepada pembuat aplikasinya.",
        cause_en="A command came with another Content-Type, or with none.",
        remedy_en="Send the body as JSON, with `Content-Type: application/json`.",
        status=415,
    ),
    Explanation(
        "not_acceptable",
        cause_id="Jawaban diminta dalam bentuk yang tidak kami sediakan.",
        remedy_id="Pilih salah satu bentuk yang disebut, misalnya CSV untuk dibuka di Excel.",
        cause_en="The header Accept admits none of the forms that this answer can have, or asks "
        "for JSON while the parameter `dialect` asks for CSV.",
        remedy_en="Accept one of the forms that `detail` names, or */*.",
        status=406,
    ),
    Explanation(
        "body_too_large",
        cause_id="Isi permintaan lebih besar daripada batasnya.",
        remedy_id="Persingkat teksnya, atau bagi menjadi beberapa permintaan.",
        cause_en="The body has more bytes than `detail` allows. It was not looked at.",
        remedy_en="Send one command a request, with shorter texts.",
        status=413,
    ),
    Explanation(
        "method_not_allowed",
        cause_id="Alamat ini ada, tetapi tidak dapat dipakai dengan cara itu.",
        remedy_id="Hal ini diurus aplikasi, bukan Anda: laporkan kepada pembuat aplikasinya.",
        cause_en="The path exists, but not for this method: questions are GET, commands are POST.",
        remedy_en="Use the method that openapi.json names for the path; the header Allow names it "
        "too.",
        status=405,
    ),
    Explanation(
        "not_found",
        cause_id="Yang Anda cari tidak ada, atau berada di wilayah yang tidak boleh Anda lihat.",
        remedy_id="Periksa kode atau nomornya. Yang baru saja dicatat mungkin terlihat beberapa "
        "saat lagi.",
        cause_en="There is no such path, no such thing at that position of the log, or it lies "
        "outside the caller's places, which is not told apart.",
        remedy_en="Check path and id. After a command, give its `position` as `min_position` to "
        "see your own write.",
        status=404,
    ),
    Explanation(
        "http_{status}",
        cause_id="Permintaan ditolak sebelum sampai ke bagian yang mengenalinya.",
        remedy_id="Periksa alamatnya, lalu coba lagi. Jika tetap begini, hubungi pengelola sistem.",
        cause_en="The HTTP framework refused the request with this status, and no code of ours "
        "says it better.",
        remedy_en="Look the status up in RFC 9110; `detail` has the framework's reason.",
    ),
)

_WHEN = (
    Explanation(
        "effective_time_in_future",
        cause_id="Waktu peristiwa yang Anda isi belum tiba, sedangkan yang dicatat hanya yang "
        "sudah terjadi.",
        remedy_id="Periksa tanggal, jam dan zona waktunya; WIB ditulis +07:00. Jika memang belum "
        "terjadi, catat setelah terjadi.",
        cause_en="`effective_at` is more than a minute ahead of the server's clock.",
        remedy_en="Check the offset (+07:00 for WIB) and the sender's clock, or leave "
        "`effective_at` out for now.",
        status=422,
    ),
    Explanation(
        "as_of_in_future",
        cause_id="Anda bertanya tentang waktu yang belum tiba.",
        remedy_id="Pilih waktu yang sudah lewat. Untuk keadaan sekarang, kosongkan waktunya.",
        cause_en="`as_of` is more than a minute ahead of the server's clock.",
        remedy_en="Check the offset (+07:00 for WIB), or leave `as_of` out for now.",
        status=422,
    ),
    Explanation(
        "no_past",
        cause_id="Pertanyaan ini hanya dapat dijawab untuk keadaan sekarang.",
        remedy_id="Ajukan lagi tanpa menyebut waktu lampau.",
        cause_en="`as_of` and `as_of_position` belong to questions about tables; this endpoint "
        "asks none.",
        remedy_en="Leave them out. The events themselves are read by position.",
        status=422,
    ),
    Explanation(
        "position_ahead",
        cause_id="Posisi yang disebut belum ada: catatan peristiwa (log) belum sampai di sana.",
        remedy_id="Periksa angkanya. Jika posisi itu pernah Anda terima dari kami, segera hubungi "
        "pengelola sistem: mungkin ada catatan yang hilang.",
        cause_en="The request names a position beyond the end of the log.",
        remedy_en="Use a position that an answer gave (KKMP-Log-Position). If this is one, the log "
        "was longer once and has lost events: call the operators.",
        status=422,
    ),
    Explanation(
        "past_in_preparation",
        cause_id="Keadaan pada saat itu masih disusun dari catatan peristiwa (log).",
        remedy_id="Tunggu beberapa detik, lalu tanyakan lagi.",
        cause_en="The tables of that moment are being folded from the log, which takes longer "
        "than a request may wait.",
        remedy_en="Repeat after Retry-After; the work goes on meanwhile.",
        status=503,
    ),
    Explanation(
        "projection_behind",
        cause_id="Tabel yang dipakai untuk menjawab belum memuat catatan terbaru.",
        remedy_id="Tunggu sebentar, lalu coba lagi. Jika berlangsung lama, hubungi pengelola "
        "sistem.",
        cause_en="The tables did not reach `min_position` in time: they are catching up, they have "
        "halted, or the log does not have that position.",
        remedy_en="Repeat after Retry-After. If it stays, /readyz says whether the projection "
        "halted and why.",
        status=503,
    ),
)

_FAULTS = (
    Explanation(
        "took_too_long",
        cause_id="Permintaan ini belum selesai sampai batas waktunya. Belum pasti sudah tercatat "
        "atau belum.",
        remedy_id="Kirim ulang permintaan itu; jangan mengisinya dari awal. Permintaan yang sama "
        "tidak tercatat dua kali.",
        cause_en="The request took longer than one may. A command may or may not have had its "
        "effect.",
        remedy_en="Repeat a command with the same Idempotency-Key and body. Ask a question for a "
        "smaller page or region.",
        status=503,
    ),
    Explanation(
        "contended",
        cause_id="Banyak orang mengubah data yang sama pada saat bersamaan, sehingga permintaan "
        "Anda belum mendapat giliran. Tidak ada yang tercatat.",
        remedy_id="Tunggu sebentar, lalu kirim ulang permintaan itu.",
        cause_en="Others appended to the same entity before us at every attempt. Nothing was "
        "recorded.",
        remedy_en="Repeat after Retry-After with the same Idempotency-Key.",
        status=503,
    ),
    Explanation(
        "log_unreachable",
        cause_id="Tempat pencatatan (log) tidak menjawab. Belum pasti permintaan Anda sudah "
        "tercatat atau belum.",
        remedy_id="Kirim ulang permintaan itu; jangan mengisinya dari awal. Permintaan yang sama "
        "tidak tercatat dua kali.",
        cause_en="The NATS server gave no answer in time, so what was sent may be stored or not.",
        remedy_en="Repeat after Retry-After with the same Idempotency-Key and body. If it stays, "
        "check it and /readyz.",
        status=503,
    ),
    Explanation(
        "log_refused",
        cause_id="Tempat pencatatan (log) menolak menyimpan, misalnya karena penuh. Tidak ada yang "
        "tercatat.",
        remedy_id="Hubungi pengelola sistem. Simpan data Anda dan kirim lagi setelah diperbaiki.",
        cause_en="JetStream refused the event for a reason that does not pass by itself, such as a "
        "full disk or a sealed stream.",
        remedy_en="Read the reason in the English `detail` and put the log in order; then repeat "
        "with the same Idempotency-Key.",
        status=507,
    ),
    Explanation(
        "log_unreadable",
        cause_id="Riwayat data ini memuat satu peristiwa yang tidak terbaca, dan kami tidak mau "
        "menebak isinya.",
        remedy_id="Hubungi pengelola sistem dan sebutkan correlation_id dalam pesan itu.",
        cause_en="An event of this entity is malformed, out of sequence, or of a type that this "
        "version does not know. Readers halt there rather than guess.",
        remedy_en="Look at the position in the English `detail`. If a newer version wrote it, "
        "run that version; otherwise treat it as damage.",
        status=500,
    ),
    Explanation(
        "database_unreachable",
        cause_id="Basis data sedang tidak dapat dihubungi.",
        remedy_id="Tunggu sebentar, lalu kirim ulang permintaan itu; jangan mengisinya dari awal.",
        cause_en="Postgres did not answer, or ended the connection.",
        remedy_en="Repeat after Retry-After, a command with the same Idempotency-Key. If it stays, "
        "check Postgres.",
        status=503,
    ),
    Explanation(
        "secret_missing",
        cause_id="Kunci untuk melindungi data pribadi tidak tersedia, sehingga data pribadi tidak "
        "diterima. Tidak ada yang tercatat.",
        remedy_id="Hubungi pengelola sistem.",
        cause_en="The secret in KKMP_SECRET_FILE is not the one that the persons' keys are wrapped "
        "under. Nothing was recorded.",
        remedy_en="Mount the right secret and start the service again. Without it the sealed "
        "fields stay closed for ever: do not make a new one.",
        status=503,
    ),
    Explanation(
        "person_erased",
        cause_id="Data pribadi orang ini sudah dihapus atas dasar UU Pelindungan Data Pribadi, "
        "sehingga data pribadi atau catatan bebas tentangnya tidak dapat ditambahkan lagi.",
        remedy_id="Jika orang itu ingin bergabung lagi, ajukan permohonan keanggotaan baru: ia "
        "mendapat id baru.",
        cause_en="The key of this person was destroyed, and a sealed field was to be recorded "
        "about them. Nothing was recorded.",
        remedy_en="Do not repeat it. Whoever returns applies anew and gets a new id.",
        status=409,
    ),
    Explanation(
        "internal_error",
        cause_id="Terjadi kesalahan di pihak kami, bukan karena isian Anda.",
        remedy_id="Laporkan kepada pengelola sistem dan sertakan correlation_id dari jawaban itu.",
        cause_en="The service met something that its authors did not foresee.",
        remedy_en="Find `correlation_id` in the service's log. A command may be repeated with the "
        "same Idempotency-Key.",
        status=500,
    ),
)

_CONNECTION = (
    Explanation(
        "head_too_large",
        cause_id="Alamat (URL) atau header permintaan melebihi batas: 32 KB atau 100 header.",
        remedy_id="Hubungi pembuat aplikasi Anda: kirim permintaan dengan header yang lebih kecil.",
        cause_en="The request line and headers, or what follows a body in chunks, are longer than "
        "32 kB or more than 100.",
        remedy_en="Send fewer and shorter headers; long content belongs in the body.",
        status=431,
    ),
    Explanation(
        "message_too_large",
        cause_id="Permintaan ini, termasuk pembungkusnya, jauh lebih panjang daripada yang "
        "diterima. Tidak ada yang tercatat.",
        remedy_id="Bagi menjadi beberapa permintaan yang lebih kecil.",
        cause_en="The request is longer than 1 MiB as it is sent, framing included, though a body "
        "has 64 kB at most.",
        remedy_en="Split it into smaller requests, and send a body in one piece.",
        status=413,
    ),
    Explanation(
        "message_too_slow",
        cause_id="Permintaan tidak sampai seluruhnya dalam batas waktu: 10 detik untuk header, "
        "40 detik untuk semuanya. Tidak ada yang tercatat.",
        remedy_id="Periksa sambungan internet Anda, lalu kirim ulang permintaan itu.",
        cause_en="The head did not arrive within 10 seconds, or the whole request within 40. "
        "Nothing was recorded.",
        remedy_en="Repeat it on a new connection, a command with the same Idempotency-Key.",
        status=408,
    ),
    Explanation(
        "message_malformed",
        cause_id="Yang dikirim bukan permintaan HTTP/1.1 yang benar. Tidak ada yang tercatat.",
        remedy_id="Periksa alamat layanan (http atau https) dan aplikasi yang dipakai.",
        cause_en="The bytes on this connection are no request in HTTP/1.1 that has one meaning "
        "only.",
        remedy_en="Use an HTTP library. HTTPS and HTTP/2 end at the proxy in front of the service.",
        status=400,
    ),
    Explanation(
        "host_missing",
        cause_id="Permintaan HTTP/1.1 tidak memuat header Host, atau memuatnya lebih dari sekali.",
        remedy_id="Hubungi pembuat aplikasi Anda: kirim header Host tepat satu kali.",
        cause_en="RFC 9112 demands of every request in HTTP/1.1 one header Host, and no second.",
        remedy_en="Send Host once, with the name that the service is called by.",
        status=400,
    ),
    Explanation(
        "no_room",
        cause_id="Semua koneksi layanan ini sedang dipakai untuk menjawab yang lain.",
        remedy_id="Tunggu sebentar, lalu coba lagi.",
        cause_en="The process holds as many connections as KKMP_MOST_CONNECTIONS allows, and each "
        "of them is being answered.",
        remedy_en="Repeat after Retry-After. If it stays, run more processes of the service.",
        status=503,
    ),
)

EXPLANATIONS = by_code(*_WHO_ASKS, *_ONCE, *_FORM, *_WHEN, *_FAULTS, *_CONNECTION)
"""The codes of the door, and of what all services check alike."""
