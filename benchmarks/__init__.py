"""Measurements and fits that are too heavy for CI; run as ``python -m benchmarks.NAME``."""
