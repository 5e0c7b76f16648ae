"""What the refusals about what the sub-agency sets mean."""

from services.membership.domain.policy import KIND_FIXED
from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(
        KIND_FIXED,
        cause_id="Tujuh jenis gerai berasal dari Inpres 9/2025, dan namanya tidak diubah di sini.",
        remedy_id="Pakai kode lain untuk jenis yang lain.",
        cause_en="The code is one of the seven kinds of Inpres 9/2025, with another label.",
        remedy_en="Choose another `kind`; GET /v1/gerai-kinds says which are taken.",
    ),
)
