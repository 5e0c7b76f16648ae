"""Suspected duplicates over HTTP."""
