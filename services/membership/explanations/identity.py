"""What the refusals about duplicates mean."""

from services.membership.domain.identity import CLAIMED_ELSEWHERE, CLAIMED_HERE, NO_DUPLICATE
from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        CLAIMED_HERE,
        cause_id="NIK yang diisi sudah dipakai untuk permohonan atau keanggotaan orang lain di "
        "koperasi ini.",
        remedy_id="Cocokkan NIK dengan KTP. Jika benar, cari orangnya dalam daftar anggota: "
        "mungkin ia sudah didaftarkan.",
        cause_en="An open application or a membership of this cooperative holds the same "
        "`identity_number` under another id.",
        remedy_en="Compare the number with the identity card. If it is right, the person is in "
        "GET /v1/cooperatives/{code}/members already.",
    ),
    Explanation(
        CLAIMED_ELSEWHERE,
        cause_id="NIK yang diisi sudah dipakai di koperasi lain. Di mana dan untuk siapa tidak "
        "ditampilkan demi pelindungan data pribadi; sudin melihatnya dalam daftar dugaan ganda.",
        remedy_id="Cocokkan NIK dengan KTP. Jika benar, hubungi sudin dan ajukan lagi setelah "
        "diputuskan.",
        cause_en="Another cooperative holds this `identity_number`. Which one is not said here; "
        "the agency finds it in GET /v1/duplicates.",
        remedy_en="Correct the number, or apply again once the agency has permitted both: "
        "POST /v1/duplicates/{identity}/resolution.",
    ),
    Explanation(
        NO_DUPLICATE,
        cause_id="Untuk NIK itu tidak ada dugaan ganda di koperasi yang disebut.",
        remedy_id="Salin `identity` dan `cooperative` dari daftar dugaan ganda.",
        cause_en="No application in this cooperative was refused for this number.",
        remedy_en="Take `identity` and `cooperative` from GET /v1/duplicates.",
    ),
)
