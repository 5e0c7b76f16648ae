"""What the refusals about payments and bills mean."""

from services.membership.domain.payments import (
    NO_PAYMENT,
    PAID_BEFORE_JOINING,
    POKOK_FIRST,
    POKOK_STAYS,
)
from services.membership.domain.savings import BILLED_OTHERWISE, FELL_DUE, NOT_BILLED
from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        "month_malformed",
        cause_id="Bulan tidak ditulis dengan angka tahun dan angka bulan.",
        remedy_id="Tulis tahun, tanda hubung, dan dua angka bulan: Januari 2026 menjadi 2026-01.",
        cause_en="A month has not the form YYYY-MM; it is one of the `errors` of request_invalid.",
        remedy_en="Send 2026-01 for January 2026.",
        status=422,
    ),
    Explanation(
        POKOK_FIRST,
        cause_id="Simpanan pokok dibayar satu kali, sebelum simpanan lain. Calon anggota ini belum "
        "membayarnya, atau anggota ini sudah pernah membayarnya. Hanya yang berasal dari buku "
        "tanpa simpanan pokok membayarnya kemudian, satu kali.",
        remedy_id="Untuk calon anggota, catat dulu simpanan pokoknya. Untuk anggota, catat "
        "pembayaran ini sebagai simpanan wajib atau sukarela.",
        cause_en="An approved applicant pays wajib or sukarela, or an active member pays pokok a "
        "second time. Only who was imported without it pays it later, once.",
        remedy_en="Send kind pokok for an approved applicant, which makes a member; wajib or "
        "sukarela for a member.",
    ),
    Explanation(
        PAID_BEFORE_JOINING,
        cause_id="Tanggal pembayaran lebih awal daripada tanggal masuk anggota.",
        remedy_id="Periksa tanggal pembayarannya. Jika tanggal masuknya keliru, perbaiki dulu.",
        cause_en="`effective_at` of the payment is before `joined_at` of the membership.",
        remedy_en="Correct the time of the payment, or first that of joining (…/date-corrections).",
    ),
    Explanation(
        NO_PAYMENT,
        cause_id="Nomor itu bukan nomor pembayaran simpanan pada keanggotaan ini.",
        remedy_id="Lihat daftar pembayaran anggota itu dan pakai nomornya.",
        cause_en="No payment was recorded at this version of the membership.",
        remedy_en="Take `payment` from GET /v1/cooperatives/{code}/members/{person}/payments.",
    ),
    Explanation(
        POKOK_STAYS,
        cause_id="Simpanan pokok membuat seseorang menjadi anggota, dan tidak dapat ditarik selama "
        "ia anggota.",
        remedy_id="Jika orang itu sebenarnya bukan anggota, akhiri dulu keanggotaannya, lalu "
        "batalkan pembayarannya.",
        cause_en="The payment is the simpanan pokok of an active member, and made the membership.",
        remedy_en="Let the membership end first; then the payment can be reversed.",
    ),
    Explanation(
        BILLED_OTHERWISE,
        cause_id="Tagihan untuk jenis simpanan dan bulan itu sudah ada, dengan jumlah atau tanggal "
        "jatuh tempo yang berbeda.",
        remedy_id="Lihat tagihannya. Jika keliru dan belum jatuh tempo, batalkan dulu, lalu tagih "
        "lagi.",
        cause_en="A bill of this kind and month stands, with another `amount` or `due_on`.",
        remedy_en="GET /v1/cooperatives/{code}/bills shows it; cancel it while it is open, then "
        "bill anew.",
    ),
    Explanation(
        NOT_BILLED,
        cause_id="Belum pernah ada tagihan untuk jenis simpanan dan bulan itu.",
        remedy_id="Lihat daftar tagihan koperasi dan periksa bulannya.",
        cause_en="No bill of this kind and month was ever issued.",
        remedy_en="GET /v1/cooperatives/{code}/bills shows which there are.",
    ),
    Explanation(
        FELL_DUE,
        cause_id="Tagihan itu sudah jatuh tempo, dan tunggakannya mungkin sudah dicatat.",
        remedy_id="Biarkan tagihannya. Anggota yang dibebaskan dicatat membayar, atau tagihan "
        "bulan berikutnya disesuaikan.",
        cause_en="The day's fact has closed this bill.",
        remedy_en="Let it stand; what was decided since is settled with the next bill.",
    ),
)
