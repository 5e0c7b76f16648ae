"""What the codes of inventory mean to who receives them, and what to do next."""

from services.inventory.domain.commodity import BASE_UNIT_FIXED, COMMODITY_UNKNOWN
from services.inventory.domain.movement import (
    COUNT_NEGATIVE,
    EXPIRED_ON_RECEIPT,
    LOT_MISSING,
    MONEY_NEGATIVE,
    NOT_ENOUGH_STOCK,
    QUANTITY_NOT_POSITIVE,
    SUPPLIER_MISSING,
)
from services.inventory.domain.policy import (
    CEILING_DAYS_BY_LAW,
    POLICY_OUT_OF_RANGE,
    RECOVERY_ABOVE_CEILING,
)
from services.inventory.domain.price import (
    ENDS_BEFORE_IT_BEGINS,
    MAXIMUM_NOT_POSITIVE,
    MINIMUM_OUT_OF_RANGE,
)
from services.inventory.domain.units import QUANTITY_NOT_WHOLE, UNIT_DOES_NOT_FIT
from shared.explanations import Explanation, by_code

_CATALOGUE = (
    Explanation(
        COMMODITY_UNKNOWN,
        cause_id="Komoditas ini belum ada dalam katalog kota, atau kodenya salah ketik.",
        remedy_id="Periksa kode dalam katalog, misalnya beras-medium. Jika memang belum ada, minta "
        "Suku Dinas menambahkannya.",
        cause_en="A movement or a price reference names a commodity that the catalogue does not "
        "have.",
        remedy_en="Take a code of GET /v1/commodities, or have a sudin define it with "
        "POST /v1/commodities.",
    ),
    Explanation(
        BASE_UNIT_FIXED,
        cause_id="Komoditas ini sejak awal dibukukan dalam satuan lain. Jika satuannya diganti, "
        "angka yang lama menjadi salah.",
        remedy_id="Pakai satuan yang disebut. Jika barangnya memang lain, tambahkan sebagai "
        "komoditas baru dengan kode baru.",
        cause_en="The new definition measures the commodity in another kind of unit than the first "
        "one did, such as l instead of kg.",
        remedy_en="Keep the kind of unit (g and kg are one kind, ml and l another), or define "
        "another code.",
    ),
    Explanation(
        UNIT_DOES_NOT_FIT,
        cause_id="Satuan itu tidak cocok dengan barangnya: barang yang ditimbang diukur dalam g "
        "atau kg, barang cair dalam ml atau l. Harga acuan hanya dalam satuan dagang.",
        remedy_id="Pilih salah satu satuan yang disebut dalam pesan itu.",
        cause_en="The commodity is not measured in this unit. Movements and price checks take its "
        "base or its trade unit, a price reference its trade unit alone.",
        remedy_en="Use a unit that `detail` names; GET /v1/commodities has both.",
    ),
)

