"""What the refusals of the register mean."""

from services.membership.domain.cooperative import (
    BEFORE_COOPERATIVE,
    DAY_AHEAD,
    LONGEST_PAUSE,
    NOT_REGISTERED,
    REGISTERED_OTHERWISE,
    SUSPENSION_OVER,
    SUSPENSION_TOO_LONG,
    UNKNOWN_KELURAHAN,
)
from services.membership.domain.documents import (
    DOCUMENT_BACKWARDS,
    NPWP_OF_A_PERSON,
    NUMBER_MALFORMED,
)
from services.membership.domain.gerai import (
    CLOSED_BEFORE_OPENED,
    GERAI_CLOSED,
    GERAI_MISSING,
    GERAI_OPEN,
    GERAI_OVERLAPS,
    KIND_UNKNOWN,
)
from services.membership.domain.territory import KELURAHAN
from shared.explanations import Explanation

_REGISTER = (
    Explanation(
        NOT_REGISTERED,
        cause_id="Koperasi kelurahan itu belum ada dalam daftar, sehingga belum dapat menerima "
        "permohonan anggota, mencatat lurah sebagai ketua pengawas, dokumen, atau gerai.",
        remedy_id="Periksa kode kelurahannya. Jika sudah benar, minta Suku Dinas mendaftarkan "
        "koperasinya lebih dulu.",
        cause_en="An application, the lurah's appointment, a document or a gerai is for a "
        "kelurahan whose cooperative was never registered.",
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

_DAYS = (
    Explanation(
        DAY_AHEAD,
        cause_id="Tanggal yang diisi lebih lambat daripada hari kejadiannya. Yang dicatat di sini "
        "hanya yang sudah terjadi, bukan rencana.",
        remedy_id="Periksa tahun dan bulannya. Jika memang masih rencana, catat setelah terjadi.",
        cause_en="`founded_on`, `issued_on`, `opened_on` or `closed_on` lies after the day of "
        "`effective_at` in Jakarta, which is today where it is left out.",
        remedy_en="Correct the day, or leave `effective_at` out: then the day itself is taken.",
    ),
    Explanation(
        BEFORE_COOPERATIVE,
        cause_id="Tanggal yang diisi lebih awal daripada hari berdirinya koperasi ini, padahal hal "
        "itu baru mungkin terjadi setelah koperasinya berdiri.",
        remedy_id="Periksa tanggalnya, dan bandingkan dengan tanggal berdiri koperasi dalam "
        "daftar.",
        cause_en="A gerai opened, a SIMKOPDES account was made, a term of an officer begins, or "
        "`effective_at` lies, before `founded_on`. Other papers may be older: an older cooperative "
        "may have become this one.",
        remedy_en="Compare with `founded_on` in GET /v1/cooperatives/{code}.",
    ),
)

_DOCUMENTS = (
    Explanation(
        NUMBER_MALFORMED,
        cause_id="NIB terdiri atas 13 angka, NPWP 15 atau 16 angka. Nomor yang diisi memuat huruf, "
        "atau jumlah angkanya lain.",
        remedy_id="Salin lagi nomor itu dari dokumennya. Titik, tanda hubung, dan spasi boleh "
        "ditulis.",
        cause_en="Without dots, dashes and blanks the `number` is not 13 digits (NIB), or 15 or 16 "
        "(NPWP). The form alone is checked.",
        remedy_en="Correct `number`, or `kind` if it is another paper.",
    ),
    Explanation(
        NPWP_OF_A_PERSON,
        cause_id="Sejak PMK 112/2022 NPWP 16 angka seseorang adalah NIK-nya. Nomor yang diisi "
        "diawali kode provinsi seperti NIK, sehingga tidak kami catat.",
        remedy_id="Isi NPWP atas nama koperasi. Yang 15 angka boleh dipakai, atau diberi 0 di "
        "depannya.",
        cause_en="The 16 digits begin with 11 or more, as a NIK does. A person's identity number "
        "must not come into the log in clear.",
        remedy_en="Send the cooperative's own NPWP: 15 digits, or 16 that begin with 0 or 10.",
    ),
    Explanation(
        DOCUMENT_BACKWARDS,
        cause_id="Hari terakhir berlakunya dokumen lebih awal daripada tanggal terbitnya.",
        remedy_id="Perbaiki kedua tanggal itu. Jika berlaku seterusnya, kosongkan yang terakhir.",
        cause_en="`valid_until` is before `issued_on`.",
        remedy_en="Send a `valid_until` on or after `issued_on`, or none.",
    ),
)

_GERAI = (
    Explanation(
        KIND_UNKNOWN,
        cause_id="Jenis gerai itu tidak ada dalam daftar kota, atau kodenya salah ketik.",
        remedy_id="Pilih salah satu kode yang disebut. Jika jenisnya memang belum ada, minta Suku "
        "Dinas menambahkannya.",
        cause_en="`kind` is none of the seven of Inpres 9/2025, and none that a sudin added.",
        remedy_en="Take a code of GET /v1/gerai-kinds, or have a sudin add one with "
        "POST /v1/gerai-kinds.",
    ),
    Explanation(
        GERAI_OPEN,
        cause_id="Gerai dengan id ini masih buka, tetapi dengan jenis, nama, atau tanggal buka "
        "yang lain.",
        remedy_id="Pakai id lain untuk gerai lain. Untuk membuka ulang gerai ini, tutup dulu.",
        cause_en="The id stands for a gerai that is open, with another `kind`, `name` or "
        "`opened_on`.",
        remedy_en="Choose another `gerai`, or close this one first.",
    ),
    Explanation(
        GERAI_OVERLAPS,
        cause_id="Gerai ini dibuka lagi pada hari ketika masih buka, yaitu sebelum hari tutupnya.",
        remedy_id="Perbaiki tanggal bukanya: paling awal sama dengan hari tutupnya.",
        cause_en="`opened_on` lies before `closed_on` of the gerai's last opening.",
        remedy_en="Send an `opened_on` on or after that day; see "
        "GET /v1/cooperatives/{code}/gerai.",
    ),
    Explanation(
        GERAI_MISSING,
        cause_id="Koperasi ini belum pernah membuka gerai dengan id itu.",
        remedy_id="Lihat daftar gerai koperasi ini, lalu pakai id yang tertulis di sana.",
        cause_en="The closing names a gerai that was never opened in this cooperative.",
        remedy_en="Take an id of GET /v1/cooperatives/{code}/gerai.",
    ),
    Explanation(
        GERAI_CLOSED,
        cause_id="Gerai ini sudah ditutup, tetapi dengan alasan atau tanggal yang lain.",
        remedy_id="Lihat daftar gerai koperasi ini. Jika hari tutupnya keliru, buka lagi gerai itu "
        "mulai hari tersebut, lalu tutup pada hari yang benar.",
        cause_en="The gerai was closed before, with another `closed_on` or `reason`.",
        remedy_en="The same data again would change nothing and be accepted. After a wrong "
        "`closed_on`, open it again from that day, and close it on the right one.",
    ),
    Explanation(
        CLOSED_BEFORE_OPENED,
        cause_id="Hari tutup gerai lebih awal daripada hari bukanya.",
        remedy_id="Periksa tanggalnya: paling awal sama dengan hari bukanya.",
        cause_en="`closed_on` is before `opened_on` of the opening that it ends.",
        remedy_en="Send a `closed_on` on or after that day; see GET /v1/cooperatives/{code}/gerai.",
    ),
)

_PAUSES = (
    Explanation(
        SUSPENSION_OVER,
        cause_id="Hari terakhir penghentian sementara sudah lewat pada hari dimulainya.",
        remedy_id="Isi hari terakhir yang belum lewat. Jika kegiatannya dihentikan dulu dan baru "
        "sekarang dicatat, isi juga waktu kejadiannya.",
        cause_en="`until` lies before the day of `effective_at` in Jakarta.",
        remedy_en="Send a later `until`; for a pause of the past, `effective_at` as well.",
    ),
    Explanation(
        SUSPENSION_TOO_LONG,
        cause_id="Penghentian sementara selalu berakhir sendiri, supaya tidak ada koperasi yang "
        "terlupakan. Lamanya dibatasi.",
        remedy_id="Isi hari terakhir yang lebih dekat. Menjelang habis, catat lagi dengan hari "
        "terakhir yang baru.",
        cause_en=f"`until` lies more than {LONGEST_PAUSE.days} days after the day of "
        "`effective_at`.",
        remedy_en="Send an earlier `until`, and prolong the pause with the same command later.",
    ),
)

EXPLANATIONS = (*_REGISTER, *_DAYS, *_DOCUMENTS, *_GERAI, *_PAUSES)
