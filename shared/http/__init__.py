"""The HTTP door: how every command, query and error of every service looks from outside."""
