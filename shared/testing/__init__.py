"""What tests need: the words given, when, then, and real servers to run against."""
