"""What the sub-agency may set for its whole city."""
