"""What the refusals about what the sub-agency sets mean."""

from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = ()
