"""The rules of the yearly meeting and of reports."""
