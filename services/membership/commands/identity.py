"""What is asked about the claim on an identity number."""
