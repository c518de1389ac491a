"""Hits → draft answer."""
