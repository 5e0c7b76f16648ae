"""What the refusals about bills mean."""

from shared.explanations import Explanation

EXPLANATIONS: tuple[Explanation, ...] = ()
