"""Training: who must learn what by when, who came, who passed, and whose certificate is valid."""
