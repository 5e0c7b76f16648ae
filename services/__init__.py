"""Three services. None imports another: they hear each other's facts from the log."""
