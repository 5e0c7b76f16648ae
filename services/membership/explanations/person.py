"""What the refusals about personal data mean."""

from services.membership.domain.person import (
    ACTIVE,
    HELD,
    NOT_LAWFUL,
    NOTHING_RECTIFIED,
    RETAINED,
)
from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        "case_number_malformed",
        cause_id="Nomor surat atau perkara memuat spasi atau tanda lain, atau tidak memuat angka.",
        remedy_id="Tulis nomornya saja, tanpa kata dan tanpa spasi, misalnya 12/XI/2026.",
        cause_en="A case or reference has blanks or other characters, or no digit, so that it "
        "might name somebody; it is one of the `errors` of request_invalid.",
        remedy_en="Send the number alone: letters, digits, dots, slashes and hyphens.",
        status=422,
    ),
    Explanation(
        ACTIVE,
        cause_id="Orang ini masih anggota, atau permohonannya belum diputus. Selama itu datanya "
        "masih diperlukan untuk keanggotaan.",
        remedy_id="Akhiri dulu keanggotaannya atau putuskan permohonannya, lalu hapus datanya. "
        "Data yang salah dapat dibetulkan kapan saja.",
        cause_en="The membership is active, or its application is not decided: the data are still "
        "needed for what they were given for.",
        remedy_en="End the membership or decide the application first. What is wrong can be put "
        "right: POST /v1/cooperatives/{code}/members/{person}/rectification.",
    ),
    Explanation(
        HELD,
        cause_id="Sudin menahan data orang ini karena masih diperlukan dalam suatu perkara "
        "(UU 27/2022 pasal 44).",
        remedy_id="Tunggu sampai perkara itu selesai dan sudin melepas penahanannya.",
        cause_en="A legal hold is placed on these data: they are needed in the cases named.",
        remedy_en="Wait until the agency lifts it: POST .../legal-holds/lifting.",
    ),
    Explanation(
        RETAINED,
        cause_id="Masa simpan data setelah keanggotaan berakhir belum lewat.",
        remedy_id="Ulangi penghapusan pada atau setelah tanggal yang disebut.",
        cause_en="The time for which data are kept after a membership ended is still running.",
        remedy_en="Ask again on the day that is named, or later.",
    ),
    Explanation(
        NOT_LAWFUL,
        cause_id="Log memuat SubjectErased yang tidak mungkin berasal dari pintu layanan: saat itu "
        "orangnya masih anggota, atau datanya ditahan. Mungkin ada yang menulis langsung ke bus.",
        remedy_id="Jangan hapus apa pun. Periksa siapa yang dapat menulis ke bus, catat posisinya "
        "(reaksi yang diparkir dan log layanan menyebutnya), lalu lewati peristiwa itu: kkmp skip.",
        cause_en="The log holds a SubjectErased that the door would never have recorded: its "
        "person was a member then, or the data were held. Somebody may have written to the bus.",
        remedy_en="Destroy nothing. Find out who can write to the bus, take the position from the "
        "parked note or the service's log, and take the event away: kkmp skip POSITION --reason.",
    ),
    Explanation(
        NOTHING_RECTIFIED,
        cause_id="Pembetulan dikirim tanpa satu pun data yang dibetulkan.",
        remedy_id="Isi sedikitnya satu: nama, NIK, telepon, alamat, atau tanggal lahir.",
        cause_en="The body names nothing that is put right.",
        remedy_en="Send at least one of name, identity_number, phone, address and born_on.",
    ),
)
