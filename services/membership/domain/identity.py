"""The rules of the claim on an identity number: one person, one cooperative."""
