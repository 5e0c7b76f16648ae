"""What is asked when a day begins."""
