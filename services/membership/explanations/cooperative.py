"""What the refusals of the register mean."""

from services.membership.domain.cooperative import (
    NOT_REGISTERED,
    REGISTERED_OTHERWISE,
    UNKNOWN_KELURAHAN,
)
from services.membership.domain.territory import KELURAHAN
from shared.explanations import Explanation

EXPLANATIONS = (
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
