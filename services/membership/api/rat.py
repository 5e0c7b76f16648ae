"""Yearly meetings and quarterly reports over HTTP."""
