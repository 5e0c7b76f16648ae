"""What the refusals about meetings and reports mean."""

from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = ()