_MOVEMENT = (
    Explanation(
        NOT_ENOUGH_STOCK,
        cause_id="Menurut pembukuan, stok di gerai ini lebih sedikit daripada yang akan dijual.",
        remedy_id="Periksa jumlah dan satuannya. Jika barangnya memang ada, catat dulu penerimaan "
        "yang terlewat, atau hitung stok lalu catat hasilnya.",
        cause_en="The books of this gerai and commodity hold less than the sale takes; they never "
        "go below zero.",
        remedy_en="Check quantity and unit. If the shelf has more than the books, record the "
        "receipt that was missed, or a count.",
    ),
    Explanation(
        QUANTITY_NOT_POSITIVE,
        cause_id="Jumlah barang yang diterima atau dijual diisi nol atau kurang.",
        remedy_id="Isi jumlah yang lebih dari nol. Untuk membetulkan pembukuan, hitung stok lalu "
        "catat hasilnya.",
        cause_en="`quantity` of a receipt or a sale is zero or negative.",
        remedy_en="Send what moved. A correction is a count, not a negative movement.",
    ),
    Explanation(
        QUANTITY_NOT_WHOLE,
        cause_id="Pembukuan memakai satuan terkecil yang utuh (g, ml, butir, tabung), dan jumlah "
        "ini tidak utuh di dalamnya. Contoh: 2,5 butir.",
        remedy_id="Bulatkan jumlahnya, lalu kirim lagi.",
        cause_en="`quantity` in `unit` does not come to a whole number of base units, such as "
        "0.0005 kg in g.",
        remedy_en="Round it to whole base units: three decimals of kg or l, none of the others.",
    ),
    Explanation(
        COUNT_NEGATIVE,
        cause_id="Hasil hitung stok diisi dengan angka di bawah nol.",
        remedy_id="Isi jumlah yang benar-benar ditemukan. Jika barangnya habis, isi 0.",
        cause_en="`quantity` of a count is negative.",
        remedy_en="Send what was found, 0 for nothing; the difference follows from the books.",
    ),
    Explanation(
        MONEY_NEGATIVE,
        cause_id="Harga beli atau harga jual diisi di bawah Rp0.",
        remedy_id="Isi harga yang benar dalam rupiah. Barang yang diterima cuma-cuma berharga 0.",
        cause_en="`unit_cost` or `unit_price` is negative.",
        remedy_en="Send whole rupiah from 0 up, for one of the `unit` given.",
    ),
    Explanation(
        SUPPLIER_MISSING,
        cause_id="Nama pemasok kosong, padahal asal barang harus dapat ditelusuri.",
        remedy_id="Isi nama pemasok seperti dalam surat jalan atau nota.",
        cause_en="`supplier` of a receipt is empty, or holds only spaces.",
        remedy_en="Send the supplier's name.",
    ),
    Explanation(
        LOT_MISSING,
        cause_id="Nomor lot kosong. Tanpa nomor itu barang tidak dapat ditelusuri bila bermasalah.",
        remedy_id="Isi nomor lot dari kemasan atau surat jalan.",
        cause_en="`lot` of a receipt is empty, or holds only spaces.",
        remedy_en="Send the lot as the package or the delivery note has it.",
    ),
    Explanation(
        EXPIRED_ON_RECEIPT,
        cause_id="Menurut tanggal yang diisi, barang itu sudah kedaluwarsa sebelum diterima.",
        remedy_id="Cocokkan tanggalnya dengan kemasan. Jika memang kedaluwarsa, jangan terima; "
        "kembalikan kepada pemasok.",
        cause_en="`expires_on` is before the day of receipt in Jakarta; goods are good to the end "
        "of the day on which they expire.",
        remedy_en="Correct `expires_on` or `effective_at`. Expired goods are not taken into stock.",
    ),
)

_PRICE = (
    Explanation(
        MAXIMUM_NOT_POSITIVE,
        cause_id="Harga tertinggi dalam harga acuan diisi nol atau kurang.",
        remedy_id="Isi harga tertinggi seperti dalam peraturannya.",
        cause_en="`maximum` of a price reference is zero or negative.",
        remedy_en="Send the maximum of the regulation, in whole rupiah per trade unit.",
    ),
    Explanation(
        MINIMUM_OUT_OF_RANGE,
        cause_id="Harga terendah di bawah Rp0, atau lebih tinggi daripada harga tertinggi.",
        remedy_id="Periksa kedua harga itu dalam peraturannya; mungkin tertukar. Jika tidak ada "
        "harga terendah, kosongkan.",
        cause_en="`minimum` is negative or above `maximum`.",
        remedy_en="Correct either, or leave `minimum` out if the regulation sets none.",
    ),
    Explanation(
        ENDS_BEFORE_IT_BEGINS,
        cause_id="Hari terakhir berlakunya harga acuan lebih awal daripada hari pertamanya.",
        remedy_id="Perbaiki kedua tanggal itu. Jika akhirnya belum ditentukan, kosongkan.",
        cause_en="`valid_until` is before `valid_from`. Both days are included, so they may be "
        "one.",
        remedy_en="Correct either, or leave `valid_until` out.",
    ),
)

_POLICY = (
    Explanation(
        POLICY_OUT_OF_RANGE,
        cause_id="Salah satu angka kebijakan kecukupan stok di luar batas yang masuk akal.",
        remedy_id="Isi angka di antara kedua batas yang disebut dalam pesan itu.",
        cause_en="A figure of the policy is outside its bounds; those in days end at "
        f"{CEILING_DAYS_BY_LAW}, as Perpres 71/2015 does, but for `blend_days`.",
        remedy_en="Send a figure within the bounds that `detail` names.",
    ),
    Explanation(
        RECOVERY_ABOVE_CEILING,
        cause_id="Batas pulih (batas rendah ditambah jarak pulih) tidak di bawah batas atas stok, "
        "sehingga stok baru dinyatakan pulih setelah melampaui batas atas itu.",
        remedy_id="Kecilkan batas rendah atau jarak pulih, atau naikkan batas atasnya.",
        cause_en="`low_days` + `recovery_margin_days` is not below `ceiling_days`, so no stock "
        "could recover and stay within the ceiling.",
        remedy_en="Lower one of the first two, or raise `ceiling_days` up to "
        f"{CEILING_DAYS_BY_LAW}.",
    ),
)

EXPLANATIONS = by_code(*_CATALOGUE, *_MOVEMENT, *_PRICE, *_POLICY)
