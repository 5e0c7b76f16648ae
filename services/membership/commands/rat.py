"""What may be asked about the yearly meeting (RAT) and the quarterly reports."""
