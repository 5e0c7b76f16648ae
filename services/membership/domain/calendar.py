"""The rules of the day: it begins once."""
