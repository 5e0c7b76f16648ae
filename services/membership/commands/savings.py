"""What may be asked about savings."""

from typing import Annotated

from pydantic import Field

MOST_RUPIAH = 1_000_000_000


type Rupiah = Annotated[int, Field(gt=0, le=MOST_RUPIAH, examples=[50_000])]
