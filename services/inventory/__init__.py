"""Staple goods: what there is, what it may cost, and how many days it lasts."""
