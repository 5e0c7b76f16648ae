"""What the refusals about duplicates mean."""

from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = ()
