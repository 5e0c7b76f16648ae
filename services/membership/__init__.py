"""Membership: the cooperatives, their members, and who holds which office."""
