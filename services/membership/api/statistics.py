"""Figures of many cooperatives over HTTP, in the shape that SIMKOPDES shows."""
