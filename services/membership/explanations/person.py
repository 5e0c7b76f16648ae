"""What the refusals about personal data mean."""

from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = ()
