"""The rules of what the sub-agency sets for its city."""
