"""The envelope and the machinery that every service stands on. It knows no service."""
